"""Where a month's money stands, and who is on its list without getting any."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from models.payment import EntitlementLine, PaymentList, Transfer
from models.receipts import AmountReceived
from rules.money import format_dong
from rules.workflow import TransferState
from services.store import get
from services.transfers import outstanding


@dataclass(frozen=True)
class Balance:
    """One list's money by where it stands, in đồng, and the number of transfers in each state."""

    planned: int = 0
    """All transfers of the list."""
    waiting: int = 0
    """Not sent, or sent and without an answer."""
    paid: int = 0
    returned: int = 0
    held: int = 0
    counts: dict[TransferState, int] = field(default_factory=dict)

    @property
    def settled(self) -> bool:
        """Σ paid + returned + held = Σ planned."""
        return self.paid + self.returned + self.held == self.planned

    @property
    def open_count(self) -> int:
        """Transfers without a result."""
        return self.counts.get(TransferState.PLANNED, 0) + self.counts.get(TransferState.SENT, 0)


def balance(session: Session, list_id: int) -> Balance:
    """Where the list's money stands now."""
    query = (
        select(Transfer.state, func.count(), func.sum(Transfer.amount))
        .where(Transfer.list_id == list_id)
        .group_by(col(Transfer.state))
    )
    sums: dict[TransferState, int] = dict.fromkeys(TransferState, 0)
    counts: dict[TransferState, int] = dict.fromkeys(TransferState, 0)
    for state, count, amount in session.exec(query):
        sums[TransferState(state)], counts[TransferState(state)] = int(amount), count
    part = _received_in_part(session, list_id)
    return Balance(
        planned=sum(sums.values()),
        waiting=sums[TransferState.PLANNED] + sums[TransferState.SENT],
        paid=sums[TransferState.PAID] + part,
        returned=sums[TransferState.RETURNED] - part,
        held=sums[TransferState.HELD],
        counts=counts,
    )


def _received_in_part(session: Session, list_id: int) -> int:
    """Đồng that arrived of transfers that count as returned, as the month knew it before it was closed."""
    query = select(func.coalesce(func.sum(AmountReceived.counts), 0)).join(
        Transfer, col(Transfer.id) == AmountReceived.transfer_id
    )
    known = col(AmountReceived.confirmed_by).is_not(None) & col(AmountReceived.is_late).is_(False)
    return int(session.exec(query.where(Transfer.list_id == list_id, col(AmountReceived.is_part), known)).one())


@dataclass(frozen=True)
class Unpaid:
    """A person with lines on the list but no transfer: ``lines`` is their sum, ``rest`` (≤ 0) what is owed back."""

    person_id: int
    lines: int
    rest: int
    reason: str


def without_transfer(session: Session, list_id: int) -> list[Unpaid]:
    """Who is on the list and gets no money from it, and why: a recovery or a debt is larger than what is due."""
    payment_list = get(session, PaymentList, list_id, "danh sách chi trả")
    with_money = select(Transfer.person_id).where(Transfer.list_id == list_id)
    lines = (
        select(EntitlementLine.person_id, func.sum(EntitlementLine.amount))
        .where(EntitlementLine.list_id == list_id, col(EntitlementLine.person_id).not_in(with_money))
        .group_by(col(EntitlementLine.person_id))
        .order_by(func.min(EntitlementLine.id))
    )
    sums = {who: int(amount) for who, amount in session.exec(lines)}
    if not sums:
        return []
    rest = outstanding(session, payment_list.commune_id, people=sums)
    return [Unpaid(who, amount, rest[who], _debt(rest[who])) for who, amount in sums.items()]


def _debt(rest: int) -> str:
    if rest < 0:
        return f"Còn phải thu hồi {format_dong(-rest)}, trừ dần vào các tháng sau"
    return "Thu hồi vừa hết số được nhận"


Payees = dict[int, list[tuple[object, ...]]]
"""What each person of a list gets, and how: amount, channel, account and payee of each transfer."""


class Recount(NamedTuple):
    """How many people a list has otherwise than a moment before."""

    added: int
    dropped: int
    changed: int
    """Another amount, account, way of being paid, proxy, name or thôn."""


def payees(session: Session, list_id: int) -> Payees:
    """Who gets money from the list, how much and how, to be held against a later look by `recount`."""
    found: Payees = defaultdict(list)
    one = Transfer.__table__.c  # type: ignore[attr-defined]
    how = (one.amount, one.channel, one.bank_bin, one.account_no, one.account_holder, one.payee)
    query = columns(one.person_id, *how).where(one.list_id == list_id).order_by(one.end_to_end_id)
    session.flush()
    for person_id, *said in session.connection().execute(query):
        found[person_id].append(tuple(said))
    return dict(found)


def recount(before: Payees, after: Payees) -> Recount:
    """Who came, who went, and who stays with another amount or another way of being paid."""
    stayed = before.keys() & after.keys()
    changed = sum(before[who] != after[who] for who in stayed)
    return Recount(len(after.keys() - stayed), len(before.keys() - stayed), changed)
