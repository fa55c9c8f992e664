"""Another amount than planned really reached a person and the bank will not correct it: two people let it count.

A line is never edited and a transfer never split. With less than planned the transfer counts as returned, and the
part that arrived is counted beside it: the next list pays the rest only. With more, or with the whole amount twice, the
transfer counts as paid, and the excess is a debt that later months are set off against.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from models.payment import BankAnswer, BankAnswerRow, PaymentList, Transfer
from models.receipts import AmountReceived
from rules.money import format_dong
from rules.workflow import TRANSFER_STATE_LABELS, PaymentListState, Role, TransferState
from services import receipts, reconciliation_late
from services.errors import conflict, invalid, not_allowed
from services.matching import state_of
from services.payment_notices import record
from services.reconciliation_settle import settle
from services.staff import Actor
from services.store import get, lock, save

PART = "PART"
ANSWERED = frozenset({TransferState.SENT, TransferState.RETURNED, TransferState.PAID})


def of_rows(session: Session, answer_id: int) -> dict[int, AmountReceived]:
    """By row of an answer, the amount that somebody said really arrived."""
    query = select(AmountReceived).join(BankAnswerRow, col(BankAnswerRow.id) == AmountReceived.answer_row_id)
    return {one.answer_row_id: one for one in session.exec(query.where(BankAnswerRow.answer_id == answer_id))}


def named(session: Session, row: BankAnswerRow) -> Transfer | None:
    """The transfer that a waiting row names by its code, where another amount may have arrived, or the same again."""
    if not row.waits or row.amount is None or not row.result:
        return None
    answer = get(session, BankAnswer, row.answer_id)
    query = select(Transfer).where(Transfer.list_id == answer.list_id, Transfer.end_to_end_id == row.end_to_end_id)
    found = session.exec(query).first()
    if found is None or found.state not in ANSWERED:
        return None
    return found if found.amount != row.amount or _is_once_more(row, found) else None


def _is_once_more(row: BankAnswerRow, transfer: Transfer) -> bool:
    """Paid whole already, and the row says that as much was paid again."""
    paid = TransferState.PAID
    return row.result == paid and transfer.state == paid and row.amount == transfer.amount


def propose(
    session: Session, *, row_id: int, transfer_id: int, note: str, actor: Actor, now: datetime
) -> AmountReceived:
    """Phòng Kinh tế says that a waiting row means this transfer, with the amount that the row states.

    Nothing counts before a second person confirms it. Raises Problem CONFLICT when the row does not wait, the transfer
    is of another list, was not sent, has that amount, or was received whole; INVALID without a note or an amount.
    """
    row, _, payment_list, role = _waiting(session, row_id, (Role.economy,), actor)
    if not note.strip():
        raise invalid("note_needed", "Phải ghi căn cứ.")
    transfer = lock(session, Transfer, transfer_id, "khoản chi")
    if transfer.list_id != payment_list.key:
        raise conflict("other_list", "Khoản này thuộc danh sách khác.")
    amount = _arrived(row, transfer)
    is_part = amount < transfer.amount
    _check(session, payment_list, transfer, amount)
    found = AmountReceived(
        transfer_id=transfer_id,
        commune_id=transfer.commune_id,
        answer_row_id=row_id,
        amount=amount,
        counts=amount if is_part or _is_once_more(row, transfer) else amount - transfer.amount,
        is_part=is_part,
        note=note.strip(),
        recorded_by=actor.person_id,
        recorded_at=now,
    )
    save(session, found)
    data = {"row": row_id, "transfer": transfer_id, "amount": amount}
    record(session, payment_list, "propose_amount_received", actor, role, data, now)
    return found


def confirm(session: Session, *, receipt_id: int, actor: Actor, now: datetime) -> AmountReceived:
    """A second person of Phòng Kinh tế, or the chairman, lets the amount count; from then on nobody changes it.

    Raises Problem NOT_ALLOWED for who proposed it, CONFLICT when it was confirmed before or no longer fits.
    """
    found = get(session, AmountReceived, receipt_id, "số tiền thực nhận")
    row, answer, payment_list, role = _waiting(session, found.answer_row_id, (Role.economy, Role.chairman), actor)
    found = lock(session, AmountReceived, receipt_id, "số tiền thực nhận")
    if found.recorded_by == actor.person_id:
        raise not_allowed("two_people", "Người ghi số tiền thực nhận không tự xác nhận được; cần người thứ hai.")
    transfer = lock(session, Transfer, found.transfer_id, "khoản chi")
    _check(session, payment_list, transfer, found.amount)
    is_closed = payment_list.state == PaymentListState.CLOSED
    found.confirmed_by, found.confirmed_at, found.is_late = actor.person_id, now, is_closed
    row.waits, row.matched_by, row.transfer_id, row.problem = False, PART, transfer.key, ""
    row.decision_note, row.decided_by, row.decided_at = found.note, actor.person_id, now
    answer.problem_count -= 1
    answer.paid_count += 1
    save(session, found, row, answer)
    _settle(session, payment_list, transfer, row, found, account_id=actor.person_id, now=now)
    data = {"row": row.key, "transfer": transfer.key, "amount": found.amount}
    record(session, payment_list, "confirm_amount_received", actor, role, data, now)
    return found


def withdraw(session: Session, *, receipt_id: int, actor: Actor, now: datetime) -> None:
    """Take back what was not confirmed yet; the row waits as before. Raises Problem CONFLICT once it is confirmed."""
    found = get(session, AmountReceived, receipt_id, "số tiền thực nhận")
    row, _, payment_list, role = _waiting(session, found.answer_row_id, (Role.economy, Role.chairman), actor)
    session.delete(lock(session, AmountReceived, receipt_id, "số tiền thực nhận"))
    save(session)
    record(session, payment_list, "withdraw_amount_received", actor, role, {"row": row.key}, now)


def _waiting(
    session: Session, row_id: int, roles: tuple[Role, ...], actor: Actor
) -> tuple[BankAnswerRow, BankAnswer, PaymentList, Role]:
    """The row that waits, its answer and its list, the list locked first as every act does."""
    answer = get(session, BankAnswer, get(session, BankAnswerRow, row_id, "dòng kết quả").answer_id)
    payment_list = lock(session, PaymentList, answer.list_id, "danh sách chi trả")
    role = actor.require(roles, payment_list.commune_id)
    row = lock(session, BankAnswerRow, row_id, "dòng kết quả")
    if not row.waits:
        raise conflict("row_decided", "Dòng này đã được xử lý.")
    return row, lock(session, BankAnswer, answer.key), payment_list, role


def _arrived(row: BankAnswerRow, transfer: Transfer) -> int:
    """What reached the person by the row: the amount paid, or what is left of the plan after the amount returned."""
    if row.amount is None or not row.result:
        raise invalid("amount_unknown", "Dòng này không ghi rõ số tiền hoặc kết quả; hãy nhập lại tệp đúng.")
    amount = row.amount if row.result == TransferState.PAID else transfer.amount - row.amount
    if amount <= 0 or (amount == transfer.amount and not _is_once_more(row, transfer)):
        raise conflict("does_not_fit", "Dòng này không ghi một số tiền thực nhận khác số phải chi.")
    return amount


def _check(session: Session, payment_list: PaymentList, transfer: Transfer, amount: int) -> None:
    state = state_of(transfer, reconciliation_late.latest(session, payment_list.commune_id))
    whole = amount < transfer.amount and state == TransferState.PAID
    if state not in ANSWERED or whole:
        raise conflict("does_not_fit", f"Khoản này đang ghi nhận là “{TRANSFER_STATE_LABELS[state]}”.")
    before = receipts.beside(session, [transfer.key], parts_only=True).get(transfer.key, 0)
    if before and before + amount > transfer.amount:
        said = f"{format_dong(before)} trong {format_dong(transfer.amount)}"
        raise conflict("does_not_fit", f"Đã ghi nhận {said}; thêm dòng này là quá số phải chi.")


def _settle(
    session: Session,
    payment_list: PaymentList,
    transfer: Transfer,
    row: BankAnswerRow,
    found: AmountReceived,
    *,
    account_id: int,
    now: datetime,
) -> None:
    """The transfer's own result: returned with a part received, paid with an excess; late when its month is closed."""
    paid = not found.is_part
    reason = "" if paid else f"Chỉ nhận được {format_dong(found.amount)} trong {format_dong(transfer.amount)}"
    if not found.is_late:
        settle(transfer, paid=paid, reason=reason, now=now, overturn=True)
        save(session, transfer)
        return
    state = state_of(transfer, reconciliation_late.latest(session, payment_list.commune_id))
    if state != (TransferState.PAID if paid else TransferState.RETURNED):
        reconciliation_late.record(session, transfer, row, paid=paid, reason=reason, account_id=account_id, now=now)


def drop_unconfirmed(session: Session, row_id: int) -> None:
    """Another decision on the row takes the place of an amount that nobody confirmed."""
    pending = select(AmountReceived).where(AmountReceived.answer_row_id == row_id)
    for one in session.exec(pending).all():
        session.delete(one)
    session.flush()
