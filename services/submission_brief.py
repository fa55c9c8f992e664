"""What the chairman reads before deciding: who is new, who stopped, whose amount changes and why, what is doubtful."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.approval import Submission, SubmissionLine
from models.cycles import Case
from models.eligibility import CrossCheck
from models.feedback import Feedback
from models.health import HealthCase
from models.payment import Benefit, Grant
from models.people import PayMethod, Person
from models.places import Commune
from rules.amounts import contribution_of
from rules.insurance import island_reason
from rules.money import format_dong
from rules.months import Month
from rules.parameters import LawGap
from rules.workflow import (
    STOP_REASON_LABELS,
    CaseStatus,
    CrossCheckOutcome,
    HealthResult,
    ProposalResult,
    StopReason,
)
from services import budget, law
from services.store import get
from services.submission_changes import Change, Held, decision_before
from services.submission_view import LineView, SubmissionView


@dataclass(frozen=True)
class Turn:
    """One person for whom something changes, and why, in an officer's words; ``case_id`` when in the list."""

    full_name: str
    why: str
    case_id: int | None = None


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: whether it holds, and what was found."""

    label: str
    holds: bool
    words: str


@dataclass(frozen=True)
class Brief:
    """The page's upper half. ``people`` and ``monthly``: supported in all once this list is decided as proposed."""

    since: date | None
    """Day of the decision before; None when this is the first."""
    new: tuple[Turn, ...]
    stopped: tuple[Turn, ...]
    amount: tuple[Turn, ...]
    people: int
    monthly: int
    plan_people: int
    money: budget.Position | None
    """Where the year's estimate would stand in December; None while the law does not say what BHYT costs."""
    complaints: tuple[Feedback, ...]
    checks: tuple[Check, ...]


def brief(session: Session, *, view: SubmissionView, now: datetime) -> Brief:
    """What the list under ``view`` changes since the decision before, against the plan, and what is doubtful in it.

    Who may read it was asked when the view was made.
    """
    submission, held = view.submission, view.held
    lines = [one.line for one in view.lines]
    turns: dict[Change, list[Turn]] = {change: [] for change in Change}
    for one in view.lines:
        why = _why(one, held.get(one.line.person_id))
        turns[one.kind].append(Turn(one.line.snapshot["full_name"], why, one.line.case_id))
    before = decision_before(session, submission)
    people, monthly = _after(session, submission, lines)
    money, enough = _money(session, submission, lines, now.date())
    return Brief(
        since=before.issued_on if before else None,
        new=tuple(turns[Change.NEW]),
        stopped=(*turns[Change.STOPS], *_ended(session, submission, before.recorded_at if before else None)),
        amount=tuple(turns[Change.AMOUNT]),
        people=people,
        monthly=monthly,
        plan_people=get(session, Commune, submission.commune_id, "đơn vị").plan_people,
        money=money,
        complaints=_complaints(session, submission),
        checks=(*_checks(session, submission, lines, now.date()), enough),
    )


def by_reason(turns: Sequence[Turn]) -> list[tuple[str, int]]:
    """How many for each reason, the most frequent first: what is read of more people than one reads by name."""
    return Counter(turn.why for turn in turns).most_common()


def _why(one: LineView, grant: Held | None) -> str:
    change, line = one.kind, one.line
    if change is Change.AMOUNT and grant is not None:
        same = grant.category == line.category
        moved = "mức theo quy định hoặc khoản được trừ thay đổi" if same else "chuyển nhóm đối tượng"
        return f"{format_dong(grant.monthly_amount)} thành {format_dong(line.monthly_amount)}: {line.reason or moved}"
    if change is Change.NEW:
        return line.snapshot.get("group") or line.snapshot.get("household_status") or ""
    return one.reason or "không còn đủ điều kiện"


def _ended(session: Session, submission: Submission, since: datetime | None) -> list[Turn]:
    """Income support that ended since the decision before, with the reason."""
    query = (
        select(Grant, Person)
        .join(Person, col(Person.id) == Grant.person_id)
        .where(Grant.commune_id == submission.commune_id, Grant.benefit == Benefit.INCOME)
        .where(col(Grant.stop_reason).is_not(None), col(Grant.ended_at).is_not(None))
        .order_by(col(Person.sort_key))
    )
    if since is not None:
        query = query.where(col(Grant.ended_at) > since)
    return [Turn(person.full_name, _ending(grant)) for grant, person in session.exec(query)]


