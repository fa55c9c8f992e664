"""The figures of a report, counted from the records: what happened in a period and what stands at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.approval import Decision, SubmissionLine, Verdict
from models.base import ZONE
from models.feedback import Feedback
from models.insurance import Registration
from models.payment import Benefit, Grant, PaymentList, Transfer
from models.people import Person
from models.places import Village
from rules.categories import labels
from rules.months import Month
from rules.papers import Figure, Tally
from rules.workflow import STOP_REASON_LABELS, RegistrationState, StopReason, TransferState
from services import households, law, receipts, reconciliation_late
from services.matching import state_of


@dataclass(frozen=True)
class Span:
    """A period in whole months, both ends counted."""

    first: Month
    last: Month

    @property
    def first_day(self) -> date:
        return self.first.first_day

    @property
    def last_day(self) -> date:
        return self.last.last_day

    @property
    def label(self) -> str:
        """ "tháng 07/2026", "Quý III/2026", "6 tháng đầu năm 2026", "năm 2026"."""
        length = self.last.months_since(self.first) + 1
        if length == 1:
            return f"tháng {self.first}"
        if length == 3:
            return f"quý {('I', 'II', 'III', 'IV')[(self.first.number - 1) // 3]}/{self.first.year}"
        if length == 6:
            return f"6 tháng {'đầu' if self.first.number == 1 else 'cuối'} năm {self.first.year}"
        return f"năm {self.first.year}"

    @property
    def code(self) -> str:
        """ "2026-07", "2026-07_2026-09"."""
        return self.first.code if self.first == self.last else f"{self.first.code}_{self.last.code}"


def spans_ending(month: Month) -> list[Span]:
    """The periods that a month completes: itself, and the quarter, half-year and year that end with it."""
    return [Span(month.plus(1 - length), month) for length in (1, 3, 6, 12) if month.number % length == 0]


def figures(session: Session, commune_id: int, span: Span) -> tuple[Figure, ...]:
    """Every line of the report's main table, in order."""
    words = _verdicts(session, commune_id, span)
    transfers = _transfers(session, commune_id, span)
    paid = [row for row, state in transfers if state == TransferState.PAID]
    stopped = _stopped(session, commune_id, span)
    return (
        Figure("Quyết định phê duyệt đã ban hành", "quyết định", len(_decisions(session, commune_id, span))),
        Figure("Người được phê duyệt", "người", words["approve"]),
        Figure("Người không được phê duyệt", "người", words["refuse"]),
        Figure("Người tạm giữ để xét tiếp", "người", words["hold"]),
        Figure("Người đang hưởng hỗ trợ hằng tháng cuối kỳ", "người", len(standing(session, commune_id, span.last))),
        Figure("Người thôi hưởng trong kỳ", "người", sum(stopped.values())),
        *(Figure(f"- {label}", "người", number) for label, number in sorted(stopped.items())),
        Figure("Khoản đã đề nghị chi trả", "khoản", len(transfers)),
        Figure("Khoản đã chi trả thành công", "khoản", len(paid)),
        Figure("Số tiền đã chi trả", "đồng", sum(_arrived(session, transfers).values())),
        Figure("Khoản bị trả lại", "khoản", sum(state == TransferState.RETURNED for _, state in transfers)),
        *_cards(session, commune_id, span),
        *_opinions(session, commune_id, span),
        *_households(session, commune_id, span),
    )


def by_village(session: Session, commune_id: int, span: Span) -> tuple[Tally, ...]:
    """People who receive at the end of the period and đồng paid in it, by thôn."""
    grants = standing(session, commune_id, span.last)
    homes = dict(session.exec(select(Person.id, Person.village_id).where(Person.commune_id == commune_id)).all())
    people = Counter(homes[grant.person_id] for grant in grants)
    paid: Counter[int] = Counter()
    transfers = _transfers(session, commune_id, span)
    arrived = _arrived(session, transfers)
    for row, _ in transfers:
        paid[row.village_id] += arrived[row.key]
    places = session.exec(select(Village).where(Village.commune_id == commune_id).order_by(col(Village.code))).all()
    return tuple(Tally(v.name, people[v.key], paid[v.key]) for v in places if people[v.key] or paid[v.key])


def by_group(session: Session, commune_id: int, span: Span) -> tuple[Tally, ...]:
    """People who receive at the end of the period and their đồng a month, by group."""
    names = labels(law.book_for(session, commune_id), span.last_day)
    people: Counter[str] = Counter()
    amounts: Counter[str] = Counter()
    for grant in standing(session, commune_id, span.last):
        label = names.get(grant.category, grant.category)
        people[label] += 1
        amounts[label] += grant.monthly_amount
    return tuple(Tally(label, people[label], amounts[label]) for label in sorted(people))


def by_month(session: Session, commune_id: int, span: Span) -> tuple[Tally, ...]:
    """Payments made and đồng paid, by the month of the list."""
    found = []
    for month in span.first.through(span.last):
        transfers = _transfers(session, commune_id, Span(month, month))
        rows = [row for row, state in transfers if state == TransferState.PAID]
        found.append(Tally(f"Tháng {month}", len(rows), sum(_arrived(session, transfers).values())))
    return tuple(found)


