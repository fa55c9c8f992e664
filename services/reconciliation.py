"""What came back: a bank's answer or the cash desk settles transfers; what fits none is named and harms nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlmodel import Session, col, select

from models.payment import BankAnswer, BankAnswerRow, PaymentList, Transfer
from rules.money import format_dong
from rules.months import Month
from rules.workflow import TRANSFER_STATE_LABELS, PaymentListState, Role, TransferState
from services import ledger
from services.errors import conflict, invalid
from services.payment_notices import want_payment_step
from services.payment_papers import CASH_CHANNELS
from services.staff import Actor
from services.store import get, lock, save
from services.transfers import list_transfers

NO_REASON = "Không ghi lý do"


class AnswerRow(Protocol):
    """One row of an answer as the file was read; ``amount`` (đồng) is None when the file states none.

    ``paid`` is None when the row's result could not be understood.
    """

    @property
    def row_number(self) -> int: ...
    @property
    def end_to_end_id(self) -> str: ...
    @property
    def amount(self) -> int | None: ...
    @property
    def paid(self) -> bool | None: ...
    @property
    def reason(self) -> str: ...


class UnreadRow(Protocol):
    """A row that the file's reader could not understand, with why."""

    @property
    def row_number(self) -> int: ...
    @property
    def reason(self) -> str: ...


@dataclass(frozen=True)
class _Known:
    """What an answer's rows are held against."""

    here: dict[str, Transfer]
    elsewhere: dict[str, str]
    """Codes of the commune's other lists, with their month."""
    results: dict[str, set[bool | None]]
    """What the file itself says of each code."""
    first_row: dict[str, int]


def import_answer(
    session: Session,
    *,
    list_id: int,
    file_name: str,
    sha256: str,
    rows: Sequence[AnswerRow],
    actor: Actor,
    now: datetime,
    problems: Sequence[UnreadRow] = (),
) -> BankAnswer:
    """Settle the list's transfers by an answer file: paid, or returned with its reason. Phòng Kinh tế does it.

    The same bytes twice are one answer. A row that fits no transfer, another amount, another month, a repeated code or
    a result against what is recorded becomes that row's problem and changes nothing; ``problems`` are rows the file's
    reader gave up on, kept beside them. Raises Problem CONFLICT unless the
    list was sent and is not closed, INVALID for a file without rows.
    """
    role = actor.require(Role.economy, get(session, PaymentList, list_id, "danh sách chi trả").commune_id)
    payment_list = lock(session, PaymentList, list_id, "danh sách chi trả")
    same = select(BankAnswer).where(BankAnswer.list_id == list_id, BankAnswer.sha256 == sha256)
    if before := session.exec(same).first():
        return before
    if payment_list.state != PaymentListState.SENT:
        raise conflict("list_state", "Danh sách chưa chuyển đi hoặc đã đóng tháng nên không nhập kết quả được.")
    if not rows and not problems:
        raise invalid("empty_answer", "Tệp kết quả không có dòng nào.")
    answer = BankAnswer(
        list_id=list_id,
        file_name=file_name,
        sha256=sha256,
        row_count=len(rows) + len(problems),
        paid_count=0,
        returned_count=0,
        problem_count=len(problems),
        imported_by=actor.person_id,
        imported_at=now,
    )
    save(session, answer)
    for unread in problems:
        session.add(BankAnswerRow(answer_id=answer.key, row_number=unread.row_number, result="", problem=unread.reason))
    _take_rows(session, answer, rows, _known(session, payment_list, rows), now)
    save(session, answer)
    _audit(session, payment_list, "import_answer", actor, role, _counts(answer), now)
    return answer


def _known(session: Session, payment_list: PaymentList, rows: Sequence[AnswerRow]) -> _Known:
    others = (
        select(Transfer.end_to_end_id, PaymentList.month)
        .join(PaymentList, col(PaymentList.id) == Transfer.list_id)
        .where(Transfer.commune_id == payment_list.commune_id, Transfer.list_id != payment_list.key)
    )
    results: dict[str, set[bool | None]] = defaultdict(set)
    first_row: dict[str, int] = {}
    for row in rows:
        results[row.end_to_end_id].add(row.paid)
        first_row.setdefault(row.end_to_end_id, row.row_number)
    here = {transfer.end_to_end_id: transfer for transfer in list_transfers(session, payment_list.key)}
    return _Known(here, dict(session.exec(others).all()), results, first_row)