def _ending(grant: Grant) -> str:
    last = f", tháng cuối {Month.parse(grant.to_month)}" if grant.to_month else ""
    return f"{STOP_REASON_LABELS[StopReason(grant.stop_reason or '')].lower()}{last}"


def _after(session: Session, submission: Submission, lines: Sequence[SubmissionLine]) -> tuple[int, int]:
    """(people, đồng a month) when this list is decided as proposed: those who run on outside it and those in it."""
    running = select(func.count(), func.coalesce(func.sum(Grant.monthly_amount), 0)).where(
        Grant.commune_id == submission.commune_id,
        Grant.benefit == Benefit.INCOME,
        col(Grant.to_month).is_(None),
        col(Grant.person_id).not_in([line.person_id for line in lines]),
    )
    count, total = session.exec(running).one()
    supported = [line for line in lines if line.proposal == ProposalResult.APPROVE]
    return count + len(supported), int(total) + sum(line.monthly_amount for line in supported)


def _complaints(session: Session, submission: Submission) -> tuple[Feedback, ...]:
    query = select(Feedback).where(Feedback.commune_id == submission.commune_id, col(Feedback.closed_at).is_(None))
    return tuple(session.exec(query.order_by(col(Feedback.due_on), col(Feedback.id))).all())


def _checks(session: Session, submission: Submission, lines: Sequence[SubmissionLine], on: date) -> list[Check]:
    cycle = submission.cycle_id
    supported = [line for line in lines if line.proposal == ProposalResult.APPROVE]
    cases, people = [line.case_id for line in supported], [line.person_id for line in supported]
    doubtful = _number(
        session,
        select(func.count()).where(
            col(CrossCheck.case_id).in_(cases),
            col(CrossCheck.outcome).is_(None) | (col(CrossCheck.outcome) == CrossCheckOutcome.VERIFY),
        ),
    )
    expired = _number(
        session,
        select(func.count()).where(
            col(HealthCase.case_id).in_(cases),
            (col(HealthCase.result) != HealthResult.MET) | (col(HealthCase.valid_until) < on),
        ),
    )
    paid = select(func.count(func.distinct(PayMethod.person_id)))
    methods = _number(session, paid.where(col(PayMethod.person_id).in_(people), col(PayMethod.ended_at).is_(None)))
    aside = _number(session, select(func.count()).where(Case.cycle_id == cycle, Case.status == CaseStatus.SET_ASIDE))
    gone = _number(
        session,
        select(func.count()).where(
            col(Person.id).in_(people), col(Person.died_on).is_not(None) | col(Person.left_on).is_not(None)
        ),
    )
    return [
        _check("Đối chiếu trợ cấp xã hội", doubtful, "người còn trường hợp trùng chưa kết luận"),
        _check("Kết luận sức khỏe", expired, "người có kết luận không đạt, hết hạn hoặc còn chờ"),
        _check("Còn sống, còn ở địa phương", gone, "người đã chết hoặc chuyển đi"),
        _check("Cách nhận tiền", len(people) - methods, "người chưa có cách nhận tiền"),
        _check("Hồ sơ để lại", aside, "hồ sơ để lại, không có trong danh sách này"),
    ]


def _money(
    session: Session, submission: Submission, lines: Sequence[SubmissionLine], on: date
) -> tuple[budget.Position | None, Check]:
    """Whether the year's estimate lasts until December with what this list gives from now on, BHYT too."""
    label, book = f"Kinh phí năm {on.year}", law.book_for(session, submission.commune_id)
    approved = {line.person_id: line for line in lines if line.proposal == ProposalResult.APPROVE}
    wanted = {(line.person_id, benefit): 0 for line in lines for benefit in Benefit}
    wanted |= {(who, Benefit.INCOME): line.monthly_amount for who, line in approved.items()}
    insured = {who: line.bhyt_share for who, line in approved.items() if line.bhyt_share}
    try:
        if insured and not island_reason(book, on):
            wanted |= {(who, Benefit.BHYT): contribution_of(book, on, share) for who, share in insured.items()}
    except LawGap as gap:
        return None, Check(label, False, f"chưa tính được phần đóng BHYT: {gap.message}")
    found = budget.position(session, submission.commune_id, on.year, wanted=wanted, first=Month.of(on))
    words = found.warning
    return found, Check(label, not words, words or "dự toán đủ đến tháng 12, kể cả đóng BHYT")


def _check(label: str, count: int, found: str) -> Check:
    return Check(label, not count, f"{count} {found}" if count else "không có vướng mắc")


def _number(session: Session, query: Any) -> int:
    number: int = session.exec(query).one()
    return number
