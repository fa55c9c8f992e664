"""Values, facts and ends that become known late: the lines come out as if everything had been known at the start."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from models.approval import Decision, Submission, SubmissionLine, Verdict
from models.base import ZONE
from models.cycles import Case, Cycle
from models.payment import Benefit, EntitlementLine, Grant, LineKind, PaymentList
from models.people import FactKind, HouseholdStatusKind, Person, PersonFact
from rules.eligibility import assess
from rules.facts import PersonFacts, StatusFact
from rules.months import Month, Quarter
from rules.parameters import LawBook, LawStatus, Reference
from rules.workflow import CaseStatus, ProposalResult, Role, Step, StopReason, SubmissionState
from services import changes, eligibility, grants, law, payment, submissions
from services.earlier_months import in_words
from services.eligibility import clear_proposal, currents
from services.payment_build import lists_of
from services.submission_view import submission_view
from tests import demo_values, factories
from tests.factories import Office, save

FIRST, LAST = Month(2026, 7), Month(2027, 4)
EXAMPLES = 100 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 8
BIRTH, ESCAPED = date(1960, 3, 2), date(2025, 1, 10)
NO_INCOME, WAGE = {"kind": "KHONG", "monthly": 0}, {"kind": "LUONG", "monthly": None}


def at(month: Month, day: int, hour: int = 9) -> datetime:
    return datetime(month.year, month.number, day, hour, tzinfo=ZONE)


@dataclass(frozen=True)
class Late:
    """Something that holds from the first day of a month on, and becomes known in a later month (or the same)."""

    what: str
    value: int
    holds: Month
    known: Month


@dataclass
class Programme:
    """One elder of one commune, month by month: a decision in the first month of each quarter, a list in each month."""

    session: Session
    office: Office = field(init=False)
    person: Person = field(init=False)
    facts: dict[str, list[tuple[date, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        session = self.session
        self.office = factories.create_office(session, reach=Step.payment, is_demo=True, villages=1)
        demo_values.adopt(session, self.office)
        home = factories.create_household(session, self.office.villages[0])
        self.person = factories.create_person(session, self.office.villages[0], household=home, birth_date=BIRTH)
        factories.create_pay_method(session, self.person)
        factories.create_status(session, home, HouseholdStatusKind.THOAT_NGHEO, valid_from=ESCAPED)
        factories.create_fact(session, self.person, FactKind.RESIDENCE, "THUONG_TRU")
        for kind, value in ((FactKind.INCOME, NO_INCOME), (FactKind.ALLOWANCE, {"kind": "KHONG", "monthly": 0})):
            self.state(kind, value, factories.FIRST_DAY)

    @property
    def commune_id(self) -> int:
        return self.office.commune.key

    # ------------------------------------------------------------ what becomes known

    def tell(self, late: Late) -> None:
        if late.what == "value":
            self.revise(late.value, late.holds.first_day, at(late.known, 5))
        elif late.what == "income":
            self.state(FactKind.INCOME, WAGE if late.value else NO_INCOME, late.holds.first_day)
        else:
            self.state(FactKind.ALLOWANCE, {"kind": "TRO_CAP", "monthly": late.value}, late.holds.first_day)

    def revise(self, target: int, since: date, now: datetime) -> None:
        reference = Reference("99/2026/NQ-HĐND", "HĐND thành phố Hải Phòng", "Điều 3")
        new = law.NewValue(
            "NQ04.income.target", target, since, reference, LawStatus.CONFIRMED, scope="area=NONG_THON", is_demo=True
        )
        row = law.propose(self.session, commune_id=self.commune_id, new=new, actor=self.office[Role.economy], now=now)
        law.confirm(self.session, revision_id=row.key, actor=self.office[Role.culture], now=now)

    def state(self, kind: FactKind, value: Any, since: date) -> None:
        """From that day on it is so; what was recorded of later days gives way."""
        self.facts.setdefault(kind, []).append((since, value))
        session = self.session
        standing = session.exec(
            select(PersonFact).where(
                PersonFact.person_id == self.person.key, PersonFact.kind == kind, col(PersonFact.replaced_by).is_(None)
            )
        ).all()
        source = f"test:{len(self.facts[kind])}"
        new = factories.create_fact(session, self.person, kind, value, valid_from=since, source=source)
        for row in standing:
            if row.valid_to is None or row.valid_to >= since:
                row.valid_to = since - timedelta(days=1)
                row.replaced_by = new.key if row.valid_to < row.valid_from else None
                save(session, row)

    # ------------------------------------------------------------ what the office does

    def decide(self, month: Month, day: int = 20) -> None:
        """The quarter's decision: assessed on that day, frozen, approved as the law says, issued the same day."""
        self.issue(self.freeze(month, day), at(month, day))

    def freeze(self, month: Month, day: int = 20) -> Submission:
        """The quarter's list, assessed on that day and frozen."""
        session, now = self.session, at(month, day)
        quarter = Quarter.of(now.date())
        cycle = factories.create_cycle(
            session,
            self.office.commune,
            reach=Step.payment,
            year=quarter.year + 10,  # beside the office's own cycle
            quarter=quarter.number,
            opened_on=quarter.months[0].first_day,
        )
        case = factories.create_case(session, cycle, self.person, status=CaseStatus.REVIEW)
        eligibility.work(session, cycle, [case.key], now)
        answer = currents(session, [case.key])[case.key]
        case.status, case.proposal = CaseStatus.PROPOSED, clear_proposal(answer)
        save(session, case)
        frozen = submissions.freeze(session, cycle, now)
        assert frozen is not None
        return frozen

    def issue(self, frozen: Submission, now: datetime, word: str = "") -> None:
        session, chairman = self.session, self.office[Role.chairman]
        lines = submissions.lines_of(session, frozen.key)
        for line in lines:
            said = word or ("approve" if line.proposal == ProposalResult.APPROVE else "refuse")
            save(
                session,
                Verdict(submission_line_id=line.key, word=said, given_by=chairman.person_id, given_at=now),
            )
        frozen.state = SubmissionState.ISSUED
        decision = Decision(
            submission_id=save(session, frozen).key,
            commune_id=self.commune_id,
            cycle_id=frozen.cycle_id,
            number=session.exec(select(func.count()).select_from(Decision)).one() + 1,
            symbol="QĐ-UBND",
            issued_on=now.date(),
            issued_year=now.year,
            signer_id=chairman.person_id,
            signer_mandate_id=chairman.mandates[0].key,
            authority_lines=[],
            audit_head="0",
            recorded_by=chairman.person_id,
            recorded_at=now,
        )
        grants.begin(session, save(session, decision), lines, now=now)

    def pay(self, month: Month) -> PaymentList:
        """The month's list, prepared and approved: its lines are fixed from then on."""
        session, now = self.session, at(month, 25)
        built = payment.build_list(session, commune_id=self.commune_id, month=month, now=now)
        payment.prepare(session, list_id=built.key, actor=self.office[Role.economy], now=now)
        return payment.approve(session, list_id=built.key, actor=self.office[Role.chairman], now=now)

    def run(self, *lates: Late) -> None:
        """Every month from the first to the last; what becomes known is told before the month's decision and list."""
        for month in FIRST.through(LAST):
            for late in lates:
                if late.known == month:
                    self.tell(late)
            if month.number % 3 == 1:
                self.decide(month)
            if grants.open_grant(self.session, self.person.key, Benefit.INCOME) or lists_of(
                self.session, self.commune_id
            ):
                self.pay(month)

    # ------------------------------------------------------------ what came of it

    def lines(self) -> list[EntitlementLine]:
        return list(self.session.exec(select(EntitlementLine).order_by(col(EntitlementLine.id))).all())

    def listed(self) -> dict[str, int]:
        """Đồng by month, all lines of a month together."""
        sums: dict[str, int] = {}
        for line in self.lines():
            sums[line.month] = sums.get(line.month, 0) + line.amount
        return {month: amount for month, amount in sums.items() if amount}

    def by_the_law(self, first: Month = FIRST) -> dict[str, int]:
        """The direct computation: each month by its first day, with all that is known in the end."""
        book = law.book_for(self.session, self.commune_id)
        amounts = {month.code: self.asked(month.first_day, book) for month in first.through(LAST)}
        return {month: amount for month, amount in amounts.items() if amount}

    def asked(self, day: date, book: LawBook) -> int:
        income, allowance = (self.known(kind, day) for kind in (FactKind.INCOME, FactKind.ALLOWANCE))
        person = PersonFacts(
            birth_date=BIRTH,
            residence="THUONG_TRU",
            statuses=(StatusFact("THOAT_NGHEO", ESCAPED),),
            income_kinds=() if income == NO_INCOME else ("LUONG",),
            allowance=allowance["monthly"],
        )
        return assess(person, day, book).monthly_amount

    def known(self, kind: FactKind, day: date) -> Any:
        return [value for since, value in self.facts[kind] if since <= day][-1]


