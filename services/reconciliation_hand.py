"""Rows of an answer that fit nothing by themselves: a person says which transfer is meant, or sets the row aside."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_
from sqlmodel import Session, col, select

from models.payment import BankAnswer, BankAnswerRow, PaymentList, Transfer
from rules.workflow import TRANSFER_STATE_LABELS, Role, TransferState
from services import receipts, reconciliation_amounts, reconciliation_late
from services.errors import conflict, invalid
from services.matching import Stated, against, state_of
from services.payment_notices import record
from services.reconciliation_settle import apply
from services.staff import Actor
from services.store import get, lock, save

HAND, DROPPED = "HAND", "DROPPED"


def waiting_rows(session: Session, list_id: int) -> list[BankAnswerRow]:
    """The rows of a list's answers that wait for a person, oldest first."""
    query = (
        select(BankAnswerRow)
        .join(BankAnswer, col(BankAnswer.id) == BankAnswerRow.answer_id)
        .where(BankAnswer.list_id == list_id, col(BankAnswerRow.waits).is_(True))
    )
    return list(session.exec(query.order_by(col(BankAnswerRow.id))).all())


def candidates(session: Session, row_id: int) -> list[Transfer]:
    """The list's transfers the row could mean: still without a result, of the row's amount where it states one.

    The one that the row itself names by its code stands first, even when it has another result already.
    """
    row = get(session, BankAnswerRow, row_id, "dòng kết quả")
    list_id = get(session, BankAnswer, row.answer_id).list_id
    answered = (TransferState.PAID, TransferState.RETURNED)
    named = (col(Transfer.end_to_end_id) == row.end_to_end_id) & col(Transfer.state).in_(answered)
    query = select(Transfer).where(Transfer.list_id == list_id, or_(col(Transfer.state) == TransferState.SENT, named))
    if row.amount is not None:
        query = query.where(Transfer.amount == row.amount)
    found = session.exec(query.order_by(col(Transfer.id))).all()
    return sorted(found, key=lambda one: one.end_to_end_id != row.end_to_end_id)


def match_by_hand(
    session: Session, *, row_id: int, transfer_id: int, note: str, actor: Actor, now: datetime
) -> BankAnswerRow:
    """Phòng Kinh tế decides that a waiting row means this transfer of the same list; the row then counts.

    It may turn over a result that was recorded before, in an open month on the transfer itself. Raises Problem CONFLICT
    when the row does not wait (any more), the transfer is of another list or amount, was not sent, or has that result
    already; INVALID without a note saying why, or when the row's result is not understood.
    """
    row, answer, payment_list, role = _waiting(session, row_id, note, actor)
    transfer = lock(session, Transfer, transfer_id, "khoản chi")
    if transfer.list_id != payment_list.key:
        raise conflict("other_list", "Khoản này thuộc danh sách khác.")
    if not row.result:
        raise invalid("result_unknown", "Không hiểu kết quả ghi ở dòng này; hãy để riêng và nhập lại tệp đúng.")
    said = reconciliation_late.latest(session, payment_list.commune_id)
    paid = row.result == TransferState.PAID
    state = state_of(transfer, said)
    if state in (TransferState.PLANNED, TransferState.HELD, row.result):
        raise conflict("does_not_fit", f"Khoản này đang ghi nhận là “{TRANSFER_STATE_LABELS[state]}”.")
    stated = Stated(row.row_number, row.end_to_end_id, row.amount, paid, row.reason)
    parts = receipts.beside(session, [transfer_id], parts_only=True)
    if problem := against(stated, transfer, said, parts, late=True):
        raise conflict("does_not_fit", f"{problem}.")
    row.transfer_id, row.problem = transfer_id, ""
    answer.problem_count -= 1
    answer.paid_count += paid
    answer.returned_count += not paid
    _decide(session, row, answer, HAND, note, actor, now)
    apply(session, payment_list, transfer, row, said, account_id=actor.person_id, now=now, overturn=True)
    save(session, row, answer, transfer)
    record(session, payment_list, "match_by_hand", actor, role, {"row": row.key, "transfer": transfer_id}, now)
    return row


def set_aside(session: Session, *, row_id: int, note: str, actor: Actor, now: datetime) -> BankAnswerRow:
    """Phòng Kinh tế decides that a waiting row is none of this list's money; its problem stays with the note.

    Raises Problem CONFLICT when the row does not wait (any more), INVALID without a note.
    """
    row, answer, payment_list, role = _waiting(session, row_id, note, actor)
    _decide(session, row, answer, DROPPED, note, actor, now)
    record(session, payment_list, "set_row_aside", actor, role, {"row": row.key}, now)
    return row


def _waiting(
    session: Session, row_id: int, note: str, actor: Actor
) -> tuple[BankAnswerRow, BankAnswer, PaymentList, Role]:
    """The row, its answer and its list, the list locked first as every act does."""
    answer = get(session, BankAnswer, get(session, BankAnswerRow, row_id, "dòng kết quả").answer_id)
    payment_list = lock(session, PaymentList, answer.list_id, "danh sách chi trả")
    role = actor.require(Role.economy, payment_list.commune_id)
    row = lock(session, BankAnswerRow, row_id, "dòng kết quả")
    if not row.waits:
        raise conflict("row_decided", "Dòng này đã được xử lý.")
    if not note.strip():
        raise invalid("note_needed", "Phải ghi căn cứ.")
    return row, lock(session, BankAnswer, answer.key), payment_list, role


def _decide(
    session: Session, row: BankAnswerRow, answer: BankAnswer, how: str, note: str, actor: Actor, now: datetime
) -> None:
    reconciliation_amounts.drop_unconfirmed(session, row.key)
    row.waits, row.matched_by, row.decision_note = False, how, note.strip()
    row.decided_by, row.decided_at = actor.person_id, now
    save(session, row, answer)
