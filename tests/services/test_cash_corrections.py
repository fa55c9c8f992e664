"""A result of cash was recorded wrongly: two people put it right, and no closed month, line or transfer is edited."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from models.payment import LateResult, PaymentList, Transfer
from models.people import PayMethodKind, Person
from models.receipts import CashCorrection
from rules.months import Month
from rules.workflow import Role
from services import budget, ledger, payment, reconciliation, reconciliation_cash, reports
from services.errors import Problem
from services.reconciliation_refunds import record_refund
from services.reports import Span
from services.transfers import outstanding
from tests.services.money import HALF_A_MILLION, Desk, moment

WHY = "Ký nhầm sang người trùng tên, biên bản ngày 21/07/2026"
JULY = Month(2026, 7)


@pytest.fixture
def person(desk: Desk) -> Person:
    found = desk.person(PayMethodKind.CASH)
    desk.decide({found.key: HALF_A_MILLION})
    return found


def paid_july(desk: Desk, *, paid: bool = True) -> PaymentList:
    """July's cash is out, and its only result is recorded."""
    july = desk.build("2026-07")
    desk.send(july)
    (transfer,) = desk.transfers(july)
    reconciliation.record_cash(
        desk.session,
        transfer_id=transfer.key,
        paid=paid,
        reason="" if paid else "Vắng mặt",
        actor=desk.first,
        now=moment("2026-07", 20),
    )
    return july


def propose(desk: Desk, transfer: Transfer, *, paid: bool = False, reason: str = WHY) -> CashCorrection:
    return reconciliation_cash.propose_correction(
        desk.session, transfer_id=transfer.key, paid=paid, reason=reason, actor=desk.first, now=moment("2026-07", 26)
    )


def correct(desk: Desk, row: PaymentList, *, paid: bool = False) -> CashCorrection:
    found = propose(desk, desk.transfers(row)[0], paid=paid)
    return reconciliation_cash.confirm_correction(
        desk.session, correction_id=found.key, actor=desk.second, now=moment("2026-07", 27)
    )


def test_in_an_open_month_the_result_turns_over_and_the_month_adds_up(desk: Desk, person: Person) -> None:
    july = paid_july(desk)
    assert not correct(desk, july).is_late
    (transfer,) = desk.transfers(july)
    assert (transfer.state, transfer.return_reason) == ("RETURNED", WHY)
    desk.close(july)
    stands = payment.balance(desk.session, july.key)
    assert (stands.paid, stands.returned) == (0, HALF_A_MILLION)
    again, own = desk.transfers(desk.run_month("2026-08"))
    assert (again.retry_of, again.amount, own.amount) == (transfer.key, HALF_A_MILLION, HALF_A_MILLION)


def test_after_the_closing_the_month_stays_and_the_next_list_pays_who_got_nothing(desk: Desk, person: Person) -> None:
    july = desk.close(paid_july(desk))
    before = payment.balance(desk.session, july.key)
    assert correct(desk, july).is_late
    (transfer,) = desk.transfers(july)
    assert (transfer.state, payment.balance(desk.session, july.key)) == ("PAID", before)
    ((_, late),) = reconciliation.late_results(desk.session, july.key)
    assert (late.paid, late.reason, late.answer_row_id) == (False, WHY, None)
    assert budget.position(desk.session, desk.commune_id, 2026).paid == 0
    figures = {row.label: row.value for row in reports.figures(desk.session, desk.commune_id, Span(JULY, JULY))}
    assert figures["Số tiền đã chi trả"] == 0
    assert [one.key for one in reconciliation.unclaimed(desk.session, desk.commune_id)] == [transfer.key]
    assert [one.amount for one in desk.transfers(desk.run_month("2026-08"))] == [HALF_A_MILLION] * 2
    assert outstanding(desk.session, desk.commune_id)[person.key] == 0
    assert desk.lines(person) == [(f"2026-0{n}", "ENTITLEMENT", HALF_A_MILLION) for n in (7, 8)], "no line was touched"
    assert ledger.verify(desk.session, desk.commune_id) is None


