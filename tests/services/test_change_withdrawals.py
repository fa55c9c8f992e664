"""A death or a move recorded for the wrong person: a second person withdraws it, and nobody loses a đồng or a card."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from models.base import Record
from models.changes import LifeEvent
from models.insurance import CardDecrease, InsuranceBatch, Registration
from models.ledger import AuditEntry
from models.payment import Benefit, Grant
from models.people import Person
from models.staff import Account
from rules.workflow import CaseStatus, ChangeState, RegistrationState, Role, Step, StepState, StopReason
from services import change_decisions, change_withdrawals, changes, cycles, payment
from services.changes import record_event
from services.errors import Kind, Problem
from services.insurance_step import STEP
from services.staff import Actor, load_actor
from tests import factories
from tests.factories import save
from tests.services.money import HALF_A_MILLION, Desk, moment, open_desk


@pytest.fixture
def desk(session: Session) -> Desk:
    return open_desk(session)


def happens(desk: Desk, person: Person, reason: StopReason, on: date, recorded: str = "2026-08") -> LifeEvent:
    return record_event(
        desk.session,
        person_id=person.key,
        reason=reason,
        happened_on=on,
        note="",
        actor=desk.first,
        now=moment(recorded, 17),
    )


def withdrawn(desk: Desk, event: LifeEvent, month: str = "2026-09", actor: Actor | None = None, **said: Any) -> None:
    said = {"reason": "Ghi nhầm người trùng tên"} | said
    change_withdrawals.withdraw(
        desk.session, event_id=event.key, actor=actor or desk.office[Role.chairman], now=moment(month, 20), **said
    )


def written(desk: Desk, row: Record, **values: Any) -> None:
    """Past every service, straight into the database; taken back when it refuses."""
    table = type(row).__table__  # type: ignore[attr-defined]
    with desk.session.begin_nested():
        desk.session.execute(table.update().where(table.c.id == row.key).values(**values))


def test_a_death_of_the_wrong_person_is_withdrawn_and_the_missed_month_is_paid_with_the_next_list(desk: Desk) -> None:
    person = desk.person()
    (grant,) = desk.decide({person.key: HALF_A_MILLION})
    desk.run_month("2026-07")
    event = happens(desk, person, StopReason.DEATH, date(2026, 7, 20))
    desk.run_month("2026-08")
    withdrawn(desk, event, "2026-08")
    assert (grant.to_month, grant.stop_reason, grant.ended_by, person.died_on) == (None, None, None, None)
    (transfer,) = desk.transfers(desk.run_month("2026-09"))
    assert transfer.amount == 2 * HALF_A_MILLION
    assert [(month, amount) for month, _, amount in desk.lines(person)] == [
        ("2026-07", HALF_A_MILLION), ("2026-08", HALF_A_MILLION), ("2026-09", HALF_A_MILLION),
    ]  # fmt: skip
    (entry,) = desk.session.exec(select(AuditEntry).where(AuditEntry.action == "withdraw_event")).all()
    assert entry.account_id == desk.office[Role.chairman].account_id


def test_what_was_recovered_by_mistake_comes_back(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    for month in ("2026-07", "2026-08"):
        desk.run_month(month)
    event = happens(desk, person, StopReason.MOVED_AWAY, date(2026, 7, 2))
    desk.run_month("2026-09")
    assert sum(amount for _, _, amount in desk.lines(person)) == HALF_A_MILLION
    withdrawn(desk, event)
    desk.run_month("2026-10")
    assert sum(amount for _, _, amount in desk.lines(person)) == 4 * HALF_A_MILLION
    assert person.left_on is None


def test_who_recorded_it_cannot_withdraw_it_nor_can_another_role_and_it_needs_a_reason(desk: Desk) -> None:
    person = desk.person()
    (grant,) = desk.decide({person.key: HALF_A_MILLION})
    event = happens(desk, person, StopReason.DEATH, date(2026, 8, 2))
    with pytest.raises(Problem, match="two_people"):
        withdrawn(desk, event, actor=desk.first)
    for actor in (desk.office.heads[0], desk.office[Role.culture]):
        with pytest.raises(Problem) as refused:
            withdrawn(desk, event, actor=actor)
        assert refused.value.kind is Kind.NOT_ALLOWED
    with pytest.raises(Problem, match="reason_needed"):
        withdrawn(desk, event, reason=" ")
    assert (event.state, grant.to_month) == (ChangeState.WAITING, "2026-08")
    withdrawn(desk, event)
    with pytest.raises(Problem, match="change_state"):
        withdrawn(desk, event)


def test_who_recorded_it_cannot_withdraw_it_under_another_mandate_either(desk: Desk) -> None:
    event = happens(desk, desk.person(), StopReason.DEATH, date(2026, 8, 2))
    account = desk.session.get_one(Account, desk.first.person_id)
    factories.create_mandate(desk.session, account, desk.office.commune, Role.chairman)
    both = load_actor(desk.session, desk.first.person_id, on=date(2026, 9, 20))
    with pytest.raises(Problem, match="two_people"):
        withdrawn(desk, event, actor=both)
    own = {"withdrawn_by": event.reported_by, "withdrawn_at": moment("2026-09"), "withdrawal_reason": "Tự rút"}
    with pytest.raises(DBAPIError):
        written(desk, event, state=ChangeState.WITHDRAWN, **own)


def test_what_the_chairman_signed_only_he_withdraws_and_after_its_number_only_by_a_paper(desk: Desk) -> None:
    person, chairman = desk.person(), desk.office[Role.chairman]
    (grant,) = desk.decide({person.key: HALF_A_MILLION})
    event = happens(desk, person, StopReason.INCOME_BEGAN, date(2026, 7, 20))
    desk.decide_change(event, "2026-08")
    assert grant.to_month == "2026-07"
    with pytest.raises(Problem) as refused:
        withdrawn(desk, event, actor=desk.second)
    assert refused.value.kind is Kind.NOT_ALLOWED
    with pytest.raises(Problem, match="revoking_needed"):
        withdrawn(desk, event, actor=chairman)
    withdrawn(desk, event, actor=chairman, revoked_by="Quyết định số 77/QĐ-UBND ngày 19/09/2026")
    assert desk.session.get_one(Grant, grant.key).to_month is None
    assert event.state == ChangeState.WITHDRAWN
    assert "77/QĐ-UBND" in event.withdrawal_reason


def test_what_waits_for_the_chairman_can_be_withdrawn_and_then_he_cannot_sign_it(desk: Desk) -> None:
    person, chairman = desk.person(), desk.office[Role.chairman]
    (grant,) = desk.decide({person.key: HALF_A_MILLION})
    event = happens(desk, person, StopReason.OWN_REQUEST, date(2026, 8, 2))
    withdrawn(desk, event)
    with pytest.raises(Problem, match="change_state"):
        change_decisions.approve(desk.session, event_id=event.key, actor=chairman, now=moment("2026-09", 21))
    assert changes.apply_recorded(desk.session, commune_id=desk.commune_id, now=moment("2026-10")) == 0
    assert grant.to_month is None


def test_the_right_event_of_the_same_day_can_be_recorded_after_the_withdrawal(desk: Desk) -> None:
    person = desk.person()
    (grant,) = desk.decide({person.key: HALF_A_MILLION})
    first = happens(desk, person, StopReason.DEATH, date(2026, 8, 2))
    withdrawn(desk, first)
    second = happens(desk, person, StopReason.DEATH, date(2026, 8, 2), "2026-10")
    assert (second.key != first.key, grant.to_month, person.died_on) == (True, "2026-08", date(2026, 8, 2))
    assert happens(desk, person, StopReason.DEATH, date(2026, 8, 2), "2026-10") is second


def test_another_event_that_stands_still_ends_what_it_ends(desk: Desk) -> None:
    """A death recorded by mistake over a move that did happen, and a move over a death: the other one stays."""
    over, under = desk.person(), desk.person()
    (one, other) = desk.decide({over.key: HALF_A_MILLION, under.key: HALF_A_MILLION}, "2026-05")
    happens(desk, over, StopReason.MOVED_AWAY, date(2026, 8, 2))
    mistaken = happens(desk, over, StopReason.DEATH, date(2026, 6, 2))
    withdrawn(desk, mistaken)
    assert (one.to_month, one.stop_reason) == ("2026-08", StopReason.MOVED_AWAY)
    first = happens(desk, under, StopReason.MOVED_AWAY, date(2026, 8, 2))
    earlier = happens(desk, under, StopReason.DEATH, date(2026, 6, 2))
    withdrawn(desk, first)
    assert (other.to_month, other.stop_reason) == ("2026-06", StopReason.DEATH)
    withdrawn(desk, earlier)
    assert (other.to_month, other.stop_reason) == (None, None)


def test_an_event_that_had_nothing_to_end_beside_the_mistake_ends_it_now(desk: Desk) -> None:
    person = desk.person()
    (grant,) = desk.decide({person.key: HALF_A_MILLION}, "2026-05")
    mistaken = happens(desk, person, StopReason.DEATH, date(2026, 6, 2))
    happens(desk, person, StopReason.MOVED_AWAY, date(2026, 8, 2))
    withdrawn(desk, mistaken)
    assert (grant.to_month, grant.stop_reason) == ("2026-08", StopReason.MOVED_AWAY)


def test_a_decision_that_came_meanwhile_keeps_its_place(desk: Desk) -> None:
    person = desk.person()
    (old,) = desk.decide({person.key: HALF_A_MILLION}, "2026-05")
    event = happens(desk, person, StopReason.MOVED_AWAY, date(2026, 6, 2), "2026-07")
    (new,) = desk.decide({person.key: 700_000}, "2026-09", frozen_at=moment("2026-08", 20))
    withdrawn(desk, event)
    assert (old.to_month, old.stop_reason) == ("2026-08", StopReason.STATUS_CHANGED)
    assert new.to_month is None


def test_an_end_is_moved_later_by_nothing_but_a_withdrawal(desk: Desk) -> None:
    person, other = desk.person(), desk.person()
    (grant, untouched) = desk.decide({person.key: HALF_A_MILLION, other.key: HALF_A_MILLION})
    withdrawn(desk, happens(desk, person, StopReason.DEATH, date(2026, 8, 2)))
    happens(desk, person, StopReason.DEATH, date(2026, 9, 2), "2026-10")
    happens(desk, other, StopReason.DEATH, date(2026, 9, 2), "2026-10")
    for row in (grant, untouched):
        with pytest.raises(DBAPIError):
            written(desk, row, to_month=None, stop_reason=None)


def test_a_withdrawn_event_stays_as_it_is(desk: Desk) -> None:
    event = happens(desk, desk.person(), StopReason.DEATH, date(2026, 8, 2))
    withdrawn(desk, event)
    others: tuple[dict[str, Any], ...] = (
        {"state": ChangeState.NOTED},
        {"withdrawal_reason": "Khác"},
        {"happened_on": date(2026, 1, 1)},
    )
    for values in others:
        with pytest.raises(DBAPIError):
            written(desk, event, **values)
    delete = text("DELETE FROM life_event")
    with pytest.raises(DBAPIError):
        desk.session.execute(delete)


@pytest.mark.parametrize(("step", "status"), [(Step.lists, CaseStatus.LISTED), (Step.eligibility, CaseStatus.REVIEW)])
def test_who_left_the_running_quarter_by_mistake_comes_back_into_it(desk: Desk, step: Step, status: CaseStatus) -> None:
    person = desk.person()
    for row in cycles.step_rows(desk.session, desk.office.cycle.key):
        row.state = StepState.DONE if list(Step).index(Step(row.step)) < list(Step).index(step) else StepState.WAITING
        desk.session.add(row)
    case = factories.create_case(desk.session, desk.office.cycle, person, status=CaseStatus.REVIEW)
    event = happens(desk, person, StopReason.DEATH, date(2026, 8, 15))
    assert case.status == CaseStatus.WITHDRAWN
    withdrawn(desk, event)
    assert (case.status, case.needs_assessment) == (status, True)


def registered(desk: Desk, person: Person, state: RegistrationState) -> Registration:
    """A year's card, or the wish for one, under a BHYT grant of the person."""
    desk.know("BHYT.base_salary", 2_340_000)
    desk.know("BHYT.island_card_residents", "KHONG")
    (grant,) = desk.decide({person.key: 150_000}, benefit=Benefit.BHYT)
    batch = InsuranceBatch(
        cycle_id=desk.office.cycle.key,
        commune_id=desk.commune_id,
        number=1,
        people=1,
        total=1_800_000,
        made_at=moment("2026-07"),
    )
    if state != RegistrationState.PLANNED:
        batch.sent_at, batch.sent_by = moment("2026-07", 12), desk.first.person_id
    card: dict[str, Any] = {}
    if state == RegistrationState.CARD:
        card = {"card_no": "TN4310000000001", "valid_from": date(2026, 7, 1), "valid_to": date(2027, 6, 30)}
    row = Registration(
        cycle_id=desk.office.cycle.key,
        commune_id=desk.commune_id,
        person_id=person.key,
        grant_id=grant.key,
        batch_id=save(desk.session, batch).key,
        state=state,
        from_month="2026-07",
        months=12,
        amount=1_800_000,
        monthly=[150_000] * 12,
        **card,
    )
    return save(desk.session, row)


