"""Between the quarters: a death, a move or another event ends what is given, and what went out too far is recovered."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, col, select

from adapters.letters import FORMS, write_letter
from adapters.papers import docx_text
from models.approval import Decision
from models.changes import LifeEvent
from models.cycles import Case
from models.documents import Document
from models.ledger import AuditEntry, Involvement
from models.notices import Mail
from models.payment import Benefit, Grant
from models.people import Person
from models.staff import Account
from rules.workflow import CaseStatus, ChangeState, Role, StopReason
from services import change_decisions, change_papers, changes, payment
from services.changes import record_event
from services.errors import Kind, Problem
from services.register_entry import Numbered
from services.staff import Actor, load_actor
from tests import factories
from tests.services.money import HALF_A_MILLION, Desk, moment, open_desk


@pytest.fixture
def desk(session: Session) -> Desk:
    return open_desk(session)


def happens(
    desk: Desk,
    person: Person,
    reason: StopReason,
    on: date,
    *,
    recorded: str = "2026-08",
    actor: Actor | None = None,
) -> LifeEvent:
    """The office records on the seventeenth of a month what happened to somebody."""
    return record_event(
        desk.session,
        person_id=person.key,
        reason=reason,
        happened_on=on,
        note="",
        actor=actor or desk.first,
        now=moment(recorded, 17),
    )


def test_the_month_of_death_is_still_due_and_the_next_is_not(desk: Desk) -> None:
    person, other = desk.person(), desk.person()
    desk.decide({person.key: HALF_A_MILLION, other.key: HALF_A_MILLION})
    desk.run_month("2026-07")
    desk.run_month("2026-08")
    happens(desk, person, StopReason.DEATH, date(2026, 8, 15))
    september = desk.run_month("2026-09")
    assert [row.person_id for row in desk.transfers(september)] == [other.key]
    assert desk.lines(person) == [("2026-07", "ENTITLEMENT", 500_000), ("2026-08", "ENTITLEMENT", 500_000)]
    grant = desk.session.exec(select(Grant).where(Grant.person_id == person.key)).one()
    assert (grant.to_month, grant.stop_reason) == ("2026-08", StopReason.DEATH)
    assert person.died_on == date(2026, 8, 15)


def test_a_death_reported_late_is_recovered_by_a_line_that_points_at_the_month(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    for month in ("2026-07", "2026-08"):
        desk.run_month(month)
    happens(desk, person, StopReason.DEATH, date(2026, 7, 30))
    september = desk.run_month("2026-09")
    assert desk.lines(person)[-1] == ("2026-08", "CORRECTION", -500_000)
    (owing,) = payment.without_transfer(desk.session, september.key)
    assert (owing.person_id, owing.rest) == (person.key, -500_000)
    assert payment.due_months(desk.session, desk.commune_id, now=moment("2026-12")) == []


def test_money_that_came_back_is_not_paid_again_when_it_was_not_due(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION}, "2026-08")
    desk.run_month("2026-08", f"HT2608-{person.key:04d}")
    happens(desk, person, StopReason.DEATH, date(2026, 7, 30))
    september = desk.run_month("2026-09")
    assert desk.transfers(september) == []
    assert sum(amount for _, _, amount in desk.lines(person)) == 0


def test_the_same_event_twice_changes_nothing(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    first = happens(desk, person, StopReason.MOVED_AWAY, date(2026, 8, 2))
    entries = len(desk.session.exec(select(AuditEntry)).all())
    assert happens(desk, person, StopReason.MOVED_AWAY, date(2026, 8, 2)) is first
    assert len(desk.session.exec(select(AuditEntry)).all()) == entries


def test_an_event_only_ever_shortens_what_was_ended(desk: Desk) -> None:
    person = desk.person()
    (grant,) = desk.decide({person.key: HALF_A_MILLION}, "2026-05")
    happens(desk, person, StopReason.MOVED_AWAY, date(2026, 7, 2))
    happens(desk, person, StopReason.DEATH, date(2026, 8, 2))
    assert (grant.to_month, grant.stop_reason) == ("2026-07", StopReason.MOVED_AWAY)
    desk.decide_change(happens(desk, person, StopReason.ERROR_FOUND, date(2026, 6, 1)), "2026-08")
    assert (grant.to_month, grant.stop_reason) == ("2026-06", StopReason.ERROR_FOUND)
    desk.decide_change(happens(desk, person, StopReason.INCOME_BEGAN, date(2026, 1, 9)), "2026-08")
    assert grant.to_month == "2026-04"
    assert payment.due_months(desk.session, desk.commune_id, now=moment("2026-08")) == []


def test_a_decision_on_a_list_that_did_not_know_of_the_death_pays_nobody(desk: Desk) -> None:
    dead, alive = desk.person(), desk.person()
    happens(desk, dead, StopReason.DEATH, date(2026, 6, 20), recorded="2026-07")
    (grant, _) = desk.decide({dead.key: HALF_A_MILLION, alive.key: HALF_A_MILLION}, "2026-08")
    august = desk.build("2026-08")
    assert [row.person_id for row in desk.transfers(august)] == [alive.key]
    assert (grant.to_month, grant.stop_reason, grant.ended_by) == ("2026-07", StopReason.DEATH, None)


def test_who_came_back_and_was_decided_anew_is_paid(desk: Desk) -> None:
    person = desk.person()
    happens(desk, person, StopReason.MOVED_AWAY, date(2026, 7, 2), recorded="2026-07")
    desk.decide({person.key: HALF_A_MILLION}, "2026-09", frozen_at=moment("2026-08", 20))
    assert [row.person_id for row in desk.transfers(desk.build("2026-09"))] == [person.key]


@pytest.mark.parametrize("status", [CaseStatus.LISTED, CaseStatus.HEALTH, CaseStatus.REVIEW, CaseStatus.PROPOSED])
def test_who_is_gone_leaves_the_running_cycle(desk: Desk, status: CaseStatus) -> None:
    person = desk.person()
    case = factories.create_case(desk.session, desk.office.cycle, person, status=status)
    happens(desk, person, StopReason.DEATH, date(2026, 8, 15))
    assert case.status == CaseStatus.WITHDRAWN
    hands = desk.session.exec(select(Involvement.account_id)).all()
    assert list(hands) == [desk.first.account_id]


def test_any_other_event_has_the_case_assessed_anew_and_a_submitted_list_is_left_alone(desk: Desk) -> None:
    earning, submitted = desk.person(), desk.person()
    cycle = desk.office.cycle
    case = factories.create_case(desk.session, cycle, earning, status=CaseStatus.PROPOSED, needs_assessment=False)
    frozen = factories.create_case(desk.session, cycle, submitted, status=CaseStatus.SUBMITTED)
    happens(desk, earning, StopReason.INCOME_BEGAN, date(2026, 8, 15))
    happens(desk, submitted, StopReason.DEATH, date(2026, 8, 15))
    assert (case.status, case.needs_assessment, frozen.status) == (CaseStatus.PROPOSED, True, CaseStatus.SUBMITTED)


def test_a_village_head_records_deaths_of_the_own_thon_and_nothing_else(desk: Desk) -> None:
    head, stranger = desk.office.heads
    person = desk.person(village=0)
    case = factories.create_case(desk.session, desk.office.cycle, person, status=CaseStatus.REVIEW)
    for actor, reason in (
        (stranger, StopReason.DEATH),
        (head, StopReason.INCOME_BEGAN),
        (desk.office[Role.culture], StopReason.DEATH),
    ):
        with pytest.raises(Problem) as refused:
            happens(desk, person, reason, date(2026, 8, 15), actor=actor)
        assert refused.value.kind is Kind.NOT_ALLOWED
    happens(desk, person, StopReason.DEATH, date(2026, 8, 15), actor=head)
    assert case.status == CaseStatus.WITHDRAWN


def test_what_the_chairman_must_decide_ends_nothing_before_his_decision_has_its_number(desk: Desk) -> None:
    person = desk.person()
    (grant,) = desk.decide({person.key: HALF_A_MILLION})
    desk.run_month("2026-07")
    event = happens(desk, person, StopReason.INCOME_BEGAN, date(2026, 7, 20))
    assert (event.state, event.by_decision, grant.to_month) == (ChangeState.WAITING, True, None)
    mails = desk.session.exec(select(Mail).where(Mail.template == "change_for_approval")).all()
    assert {(mail.role, mail.context["counts"]["changes"]) for mail in mails} == {(Role.chairman, 1)}
    assert [row.person_id for row in desk.transfers(desk.build("2026-08"))] == [person.key], "support goes on"
    desk.decide_change(event, "2026-08")
    assert (event.state, grant.to_month, grant.stop_reason) == (ChangeState.DECIDED, "2026-07", "INCOME_BEGAN")
    paper = change_decisions.draft(desk.session, event)
    assert (paper.number, paper.issued_on) == (str(900 + event.key), date(2026, 8, 18))


def test_a_refused_change_leaves_the_support_as_it_is_and_needs_a_reason(desk: Desk) -> None:
    person, chairman = desk.person(), desk.office[Role.chairman]
    (grant,) = desk.decide({person.key: HALF_A_MILLION})
    event = happens(desk, person, StopReason.OWN_REQUEST, date(2026, 8, 2))
    given: dict[str, Any] = {"event_id": event.key, "actor": chairman, "now": moment("2026-08", 18)}
    with pytest.raises(Problem, match="reason_needed"):
        change_decisions.refuse(desk.session, reason=" ", **given)
    change_decisions.refuse(desk.session, reason="Người này đổi ý", **given)
    assert (event.state, grant.to_month) == (ChangeState.REFUSED, None)
    with pytest.raises(Problem, match="change_state"):
        change_decisions.approve(desk.session, **given)
    assert changes.apply_recorded(desk.session, commune_id=desk.commune_id, now=moment("2026-09")) == 0
    assert grant.to_month is None


def test_who_reported_a_change_cannot_decide_it_and_a_record_in_force_cannot_be_refused(desk: Desk) -> None:
    person, dead = desk.person(), desk.person()
    desk.decide({person.key: HALF_A_MILLION, dead.key: HALF_A_MILLION})
    factories.create_mandate(
        desk.session, desk.session.get_one(Account, desk.first.person_id), desk.office.commune, Role.chairman
    )
    both = load_actor(desk.session, desk.first.person_id, on=date(2026, 8, 18))
    event = happens(desk, person, StopReason.INCOME_BEGAN, date(2026, 8, 2))
    now = moment("2026-08", 18)
    with pytest.raises(Problem) as refused:
        change_decisions.approve(desk.session, event_id=event.key, actor=both, now=now)
    assert (refused.value.kind, refused.value.code) == (Kind.NOT_ALLOWED, "two_people")
    with pytest.raises(Problem) as refused:
        change_decisions.approve(desk.session, event_id=event.key, actor=desk.second, now=now)
    assert refused.value.kind is Kind.NOT_ALLOWED
    death = happens(desk, dead, StopReason.DEATH, date(2026, 8, 2))
    assert (death.state, death.by_decision) == (ChangeState.WAITING, False)
    with pytest.raises(Problem, match="in_force"):
        change_decisions.refuse(
            desk.session, event_id=death.key, reason="Nhầm", actor=desk.office[Role.chairman], now=now
        )


def test_a_number_is_taken_only_after_the_chairman_and_for_a_written_draft(desk: Desk) -> None:
    person = desk.person()
    (grant,) = desk.decide({person.key: HALF_A_MILLION})
    event = happens(desk, person, StopReason.INCOME_BEGAN, date(2026, 8, 2))
    given = Numbered(12, "QĐ-UBND", date(2026, 8, 18))
    now = moment("2026-08", 18)
    with pytest.raises(Problem, match="change_state"):
        change_decisions.issue(desk.session, event_id=event.key, given=given, actor=desk.first, now=now)
    change_decisions.approve(desk.session, event_id=event.key, actor=desk.office[Role.chairman], now=now)
    with pytest.raises(Problem, match="not_written"):
        change_decisions.issue(desk.session, event_id=event.key, given=given, actor=desk.first, now=now)
    assert grant.to_month is None


def test_a_change_of_somebody_without_support_needs_no_decision(desk: Desk) -> None:
    person = desk.person()
    event = happens(desk, person, StopReason.INCOME_BEGAN, date(2026, 8, 2))
    assert (event.state, event.by_decision) == (ChangeState.NOTED, False)


def test_a_new_amount_replaces_the_old_by_a_decision_with_a_paper_and_both_are_paid_in_their_months(desk: Desk) -> None:
    person, same = desk.person(), desk.person()
    desk.decide({person.key: HALF_A_MILLION, same.key: HALF_A_MILLION})
    desk.run_month("2026-07")
    (new,) = desk.decide({person.key: 700_000}, "2026-08")
    decision = desk.session.get_one(Decision, new.decision_id)
    change_papers.want_adjust(desk.session, decision, now=moment("2026-08"))
    (paper,) = desk.session.exec(select(Document).where(Document.kind == "adjust_decision")).all()
    (row,) = paper.data["rows"]
    assert (row["full_name"], row["before"], row["after"], row["from_month"]) == (
        person.full_name, HALF_A_MILLION, 700_000, "08/2026",
    )  # fmt: skip
    desk.run_month("2026-08")
    assert [(month, amount) for month, _, amount in desk.lines(person)] == [
        ("2026-07", HALF_A_MILLION), ("2026-08", 700_000),
    ]  # fmt: skip
    text = docx_text(write_letter(FORMS["adjust_decision"], paper.data))
    assert "700.000" in text
    assert same.full_name not in text


def test_a_day_to_come_and_a_second_death_are_refused(desk: Desk) -> None:
    person = desk.person()
    with pytest.raises(Problem, match="event_day"):
        happens(desk, person, StopReason.DEATH, date(2026, 8, 18))
    happens(desk, person, StopReason.DEATH, date(2026, 8, 15))
    with pytest.raises(Problem, match="died_before"):
        happens(desk, person, StopReason.DEATH, date(2026, 8, 14))


def test_without_a_rule_for_that_day_nothing_is_recorded_and_the_key_is_named(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION}, benefit=Benefit.BHYT)
    with pytest.raises(Problem) as refused:
        happens(desk, person, StopReason.DEATH, date(2025, 12, 31))
    assert refused.value.kind is Kind.WAITING
    assert "NQ04.stop_rule" in refused.value.message
    assert desk.session.exec(select(LifeEvent)).all() == []
    assert desk.session.exec(select(Case.status).where(col(Case.person_id) == person.key)).one() == "APPROVED"