def test_who_did_sign_after_all_is_not_paid_twice(desk: Desk, person: Person) -> None:
    july = desk.close(paid_july(desk, paid=False))
    correct(desk, july, paid=True)
    assert [one.attempt for one in desk.transfers(desk.build("2026-08"))] == [1]
    assert reconciliation.unclaimed(desk.session, desk.commune_id) == []


def test_paid_again_before_the_mistake_was_known_is_set_off_later(desk: Desk, person: Person) -> None:
    july = desk.close(paid_july(desk, paid=False))
    desk.run_month("2026-08")
    correct(desk, july, paid=True)
    assert outstanding(desk.session, desk.commune_id)[person.key] == -HALF_A_MILLION
    assert desk.transfers(desk.build("2026-09")) == []


def test_a_mistaken_correction_is_itself_corrected(desk: Desk, person: Person) -> None:
    july = desk.close(paid_july(desk))
    correct(desk, july)
    correct(desk, july, paid=True)
    assert [late.paid for late in desk.session.exec(select(LateResult).order_by("id"))] == [False, True]
    assert outstanding(desk.session, desk.commune_id)[person.key] == 0


def test_two_people_and_nothing_counts_or_closes_before_the_second(desk: Desk, person: Person) -> None:
    july = paid_july(desk)
    found = propose(desk, desk.transfers(july)[0])
    assert desk.transfers(july)[0].state == "PAID"
    with pytest.raises(Problem, match="two_people"):
        reconciliation_cash.confirm_correction(
            desk.session, correction_id=found.key, actor=desk.first, now=moment("2026-07", 27)
        )
    with pytest.raises(Problem, match="corrections_wait"):
        desk.close(july)
    with pytest.raises(Problem, match="correction_waits"):
        propose(desk, desk.transfers(july)[0])
    reconciliation_cash.withdraw_correction(
        desk.session, correction_id=found.key, actor=desk.office[Role.chairman], now=moment("2026-07", 27)
    )
    desk.close(july)
    assert payment.balance(desk.session, july.key).paid == HALF_A_MILLION


@pytest.mark.parametrize("case", ["reason", "same", "bank", "unanswered", "given back"])
def test_what_cannot_be_put_right_is_refused_with_a_reason(desk: Desk, case: str) -> None:
    person = desk.person(PayMethodKind.ACCOUNT if case == "bank" else PayMethodKind.CASH)
    desk.decide({person.key: HALF_A_MILLION})
    july = desk.build("2026-07")
    desk.send(july)
    (transfer,) = desk.transfers(july)
    if case != "unanswered":
        desk.answer(july, *([transfer.end_to_end_id] if case == "given back" else []))
    if case == "given back":
        desk.close(july)
        record_refund(
            desk.session,
            commune_id=desk.commune_id,
            transfer_ids=[transfer.key],
            voucher_no="08/01",
            returned_on=moment("2026-07", 25).date(),
            note="",
            actor=desk.first,
            now=moment("2026-07", 26),
        )
    code = {"reason": "correction_reason", "same": "same_result", "bank": "not_cash", "unanswered": "no_result"}
    with pytest.raises(Problem, match=code.get(case, "given_back")):
        propose(desk, transfer, paid=case in ("same", "given back"), reason=" " if case == "reason" else WHY)


def test_the_database_keeps_a_confirmed_correction_as_it_is(desk: Desk, person: Person) -> None:
    found = correct(desk, paid_july(desk))
    desk.session.flush()
    for change in ("UPDATE cash_correction SET paid = NOT paid", "DELETE FROM cash_correction"):
        with pytest.raises(DatabaseError, match="khong duoc sua"), desk.session.begin_nested():
            desk.session.connection().exec_driver_sql(f"{change} WHERE id = {found.key}")
