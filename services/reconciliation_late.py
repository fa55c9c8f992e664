"""What becomes known after a month was closed: kept beside it, counted by the next list, never written into it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from models.payment import BankAnswerRow, LateResult, Transfer
from models.receipts import CashCorrection
from services.store import insert_once


def latest(session: Session, commune_id: int) -> dict[int, bool]:
    """By transfer of a closed month, the newest late result: True when the money arrived after all."""
    query = select(LateResult).where(LateResult.commune_id == commune_id).order_by(col(LateResult.id))
    return {row.transfer_id: row.paid for row in session.exec(query)}


def record(
    session: Session,
    transfer: Transfer,
    source: BankAnswerRow | CashCorrection,
    *,
    paid: bool,
    reason: str,
    account_id: int,
    now: datetime,
) -> None:
    """Keep one late result. The next list then pays again what came back, or takes off what was paid twice."""
    says = "correction_id" if isinstance(source, CashCorrection) else "answer_row_id"
    values = {
        "transfer_id": transfer.key,
        "commune_id": transfer.commune_id,
        says: source.key,
        "paid": paid,
        "reason": reason,
        "recorded_by": account_id,
        "recorded_at": now,
    }
    insert_once(session, LateResult, [values])


def late_results(session: Session, list_id: int) -> list[tuple[Transfer, LateResult]]:
    """What was said too late about the transfers of one list, oldest first."""
    query = select(Transfer, LateResult).join(LateResult, col(LateResult.transfer_id) == Transfer.id)
    return list(session.exec(query.where(Transfer.list_id == list_id).order_by(col(LateResult.id))).all())
