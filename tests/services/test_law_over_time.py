"""An amount changed by the office from 01/01/2027 changes what is paid from then; 2026 stays as it was decided."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from models.base import ZONE
from models.cycles import Case, Cycle
from models.eligibility import Assessment
from models.law import LawSnapshot
from models.payment import EntitlementLine, PaymentList
from models.people import FactKind, Household, HouseholdStatusKind, Person
from rules.explain import Audience, explain
from rules.months import Month
from rules.parameters import Reference
from rules.workflow import CaseStatus, Role, Step
from services import approval, eligibility, issuing, law, payment, review, submissions, what_if
from services.decided_law import as_decided
from services.law import NewValue
from services.register_entry import Numbered
from tests import demo_values, factories
from tests.factories import NOW, Office

TARGET = "NQ04.income.target"
RAISED = NewValue(
    TARGET,
    2_300_000,
    date(2027, 1, 1),
    Reference("09/2026/NQ-HĐND", "HĐND thành phố thử", "Điều 1"),
    scope="area=NONG_THON",
)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=ZONE)


@pytest.fixture
def office(session: Session) -> Office:
    """A demonstration commune with one elder of a near-poor household, under the review of quarter III/2026."""
    made = factories.create_office(session, reach=Step.eligibility, is_demo=True)
    demo_values.adopt(session, made)
    made.officers[Role.chairman] = factories.create_officer(session, made.commune, Role.chairman, post="Phó Chủ tịch")
    return made


@pytest.fixture
def elder(session: Session, office: Office) -> Person:
    person = factories.create_person(session, office.villages[0], birth_date=date(1960, 3, 2))
    household = session.get_one(Household, person.household_id)
    factories.create_status(session, household, HouseholdStatusKind.CAN_NGHEO, valid_from=date(2025, 1, 10))
    factories.create_fact(session, person, FactKind.RESIDENCE, "THUONG_TRU")
    factories.create_fact(session, person, FactKind.INCOME, {"kind": "KHONG", "monthly": 0})
    factories.create_pay_method(session, person)
    return person


def decide(session: Session, office: Office, cycle: Cycle, person: Person, first: date, number: int) -> None:
    """The whole review of a quarter from a day on, by the product's own acts, to the numbered decision."""
    economy, culture, chairman = (office[role] for role in (Role.economy, Role.culture, Role.chairman))
    factories.create_case(session, cycle, person, status=CaseStatus.REVIEW)
    eligibility.work(session, cycle, eligibility.pending(session, cycle, at(first)), at(first))
    signed, frozen, ruled = (at(first + timedelta(days=days)) for days in (1, 8, 9))
    review.propose_all_clear(session, cycle_id=cycle.key, actor=economy, now=signed)
    review.open_minutes(
        session,
        cycle_id=cycle.key,
        held_on=signed.date(),
        place="UBND",
        conclusion="Thống nhất",
        actor=economy,
        now=signed,
    )
    for signer in (economy, culture):
        review.sign_minutes(session, cycle_id=cycle.key, actor=signer, now=signed)
    review.post_list(
        session, cycle_id=cycle.key, starts_on=signed.date(), place="Nhà văn hóa", actor=economy, now=signed
    )
    approval.work(session, cycle, approval.pending(session, cycle, frozen), frozen)
    submission = submissions.latest(session, cycle.key)
    assert submission is not None
    approval.submit(session, submission_id=submission.key, actor=economy, now=frozen)
    approval.decide(session, submission_id=submission.key, rulings={}, actor=chairman, now=ruled)
    issuing.issue(
        session,
        submission_id=submission.key,
        given=Numbered(number, "QĐ-UBND", ruled.date()),
        actor=economy,
        now=ruled,
    )


def paid(session: Session, office: Office, through: str) -> dict[tuple[str, str], int]:
    """Every month's list up to one, prepared and approved; (list, month of the line) → đồng."""
    lists = payment.lists_of(session, office.commune.key)
    first = Month.parse(lists[-1].month).plus(1) if lists else Month(2026, 7)
    for month in first.through(Month.parse(through)):
        payment.build_list(
            session, commune_id=office.commune.key, month=month, now=at(month.first_day + timedelta(days=27))
        )
        _approve_list(session, office, month)
    rows = session.exec(select(EntitlementLine, PaymentList).where(EntitlementLine.list_id == PaymentList.id))
    return {(row.month, line.month): line.amount for line, row in rows}


