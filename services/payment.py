"""The payment column: the machine builds a month's list, one person prepares it, another approves; sent, closed.

Serves Điều 3: the list of a month holds what every grant gives through that month and no line gave before. Once
prepared, a list is never computed again: what changes later is a line of a later list.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.ledger import AuditEntry
from models.payment import EntitlementLine, PaymentList, PaymentListReturn, Transfer
from rules.months import Month
from rules.parameters import LawGap
from rules.workflow import PAYMENT_LIST_STATE_LABELS, PaymentListState, Role, TransferState
from services import payment_papers, report_papers
from services.errors import conflict, invalid, not_allowed, waiting
from services.payment_build import build_list, due_months, fingerprint, lists_of, refresh
from services.payment_figures import Balance, Unpaid, balance, without_transfer
from services.payment_notices import record, tell_approvers, tell_sent_back, tell_villages
from services.payment_papers import BankRow, bank_rows
from services.payment_step import STEP
from services.reconciliation import import_answer, record_cash
from services.reconciliation_cash import waiting_corrections
from services.reconciliation_hand import waiting_rows
from services.staff import Actor
from services.store import lock, save
from services.transfers import hold_transfer, release_transfer

__all__ = [
    "STEP", "Balance", "BankRow", "Unpaid", "approve", "balance", "bank_rows", "build_list", "close_month",
    "due_months", "hold_transfer", "import_answer", "lists_of", "mark_sent", "prepare", "record_cash",
    "release_transfer", "returns", "send_back", "without_transfer",
]  # fmt: skip

SEND_BACK = "send_back_payment_list"
CHANGES_OF_PEOPLE = ("change_pay_method", "record_event", "withdraw_event")


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


def send_back(session: Session, *, list_id: int, reason: str, actor: Actor, now: datetime) -> PaymentList:
    """The second person does not approve: the prepared list is a draft again, to be prepared anew, with the reason.

    Whoever prepared it remains somebody who had a hand in it; sending back alone is no hand. Raises Problem
    NOT_ALLOWED for the preparer, INVALID without a reason, CONFLICT when the list is not prepared.
    """
    payment_list, role = _open(session, list_id, PaymentListState.PREPARED, (Role.economy, Role.chairman), actor)
    if payment_list.prepared_by is None or payment_list.prepared_by == actor.person_id:
        raise not_allowed("two_people", "Người đã lập danh sách không tự trả lại được; cần người thứ hai.")
    if not reason.strip():
        raise invalid("send_back_reason", "Phải ghi lý do trả lại danh sách.")
    sent_back = PaymentListReturn(
        list_id=list_id,
        reason=reason.strip(),
        list_sha256=payment_list.list_sha256,
        prepared_by=payment_list.prepared_by,
        sent_back_by=actor.person_id,
        sent_back_at=now,
    )
    save(session, sent_back)
    _move(session, payment_list, PaymentListState.DRAFT, SEND_BACK, actor, role, now)
    payment_list.prepared_by = payment_list.prepared_at = None
    payment_list.list_sha256 = ""
    save(session, payment_list)
    tell_sent_back(session, payment_list, now=now)
    return payment_list


def returns(session: Session, list_id: int) -> list[PaymentListReturn]:
    """How often the list was sent back, by whom and why, oldest first."""
    query = select(PaymentListReturn).where(PaymentListReturn.list_id == list_id)
    return list(session.exec(query.order_by(col(PaymentListReturn.id))).all())


def _hands(session: Session, payment_list: PaymentList) -> set[int | None]:
    """Everybody who prepared the list or changed anything of it, as the audit chain has it.

    That includes who gave a payee of the list another account or recorded an event of theirs since the list before.
    """
    entries = select(AuditEntry.account_id).where(AuditEntry.chain == payment_list.commune_id)
    on_list = entries.where(AuditEntry.subject == f"payment_list:{payment_list.key}", AuditEntry.action != SEND_BACK)
    return {payment_list.prepared_by, *session.exec(on_list), *_hands_on_people(session, payment_list)} - {None}


def _hands_on_people(session: Session, payment_list: PaymentList) -> set[int | None]:
    acts = select(AuditEntry.account_id, AuditEntry.subject).where(
        AuditEntry.chain == payment_list.commune_id, col(AuditEntry.action).in_(CHANGES_OF_PEOPLE)
    )
    before = select(PaymentList.prepared_at).where(
        PaymentList.commune_id == payment_list.commune_id, PaymentList.month < payment_list.month
    )
    last = session.exec(before.order_by(col(PaymentList.month).desc())).first()
    if last:
        acts = acts.where(AuditEntry.at > last)
    found = session.exec(acts.distinct()).all()
    if not found:
        return set()
    paid = session.exec(select(Transfer.person_id).where(Transfer.list_id == payment_list.key))
    listed = session.exec(select(EntitlementLine.person_id).where(EntitlementLine.list_id == payment_list.key))
    people = {f"person:{number}" for number in {*paid, *listed}}
    return {account for account, subject in found if subject in people}


def mark_sent(session: Session, *, list_id: int, actor: Actor, now: datetime) -> PaymentList:
    """The approved list went to the bank and to the thôn: what is not held is on its way. Phòng Kinh tế does it."""
    payment_list, role = _open(session, list_id, PaymentListState.APPROVED, (Role.economy,), actor)
    planned = update(Transfer).where(col(Transfer.list_id) == list_id, col(Transfer.state) == TransferState.PLANNED)
    session.execute(planned.values(state=TransferState.SENT))
    payment_list.sent_by, payment_list.sent_at = actor.person_id, now
    _move(session, payment_list, PaymentListState.SENT, "send_payment_list", actor, role, now)
    tell_villages(session, payment_list, now=now)
    return payment_list


def close_month(session: Session, *, list_id: int, actor: Actor, now: datetime) -> PaymentList:
    """Close the month for ever. Raises Problem WAITING unless Σ paid + returned + held = Σ planned.

    A row of a bank's answer that nobody has decided on may be money too, and a correction that nobody confirmed
    changes what is closed: each stops the closing as well.
    """
    payment_list, role = _open(session, list_id, PaymentListState.SENT, (Role.economy,), actor)
    if undecided := len(waiting_rows(session, list_id)):
        raise waiting(
            "rows_wait",
            f"Còn {undecided} dòng trong tệp kết quả chờ người xác định nên chưa đóng được tháng. Mở tệp kết quả, "
            "chọn khoản chi của từng dòng hoặc để riêng kèm căn cứ.",
        )
    if corrections := len(waiting_corrections(session, list_id)):
        raise waiting("corrections_wait", f"Còn {corrections} đính chính chi tiền mặt chờ người thứ hai xác nhận.")
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
    payment_list = lock(session, PaymentList, list_id, "danh sách chi trả")
    role = actor.require(roles, payment_list.commune_id)
    actor.person_id  # noqa: B018 — the machine may not do it
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
    content: dict[str, int | str] = {
        "month": payment_list.month,
        "people": payment_list.people,
        "total": payment_list.total,
        "sha256": payment_list.list_sha256,
    }
    record(session, payment_list, action, actor, role, content, now)
