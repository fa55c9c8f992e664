"""Answers without our code, too late, or fitting nothing: what the machine dares, and what it leaves to people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import func, select

from adapters.bank_rows import BankAnswerRow as Row
from models.payment import BankAnswer, BankAnswerRow, LateResult, PaymentList, Transfer
from models.people import PayMethodKind
from models.treasury import TreasuryReturn
from rules.workflow import Role, TransferState
from services import payment, reconciliation
from services.errors import Kind, Problem
from services.payment_step import STEP
from services.reconciliation import answer_rows, import_answer, waiting_rows
from tests import factories
from tests.services.money import HALF_A_MILLION, Desk, moment


def sent_july(desk: Desk, people: int = 2) -> tuple[PaymentList, list[Transfer]]:
    desk.decide({desk.person(PayMethodKind.ACCOUNT).key: HALF_A_MILLION for _ in range(people)})
    july = desk.send(desk.build("2026-07"))
    return july, desk.transfers(july)


def take(desk: Desk, july: PaymentList, *rows: Row, sha256: str = "a", month: str = "2026-07") -> BankAnswer:
    return import_answer(
        desk.session,
        list_id=july.key,
        file_name="kq.xml",
        sha256=sha256,
        rows=rows,
        actor=desk.first,
        now=moment(month, 28),
    )


def by_account(transfer: Transfer, number: int = 2, result: str = "PAID", **other: object) -> Row:
    """A row as a statement has it: the bank's own reference, account, holder, amount, day."""
    row = Row(number, f"FT26{number:06d}", result, transfer.amount, account_no=transfer.account_no or "")
    return replace(row, **{"paid_on": date(2026, 7, 14), **other})  # type: ignore[arg-type]


def test_without_our_code_account_and_amount_find_the_transfer_and_near_the_day_only(desk: Desk) -> None:
    july, (first, second) = sent_july(desk)
    answer = take(desk, july, by_account(first), by_account(second, 3, paid_on=date(2026, 7, 25)))
    assert [(row.matched_by, row.waits) for row in answer_rows(desk.session, answer.key)] == [
        ("ACCOUNT", False),
        ("", True),
    ]
    assert [first.state, second.state] == [TransferState.PAID, TransferState.SENT]


def test_a_folded_name_and_the_amount_find_the_transfer_but_another_account_speaks_against_it(desk: Desk) -> None:
    july, (first, second) = sent_july(desk)
    names = [row.account_holder for row in (first, second)]
    assert names[0] != names[1]
    answer = take(
        desk,
        july,
        Row(2, "", "RETURNED", HALF_A_MILLION, "Sai tên", holder=names[0].upper()),
        Row(3, "", "PAID", HALF_A_MILLION, account_no="0000999900", holder=names[1]),
    )
    assert [row.matched_by for row in answer_rows(desk.session, answer.key)] == ["NAME", ""]
    assert [first.state, second.state] == [TransferState.RETURNED, TransferState.SENT]


def test_an_account_that_lost_its_zeros_in_excel_is_still_found(desk: Desk) -> None:
    people = [factories.create_person(desk.session, desk.office.villages[0]) for _ in range(2)]
    for person, number in zip(people, ("0012300045", "0012300046"), strict=True):
        factories.create_pay_method(desk.session, person, account_no=number)
    desk.decide({person.key: HALF_A_MILLION for person in people})
    july = desk.send(desk.build("2026-07"))
    first, second = desk.transfers(july)
    rows = [by_account(first, account_no="12300045"), by_account(second, 3, account_no="12300047")]
    answer = take(desk, july, *rows)
    assert [row.matched_by for row in answer_rows(desk.session, answer.key)] == ["ACCOUNT", ""]


@pytest.mark.parametrize("day", [date(2026, 6, 14), date(2026, 7, 29)])
def test_a_statement_of_another_month_settles_nothing_by_account_or_by_name(desk: Desk, day: date) -> None:
    july, (first, second) = sent_july(desk)
    answer = take(
        desk,
        july,
        by_account(first, paid_on=day, holder=first.account_holder),
        Row(3, "", "PAID", HALF_A_MILLION, holder=second.account_holder, paid_on=day),
    )
    rows = answer_rows(desk.session, answer.key)
    assert [(row.matched_by, row.waits) for row in rows] == [("", True), ("", True)]
    assert all(f"Ngày giao dịch {day:%d/%m/%Y} xa ngày chuyển" in row.problem for row in rows)
    assert [first.state, second.state] == [TransferState.SENT, TransferState.SENT]


