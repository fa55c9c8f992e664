"""Support that rests by the chairman's decision, and goes on by another: money waits, the card does not."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import Session, select

from models.changes import LifeEvent
from models.payment import Benefit, EntitlementLine
from models.people import Person
from rules.workflow import ChangeState, Role, StopReason
from services import change_decisions, change_withdrawals, overview
from services.changes import record_event
from services.errors import Kind, Problem
from tests.services.money import HALF_A_MILLION, Desk, moment, open_desk


@pytest.fixture
def desk(session: Session) -> Desk:
    return open_desk(session)


def recorded(desk: Desk, person: Person, reason: StopReason, on: date, month: str = "2026-08") -> LifeEvent:
    note = "Chưa xác định được nơi ở" if reason is StopReason.SUSPENDED else "Đã xác minh"
    return record_event(
        desk.session,
        person_id=person.key,
        reason=reason,
        happened_on=on,
        note=note,
        actor=desk.first,
        now=moment(month, 15),
    )


def suspended(desk: Desk, person: Person, on: date = date(2026, 7, 20), month: str = "2026-08") -> LifeEvent:
    return desk.decide_change(recorded(desk, person, StopReason.SUSPENDED, on, month), month)


def resumed(desk: Desk, person: Person, on: date, month: str) -> LifeEvent:
    return desk.decide_change(recorded(desk, person, StopReason.RESUMED, on, month), month)


def sums(desk: Desk, person: Person) -> dict[str, int]:
    """What all lines together give the person, by month."""
    found: dict[str, int] = {}
    for month, _, amount in desk.lines(person):
        found[month] = found.get(month, 0) + amount
    return found


def test_money_rests_from_the_month_after_until_the_month_in_which_it_goes_on(desk: Desk) -> None:
    person = desk.person()
    grants = desk.decide({person.key: HALF_A_MILLION}) + desk.decide({person.key: 60_000}, benefit=Benefit.BHYT)
    desk.run_month("2026-07")
    suspended(desk, person)
    assert desk.transfers(desk.run_month("2026-08")) == []
    assert desk.transfers(desk.run_month("2026-09")) == []
    assert [grant.to_month for grant in grants] == [None, None], "neither the grant nor the card ends"
    resumed(desk, person, date(2026, 10, 1), "2026-10")
    desk.run_month("2026-10")
    assert sums(desk, person) == {"2026-07": HALF_A_MILLION, "2026-10": HALF_A_MILLION}


def test_a_decision_may_let_it_go_on_from_a_month_that_rested_and_the_next_list_pays_that_too(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    desk.run_month("2026-07")
    suspended(desk, person)
    for month in ("2026-08", "2026-09"):
        desk.run_month(month)
    resumed(desk, person, date(2026, 9, 5), "2026-10")
    (transfer,) = desk.transfers(desk.run_month("2026-10"))
    assert transfer.amount == 2 * HALF_A_MILLION
    assert sums(desk, person) == dict.fromkeys(("2026-07", "2026-09", "2026-10"), HALF_A_MILLION)


def test_months_that_were_paid_before_it_was_decided_come_back_with_the_reason(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    for month in ("2026-07", "2026-08"):
        desk.run_month(month)
    suspended(desk, person, month="2026-09")
    desk.run_month("2026-09")
    assert sums(desk, person) == {"2026-07": HALF_A_MILLION, "2026-08": 0}
    taken = select(EntitlementLine.reason).where(EntitlementLine.person_id == person.key, EntitlementLine.amount < 0)
    assert desk.session.exec(taken).all() == ["Thu hồi tháng 08/2026: tạm dừng hưởng"]


def test_nothing_rests_before_the_decision_has_its_number_and_another_person_decides(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    event = recorded(desk, person, StopReason.SUSPENDED, date(2026, 7, 20))
    assert event.state == ChangeState.WAITING
    assert len(desk.transfers(desk.run_month("2026-08"))) == 1
    with pytest.raises(Problem) as refused:
        change_decisions.approve(desk.session, event_id=event.key, actor=desk.first, now=moment("2026-08", 16))
    assert refused.value.kind is Kind.NOT_ALLOWED
    with pytest.raises(Problem, match="pause_waits"):
        recorded(desk, person, StopReason.SUSPENDED, date(2026, 7, 21))


def test_its_paper_says_what_it_does_and_why(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    first = change_decisions.draft(desk.session, recorded(desk, person, StopReason.SUSPENDED, date(2026, 7, 20)))
    (row,) = first.data["rows"]
    assert (first.data["kind"], row["before"], row["after"], row["from_month"]) == (
        "tạm dừng hưởng", HALF_A_MILLION, 0, "08/2026",
    )  # fmt: skip
    assert row["reason"] == "Tạm dừng hưởng, ngày 20/07/2026: Chưa xác định được nơi ở"
    desk.decide_change(desk.session.get_one(LifeEvent, int(first.subject.removeprefix("life_event:"))), "2026-08")
    back = recorded(desk, person, StopReason.RESUMED, date(2026, 10, 2), "2026-10")
    again = change_decisions.draft(desk.session, back)
    (row,) = again.data["rows"]
    assert (again.data["kind"], row["before"], row["after"], row["from_month"]) == (
        "cho hưởng lại", 0, HALF_A_MILLION, "10/2026",
    )  # fmt: skip


def test_only_what_runs_can_rest_and_only_what_rests_can_go_on(desk: Desk) -> None:
    person, nobody = desk.person(), desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    with pytest.raises(Problem, match="nothing_runs"):
        recorded(desk, nobody, StopReason.SUSPENDED, date(2026, 7, 20))
    with pytest.raises(Problem, match="pause_state"):
        recorded(desk, person, StopReason.RESUMED, date(2026, 7, 20))
    suspended(desk, person)
    with pytest.raises(Problem, match="pause_state"):
        recorded(desk, person, StopReason.SUSPENDED, date(2026, 8, 1))
    with pytest.raises(Problem) as refused:
        recorded(desk, person, StopReason.RESUMED, date(2026, 6, 30))
    assert (refused.value.code, refused.value.field) == ("resumed_on", "happened_on")


def test_a_pause_of_the_wrong_person_is_withdrawn_and_what_was_missed_is_paid(desk: Desk) -> None:
    person, chairman = desk.person(), desk.office[Role.chairman]
    desk.decide({person.key: HALF_A_MILLION})
    desk.run_month("2026-07")
    event = suspended(desk, person)
    desk.run_month("2026-08")
    change_withdrawals.withdraw(
        desk.session, event_id=event.key, reason="Nhầm người trùng tên", revoked_by="Quyết định 77", actor=chairman,
        now=moment("2026-08", 25),
    )  # fmt: skip
    desk.run_month("2026-09")
    assert sums(desk, person) == dict.fromkeys(("2026-07", "2026-08", "2026-09"), HALF_A_MILLION)


def test_a_death_while_it_rests_ends_it_for_good(desk: Desk) -> None:
    person = desk.person()
    (grant,) = desk.decide({person.key: HALF_A_MILLION})
    desk.run_month("2026-07")
    suspended(desk, person)
    recorded(desk, person, StopReason.DEATH, date(2026, 8, 14))
    assert grant.to_month == "2026-08"
    with pytest.raises(Problem, match="nothing_runs"):
        recorded(desk, person, StopReason.RESUMED, date(2026, 9, 1), "2026-09")
    desk.run_month("2026-09")
    assert sums(desk, person) == {"2026-07": HALF_A_MILLION}


def test_whose_money_rests_is_not_forgotten(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})

    def waiting() -> list[int]:
        work = overview.todo(desk.session, commune_id=desk.commune_id, actor=desk.first)
        return [item.count for item in work if item.label == "Người đang tạm dừng hưởng"]

    assert waiting() == []
    suspended(desk, person)
    assert waiting() == [1]
    resumed(desk, person, date(2026, 9, 1), "2026-09")
    assert waiting() == []
