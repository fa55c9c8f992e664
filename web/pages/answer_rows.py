"""The rows of a result file as a list: found by name or code, by result; each with whose money it settled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from fastapi import Response
from sqlmodel import col, select

from models.payment import BankAnswer, BankAnswerRow, PaymentList, Transfer
from models.people import Person
from rules.months import Month
from rules.names import fold_name, sort_key
from rules.workflow import TRANSFER_STATE_LABELS, TransferState
from services import reconciliation
from services.errors import not_found
from web.export import NAME, Column, export
from web.pages.payment import PAYERS
from web.paging import Slice, Sort, cut_list, in_order
from web.registry import Scope, get
from web.visit import LARGEST, Visit


class Listed(NamedTuple):
    """A row of the file and whose it is: of the transfer it settled, else the holder that the file names."""

    row: BankAnswerRow
    name: str


SORTS = {
    "row": Sort("Như trong tệp", lambda one: one.row.row_number),
    "name": Sort("Họ tên", lambda one: sort_key(one.name)),
    "returned": Sort("Trả lại trước", lambda one: (one.row.result != TransferState.RETURNED, one.row.row_number)),
    "largest": Sort("Số tiền lớn trước", lambda one: -(one.row.amount or 0)),
}
RESULTS = {state: TRANSFER_STATE_LABELS[state] for state in (TransferState.PAID, TransferState.RETURNED)}
COLUMNS = (
    Column("Dòng", 8), Column("Mã giao dịch", 20), NAME, Column("Số tiền", 16, "money"), Column("Kết quả", 16),
    Column("Lý do", 36), Column("Vướng mắc", 44),
)  # fmt: skip


def own_answer(visit: Visit, payment_list: PaymentList, answer_id: int) -> BankAnswer:
    """The list's result file of that number. Raises Problem NOT_FOUND when it is another list's."""
    answer = visit.db.get(BankAnswer, answer_id) if answer_id <= LARGEST else None
    if answer is None or answer.list_id != payment_list.key:
        raise not_found("no_row", "Không tìm thấy tệp kết quả này trong phạm vi của anh/chị.")
    return answer


def listed(visit: Visit, rows: Iterable[BankAnswerRow], payment_list: PaymentList) -> list[Listed]:
    """Each row with its name."""
    query = select(Transfer.id, Person.full_name).join(Person, col(Person.id) == Transfer.person_id)
    names = dict(visit.db.exec(query.where(Transfer.list_id == payment_list.key)).all())
    return [Listed(row, names.get(row.transfer_id, row.holder)) for row in rows]


def found_in(rows: Iterable[Listed], asked: dict[str, str]) -> Slice:
    """The asked page of the rows."""
    return cut_list(_wanted(rows, asked), asked, SORTS)


def _wanted(rows: Iterable[Listed], asked: dict[str, str]) -> list[Listed]:
    words, result = fold_name(asked.get("q", "")), asked.get("result", "")
    return [
        one
        for one in rows
        if (words in fold_name(one.name) or words in one.row.end_to_end_id.lower())
        and (result not in set(RESULTS) or one.row.result == result)
    ]


@get("/payment/{list_id:int}/answers/{answer_id:int}/export", roles=PAYERS, scope=Scope.COMMUNE, logs_read=True)
def answer_export(visit: Visit, list_id: int, answer_id: int) -> Response:
    """The rows that the same question finds, those that settled nothing too; no account number."""
    payment_list = visit.own(PaymentList, list_id)
    answer = own_answer(visit, payment_list, answer_id)
    asked = dict(visit.request.query_params)
    rows = listed(visit, reconciliation.answer_rows(visit.db, answer.key), payment_list)
    return export(
        visit,
        title=f"Kết quả chuyển tiền tháng {Month.parse(payment_list.month)}, tệp {answer.file_name}",
        file_name=f"ket-qua-{payment_list.month}-{answer.key}.xlsx",
        subject=f"bank_answer:{answer.key}",
        columns=COLUMNS,
        rows=(
            (
                str(row.row_number),
                row.end_to_end_id,
                name,
                row.amount,
                TRANSFER_STATE_LABELS[TransferState(row.result)] if row.result in set(TransferState) else "",
                row.reason,
                row.problem,
            )
            for row, name in in_order(_wanted(rows, asked), asked, SORTS)
        ),
    )
