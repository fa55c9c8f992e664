"""Writing a result down: on the transfer while its month is open, beside it once the month is closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session

from models.payment import BankAnswerRow, PaymentList, Transfer
from rules.workflow import PaymentListState, TransferState
from services import reconciliation_late
from services.matching import Match, state_of

NO_REASON = "Không ghi lý do"


def settle(transfer: Transfer, *, paid: bool, reason: str, now: datetime, overturn: bool = False) -> None:
    """Record a result on a transfer that was sent; one that has a result already is left as it is.

    ``overturn``: a person decided that the newer result counts, for instance money that came back after all.
    """
    answered = {TransferState.SENT, TransferState.PAID, TransferState.RETURNED} if overturn else {TransferState.SENT}
    if transfer.state not in answered:
        return
    transfer.state = TransferState.PAID if paid else TransferState.RETURNED
    transfer.return_reason = "" if paid else reason.strip() or NO_REASON
    transfer.answered_at = now


def settle_all(session: Session, matches: Sequence[Match], *, now: datetime) -> None:
    """`settle` for every row that found its transfer, written as one statement; records at hand are kept in step."""
    table = Transfer.__table__  # type: ignore[attr-defined]
    changes: list[dict[str, Any]] = []
    for one in matches:
        transfer = one.transfer
        if transfer is None or transfer.state != TransferState.SENT:
            continue
        values = {
            "state": TransferState.PAID if one.row.paid else TransferState.RETURNED,
            "return_reason": "" if one.row.paid else one.row.reason.strip() or NO_REASON,
            "answered_at": now,
        }
        for name, value in values.items():
            set_committed_value(transfer, name, value)
        changes.append({"number": transfer.key} | values)
    if changes:
        statement = update(table).where(table.c.id == bindparam("number"))
        names = ("state", "return_reason", "answered_at")
        session.connection().execute(statement.values({name: bindparam(name) for name in names}), changes)


def apply(
    session: Session,
    payment_list: PaymentList,
    transfer: Transfer,
    row: BankAnswerRow,
    said: dict[int, bool],
    *,
    account_id: int,
    now: datetime,
    overturn: bool = False,
) -> None:
    """Let one row of an answer count. For a closed month only what turns its record over is kept, as a late result."""
    paid = row.result == TransferState.PAID
    if payment_list.state != PaymentListState.CLOSED:
        settle(transfer, paid=paid, reason=row.reason, now=now, overturn=overturn)
        session.add(transfer)
    elif state_of(transfer, said) != row.result:
        session.flush()
        reason = "" if paid else row.reason.strip() or NO_REASON
        reconciliation_late.record(session, transfer, row, paid=paid, reason=reason, account_id=account_id, now=now)
