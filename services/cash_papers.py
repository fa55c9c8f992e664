"""Who signs for cash in a thôn, and what each amount is made of."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from models.approval import Decision
from models.payment import EntitlementLine, Grant, PaymentList, Transfer
from rules.workflow import TransferState
from services.payment_papers import CASH_CHANNELS


@dataclass(frozen=True)
class CashRow:
    """One person paid in cash in the thôn, against a signature; amounts in đồng, the number masked.

    ``monthly_amount``, ``arrears`` and ``deduction`` make up ``amount``; None where the money was tried before, so that
    it is not of this list's lines. ``proxy`` names who signs for the person, and on which paper.
    """

    full_name: str
    birth_year: str
    amount: int
    monthly_amount: int | None
    arrears: int | None
    deduction: int | None
    citizen_no: str
    decision: str
    proxy: str
    note: str
    end_to_end_id: str


def cash_rows(session: Session, list_id: int, village_id: int) -> list[CashRow]:
    """Who signs for cash in one thôn, held ones left out; an unchanged list always gives the same rows in order."""
    query = (
        select(Transfer)
        .where(Transfer.list_id == list_id, Transfer.village_id == village_id)
        .where(Transfer.state != TransferState.HELD, col(Transfer.channel).in_(CASH_CHANNELS))
    )
    found = session.exec(query.order_by(col(Transfer.end_to_end_id))).all()
    month = session.get_one(PaymentList, list_id).month
    parts = _parts(session, list_id, month, {row.person_id for row in found})
    return [_row(row, *parts.get(row.person_id, (0, 0, ""))) for row in found]


def _row(transfer: Transfer, own: int, others: int, decision: str) -> CashRow:
    deduction = own + others - transfer.amount
    whole = transfer.attempt == 1 and deduction >= 0
    return CashRow(
        full_name=transfer.payee["full_name"],
        birth_year=str(transfer.payee["birth_year"]),
        amount=transfer.amount,
        monthly_amount=own if whole else None,
        arrears=others if whole else None,
        deduction=deduction if whole else None,
        citizen_no=transfer.payee["citizen_no"],
        decision=decision,
        proxy=_proxy(transfer),
        note=f"Chi lại lần {transfer.attempt}" if transfer.attempt > 1 else "",
        end_to_end_id=transfer.end_to_end_id,
    )


def _proxy(transfer: Transfer) -> str:
    name = transfer.payee["proxy_name"]
    return f"{name} ({transfer.payee['proxy_paper'] or 'chưa có giấy ủy quyền'})" if name else ""


def _parts(session: Session, list_id: int, month: str, people: set[int]) -> dict[int, tuple[int, int, str]]:
    """By person: the month's own amount, what is added for earlier months, and the newest decision's number."""
    line = EntitlementLine
    query = (
        columns(col(line.person_id), col(line.month), col(line.amount), col(Decision.number), col(Decision.symbol))
        .join(Grant, col(Grant.id) == col(line.grant_id))
        .join(Decision, col(Decision.id) == col(Grant.decision_id))
        .where(col(line.list_id) == list_id)
        .order_by(col(Decision.id))
    )
    parts: dict[int, tuple[int, int, str]] = {}
    for person_id, of_month, amount, number, symbol in session.connection().execute(query):
        if person_id in people:
            own, others, _ = parts.get(person_id, (0, 0, ""))
            is_own = of_month == month
            added = max(amount, 0)
            parts[person_id] = (own + added * is_own, others + added * (not is_own), f"{number:02d}/{symbol}")
    return parts