MONTHS = st.integers(0, 9).map(FIRST.plus)
LATES = st.one_of(
    st.builds(Late, st.just("value"), st.sampled_from([1_400_000, 1_600_000, 1_750_000]), MONTHS, MONTHS),
    st.builds(Late, st.just("income"), st.sampled_from([0, 1]), MONTHS, MONTHS),
    st.builds(Late, st.just("allowance"), st.sampled_from([0, 500_000, 2_500_000]), MONTHS, MONTHS),
)


def may_be_told(late: Late) -> bool:
    """Known after the first decision, and not of a month to come."""
    return late.known > FIRST and late.holds <= late.known


@settings(deadline=None, max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(st.lists(LATES.filter(may_be_told), max_size=5))
@example([Late("income", 1, FIRST, Month(2027, 2))])  # it reaches back through two grants, of which one still runs
def test_the_lines_add_up_to_the_law_whatever_becomes_known_late(sqlite_engine: Engine, lates: list[Late]) -> None:
    with Session(sqlite_engine, expire_on_commit=False) as session:
        programme = Programme(session)
        programme.run(*lates)
        assert programme.listed() == programme.by_the_law()
        own = [line.month for line in programme.lines() if line.kind == LineKind.ENTITLEMENT]
        assert len(own) == len(set(own))
        session.rollback()


# each holds from before the first day on which any of them becomes known
FIXED = (
    Late("value", 1_600_000, Month(2026, 8), Month(2026, 12)),
    Late("income", 1, Month(2026, 9), Month(2027, 1)),
    Late("allowance", 500_000, Month(2026, 12), Month(2027, 3)),
)
# by hand: 1.500.000 at first; 1.600.000 from August; nothing beside a wage; beside an allowance what is missing of it
DUE = {"2026-07": 1_500_000, "2026-08": 1_600_000} | dict.fromkeys(
    ("2026-12", "2027-01", "2027-02", "2027-03", "2027-04"), 1_100_000
)


@pytest.mark.parametrize("order", list(permutations((Month(2026, 12), Month(2027, 1), Month(2027, 3)))), ids=str)
def test_in_whatever_order_the_same_things_become_known_the_sum_is_the_same(
    sqlite_session: Session, order: tuple[Month, ...]
) -> None:
    programme = Programme(sqlite_session)
    programme.run(*(Late(late.what, late.value, late.holds, known) for late, known in zip(FIXED, order, strict=True)))
    assert programme.listed() == DUE
    assert programme.by_the_law() == DUE


def reasons(programme: Programme) -> list[tuple[str, str, int, str]]:
    return [
        (line.month, line.kind, line.amount, line.reason) for line in programme.lines() if line.kind == "CORRECTION"
    ]


def test_a_value_confirmed_late_gives_arrears_line_by_line_with_the_reason(session: Session) -> None:
    programme = Programme(session)
    programme.run(Late("value", 1_600_000, Month(2026, 11), Month(2026, 12)))
    more = "Bù chênh lệch tháng {}: mức theo quy định thay đổi"
    assert reasons(programme) == [
        ("2026-11", "CORRECTION", 100_000, more.format("11/2026")),
        ("2026-12", "CORRECTION", 100_000, more.format("12/2026")),
    ]


def test_the_chairman_reads_which_months_change_and_why(session: Session) -> None:
    programme = Programme(session)
    programme.run(Late("value", 1_600_000, Month(2026, 11), Month(2026, 12)))
    lines = session.exec(select(SubmissionLine).order_by(col(SubmissionLine.id))).all()
    told = [in_words(line.earlier) for line in lines]
    words = "từ tháng 11/2026 đến tháng 01/2027: 1.600.000 đồng/tháng (mức theo quy định thay đổi)"
    assert told == ["", "", words, ""]
    views = submission_view(session, submission_id=lines[2].submission_id, actor=programme.office[Role.economy]).lines
    assert [one.earlier for one in views] == [words]


def test_an_income_entered_late_ends_support_and_recovers_the_months_since(session: Session) -> None:
    programme = Programme(session)
    programme.run(Late("income", 1, Month(2026, 9), Month(2026, 10)))
    why = "bắt đầu có thu nhập ổn định"
    assert reasons(programme) == [("2026-09", "CORRECTION", -1_500_000, f"Thu hồi tháng 09/2026: {why}")]
    (grant,) = session.exec(select(Grant).where(Grant.benefit == "INCOME")).all()
    assert (grant.to_month, grant.stop_reason) == ("2026-08", StopReason.INCOME_BEGAN)


def test_support_that_ended_by_mistake_comes_back_for_the_months_between(session: Session) -> None:
    programme = Programme(session)
    programme.run(Late("income", 1, Month(2026, 9), Month(2026, 10)), Late("income", 0, Month(2026, 9), Month(2027, 1)))
    assert programme.listed() == programme.by_the_law()
    assert programme.listed()["2026-11"] == 1_500_000
    assert [line.reason for line in programme.lines() if line.month == "2026-11"] == ["Truy lĩnh tháng 11/2026"]


def test_what_a_decision_gave_back_goes_when_a_death_is_told_later(session: Session) -> None:
    """Stopped in October from September on, given back in January; in February a death in November is told."""
    programme = Programme(session)
    lates = [Late("income", 1, Month(2026, 9), Month(2026, 10)), Late("income", 0, Month(2026, 9), Month(2027, 1))]
    for month in FIRST.through(Month(2027, 2)):
        for late in lates:
            if late.known == month:
                programme.tell(late)
        if month == Month(2027, 2):
            changes.record_event(
                session,
                person_id=programme.person.key,
                reason=StopReason.DEATH,
                happened_on=date(2026, 11, 9),
                note="",
                actor=programme.office[Role.economy],
                now=at(month, 5),
            )
        if month.number % 3 == 1:
            programme.decide(month)
        programme.pay(month)
    due = {f"2026-{number:02d}": 1_500_000 for number in range(7, 12)}
    assert programme.listed() == due


def test_who_moved_away_is_not_given_months_back(session: Session) -> None:
    programme = Programme(session)
    programme.decide(FIRST)
    changes.record_event(
        session,
        person_id=programme.person.key,
        reason=StopReason.MOVED_AWAY,
        happened_on=date(2026, 8, 9),
        note="",
        actor=programme.office[Role.economy],
        now=at(Month(2026, 8), 10),
    )
    programme.decide(Month(2026, 10))
    programme.pay(Month(2026, 10))
    assert programme.listed() == dict.fromkeys(("2026-07", "2026-08", "2026-10"), 1500000)


@pytest.mark.parametrize("left", [date(2026, 6, 9), date(2026, 8, 9), date(2026, 9, 30), date(2026, 10, 21)])
@pytest.mark.parametrize("built", [0, 1, 3])
@pytest.mark.parametrize("more", [False, True])
def test_a_move_told_between_freezing_and_issue_holds_whatever_was_built(
    sqlite_session: Session, left: date, built: int, more: bool
) -> None:
    """October's list is frozen, perhaps with more for months before; then the move is told; then it gets its number."""
    programme = Programme(sqlite_session)
    programme.decide(FIRST)
    for month in FIRST.through(Month(2026, 9)):
        if month < FIRST.plus(built):
            programme.pay(month)
    if more:
        programme.revise(1_600_000, date(2026, 8, 1), at(Month(2026, 10), 5))
    frozen = programme.freeze(Month(2026, 10))
    changes.record_event(
        sqlite_session,
        person_id=programme.person.key,
        reason=StopReason.MOVED_AWAY,
        happened_on=left,
        note="",
        actor=programme.office[Role.economy],
        now=at(Month(2026, 10), 22),
    )
    programme.issue(frozen, at(Month(2026, 10), 23))
    programme.pay(Month(2026, 10))
    programme.pay(Month(2026, 11))
    due = {month: amount for month, amount in programme.by_the_law().items() if month <= Month.of(left).code}
    assert programme.listed() == due


def test_what_happens_within_a_month_counts_from_the_next(session: Session) -> None:
    """An allowance from 15/09: by the assumed stop rule September stays, October is less."""
    programme = Programme(session)
    programme.decide(FIRST)
    programme.pay(FIRST)
    programme.pay(Month(2026, 8))
    programme.pay(Month(2026, 9))
    programme.state(FactKind.ALLOWANCE, {"kind": "TRO_CAP", "monthly": 500_000}, date(2026, 9, 15))
    programme.pay(Month(2026, 10))
    programme.decide(Month(2027, 1))
    lines = session.exec(select(SubmissionLine).order_by(col(SubmissionLine.id).desc())).first()
    assert lines is not None
    assert [(one["from"], one["to"], one["monthly_amount"]) for one in lines.earlier] == [
        ("2026-10", "2026-12", 1_000_000),
        ("2027-01", "2027-01", 1_700_000),
    ]


def test_the_chairman_who_refuses_somebody_supported_ends_the_support(session: Session) -> None:
    programme = Programme(session)
    programme.decide(FIRST)
    cycle = session.exec(select(Cycle).order_by(col(Cycle.id).desc())).first()
    assert cycle is not None
    case = session.exec(select(Case).where(Case.cycle_id == cycle.key)).one()
    case.status = CaseStatus.PROPOSED
    frozen = submissions.freeze(session, cycle, at(Month(2026, 8), 3))
    assert frozen is not None
    programme.issue(frozen, at(Month(2026, 8), 4), word="refuse")
    ended = session.exec(select(Grant)).all()
    assert {(grant.to_month, grant.stop_reason) for grant in ended} == {("2026-08", StopReason.ERROR_FOUND)}