def test_a_statement_with_money_out_and_back_again_waits_for_a_person_who_says_which_counts(desk: Desk) -> None:
    july, (first, _) = sent_july(desk)
    code = first.end_to_end_id
    back = Row(3, code, "RETURNED", HALF_A_MILLION, "Tài khoản đóng")
    take(desk, july, Row(2, code, "PAID", HALF_A_MILLION), back)
    out, came_back = waiting_rows(desk.session, july.key)
    note, at = "Sao kê số 5", moment("2026-07", 21)
    reconciliation.match_by_hand(
        desk.session, row_id=came_back.key, transfer_id=first.key, note=note, actor=desk.first, now=at
    )
    reconciliation.set_aside(desk.session, row_id=out.key, note=note, actor=desk.first, now=at)
    assert (first.state, first.return_reason) == (TransferState.RETURNED, "Tài khoản đóng")
    assert waiting_rows(desk.session, july.key) == []


def test_an_amount_in_two_parts_waits_part_by_part(desk: Desk) -> None:
    july, (first, _) = sent_july(desk)
    code = first.end_to_end_id
    answer = take(
        desk, july, Row(2, code, "PAID", 300_000), Row(3, code, "PAID", 200_000), Row(4, code, "PAID", 200_000)
    )
    rows = answer_rows(desk.session, answer.key)
    assert [row.waits for row in rows] == [True, True, True]
    assert ["thiếu" in row.problem for row in rows] == [True, True, True]
    assert first.state == TransferState.SENT


def test_two_that_fit_are_left_to_a_person(desk: Desk) -> None:
    july, (first, second) = sent_july(desk)
    second_name = second.account_holder
    rows = [Row(2, "", "PAID", HALF_A_MILLION, holder=second_name), Row(3, "", "PAID", HALF_A_MILLION, holder="Ai đó")]
    twin = [transfer for transfer in (first, second) if transfer.account_holder == second_name]
    answer = take(desk, july, *rows)
    waits = [row.waits for row in answer_rows(desk.session, answer.key)]
    assert waits == [len(twin) > 1, True]


def test_a_person_decides_what_a_waiting_row_means_once_and_with_a_reason(desk: Desk) -> None:
    july, (first, second) = sent_july(desk)
    answer = take(desk, july, Row(2, "", "PAID", HALF_A_MILLION), Row(3, "FT1", "PAID", 499_000), Row(4, "X", "PAID"))
    waiting = waiting_rows(desk.session, july.key)
    assert [row.row_number for row in waiting] == [2, 3, 4]
    assert {row.key for row in reconciliation.candidates(desk.session, waiting[0].key)} == {first.key, second.key}

    def decide(row: BankAnswerRow, transfer: Transfer, note: str = "Sao kê số 5") -> BankAnswerRow:
        return reconciliation.match_by_hand(
            desk.session,
            row_id=row.key,
            transfer_id=transfer.key,
            note=note,
            actor=desk.first,
            now=moment("2026-07", 21),
        )

    with pytest.raises(Problem, match="note_needed"):
        decide(waiting[0], first, "  ")
    decide(waiting[0], first)
    with pytest.raises(Problem, match="row_decided"):
        decide(waiting[0], second)
    with pytest.raises(Problem) as partial:
        decide(waiting[1], second)
    assert partial.value.message == "Số tiền 499.000 đồng, phải là 500.000 đồng (thiếu 1.000 đồng)."
    with pytest.raises(Problem, match="does_not_fit"):
        decide(waiting[2], first)
    reconciliation.set_aside(
        desk.session, row_id=waiting[1].key, note="Tiền lương", actor=desk.first, now=moment("2026-07", 21)
    )
    assert [first.state, second.state] == [TransferState.PAID, TransferState.SENT]
    assert (answer.paid_count, answer.problem_count) == (1, 2)
    assert [row.matched_by for row in answer_rows(desk.session, answer.key)] == ["HAND", "DROPPED", ""]
    assert [row.row_number for row in waiting_rows(desk.session, july.key)] == [4]
    with pytest.raises(Problem) as refused:
        reconciliation.set_aside(
            desk.session, row_id=waiting[2].key, note="x", actor=desk.office[Role.chairman], now=moment("2026-07", 21)
        )
    assert refused.value.kind is Kind.NOT_ALLOWED


