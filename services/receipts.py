"""Đồng that reached people beside what their transfers' own states say, as two people confirmed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from models.payment import Transfer
from models.receipts import AmountReceived

FEW = 500
CONFIRMED = col(AmountReceived.confirmed_by).is_not(None)


def beside(session: Session, transfer_ids: Sequence[int], *, parts_only: bool = False) -> dict[int, int]:
    """Of these transfers, the đồng that count beside their own state: parts of returned ones, excess of paid ones."""
    found: dict[int, int] = {}
    for start in range(0, len(transfer_ids), FEW):
        some = transfer_ids[start : start + FEW]
        query = select(AmountReceived.transfer_id, func.sum(AmountReceived.counts)).where(
            col(AmountReceived.transfer_id).in_(some), CONFIRMED
        )
        if parts_only:
            query = query.where(col(AmountReceived.is_part))
        rows = session.exec(query.group_by(col(AmountReceived.transfer_id)))
        found |= {number: int(amount) for number, amount in rows}
    return found


def by_person(session: Session, conditions: Sequence[ColumnElement[bool]]) -> dict[int, int]:
    """The same by person, over the transfers that meet the conditions."""
    query = select(Transfer.person_id, func.sum(AmountReceived.counts)).join(
        AmountReceived, col(AmountReceived.transfer_id) == Transfer.id
    )
    rows = session.exec(query.where(*conditions, CONFIRMED).group_by(col(Transfer.person_id)))
    return {person_id: int(amount) for person_id, amount in rows}
