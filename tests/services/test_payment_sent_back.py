"""The second person may send a prepared list back: it is prepared anew, and two people still decide on it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from models.notices import Mail
from models.payment import PaymentList
from models.people import PayMethodKind
from rules.workflow import PaymentListState, Role, StopReason
from services import changes, pay_methods, payment, transfers
from services.errors import Kind, Problem
from services.pay_methods import NewPayMethod
from services.payment_step import STEP
from services.staff import Actor
from tests.services.money import HALF_A_MILLION, Desk, moment


def _send_back(desk: Desk, row: PaymentList, actor: Actor | None = None, reason: str = "Sai tài khoản") -> PaymentList:
    return payment.send_back(
        desk.session, list_id=row.key, reason=reason, actor=actor or desk.second, now=moment(row.month, 12)
    )


def test_a_list_that_was_sent_back_is_prepared_anew_with_what_was_put_right(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    july = desk.prepare(desk.build("2026-07"))
    first_hash = july.list_sha256
    lines = desk.lines(person)
    _send_back(desk, july)
    assert (july.state, july.prepared_by, july.list_sha256) == (PaymentListState.DRAFT, None, "")
    new = NewPayMethod(PayMethodKind.CASH, evidence="Đơn đề nghị nhận tiền mặt")
    pay_methods.change(desk.session, person_id=person.key, new=new, actor=desk.first, now=moment("2026-07", 12))
    desk.prepare(july)
    assert july.list_sha256 != first_hash
    assert desk.lines(person) == lines
    assert [row.channel for row in desk.transfers(july)] == ["CASH"]
    desk.approve(july)
    (kept,) = payment.returns(desk.session, july.key)
    assert (kept.reason, kept.list_sha256, kept.prepared_by, kept.sent_back_by) == (
        "Sai tài khoản", first_hash, desk.first.person_id, desk.second.person_id,
    )  # fmt: skip


def test_whoever_prepared_it_once_cannot_approve_it_when_another_prepares_it_again(desk: Desk) -> None:
    desk.decide({desk.person().key: HALF_A_MILLION})
    july = desk.prepare(desk.build("2026-07"))
    _send_back(desk, july)
    payment.prepare(desk.session, list_id=july.key, actor=desk.second, now=moment("2026-07", 13))
    with pytest.raises(Problem, match="two_people"):
        payment.approve(desk.session, list_id=july.key, actor=desk.first, now=moment("2026-07", 14))
    chairman = desk.office[Role.chairman]
    payment.approve(desk.session, list_id=july.key, actor=chairman, now=moment("2026-07", 14))
    assert july.approved_by == chairman.person_id


def test_the_preparer_cannot_send_it_back_nor_anybody_without_a_reason_nor_what_is_approved(desk: Desk) -> None:
    desk.decide({desk.person().key: HALF_A_MILLION})
    july = desk.prepare(desk.build("2026-07"))
    with pytest.raises(Problem, match="two_people") as refused:
        _send_back(desk, july, actor=desk.first)
    assert refused.value.kind is Kind.NOT_ALLOWED
    with pytest.raises(Problem, match="send_back_reason"):
        _send_back(desk, july, reason="  ")
    desk.approve(july)
    with pytest.raises(Problem, match="list_state"):
        _send_back(desk, july)


def test_a_hold_survives_being_sent_back_and_only_another_person_lets_it_go(desk: Desk) -> None:
    session = desk.session
    desk.decide({desk.person().key: HALF_A_MILLION, desk.person().key: HALF_A_MILLION})
    july = desk.build("2026-07")
    held = desk.transfers(july)[0]
    transfers.hold_transfer(
        session, transfer_id=held.key, reason="Thiếu giấy tờ", actor=desk.first, now=moment("2026-07", 10)
    )
    desk.prepare(july)
    _send_back(desk, july)
    desk.prepare(july)
    row = next(one for one in desk.transfers(july) if one.end_to_end_id == held.end_to_end_id)
    assert (row.state, row.hold_reason, row.held_by) == ("HELD", "Thiếu giấy tờ", desk.first.person_id)
    with pytest.raises(Problem, match="two_people"):
        transfers.release_transfer(session, transfer_id=row.key, actor=desk.first, now=moment("2026-07", 12))


def test_no_later_month_is_built_on_a_list_that_may_still_come_back(desk: Desk) -> None:
    """Otherwise August would correct lines of July that July, sent back, computes anew."""
    session, cycle = desk.session, desk.office.cycle
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    july = desk.prepare(desk.build("2026-07"))
    assert STEP.pending(session, cycle, moment("2026-08")) == []
    with pytest.raises(Problem, match="draft_open"):
        desk.build("2026-08")
    changes.record_event(
        session,
        person_id=person.key,
        reason=StopReason.DEATH,
        happened_on=date(2026, 6, 3),
        note="",
        actor=desk.first,
        now=moment("2026-07", 12),
    )
    _send_back(desk, july)
    desk.prepare(july)
    assert desk.lines(person) == []
    desk.approve(july)
    assert STEP.pending(session, cycle, moment("2026-08")) == []
    assert july.total == 0


def test_those_who_act_next_are_told_each_time_the_list_comes_to_them(desk: Desk) -> None:
    desk.decide({desk.person().key: HALF_A_MILLION})
    july = desk.prepare(desk.build("2026-07"))
    _send_back(desk, july)
    desk.prepare(july)
    mails = desk.session.exec(select(Mail)).all()
    keys = [mail.dedup_key for mail in mails]
    for what in ("approve", "approve:1", "draft:1"):
        assert any(f"payment_list:{july.key}:{what}" in key for key in keys), what
    assert len(keys) == len(set(keys))
    told = [mail for mail in mails if mail.template == "payment_sent_back"]
    assert {(mail.role, mail.context["month"], mail.context["counts"]["people"]) for mail in told} == {
        ("economy", "2026-07", 1)
    }
    assert "Sai tài khoản" not in str([mail.context for mail in told]), "a reason may name a person: read on the page"


def test_the_database_takes_no_prepared_list_back_without_the_record_of_who_sent_it_and_why(desk: Desk) -> None:
    desk.decide({desk.person().key: HALF_A_MILLION})
    july = desk.prepare(desk.build("2026-07"))
    desk.session.commit()
    with pytest.raises(IntegrityError):
        desk.session.connection().exec_driver_sql("UPDATE payment_list SET state = 'DRAFT'")
    desk.session.rollback()
    _send_back(desk, july)
    with pytest.raises(IntegrityError):
        desk.session.connection().exec_driver_sql("UPDATE payment_list_return SET reason = 'khác'")
