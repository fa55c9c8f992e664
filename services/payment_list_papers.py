"""Danh sách chi trả of a month: who is paid what, and what changed against the list before."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.payment import Benefit, EntitlementLine, Grant, PaymentList, Transfer
from models.people import PAY_METHOD_LABELS, PayMethodKind
from rules.lookups import banks
from rules.workflow import STOP_REASON_LABELS, StopReason, TransferState
from services import pauses
from services.payment_papers import BANK_CHANNELS


@dataclass(frozen=True)
class PaidRow:
    """One payment of the list; the account stands here in full, as the paying office needs it. Amount in đồng."""

    full_name: str
    account_no: str
    bank: str
    amount: int
    note: str


@dataclass(frozen=True)
class DifferenceRow:
    """One person whose payment differs from the month before; amounts in đồng, 0 when nothing was paid."""

    full_name: str
    before: int
    now: int
    reason: str


def paid_rows(session: Session, list_id: int, *, by_bank_only: bool = False) -> list[PaidRow]:
    """Every transfer of the list that is not held (``by_bank_only``: no cash), by thôn as the list orders them."""
    month = session.get_one(PaymentList, list_id).month
    notes = _notes(session, list_id, month)
    names = {bank.bin: bank.name for bank in banks()}
    return [
        PaidRow(
            full_name=row.account_holder or row.payee["full_name"],
            account_no=row.account_no or "",
            bank=names.get(row.bank_bin, "") or PAY_METHOD_LABELS[PayMethodKind(row.channel)],
            amount=row.amount,
            note=notes.get(row.person_id, ""),
        )
        for row in _transfers(session, list_id, by_bank_only)
    ]


def differences(session: Session, list_id: int, *, by_bank_only: bool = False) -> list[DifferenceRow]:
    """Part II of the list: every person whose sum is not that of the list before, with the reason.

    ``by_bank_only``: sums by transfer alone, so that who now takes cash, or no longer does, is a change too.
    """
    this = session.get_one(PaymentList, list_id)
    older = select(PaymentList).where(PaymentList.commune_id == this.commune_id, col(PaymentList.month) < this.month)
    last = session.exec(older.order_by(col(PaymentList.month).desc())).first()
    now, before = (
        _sums(session, this.key, by_bank_only),
        _sums(session, last.key if last else 0, by_bank_only),
    )
    names = {**before[1], **now[1]}
    changed = [who for who in names if now[0].get(who, 0) != before[0].get(who, 0)]
    notes = _notes(session, list_id, this.month)
    stopped, held = _stopped(session, this.commune_id), _held(session, this.key)
    rows = []
    for who in changed:
        amount, earlier = now[0].get(who, 0), before[0].get(who, 0)
        reason = held.get(who) or notes.get(who) or _reason(amount, earlier, stopped.get(who, ""))
        rows.append(DifferenceRow(names[who], earlier, amount, reason))
    return rows


def _reason(amount: int, earlier: int, stopped: str) -> str:
    if earlier == 0:
        return "Mới chi trả"
    if amount == 0:
        return f"Thôi chi trả: {stopped.lower()}" if stopped else "Không có khoản phải trả tháng này"
    return "Thay đổi mức hoặc hết phần truy lĩnh"


def _transfers(session: Session, list_id: int, by_bank_only: bool = False) -> list[Transfer]:
    query = select(Transfer).where(Transfer.list_id == list_id, Transfer.state != TransferState.HELD)
    if by_bank_only:
        query = query.where(col(Transfer.channel).in_(BANK_CHANNELS))
    return list(session.exec(query.order_by(col(Transfer.village_id), col(Transfer.end_to_end_id))).all())


def _sums(session: Session, list_id: int, by_bank_only: bool) -> tuple[dict[int, int], dict[int, str]]:
    """Đồng and name by person, in the order of the list."""
    amounts: dict[int, int] = {}
    names: dict[int, str] = {}
    for row in _transfers(session, list_id, by_bank_only):
        amounts[row.person_id] = amounts.get(row.person_id, 0) + row.amount
        names[row.person_id] = row.payee["full_name"]
    return amounts, names


def _notes(session: Session, list_id: int, month: str) -> dict[int, str]:
    """By person, what the list holds besides the month's own amount: arrears, recoveries, another attempt."""
    query = select(EntitlementLine).where(EntitlementLine.list_id == list_id, EntitlementLine.benefit == Benefit.INCOME)
    notes: dict[int, list[str]] = {}
    for line in session.exec(query.order_by(col(EntitlementLine.month), col(EntitlementLine.id))):
        if line.month != month or line.corrects_id is not None:
            notes.setdefault(line.person_id, []).append(line.reason)
    for row in _transfers(session, list_id):
        if row.attempt > 1:
            notes.setdefault(row.person_id, []).append("Chi lại khoản bị trả lại")
    return {who: "; ".join(texts) for who, texts in notes.items()}


def _stopped(session: Session, commune_id: int) -> dict[int, str]:
    query = select(Grant.person_id, Grant.stop_reason).where(
        Grant.commune_id == commune_id, Grant.benefit == Benefit.INCOME, col(Grant.stop_reason).is_not(None)
    )
    rows = session.exec(query.order_by(col(Grant.id))).all()
    found = {who: STOP_REASON_LABELS[StopReason(reason)] for who, reason in rows if reason}
    resting = {who for who, mine in pauses.pauses(session, commune_id).items() if mine and mine[-1][1] is None}
    return found | dict.fromkeys(resting, STOP_REASON_LABELS[StopReason.SUSPENDED])


def _held(session: Session, list_id: int) -> dict[int, str]:
    """Whose money is held on this list; why stands in the records and not on a paper that others read."""
    query = select(Transfer.person_id).where(Transfer.list_id == list_id, Transfer.state == TransferState.HELD)
    return dict.fromkeys(session.exec(query), "Tạm giữ tháng này")