def test_a_preview_says_what_an_import_would_do_and_writes_nothing(desk: Desk) -> None:
    july, (first, second) = sent_july(desk)
    rows = [Row(2, first.end_to_end_id, "PAID", HALF_A_MILLION), Row(3, "?", "PAID", 1), by_account(first, 4)]
    shown = reconciliation.preview(desk.session, list_id=july.key, rows=rows, actor=desk.first, sha256="a")
    assert not desk.session.new
    assert not desk.session.dirty
    assert desk.session.exec(select(func.count()).select_from(BankAnswerRow)).one() == 0
    assert [first.state, second.state] == [TransferState.SENT, TransferState.SENT]
    assert (shown.paid, shown.returned, shown.problems, shown.waits, shown.unanswered) == (1, 0, 2, 2, 1)
    assert shown.matches[2].problem == "Mã giao dịch lặp lại dòng 2"
    answer = take(desk, july, *rows)
    assert (answer.paid_count, answer.returned_count, answer.problem_count) == (1, 0, 2)
    again = reconciliation.preview(desk.session, list_id=july.key, rows=rows, actor=desk.first, sha256="a")
    assert again.before is answer


def test_money_that_comes_back_after_the_month_was_closed_is_paid_again_by_the_next_list(desk: Desk) -> None:
    july, (first, second) = sent_july(desk)
    desk.answer(july)
    desk.close(july)
    before = payment.balance(desk.session, july.key)
    answer = take(desk, july, Row(2, first.end_to_end_id, "RETURNED", HALF_A_MILLION, "Tài khoản đóng"), sha256="late")
    assert (answer.returned_count, answer.problem_count) == (1, 0)
    assert payment.balance(desk.session, july.key) == before
    ((transfer, late),) = reconciliation.late_results(desk.session, july.key)
    assert (transfer.key, late.paid, late.reason, transfer.state) == (first.key, False, "Tài khoản đóng", "PAID")
    assert [row.key for row in reconciliation.unclaimed(desk.session, desk.commune_id)] == [first.key]
    august = desk.run_month("2026-08")
    assert sorted(row.end_to_end_id for row in desk.transfers(august)) == sorted(
        [f"{first.end_to_end_id}-2", *(row.end_to_end_id.replace("HT2607", "HT2608") for row in (first, second))]
    )
    assert reconciliation.unclaimed(desk.session, desk.commune_id) == []


def test_money_that_arrived_after_all_is_not_paid_twice(desk: Desk) -> None:
    july, (first, second) = sent_july(desk)
    desk.answer(july, first.end_to_end_id)
    desk.close(july)
    take(desk, july, Row(2, first.end_to_end_id, "PAID", HALF_A_MILLION), sha256="late")
    august = desk.run_month("2026-08")
    assert sorted(row.end_to_end_id for row in desk.transfers(august)) == sorted(
        row.end_to_end_id.replace("HT2607", "HT2608") for row in (first, second)
    )
    # said the day after the second attempt went out: then the month to come is what is taken off
    desk.run_month("2026-09")
    assert desk.session.exec(select(func.count()).select_from(LateResult)).one() == 1


def test_both_attempts_arrived_so_the_next_month_is_held_against_it(desk: Desk) -> None:
    july, (first, _second) = sent_july(desk)
    desk.answer(july, first.end_to_end_id)
    desk.close(july)
    august = desk.run_month("2026-08")
    assert f"{first.end_to_end_id}-2" in {row.end_to_end_id for row in desk.transfers(august)}
    take(desk, july, Row(2, first.end_to_end_id, "PAID", HALF_A_MILLION), sha256="late", month="2026-08")
    september = desk.run_month("2026-09")
    assert first.person_id not in {row.person_id for row in desk.transfers(september)}
    (owing,) = payment.without_transfer(desk.session, september.key)
    assert (owing.person_id, owing.rest) == (first.person_id, 0)


