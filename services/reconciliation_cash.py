"""Cash: what became of each payment, and how a result that was recorded wrongly is put right by two people."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from models.payment import PaymentList, Transfer
from models.receipts import CashCorrection
from models.treasury import TreasuryReturnLine
from rules.workflow import PaymentListState, Role, TransferState
from services import receipts, reconciliation_late
from services.errors import conflict, invalid, not_allowed
from services.matching import state_of
from services.payment_notices import record
from services.payment_papers import CASH_CHANNELS
from services.reconciliation_settle import settle
from services.staff import Actor
from services.store import get, lock, save

ANSWERED = (TransferState.PAID, TransferState.RETURNED)
DECIDERS = (Role.economy, Role.chairman)


def record_cash(
    session: Session, *, transfer_id: int, paid: bool, reason: str, actor: Actor, now: datetime
) -> Transfer:
    """What became of one cash payment: handed over against a signature, or brought back with a reason.

    The same result twice changes nothing. Raises Problem CONFLICT for a transfer that is not cash, not sent, or settled
    otherwise; INVALID for money brought back without a reason.
    """
    payment_list, transfer = _locked(session, transfer_id)
    role = actor.require(Role.economy, transfer.commune_id)
    _check_cash(transfer)
    if not paid and not reason.strip():
        raise invalid("return_reason", "Phải ghi lý do không chi được.")
    if transfer.state == (TransferState.PAID if paid else TransferState.RETURNED):
        return transfer
    if payment_list.state != PaymentListState.SENT or transfer.state != TransferState.SENT:
        raise conflict("not_open", "Khoản này chưa chuyển đi hoặc đã có kết quả.")
    settle(transfer, paid=paid, reason=reason, now=now)
    save(session, transfer)
    record(session, payment_list, "record_cash", actor, role, {"transfer": transfer_id, "paid": int(paid)}, now)
    return transfer


def waiting_corrections(session: Session, list_id: int) -> list[CashCorrection]:
    """What one person put right of a list's cash and nobody confirmed yet, oldest first."""
    query = select(CashCorrection).join(Transfer, col(Transfer.id) == CashCorrection.transfer_id)
    query = query.where(Transfer.list_id == list_id, col(CashCorrection.confirmed_by).is_(None))
    return list(session.exec(query.order_by(col(CashCorrection.id))).all())


def corrections(session: Session, transfer_id: int) -> list[CashCorrection]:
    """Every correction of one payment, oldest first; one that nobody confirmed is the last."""
    query = select(CashCorrection).where(CashCorrection.transfer_id == transfer_id)
    return list(session.exec(query.order_by(col(CashCorrection.id))).all())


def propose_correction(
    session: Session, *, transfer_id: int, paid: bool, reason: str, actor: Actor, now: datetime
) -> CashCorrection:
    """Phòng Kinh tế says that the result of a cash payment was recorded wrongly, and what really became of it.

    Nothing counts before a second person confirms it. Raises Problem INVALID without a reason; CONFLICT for a transfer
    that is not cash, has no result, has that result already or another amount received, waits for a confirmation, or
    whose money went back to the treasury.
    """
    payment_list, transfer = _locked(session, transfer_id)
    role = actor.require(Role.economy, transfer.commune_id)
    if not reason.strip():
        raise invalid("correction_reason", "Phải ghi vì sao kết quả trước ghi nhầm và căn cứ.")
    if any(one.confirmed_by is None for one in corrections(session, transfer_id)):
        raise conflict("correction_waits", "Khoản này đã có đính chính chờ người thứ hai xác nhận.")
    _check(session, transfer, paid)
    found = CashCorrection(
        transfer_id=transfer_id,
        commune_id=transfer.commune_id,
        paid=paid,
        reason=reason.strip(),
        recorded_by=actor.person_id,
        recorded_at=now,
    )
    save(session, found)
    data = {"transfer": transfer_id, "paid": int(paid)}
    record(session, payment_list, "propose_cash_correction", actor, role, data, now)
    return found