def _approve_list(session: Session, office: Office, month: Month) -> None:
    """Two officers freeze the newest list, so that the next month's may be built."""
    second = factories.create_officer(session, office.commune, Role.economy)
    row = payment.lists_of(session, office.commune.key)[-1]
    now = at(month.first_day + timedelta(days=27))
    payment.prepare(session, list_id=row.key, actor=office[Role.economy], now=now)
    payment.approve(session, list_id=row.key, actor=second, now=now)


def explained(session: Session, person: Person, on: date) -> str:
    found = as_decided(session, person_id=person.key, on=on)
    assert found is not None
    return "\n".join(explain(found[1], Audience.officer))


def test_a_raised_amount_counts_from_its_month_and_2026_keeps_its_own(
    session: Session, office: Office, elder: Person
) -> None:
    decide(session, office, office.cycle, elder, date(2026, 7, 9), 35)
    before = paid(session, office, "2026-11")
    assert set(before.values()) == {1_500_000}
    told_before = explained(session, elder, date(2026, 12, 31))

    december = at(date(2026, 12, 10))
    row = law.propose(session, commune_id=office.commune.key, new=RAISED, actor=office[Role.economy], now=december)
    effects = what_if.of_proposal(session, commune_id=office.commune.key, new=RAISED, months=3)
    assert [effect.money for effect in effects if effect.moves] == [100_000] * 3, "over 2.200.000 of 2027"
    assert {move.before + 100_000 for effect in effects for move in effect.moves} == {
        move.after for effect in effects for move in effect.moves
    }
    law.confirm(session, revision_id=row.key, actor=office[Role.culture], now=december)
    session.commit()

    quarter = factories.create_cycle(
        session,
        office.commune,
        reach=Step.eligibility,
        year=2027,
        quarter=1,
        opened_on=date(2027, 1, 4),
        opened_at=at(date(2027, 1, 4)),
    )
    decide(session, office, quarter, elder, date(2027, 1, 5), 2)
    lines = paid(session, office, "2027-01")
    months = [month.code for month in Month(2026, 7).through(Month(2026, 12))]
    assert lines == {(month, month): 1_500_000 for month in months} | {("2027-01", "2027-01"): 2_300_000}

    told = explained(session, elder, date(2026, 12, 31))
    assert told == told_before
    assert "1.500.000 đồng" in told
    assert "(khu vực: nông thôn): 1.500.000 đồng một tháng, từ 01/01/2026" in told
    new = explained(session, elder, date(2027, 1, 31))
    raised = "2.300.000 đồng một tháng, từ 01/01/2027 – Điều 1, 09/2026/NQ-HĐND, HĐND thành phố thử"
    assert f"{raised}, bản {row.key} của đơn vị, đã xác nhận [{TARGET}]" in new


def test_a_value_set_back_into_2026_changes_the_law_of_the_day_but_not_what_the_decision_says_of_itself(
    session: Session, office: Office, elder: Person
) -> None:
    decide(session, office, office.cycle, elder, date(2026, 7, 9), 35)
    told = explained(session, elder, date(2026, 7, 31))
    assessed = session.exec(select(Assessment).join(Case).where(Case.person_id == elder.key)).one()
    pinned = session.exec(select(LawSnapshot.content).where(LawSnapshot.sha256 == assessed.law_sha256)).one()
    back = NewValue(TARGET, 1_600_000, date(2026, 5, 1), RAISED.reference, scope="area=NONG_THON")
    row = law.propose(session, commune_id=office.commune.key, new=back, actor=office[Role.economy], now=NOW)
    law.confirm(session, revision_id=row.key, actor=office[Role.culture], now=NOW)
    session.commit()
    today = law.book_for(session, office.commune.key).get(TARGET, on=date(2026, 7, 9), area="NONG_THON")
    assert today.value == 1_600_000
    assert explained(session, elder, date(2026, 7, 31)) == told
    assert [value["value"] for value in pinned if value["key"] == TARGET] == [1_500_000]
    assert as_decided(session, person_id=elder.key, on=date(2026, 7, 1)) is None