def standing(session: Session, commune_id: int, month: Month, benefit: Benefit = Benefit.INCOME) -> list[Grant]:
    """The grants that give something for a month, one per person: of two that cover it, the later one."""
    query = select(Grant).where(Grant.commune_id == commune_id, Grant.benefit == benefit)
    query = query.where(Grant.from_month <= month.code).order_by(col(Grant.id))
    rows = [row for row in session.exec(query) if row.to_month is None or row.to_month >= month.code]
    return list({row.person_id: row for row in rows}.values())


def _moments(span: Span) -> tuple[datetime, datetime]:
    """The first moment of the period and the first after it."""
    after = span.last.plus(1).first_day
    return datetime.combine(span.first_day, time(), ZONE), datetime.combine(after, time(), ZONE)


def _decisions(session: Session, commune_id: int, span: Span) -> list[Decision]:
    query = select(Decision).where(Decision.commune_id == commune_id, Decision.issued_on >= span.first_day)
    return list(session.exec(query.where(Decision.issued_on <= span.last_day)).all())


def _verdicts(session: Session, commune_id: int, span: Span) -> Counter[str]:
    lists = [decision.submission_id for decision in _decisions(session, commune_id, span)]
    query = (
        select(Verdict.word)
        .join(SubmissionLine, col(SubmissionLine.id) == Verdict.submission_line_id)
        .where(col(SubmissionLine.submission_id).in_(lists))
    )
    return Counter(session.exec(query).all())


def _stopped(session: Session, commune_id: int, span: Span) -> Counter[str]:
    """People whose last month of support lies in the period and who get nothing after it, by reason."""
    before = span.first.plus(-1).code
    query = select(Grant).where(Grant.commune_id == commune_id, Grant.benefit == Benefit.INCOME)
    ended = session.exec(query.where(col(Grant.to_month) >= before, col(Grant.to_month) < span.last.code)).all()
    still = {grant.person_id for grant in standing(session, commune_id, span.last)}
    reasons = {row.person_id: row.stop_reason for row in ended if row.person_id not in still}
    return Counter(STOP_REASON_LABELS[StopReason(reason)] for reason in reasons.values() if reason)


def _transfers(session: Session, commune_id: int, span: Span) -> list[tuple[Transfer, TransferState]]:
    """Each with where it stands by now: also by what a bank said after its month was closed."""
    said = reconciliation_late.latest(session, commune_id)
    query = (
        select(Transfer)
        .join(PaymentList, col(PaymentList.id) == Transfer.list_id)
        .where(PaymentList.commune_id == commune_id)
        .where(PaymentList.month >= span.first.code, PaymentList.month <= span.last.code)
    )
    return [(row, state_of(row, said)) for row in session.exec(query.order_by(col(Transfer.id)))]


def _arrived(session: Session, transfers: Sequence[tuple[Transfer, TransferState]]) -> dict[int, int]:
    """By transfer, the đồng that reached the person: all, none, or the amount that two people confirmed."""
    beside = receipts.beside(session, [row.key for row, _ in transfers])
    return {
        row.key: (row.amount if state == TransferState.PAID else 0) + beside.get(row.key, 0) for row, state in transfers
    }


def _cards(session: Session, commune_id: int, span: Span) -> tuple[Figure, ...]:
    begins, ends = _moments(span)
    query = select(Registration.state, func.count()).where(Registration.commune_id == commune_id)
    query = query.where(col(Registration.answered_at) >= begins, col(Registration.answered_at) < ends)
    counts = dict(session.exec(query.group_by(Registration.state)).all())
    return (
        Figure("Thẻ BHYT đã cấp", "thẻ", counts.get(RegistrationState.CARD, 0)),
        Figure("Trường hợp BHXH không cấp thẻ", "người", counts.get(RegistrationState.REFUSED, 0)),
    )


def _opinions(session: Session, commune_id: int, span: Span) -> tuple[Figure, ...]:
    query = select(Feedback).where(Feedback.commune_id == commune_id, Feedback.received_on >= span.first_day)
    rows = session.exec(query.where(Feedback.received_on <= span.last_day)).all()
    return (
        Figure("Ý kiến, khiếu nại đã tiếp nhận", "ý kiến", len(rows)),
        Figure("Ý kiến, khiếu nại đã trả lời", "ý kiến", sum(row.closed_at is not None for row in rows)),
    )


def _households(session: Session, commune_id: int, span: Span) -> tuple[Figure, ...]:
    """Poverty among the households that the lists know, at the end of the period, and who became poor in it."""
    held = households.statuses(session, commune_id)
    standing_then = households.count(held, span.label, span.last_day)
    became = households.newly_poor(held, span.first_day, span.last_day)
    return (
        Figure("Hộ nghèo trong danh sách của chương trình cuối kỳ", "hộ", standing_then.poor),
        Figure("Hộ cận nghèo trong danh sách của chương trình cuối kỳ", "hộ", standing_then.near_poor),
        Figure("Hộ thành hộ nghèo trong kỳ", "hộ", became.all),
        Figure("- Tái nghèo", "hộ", became.again),
    )