def confirm_correction(session: Session, *, correction_id: int, actor: Actor, now: datetime) -> CashCorrection:
    """A second person lets the correction count: on the transfer while its month is open, else as a late result.

    Raises Problem NOT_ALLOWED for who proposed it, CONFLICT when it was confirmed before or no longer fits.
    """
    payment_list, transfer = _locked(session, get(session, CashCorrection, correction_id, "đính chính").transfer_id)
    role = actor.require(DECIDERS, transfer.commune_id)
    found = _open(session, correction_id)
    if found.recorded_by == actor.person_id:
        raise not_allowed("two_people", "Người ghi đính chính không tự xác nhận được; cần người thứ hai.")
    _check(session, transfer, found.paid)
    found.is_late = payment_list.state == PaymentListState.CLOSED
    found.confirmed_by, found.confirmed_at = actor.person_id, now
    save(session, found)
    reason = "" if found.paid else found.reason
    if found.is_late:
        reconciliation_late.record(
            session, transfer, found, paid=found.paid, reason=reason, account_id=actor.person_id, now=now
        )
    else:
        settle(transfer, paid=found.paid, reason=reason, now=now, overturn=True)
        save(session, transfer)
    data = {"transfer": transfer.key, "paid": int(found.paid)}
    record(session, payment_list, "confirm_cash_correction", actor, role, data, now)
    return found


def withdraw_correction(session: Session, *, correction_id: int, actor: Actor, now: datetime) -> None:
    """Take back what nobody confirmed; the result stays as recorded. Raises Problem CONFLICT once it is confirmed."""
    payment_list, transfer = _locked(session, get(session, CashCorrection, correction_id, "đính chính").transfer_id)
    role = actor.require(DECIDERS, transfer.commune_id)
    session.delete(_open(session, correction_id))
    save(session)
    record(session, payment_list, "withdraw_cash_correction", actor, role, {"transfer": transfer.key}, now)


def _locked(session: Session, transfer_id: int) -> tuple[PaymentList, Transfer]:
    """The list first, then the payment, as every act locks them."""
    found = get(session, Transfer, transfer_id, "khoản chi")
    payment_list = lock(session, PaymentList, found.list_id, "danh sách chi trả")
    return payment_list, lock(session, Transfer, transfer_id, "khoản chi")


def _open(session: Session, correction_id: int) -> CashCorrection:
    found = lock(session, CashCorrection, correction_id, "đính chính")
    if found.confirmed_by is not None:
        raise conflict("correction_confirmed", "Đính chính này đã được xác nhận.")
    return found


def _check(session: Session, transfer: Transfer, paid: bool) -> None:
    """The result may be turned over to this one."""
    _check_cash(transfer)
    state = state_of(transfer, reconciliation_late.latest(session, transfer.commune_id))
    if state not in ANSWERED:
        raise conflict("no_result", "Khoản này chưa có kết quả nên chưa có gì để đính chính.")
    if paid == (state == TransferState.PAID):
        raise conflict("same_result", "Khoản này đang ghi nhận đúng kết quả đó rồi.")
    if receipts.beside(session, [transfer.key]):
        raise conflict(
            "other_amount", "Khoản này đã có số tiền thực nhận hai người xác nhận; không đính chính cả khoản."
        )
    given_back = select(TreasuryReturnLine.id).where(TreasuryReturnLine.transfer_id == transfer.key)
    if paid and session.exec(given_back).first() is not None:
        raise conflict("given_back", "Tiền của khoản này đã nộp trả kho bạc nên không thể là đã nhận.")


def _check_cash(transfer: Transfer) -> None:
    if transfer.channel not in CASH_CHANNELS:
        raise conflict("not_cash", "Khoản này trả qua tài khoản; kết quả lấy từ tệp của ngân hàng.")