def test_a_card_whose_decrease_was_not_sent_simply_runs_on(desk: Desk) -> None:
    person = desk.person()
    row = registered(desk, person, RegistrationState.CARD)
    event = happens(desk, person, StopReason.DEATH, date(2026, 8, 15))
    assert len(desk.session.exec(select(CardDecrease)).all()) == 1
    withdrawn(desk, event)
    assert desk.session.exec(select(CardDecrease)).all() == []
    assert row.state == RegistrationState.CARD
    batch = desk.session.exec(select(InsuranceBatch).where(col(InsuranceBatch.sent_at).is_(None))).one()
    assert batch.decreases == 0


def test_a_card_that_bhxh_was_told_to_end_is_registered_anew(desk: Desk) -> None:
    person = desk.person()
    registered(desk, person, RegistrationState.CARD)
    event = happens(desk, person, StopReason.DEATH, date(2026, 8, 15))
    for batch in desk.session.exec(select(InsuranceBatch).where(col(InsuranceBatch.sent_at).is_(None))).all():
        batch.sent_at, batch.sent_by = moment("2026-08", 18), desk.first.person_id
        save(desk.session, batch)
    withdrawn(desk, event)
    now = moment("2026-09", 21)
    STEP.work(desk.session, desk.office.cycle, STEP.pending(desk.session, desk.office.cycle, now), now)
    rows = desk.session.exec(select(Registration).order_by(col(Registration.id))).all()
    assert [(one.state, one.from_month) for one in rows] == [
        (RegistrationState.CARD, "2026-07"), (RegistrationState.PLANNED, "2026-09"),
    ]  # fmt: skip


def test_one_that_never_reached_a_d03_is_registered_with_the_next_run(desk: Desk) -> None:
    person = desk.person()
    registered(desk, person, RegistrationState.PLANNED)
    event = happens(desk, person, StopReason.DEATH, date(2026, 8, 15))
    withdrawn(desk, event)
    now = moment("2026-09", 21)
    STEP.work(desk.session, desk.office.cycle, STEP.pending(desk.session, desk.office.cycle, now), now)
    (row,) = desk.session.exec(select(Registration)).all()
    assert (row.state, row.batch_id is not None) == (RegistrationState.PLANNED, True)


def test_who_withdrew_it_does_not_approve_the_list_that_pays_again(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    event = happens(desk, person, StopReason.DEATH, date(2026, 7, 2), "2026-07")
    withdrawn(desk, event, "2026-07", actor=desk.second)
    july = desk.build("2026-07")
    given: dict[str, Any] = {"list_id": july.key, "now": moment("2026-07", 21)}
    payment.prepare(desk.session, actor=desk.first, **given)
    with pytest.raises(Problem, match="two_people"):
        payment.approve(desk.session, actor=desk.second, **given)
