"""A base salary known after the D03-TS was sent: nothing is bought for the past, months are settled by lines."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

from models.insurance import ContributionDifference, InsuranceBatch, Registration
from models.payment import Benefit
from models.people import Person
from rules.months import Month
from rules.parameters import LawGap
from rules.workflow import Role, Step, StopReason
from services import budget, changes, insurance, insurance_differences
from services.errors import Kind, Problem
from services.insurance_step import STEP
from tests.services.money import Desk, moment, open_desk

OLD, NEW = 105_300, 113_850


@pytest.fixture
def desk(session: Session) -> Desk:
    found = open_desk(session, reach=Step.insurance)
    found.know("BHYT.base_salary", 2_340_000)
    found.know("BHYT.island_card_residents", "KHONG")
    found.know("NQ04.stop_by_decision", [])
    return found


@pytest.fixture
def person(desk: Desk) -> Person:
    """Registered in July for six months at the salary of then; the D03-TS is sent."""
    found = desk.person()
    desk.decide({found.key: OLD}, benefit=Benefit.BHYT)
    STEP.work(
        desk.session,
        desk.office.cycle,
        STEP.pending(desk.session, desk.office.cycle, moment("2026-07")),
        moment("2026-07"),
    )
    batch = desk.session.exec(select(InsuranceBatch)).one()
    insurance.mark_sent(desk.session, batch_id=batch.key, actor=desk.first, now=moment("2026-07", 15))
    return found


def salary_is_raised(desk: Desk, since: date, rule: str = "MONTH_BY_MONTH") -> None:
    desk.know("BHYT.salary_month_rule", rule)
    desk.know("BHYT.base_salary", 2_530_000, since)


def found(desk: Desk) -> list[tuple[str, int]]:
    return [(str(one.month), one.amount) for one in insurance_differences.differences(desk.session, desk.commune_id)]


def settle(desk: Desk, document: str = "12/BHXH-QT", day: date = date(2026, 12, 1)) -> int:
    return insurance_differences.settle(
        desk.session,
        commune_id=desk.commune_id,
        document=document,
        settled_on=day,
        actor=desk.first,
        now=moment("2026-12", 2),
    )


def test_registered_months_cost_what_the_salary_of_their_own_says_and_are_settled_once(
    desk: Desk, person: Person
) -> None:
    assert found(desk) == []
    salary_is_raised(desk, date(2026, 10, 1))
    assert found(desk) == [(f"{number}/2026", NEW - OLD) for number in (10, 11, 12)]
    assert settle(desk) == 3 * (NEW - OLD)
    assert found(desk) == []
    assert desk.session.exec(select(Registration.monthly)).one() == [OLD] * 6, "what was registered is not edited"
    with pytest.raises(Problem, match="nothing_to_settle"):
        settle(desk, "13/BHXH-QT")


def test_where_the_salary_of_the_day_of_payment_counts_a_later_raise_changes_nothing(
    desk: Desk, person: Person
) -> None:
    salary_is_raised(desk, date(2026, 10, 1), "AT_PAYMENT")
    assert found(desk) == []


def test_a_value_that_held_on_the_day_of_payment_already_changes_every_month(desk: Desk, person: Person) -> None:
    salary_is_raised(desk, date(2026, 7, 1), "AT_PAYMENT")
    assert [amount for _, amount in found(desk)] == [NEW - OLD] * 6


def test_while_the_rule_is_not_known_nothing_is_guessed(desk: Desk, person: Person) -> None:
    desk.know("BHYT.base_salary", 2_530_000, date(2026, 10, 1))
    with pytest.raises(LawGap, match=r"BHYT\.salary_month_rule"):
        found(desk)
    assert insurance_differences.open_sum(desk.session, desk.commune_id, 2026) == 0


def test_months_given_back_are_not_charged_and_what_was_settled_for_them_comes_back(desk: Desk, person: Person) -> None:
    salary_is_raised(desk, date(2026, 10, 1))
    settle(desk, day=date(2026, 10, 5))
    changes.record_event(
        desk.session,
        person_id=person.key,
        reason=StopReason.DEATH,
        happened_on=date(2026, 10, 20),
        note="",
        actor=desk.first,
        now=moment("2026-12", 3),
    )
    state = desk.session.exec(select(Registration)).one()
    assert state.state == "REMOVED", "without a card yet it is not waited for"
    assert found(desk) == [(f"{number}/2026", OLD - NEW) for number in (10, 11, 12)]


def test_the_year_counts_what_is_still_to_be_settled_and_then_what_was(desk: Desk, person: Person) -> None:
    before = budget.position(desk.session, desk.commune_id, 2026)
    salary_is_raised(desk, date(2026, 10, 1))
    waiting = budget.position(desk.session, desk.commune_id, 2026)
    assert waiting.in_process - before.in_process == 3 * (NEW - OLD)
    settle(desk)
    done = budget.position(desk.session, desk.commune_id, 2026)
    assert done.in_process + done.paid == waiting.in_process + waiting.paid


def test_only_phong_kinh_te_settles_with_a_paper_of_a_day_that_has_come(desk: Desk, person: Person) -> None:
    salary_is_raised(desk, date(2026, 10, 1))
    with pytest.raises(Problem, match="document_needed"):
        settle(desk, " ")
    with pytest.raises(Problem, match="settled_day"):
        settle(desk, day=date(2026, 12, 3))
    with pytest.raises(Problem) as refused:
        insurance_differences.settle(
            desk.session,
            commune_id=desk.commune_id,
            document="1",
            settled_on=date(2026, 12, 1),
            actor=desk.office[Role.chairman],
            now=moment("2026-12", 2),
        )
    assert refused.value.kind is Kind.NOT_ALLOWED


def test_a_settled_difference_is_never_edited(desk: Desk, person: Person) -> None:
    salary_is_raised(desk, date(2026, 12, 1))
    settle(desk)
    row = desk.session.exec(select(ContributionDifference)).one()
    assert (row.month, row.amount) == (Month(2026, 12).code, NEW - OLD)
    row.amount = 1
    desk.session.add(row)
    with pytest.raises(DatabaseError):
        desk.session.flush()
