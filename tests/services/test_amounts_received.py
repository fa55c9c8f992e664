"""Less or more than planned reached a person and the bank leaves it so: two people let it count, the books hold."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DatabaseError

from models.payment import BankAnswerRow, PaymentList, Transfer
from models.people import Person
from models.receipts import AmountReceived
from models.treasury import TreasuryReturnLine
from rules.months import Month
from rules.workflow import Role, TransferState
from services import budget, payment, reconciliation, reconciliation_amounts, reports
from services.errors import Problem
from services.reports import Span
from services.transfers import outstanding
from tests.services.money import HALF_A_MILLION, Answer, Desk, moment

PART = 300_000
JULY = Month(2026, 7)


@pytest.fixture
def person(desk: Desk) -> Person:
    found = desk.person()
    desk.decide({found.key: HALF_A_MILLION})
    return found


def said(desk: Desk, row: PaymentList, amount: int, *, paid: bool = True, day: int = 20) -> BankAnswerRow:
    """A bank's file about the list's first transfer, with another amount than planned: its row waits."""
    (transfer, *_) = desk.transfers(row)
    payment.import_answer(
        desk.session,
        list_id=row.key,
        file_name="kq.xlsx",
        sha256=f"{row.key}-{amount}-{paid}",
        rows=[Answer(2, transfer.end_to_end_id, amount, paid, "")],
        actor=desk.first,
        now=moment(row.month, day),
    )
    return reconciliation.waiting_rows(desk.session, row.key)[-1]


def propose(desk: Desk, row: BankAnswerRow, transfer: Transfer, month: str = "2026-07") -> AmountReceived:
    return reconciliation_amounts.propose(
        desk.session,
        row_id=row.key,
        transfer_id=transfer.key,
        note="Ngân hàng trả lời số 12: không chuyển bù",
        actor=desk.first,
        now=moment(month, 22),
    )


def received(desk: Desk, row: PaymentList, amount: int, *, paid: bool = True, day: int = 20) -> AmountReceived:
    """Stated by the bank, proposed by the first officer, confirmed by the second."""
    found = propose(desk, said(desk, row, amount, paid=paid, day=day), desk.transfers(row)[0], row.month)
    return reconciliation_amounts.confirm(
        desk.session, receipt_id=found.key, actor=desk.second, now=moment(row.month, day + 3)
    )


def test_the_part_that_arrived_counts_the_month_closes_and_only_the_rest_is_paid_next(
    desk: Desk, person: Person
) -> None:
    july = desk.build("2026-07")
    desk.send(july)
    received(desk, july, PART)
    stands = payment.balance(desk.session, july.key)
    assert (stands.planned, stands.paid, stands.returned) == (HALF_A_MILLION, PART, HALF_A_MILLION - PART)
    desk.close(july)
    assert outstanding(desk.session, desk.commune_id)[person.key] == HALF_A_MILLION - PART
    august = desk.run_month("2026-08")
    again, own = desk.transfers(august)
    assert (again.end_to_end_id, again.amount) == (f"HT2607-{person.key:04d}-2", HALF_A_MILLION - PART)
    assert own.amount == HALF_A_MILLION
    assert outstanding(desk.session, desk.commune_id)[person.key] == 0
    assert desk.lines(person) == [(f"2026-0{n}", "ENTITLEMENT", HALF_A_MILLION) for n in (7, 8)], "no line was touched"


def test_a_row_that_states_what_came_back_says_the_part_that_arrived(desk: Desk, person: Person) -> None:
    july = desk.build("2026-07")
    desk.send(july)
    assert received(desk, july, HALF_A_MILLION - PART, paid=False).amount == PART


def test_more_than_planned_is_paid_and_the_excess_is_set_off_later(desk: Desk, person: Person) -> None:
    july = desk.build("2026-07")
    desk.send(july)
    received(desk, july, HALF_A_MILLION + PART)
    stands = payment.balance(desk.session, july.key)
    assert (stands.planned, stands.paid, stands.returned) == (HALF_A_MILLION, HALF_A_MILLION, 0)
    desk.close(july)
    assert outstanding(desk.session, desk.commune_id)[person.key] == -PART
    assert [one.amount for one in desk.transfers(desk.build("2026-08"))] == [HALF_A_MILLION - PART]


def test_the_year_and_the_report_count_what_really_arrived(desk: Desk, person: Person) -> None:
    july = desk.build("2026-07")
    desk.send(july)
    received(desk, july, PART)
    desk.close(july)
    found = budget.position(desk.session, desk.commune_id, 2026)
    assert (found.paid, found.in_process) == (PART, HALF_A_MILLION - PART)
    figures = {row.label: row.value for row in reports.figures(desk.session, desk.commune_id, Span(JULY, JULY))}
    assert figures["Số tiền đã chi trả"] == PART
    assert sum(row.amount for row in reports.by_village(desk.session, desk.commune_id, Span(JULY, JULY))) == PART


def test_after_the_month_was_closed_it_stays_and_the_next_list_counts_with_the_part(desk: Desk, person: Person) -> None:
    july = desk.run_month("2026-07", f"HT2607-{person.key:04d}")
    before = payment.balance(desk.session, july.key)
    received(desk, july, PART, day=26)
    assert payment.balance(desk.session, july.key) == before, "a closed month is never written into"
    assert [one.amount for one in desk.transfers(desk.build("2026-08"))] == [HALF_A_MILLION - PART, HALF_A_MILLION]


def test_only_the_rest_goes_back_to_the_treasury(desk: Desk, person: Person) -> None:
    july = desk.build("2026-07")
    desk.send(july)
    received(desk, july, PART)
    desk.close(july)
    refund = reconciliation.record_refund(
        desk.session,
        commune_id=desk.commune_id,
        transfer_ids=[desk.transfers(july)[0].key],
        voucher_no="08/01",
        returned_on=moment("2026-07", 28).date(),
        note="",
        actor=desk.first,
        now=moment("2026-07", 29),
    )
    line = desk.session.get_one(TreasuryReturnLine, 1)
    assert refund.amount == line.amount == HALF_A_MILLION - PART


def test_nobody_confirms_what_they_proposed_and_until_then_the_month_stays_open(desk: Desk, person: Person) -> None:
    july = desk.build("2026-07")
    desk.send(july)
    row = said(desk, july, PART)
    found = propose(desk, row, desk.transfers(july)[0])
    with pytest.raises(Problem, match="two_people"):
        reconciliation_amounts.confirm(desk.session, receipt_id=found.key, actor=desk.first, now=moment("2026-07", 23))
    assert desk.transfers(july)[0].state == TransferState.SENT
    assert outstanding(desk.session, desk.commune_id)[person.key] == 0, "nothing counts yet"
    with pytest.raises(Problem, match="rows_wait"):
        desk.close(july)
    reconciliation_amounts.withdraw(desk.session, receipt_id=found.key, actor=desk.first, now=moment("2026-07", 23))
    assert row.waits
    again = propose(desk, row, desk.transfers(july)[0])
    chairman = desk.office[Role.chairman]
    reconciliation_amounts.confirm(desk.session, receipt_id=again.key, actor=chairman, now=moment("2026-07", 24))
    desk.close(july)


@pytest.mark.parametrize("change", [{"amount": 1}, {"counts": 1}, {"confirmed_by": None, "confirmed_at": None}])
def test_a_confirmed_amount_is_never_edited(desk: Desk, person: Person, change: dict[str, object]) -> None:
    july = desk.build("2026-07")
    desk.send(july)
    found = received(desk, july, PART)
    for name, value in change.items():
        setattr(found, name, value)
    desk.session.add(found)
    with pytest.raises(DatabaseError):
        desk.session.flush()


def test_two_parts_add_up_but_never_to_more_than_was_planned(desk: Desk, person: Person) -> None:
    july = desk.build("2026-07")
    desk.send(july)
    received(desk, july, PART)
    received(desk, july, 100_000)
    assert payment.balance(desk.session, july.key).paid == PART + 100_000
    with pytest.raises(Problem, match="does_not_fit"):
        received(desk, july, 200_000)


def test_what_was_received_whole_is_not_turned_into_a_part(desk: Desk, person: Person) -> None:
    july = desk.build("2026-07")
    desk.send(july)
    desk.answer(july)
    with pytest.raises(Problem, match="does_not_fit"):
        propose(desk, said(desk, july, PART), desk.transfers(july)[0])


def test_money_that_the_bank_paid_twice_is_a_debt_when_two_people_say_so(desk: Desk, person: Person) -> None:
    july = desk.build("2026-07")
    desk.send(july)
    (transfer,) = desk.transfers(july)
    twice = [Answer(n, transfer.end_to_end_id, HALF_A_MILLION) for n in (2, 3)]
    payment.import_answer(
        desk.session, list_id=july.key, file_name="kq", sha256="2", rows=twice, actor=desk.first,
        now=moment("2026-07", 20),
    )  # fmt: skip
    (again,) = reconciliation.waiting_rows(desk.session, july.key)
    assert (again.row_number, again.problem) == (3, "Mã giao dịch lặp lại dòng 2")
    assert reconciliation_amounts.named(desk.session, again) is transfer
    found = propose(desk, again, transfer)
    assert outstanding(desk.session, desk.commune_id)[person.key] == 0, "one person's word counts for nothing"
    reconciliation_amounts.confirm(desk.session, receipt_id=found.key, actor=desk.second, now=moment("2026-07", 23))
    desk.close(july)
    assert outstanding(desk.session, desk.commune_id)[person.key] == -HALF_A_MILLION
    assert desk.run_month("2026-08").total == 0
    assert outstanding(desk.session, desk.commune_id)[person.key] == 0


def test_the_whole_is_not_taken_as_paid_where_a_part_was_confirmed(desk: Desk, person: Person) -> None:
    july = desk.build("2026-07")
    desk.send(july)
    received(desk, july, PART)
    whole = said(desk, july, HALF_A_MILLION)
    assert "Đã xác nhận nhận được 300.000 đồng" in whole.problem
    (transfer,) = desk.transfers(july)
    with pytest.raises(Problem, match="does_not_fit"):
        reconciliation.match_by_hand(
            desk.session, row_id=whole.key, transfer_id=transfer.key, note="?", actor=desk.first,
            now=moment("2026-07", 24),
        )  # fmt: skip
    reconciliation.set_aside(desk.session, row_id=whole.key, note="Sao kê", actor=desk.first, now=moment("2026-07", 24))
    desk.close(july)
    assert outstanding(desk.session, desk.commune_id)[person.key] == HALF_A_MILLION - PART
