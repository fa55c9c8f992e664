"""What comes back from bank and cash desk: each row settles one transfer or says why not; nothing else is harmed."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import func, select

from adapters.answers import AnswerProblem
from adapters.bank_answer import BankAnswerRow as ReadRow
from models.payment import BankAnswer, PaymentList
from models.people import PayMethodKind
from rules.workflow import PaymentListState, TransferState
from services import pay_methods, payment, reconciliation
from services.errors import Kind, Problem
from services.pay_methods import NewPayMethod
from services.reconciliation import answer_rows, import_answer, record_cash
from tests.services.money import HALF_A_MILLION, Answer, Desk, moment


def sent_july(desk: Desk, people: int = 2, kind: PayMethodKind = PayMethodKind.ACCOUNT) -> PaymentList:
    """July on its way to so many people."""
    desk.decide({desk.person(kind).key: HALF_A_MILLION for _ in range(people)})
    return desk.send(desk.build("2026-07"))


def take(desk: Desk, july: PaymentList, *rows: Answer, sha256: str = "a") -> BankAnswer:
    return import_answer(
        desk.session,
        list_id=july.key,
        file_name="kq.xlsx",
        sha256=sha256,
        rows=rows,
        actor=desk.first,
        now=moment("2026-07", 20),
    )


def test_paid_and_returned_are_settled_and_the_rest_stays_open(desk: Desk) -> None:
    july = sent_july(desk, 3)
    first, second, third = desk.transfers(july)
    answer = take(
        desk,
        july,
        Answer(2, first.end_to_end_id, 500_000),
        Answer(3, second.end_to_end_id, 500_000, False, "Sai số tài khoản"),
    )
    assert (answer.paid_count, answer.returned_count, answer.problem_count) == (1, 1, 0)
    assert [row.state for row in (first, second, third)] == ["PAID", "RETURNED", "SENT"]
    assert second.return_reason == "Sai số tài khoản"
    rest = payment.balance(desk.session, july.key)
    assert (rest.planned, rest.paid, rest.returned, rest.held, rest.waiting) == (
        1_500_000, 500_000, 500_000, 0, 500_000,
    )  # fmt: skip


def test_the_same_bytes_twice_are_one_answer_also_after_the_month_is_closed(desk: Desk) -> None:
    july = sent_july(desk, 1)
    (transfer,) = desk.transfers(july)
    rows = [Answer(2, transfer.end_to_end_id, 500_000)]
    first = take(desk, july, *rows)
    assert take(desk, july, *rows) is first
    desk.close(july)
    assert take(desk, july, *rows) is first
    assert desk.session.exec(select(func.count()).select_from(BankAnswer)).one() == 1
    assert take(desk, july, *rows, sha256="b").problem_count == 0
    assert reconciliation.late_results(desk.session, july.key) == []


def test_a_row_that_fits_nothing_is_named_and_harms_nothing(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION, desk.person().key: HALF_A_MILLION}, "2026-06")
    june = desk.run_month("2026-06")
    july = desk.send(desk.build("2026-07"))
    old = desk.transfers(june)[0].end_to_end_id
    mine, other = (row.end_to_end_id for row in desk.transfers(july))
    answer = take(
        desk,
        july,
        Answer(2, "", 500_000),
        Answer(3, "HT9999-0001", 500_000),
        Answer(4, old, 500_000),
        Answer(5, mine, 499_999),
        Answer(6, other, 500_000, None),
    )
    problems = [row.problem for row in answer_rows(desk.session, answer.key)]
    assert problems == [
        "Thiếu mã giao dịch",
        "Mã giao dịch không có trong danh sách",
        "Mã giao dịch thuộc danh sách tháng 06/2026",
        "Số tiền 499.999 đồng, phải là 500.000 đồng (thiếu 1 đồng)",
        "Không hiểu kết quả ghi trong tệp",
    ]
    assert {row.state for row in desk.transfers(july)} == {TransferState.SENT}
    assert {row.state for row in desk.transfers(june)} == {TransferState.PAID}


def test_two_results_for_one_transfer_settle_nothing_and_a_repetition_settles_once(desk: Desk) -> None:
    july = sent_july(desk)
    first, second = desk.transfers(july)
    answer = take(
        desk,
        july,
        Answer(2, first.end_to_end_id, 500_000, True),
        Answer(3, first.end_to_end_id, 500_000, False, "Trả lại"),
        Answer(4, second.end_to_end_id, 500_000, True),
        Answer(5, second.end_to_end_id, 500_000, True),
    )
    assert (answer.paid_count, answer.problem_count) == (1, 3)
    assert [row.state for row in (first, second)] == ["SENT", "PAID"]
    waiting = [row.row_number for row in reconciliation.waiting_rows(desk.session, july.key)]
    assert waiting == [2, 3, 5], "both results, and money that may have gone out twice, are for a person to decide"


def test_a_later_file_never_overwrites_a_recorded_result(desk: Desk) -> None:
    july = sent_july(desk, 1)
    (transfer,) = desk.transfers(july)
    take(desk, july, Answer(2, transfer.end_to_end_id, 500_000))
    again = take(desk, july, Answer(2, transfer.end_to_end_id, 500_000), sha256="b")
    against = take(desk, july, Answer(2, transfer.end_to_end_id, 500_000, False, "Trả lại"), sha256="c")
    assert (again.problem_count, against.problem_count) == (0, 1)
    assert transfer.state == TransferState.PAID


def test_rows_the_reader_gave_up_on_are_kept_beside_the_others(desk: Desk) -> None:
    july = sent_july(desk, 1)
    (transfer,) = desk.transfers(july)
    answer = import_answer(
        desk.session,
        list_id=july.key,
        file_name="kq.xlsx",
        sha256="a",
        rows=[ReadRow(2, transfer.end_to_end_id, "PAID")],
        problems=[AnswerProblem("Sheet1!B3", 3, "Thiếu mã giao dịch.")],
        actor=desk.first,
        now=moment("2026-07", 20),
    )
    assert (answer.row_count, answer.paid_count, answer.problem_count) == (2, 1, 1)
    assert transfer.state == TransferState.PAID
    with pytest.raises(Problem) as refused:
        take(desk, july, sha256="empty")
    assert refused.value.kind is Kind.INVALID


def test_a_month_closes_only_when_paid_returned_and_held_make_up_what_was_planned(desk: Desk) -> None:
    july = sent_july(desk)
    first, second = desk.transfers(july)
    take(desk, july, Answer(2, first.end_to_end_id, 500_000))
    with pytest.raises(Problem) as refused:
        desk.close(july)
    assert (refused.value.kind, refused.value.code) == (Kind.WAITING, "not_settled")
    assert "1 khoản" in refused.value.message
    take(desk, july, Answer(2, second.end_to_end_id, 500_000, False, "Trả lại"), sha256="b")
    assert desk.close(july).state == PaymentListState.CLOSED
    with pytest.raises(IntegrityError):
        desk.session.connection().exec_driver_sql("UPDATE transfer SET state = 'PAID'")


def test_returned_money_is_paid_the_next_month_by_a_new_attempt_to_the_new_account(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    july = desk.run_month("2026-07", f"HT2607-{person.key:04d}")
    new = NewPayMethod(PayMethodKind.ACCOUNT, "Sổ tài khoản", "970405", "7777000011", person.full_name)
    pay_methods.change(desk.session, person_id=person.key, new=new, actor=desk.first, now=moment("2026-07", 28))
    august = desk.run_month("2026-08")
    again, own = desk.transfers(august)
    assert (again.end_to_end_id, again.attempt, again.account_no) == (f"HT2607-{person.key:04d}-2", 2, "7777000011")
    assert again.retry_of == desk.transfers(july)[0].key
    assert (own.end_to_end_id, own.amount) == (f"HT2608-{person.key:04d}", 500_000)
    assert [row.state for row in desk.transfers(july)] == [TransferState.RETURNED]
    assert desk.lines(person) == [("2026-07", "ENTITLEMENT", 500_000), ("2026-08", "ENTITLEMENT", 500_000)]


def test_an_attempt_that_fails_again_is_tried_a_third_time(desk: Desk) -> None:
    person = desk.person()
    code = f"HT2607-{person.key:04d}"
    desk.decide({person.key: HALF_A_MILLION})
    desk.run_month("2026-07", code)
    desk.run_month("2026-08", f"{code}-2", f"HT2608-{person.key:04d}")
    september = desk.run_month("2026-09")
    assert sorted(row.end_to_end_id for row in desk.transfers(september)) == [
        f"{code}-3",
        f"HT2608-{person.key:04d}-2",
        f"HT2609-{person.key:04d}",
    ]


def test_cash_is_recorded_by_hand_with_a_reason_when_it_comes_back(desk: Desk) -> None:
    july = sent_july(desk, 2, PayMethodKind.CASH)
    first, second = desk.transfers(july)

    def record(number: int, *, paid: bool, reason: str = "") -> None:
        record_cash(
            desk.session, transfer_id=number, paid=paid, reason=reason, actor=desk.first, now=moment("2026-07", 20)
        )

    record(first.key, paid=True)
    record(first.key, paid=True)
    with pytest.raises(Problem, match="return_reason"):
        record(second.key, paid=False)
    record(second.key, paid=False, reason="Vắng mặt")
    with pytest.raises(Problem, match="not_open"):
        record(first.key, paid=False, reason="Nhầm")
    assert [row.state for row in (first, second)] == ["PAID", "RETURNED"]


def test_money_by_bank_is_not_settled_by_hand(desk: Desk) -> None:
    (transfer,) = desk.transfers(sent_july(desk, 1))
    with pytest.raises(Problem, match="not_cash"):
        record_cash(
            desk.session,
            transfer_id=transfer.key,
            paid=True,
            reason="",
            actor=desk.first,
            now=moment("2026-07", 20),
        )


def test_nothing_is_answered_before_the_list_was_sent(desk: Desk) -> None:
    desk.decide({desk.person().key: HALF_A_MILLION})
    july = desk.prepare(desk.build("2026-07"))
    with pytest.raises(Problem, match="list_state"):
        take(desk, july, Answer(2, desk.transfers(july)[0].end_to_end_id, 500_000))
    assert reconciliation.answer_rows(desk.session, 1) == []
