"""Money nobody took and that went back to the treasury (Giấy nộp trả kinh phí, Mẫu 08 of Nghị định 347/2025/NĐ-CP)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import exists, union
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.payment import LateResult, PaymentList, Transfer
from models.treasury import TreasuryReturn, TreasuryReturnLine
from rules.workflow import PaymentListState, Role, TransferState
from services import documents, ledger, payer_accounts, payment_papers, receipts, reconciliation_late
from services.errors import conflict, invalid
from services.staff import Actor
from services.store import lock_commune, save
from services.transfers import is_live

CAME_BACK = (TransferState.RETURNED, TransferState.HELD)


def unclaimed(session: Session, commune_id: int) -> list[Transfer]:
    """Money of closed months that came back or was held, neither tried again nor given back to the treasury."""
    said = reconciliation_late.latest(session, commune_id)
    back = select(Transfer.id).where(Transfer.commune_id == commune_id, col(Transfer.state).in_(CAME_BACK))
    late = select(LateResult.transfer_id).where(LateResult.commune_id == commune_id)
    again = aliased(Transfer)
    query = (
        select(Transfer)
        .join(PaymentList, col(PaymentList.id) == Transfer.list_id)
        .where(Transfer.commune_id == commune_id, PaymentList.state == PaymentListState.CLOSED)
        .where(col(Transfer.id).in_(union(back, late)))  # the few that may be meant, not years of paid ones
        .where(~exists().where(col(again.retry_of) == Transfer.id))
        .where(~exists().where(col(TreasuryReturnLine.transfer_id) == Transfer.id))
    )
    rows = session.exec(query.order_by(col(Transfer.id))).all()
    found = [row for row in rows if not is_live(row, said) or row.state == TransferState.HELD]
    parts = received_in_part(session, found)
    return [row for row in found if parts.get(row.key, 0) < row.amount]


def received_in_part(session: Session, transfers: Sequence[Transfer]) -> dict[int, int]:
    """Đồng that their people did receive of these: only the rest came back."""
    return receipts.beside(session, [row.key for row in transfers], parts_only=True)


def _came_back(session: Session, commune_id: int, wanted: set[int]) -> dict[int, int]:
    """Đồng that are there of each of these transfers. Raises Problem CONFLICT when one has none."""
    there = {row.key: row for row in unclaimed(session, commune_id) if row.key in wanted}
    if not wanted or wanted != there.keys():
        raise conflict("nothing_returned", "Có khoản không còn tiền để nộp trả: đã chi, đã chi lại hoặc đã nộp trả.")
    parts = received_in_part(session, list(there.values()))
    return {number: row.amount - parts.get(number, 0) for number, row in sorted(there.items())}


def record_refund(
    session: Session,
    *,
    commune_id: int,
    transfer_ids: Collection[int],
    voucher_no: str,
    returned_on: date,
    note: str,
    actor: Actor,
    now: datetime,
) -> TreasuryReturn:
    """Phòng Kinh tế records that these transfers' money went back with one voucher; what a person is owed stays owed.

    Raises Problem INVALID without a voucher number or with a day to come, CONFLICT for a transfer whose money is not
    there: paid, still on its way, tried again, or given back before.
    """
    lock_commune(session, commune_id)
    role = actor.require(Role.economy, commune_id)
    if not voucher_no.strip():
        raise invalid("voucher_needed", "Phải ghi số giấy nộp trả kinh phí.")
    if returned_on > now.date():
        raise invalid("refund_day", "Ngày nộp trả không thể ở tương lai.")
    back = _came_back(session, commune_id, set(transfer_ids))
    refund = TreasuryReturn(
        commune_id=commune_id,
        voucher_no=voucher_no.strip()[:40],
        returned_on=returned_on,
        amount=sum(back.values()),
        note=note.strip(),
        recorded_by=actor.person_id,
        recorded_at=now,
    )
    save(session, refund)
    save(session, *(TreasuryReturnLine(return_id=refund.key, transfer_id=one, amount=back[one]) for one in back))
    ledger.append(
        session,
        commune_id=commune_id,
        actor=actor,
        role=role,
        action="record_refund",
        subject=f"treasury_return:{refund.key}",
        data={"transfers": list(back), "amount": refund.amount},
        now=now,
    )
    _want_voucher(session, refund, now)
    return refund


def _want_voucher(session: Session, refund: TreasuryReturn, now: datetime) -> None:
    """Ask for the giấy nộp trả, from the account in use now; while there is none the paper says so."""
    payer = payer_accounts.current(session, refund.commune_id)
    documents.want(
        session,
        commune_id=refund.commune_id,
        cycle_id=payment_papers.cycle_id_of(session, refund.commune_id),
        kind="refund_voucher",
        subject=f"treasury_return:{refund.key}",
        title=f"Giấy nộp trả kinh phí số {refund.voucher_no}",
        file_name=f"giay-nop-tra-{refund.key}.docx",
        data={"payer_account_id": payer.key if payer else None},
        now=now,
    )


def refunds(session: Session, commune_id: int) -> list[TreasuryReturn]:
    """What was given back to the treasury so far, oldest first."""
    query = select(TreasuryReturn).where(TreasuryReturn.commune_id == commune_id)
    return list(session.exec(query.order_by(col(TreasuryReturn.id))).all())