def test_returned_money_stays_in_sight_until_it_goes_back_to_the_treasury(desk: Desk) -> None:
    july, (first, _second) = sent_july(desk)
    desk.answer(july, first.end_to_end_id)

    def refund(*numbers: int, voucher: str = "NT-01") -> TreasuryReturn:
        return reconciliation.record_refund(
            desk.session,
            commune_id=desk.commune_id,
            transfer_ids=numbers,
            voucher_no=voucher,
            returned_on=date(2026, 7, 30),
            note="",
            actor=desk.first,
            now=moment("2026-07", 30),
        )

    with pytest.raises(Problem, match="nothing_returned"):
        refund(first.key)
    desk.close(july)
    assert refund(first.key).amount == HALF_A_MILLION
    with pytest.raises(Problem, match="nothing_returned"):
        refund(first.key, voucher="NT-02")
    assert reconciliation.unclaimed(desk.session, desk.commune_id) == []
    august = desk.run_month("2026-08")
    assert f"{first.end_to_end_id}-2" in {row.end_to_end_id for row in desk.transfers(august)}


def _by_hand(desk: Desk, july: PaymentList, transfer: Transfer, note: str = "Sao kê số 6") -> BankAnswerRow:
    (row,) = waiting_rows(desk.session, july.key)
    return reconciliation.match_by_hand(
        desk.session, row_id=row.key, transfer_id=transfer.key, note=note, actor=desk.first, now=moment("2026-07", 28)
    )


@pytest.mark.parametrize(("amount", "word"), [(499_000, "thiếu 1.000 đồng"), (600_000, "thừa 100.000 đồng")])
def test_less_or_more_than_planned_is_never_taken_as_paid_and_a_person_must_look(
    desk: Desk, amount: int, word: str
) -> None:
    july, (first, second) = sent_july(desk)
    take(desk, july, Row(2, first.end_to_end_id, "PAID", amount), Row(3, second.end_to_end_id, "PAID", HALF_A_MILLION))
    (row,) = waiting_rows(desk.session, july.key)
    assert word in row.problem
    assert first.state == TransferState.SENT
    take(desk, july, Row(2, first.end_to_end_id, "PAID", HALF_A_MILLION), sha256="corrected")
    gate = STEP.gate(desk.session, desk.office.cycle, moment("2026-07", 28))
    assert "1 dòng kết quả chờ người xác định" in gate.message
    with pytest.raises(Problem, match="rows_wait") as waits:
        desk.close(july)
    assert waits.value.kind is Kind.WAITING
    assert waits.value.message.startswith("Còn 1 dòng trong tệp kết quả chờ người xác định")
    with pytest.raises(Problem, match="does_not_fit"):
        _by_hand(desk, july, first)
    reconciliation.set_aside(
        desk.session, row_id=row.key, note="Ngân hàng đã sửa", actor=desk.first, now=moment("2026-07", 28)
    )
    desk.close(july)
    assert payment.balance(desk.session, july.key).paid == 2 * HALF_A_MILLION


def test_money_that_comes_back_after_it_was_paid_counts_when_a_person_says_so(desk: Desk) -> None:
    july, (first, _) = sent_july(desk)
    desk.answer(july)
    take(desk, july, Row(2, first.end_to_end_id, "RETURNED", HALF_A_MILLION, "Tài khoản đã đóng"), sha256="later")
    assert first.state == TransferState.PAID
    (row,) = waiting_rows(desk.session, july.key)
    assert reconciliation.candidates(desk.session, row.key) == [first]
    _by_hand(desk, july, first)
    assert (first.state, first.return_reason) == (TransferState.RETURNED, "Tài khoản đã đóng")
    desk.close(july)
    august = desk.build("2026-08")
    assert f"{first.end_to_end_id}-2" in {one.end_to_end_id for one in desk.transfers(august)}


def test_money_that_went_out_although_it_was_held_is_shown_to_a_person_and_not_taken_as_paid(desk: Desk) -> None:
    desk.decide({desk.person().key: HALF_A_MILLION, desk.person().key: HALF_A_MILLION})
    july = desk.build("2026-07")
    held = desk.transfers(july)[0]
    payment.hold_transfer(
        desk.session, transfer_id=held.key, reason="Có đơn", actor=desk.first, now=moment("2026-07", 10)
    )
    desk.send(july)
    take(desk, july, Row(2, held.end_to_end_id, "PAID", HALF_A_MILLION))
    (row,) = waiting_rows(desk.session, july.key)
    assert "Tạm giữ" in row.problem
    with pytest.raises(Problem, match="does_not_fit"):
        _by_hand(desk, july, held)
    assert held.state == TransferState.HELD
