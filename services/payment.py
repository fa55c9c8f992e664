"""The payment column: the machine builds a month's list, one person prepares it, another approves; sent, closed.

Serves Điều 3: the list of a month holds what every grant gives through that month and no line gave before. Once
prepared, a list is never computed again: what changes later is a line of a later list.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from models.ledger import AuditEntry
from models.payment import EntitlementLine, PaymentList
from models.places import Commune
from rules.months import Month
from rules.parameters import LawGap
from rules.workflow import PAYMENT_LIST_STATE_LABELS, PaymentListState, Role, TransferState
from services import ledger, payment_papers, report_papers
from services.entitlements import list_lines
from services.errors import conflict, not_allowed, waiting
from services.payment_build import build_list, due_months, fingerprint, lists_of, refresh
from services.payment_notices import tell_approvers, tell_villages, want_payment_step
from services.payment_papers import BankRow, CashRow, bank_rows, cash_rows
from services.payment_step import STEP
from services.reconciliation import import_answer, record_cash
from services.staff import Actor
from services.store import get, lock, save
from services.transfers import hold_transfer, list_transfers, outstanding, release_transfer

__all__ = [
    "STEP", "Balance", "BankRow", "CashRow", "Unpaid", "approve", "balance", "bank_rows", "build_list", "cash_rows",
    "close_month", "due_months", "hold_transfer", "import_answer", "lists_of", "mark_sent", "prepare", "record_cash",
    "release_transfer", "without_transfer",
]  # fmt: skip

CHANGES_OF_PEOPLE = ("change_pay_method", "record_event")


def prepare(session: Session, *, list_id: int, actor: Actor, now: datetime) -> PaymentList:
    """Compute the draft a last time, take each payee as recorded now, and freeze it under its hash: Phòng Kinh tế.

    Raises Problem CONFLICT when it was prepared before (a month is never computed again), WAITING when a parameter of
    the law is not known.
    """
    payment_list, role = _open(session, list_id, PaymentListState.DRAFT, (Role.economy,), actor)
    try:
        refresh(session, payment_list, now=now)
    except LawGap as gap:
        raise waiting("law_gap", f"Chưa lập được danh sách: {gap.message}") from gap
    payment_list.list_sha256 = fingerprint(session, payment_list)
    payment_list.prepared_by, payment_list.prepared_at = actor.person_id, now
    _move(session, payment_list, PaymentListState.PREPARED, "prepare_payment_list", actor, role, now)
    tell_approvers(session, payment_list, now=now)
    return payment_list


def approve(session: Session, *, list_id: int, actor: Actor, now: datetime) -> PaymentList:
    """The second person approves what the first prepared; then the bank file and the cash sheets are asked for.

    Phòng Kinh tế or the chairman does it, but nobody who prepared the list, held or released a payment of it or changed
    a payee's account: Problem NOT_ALLOWED. Raises CONFLICT when the list is not prepared, or not what its hash says.
    """
    payment_list, role = _open(session, list_id, PaymentListState.PREPARED, (Role.economy, Role.chairman), actor)
    if actor.person_id in _hands(session, payment_list):
        raise not_allowed("two_people", "Người đã lập hoặc sửa danh sách không được duyệt; cần người thứ hai.")
    if fingerprint(session, payment_list) != payment_list.list_sha256:
        raise conflict("list_changed", "Danh sách không còn đúng như lúc lập nên không duyệt được.")
    payment_list.approved_by, payment_list.approved_at = actor.person_id, now
    _move(session, payment_list, PaymentListState.APPROVED, "approve_payment_list", actor, role, now)
    payment_papers.want(session, payment_list, now=now)
    return payment_list


def _hands(session: Session, payment_list: PaymentList) -> set[int | None]:
    """Everybody who prepared the list or changed anything of it, as the audit chain has it.

    That includes who gave a payee of the list another account or recorded an event of theirs since the list before.
    """
    entries = select(AuditEntry.account_id).where(AuditEntry.chain == payment_list.commune_id)
    on_list = entries.where(AuditEntry.subject == f"payment_list:{payment_list.key}")
    people = {row.person_id for row in list_transfers(session, payment_list.key)}
    people |= {line.person_id for line in list_lines(session, payment_list.key)}
    on_people = entries.where(
        col(AuditEntry.subject).in_([f"person:{number}" for number in sorted(people)]),
        col(AuditEntry.action).in_(CHANGES_OF_PEOPLE),
    )
    before = [row.prepared_at for row in lists_of(session, payment_list.commune_id) if row.month < payment_list.month]
    if before and before[-1]:
        on_people = on_people.where(AuditEntry.at > before[-1])
    return {payment_list.prepared_by, *session.exec(on_list), *session.exec(on_people)} - {None}


def mark_sent(session: Session, *, list_id: int, actor: Actor, now: datetime) -> PaymentList:
    """The approved list went to the bank and to the thôn: what is not held is on its way. Phòng Kinh tế does it."""
    payment_list, role = _open(session, list_id, PaymentListState.APPROVED, (Role.economy,), actor)
    for transfer in list_transfers(session, list_id):
        if transfer.state == TransferState.PLANNED:
            transfer.state = TransferState.SENT
            session.add(transfer)
    payment_list.sent_by, payment_list.sent_at = actor.person_id, now
    _move(session, payment_list, PaymentListState.SENT, "send_payment_list", actor, role, now)
    tell_villages(session, payment_list, now=now)
    return payment_list


def close_month(session: Session, *, list_id: int, actor: Actor, now: datetime) -> PaymentList:
    """Close the month for ever. Raises Problem WAITING unless Σ paid + returned + held = Σ planned."""
    payment_list, role = _open(session, list_id, PaymentListState.SENT, (Role.economy,), actor)
    rest = balance(session, list_id)
    if not rest.settled:
        raise waiting("not_settled", f"Còn {rest.open_count} khoản chưa có kết quả nên chưa đóng được tháng.")
    payment_list.closed_by, payment_list.closed_at = actor.person_id, now
    _move(session, payment_list, PaymentListState.CLOSED, "close_month", actor, role, now)
    report_papers.want_reports(
        session, commune_id=payment_list.commune_id, month=Month.parse(payment_list.month), now=now
    )
    return payment_list


def _open(
    session: Session, list_id: int, state: PaymentListState, roles: tuple[Role, ...], actor: Actor
) -> tuple[PaymentList, Role]:
    """The list, locked in the state where the act begins, and the role under which the person acts."""
    role = actor.require(roles, get(session, PaymentList, list_id, "danh sách chi trả").commune_id)
    actor.person_id  # noqa: B018 — the machine may not do it
    lock(session, Commune, get(session, PaymentList, list_id).commune_id, "đơn vị")
    payment_list = lock(session, PaymentList, list_id, "danh sách chi trả")
    if payment_list.state != state:
        label = PAYMENT_LIST_STATE_LABELS[PaymentListState(payment_list.state)]
        raise conflict("list_state", f"Danh sách tháng {Month.parse(payment_list.month)} đang ở bước “{label}”.")
    return payment_list, role


def _move(
    session: Session,
    payment_list: PaymentList,
    state: PaymentListState,
    action: str,
    actor: Actor,
    role: Role,
    now: datetime,
) -> None:
    """Change the list's state, write it into the audit chain, and let the step look again."""
    save(session)
    payment_list.state = state
    save(session, payment_list)
    ledger.append(
        session,
        commune_id=payment_list.commune_id,
        actor=actor,
        role=role,
        action=action,
        subject=f"payment_list:{payment_list.key}",
        data={
            "month": payment_list.month,
            "people": payment_list.people,
            "total": payment_list.total,
            "sha256": payment_list.list_sha256,
        },
        now=now,
    )
    want_payment_step(session, payment_list.commune_id, now=now)


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
    sums: dict[TransferState, int] = dict.fromkeys(TransferState, 0)
    counts: dict[TransferState, int] = dict.fromkeys(TransferState, 0)
    for transfer in list_transfers(session, list_id):
        sums[TransferState(transfer.state)] += transfer.amount
        counts[TransferState(transfer.state)] += 1
    return Balance(
        planned=sum(sums.values()),
        waiting=sums[TransferState.PLANNED] + sums[TransferState.SENT],
        paid=sums[TransferState.PAID],
        returned=sums[TransferState.RETURNED],
        held=sums[TransferState.HELD],
        counts=counts,
    )


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
    with_money = {transfer.person_id for transfer in list_transfers(session, list_id)}
    lines = select(EntitlementLine).where(EntitlementLine.list_id == list_id).order_by(col(EntitlementLine.id))
    sums: dict[int, int] = {}
    for line in session.exec(lines):
        if line.person_id not in with_money:
            sums[line.person_id] = sums.get(line.person_id, 0) + line.amount
    if not sums:  # nobody: years of transfers need not be read
        return []
    rest = outstanding(session, payment_list.commune_id)
    return [Unpaid(who, amount, rest[who], _debt(rest[who])) for who, amount in sums.items()]


def _debt(rest: int) -> str:
    owed = f"{-rest:,}".replace(",", ".")
    return f"Còn phải thu hồi {owed} đồng, trừ dần vào các tháng sau" if rest < 0 else "Thu hồi vừa hết số được nhận"