def _take_rows(session: Session, answer: BankAnswer, rows: Sequence[AnswerRow], known: _Known, now: datetime) -> None:
    for row in rows:
        transfer = known.here.get(row.end_to_end_id)
        problem = _file_problem(row, known) or (_transfer_problem(row, transfer) if transfer else "")
        if transfer and not problem:
            _settle(transfer, paid=bool(row.paid), reason=row.reason, now=now)
            session.add(transfer)
        answer.problem_count += bool(problem)
        answer.paid_count += not problem and row.paid is True
        answer.returned_count += not problem and row.paid is False
        session.add(
            BankAnswerRow(
                answer_id=answer.key,
                row_number=row.row_number,
                end_to_end_id=row.end_to_end_id[:40],
                amount=row.amount,
                result=_result(paid=row.paid),
                reason=row.reason,
                transfer_id=transfer.key if transfer and not problem else None,
                problem=problem,
            )
        )


def _result(*, paid: bool | None) -> str:
    return "" if paid is None else str(TransferState.PAID if paid else TransferState.RETURNED)


def _file_problem(row: AnswerRow, known: _Known) -> str:
    """What is wrong with the row before any transfer is looked at; empty when nothing."""
    code = row.end_to_end_id
    if not code:
        return "Thiếu mã giao dịch"
    if code in known.elsewhere:
        return f"Mã giao dịch thuộc danh sách tháng {Month.parse(known.elsewhere[code])}"
    if code not in known.here:
        return "Mã giao dịch không có trong danh sách"
    if row.paid is None:
        return "Không hiểu kết quả ghi trong tệp"
    if len(known.results[code]) > 1:
        return "Tệp ghi hai kết quả khác nhau cho cùng một mã giao dịch"
    if known.first_row[code] != row.row_number:
        return f"Mã giao dịch lặp lại dòng {known.first_row[code]}"
    return ""


def _transfer_problem(row: AnswerRow, transfer: Transfer) -> str:
    """Why the row cannot settle its transfer; empty when it can, or when the same result is recorded already."""
    if row.amount not in (None, transfer.amount):
        return f"Số tiền {format_dong(row.amount)}, phải là {format_dong(transfer.amount)}"
    if transfer.state == TransferState.SENT or transfer.state == _result(paid=row.paid):
        return ""
    return f"Khoản này đang ghi nhận là “{TRANSFER_STATE_LABELS[TransferState(transfer.state)]}”, không ghi đè"


def _settle(transfer: Transfer, *, paid: bool, reason: str, now: datetime) -> None:
    if transfer.state != TransferState.SENT:
        return
    transfer.state = TransferState.PAID if paid else TransferState.RETURNED
    transfer.return_reason = "" if paid else reason.strip() or NO_REASON
    transfer.answered_at = now


def record_cash(
    session: Session, *, transfer_id: int, paid: bool, reason: str, actor: Actor, now: datetime
) -> Transfer:
    """What became of one cash payment: handed over against a signature, or brought back with a reason.

    The same result twice changes nothing. Raises Problem CONFLICT for a transfer that is not cash, not sent, or settled
    otherwise; INVALID for money brought back without a reason.
    """
    found = get(session, Transfer, transfer_id, "khoản chi")
    role = actor.require(Role.economy, found.commune_id)
    payment_list = lock(session, PaymentList, found.list_id, "danh sách chi trả")
    transfer = lock(session, Transfer, transfer_id, "khoản chi")
    if transfer.channel not in CASH_CHANNELS:
        raise conflict("not_cash", "Khoản này trả qua tài khoản; kết quả lấy từ tệp của ngân hàng.")
    if not paid and not reason.strip():
        raise invalid("return_reason", "Phải ghi lý do không chi được.")
    if transfer.state == _result(paid=paid):
        return transfer
    if payment_list.state != PaymentListState.SENT or transfer.state != TransferState.SENT:
        raise conflict("not_open", "Khoản này chưa chuyển đi hoặc đã có kết quả.")
    _settle(transfer, paid=paid, reason=reason, now=now)
    save(session, transfer)
    _audit(session, payment_list, "record_cash", actor, role, {"transfer": transfer_id, "paid": int(paid)}, now)
    return transfer


def answer_rows(session: Session, answer_id: int) -> list[BankAnswerRow]:
    """The rows of one answer in the file's order, each with what it settled or its problem."""
    query = select(BankAnswerRow).where(BankAnswerRow.answer_id == answer_id)
    return list(session.exec(query.order_by(col(BankAnswerRow.row_number))).all())


def _counts(answer: BankAnswer) -> dict[str, int]:
    return {
        "answer": answer.key,
        "rows": answer.row_count,
        "paid": answer.paid_count,
        "returned": answer.returned_count,
        "problems": answer.problem_count,
    }


def _audit(
    session: Session,
    payment_list: PaymentList,
    action: str,
    actor: Actor,
    role: Role,
    data: dict[str, int],
    now: datetime,
) -> None:
    ledger.append(
        session,
        commune_id=payment_list.commune_id,
        actor=actor,
        role=role,
        action=action,
        subject=f"payment_list:{payment_list.key}",
        data=data,
        now=now,
    )
    want_payment_step(session, payment_list.commune_id, now=now)
