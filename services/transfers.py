"""Handing over the money: one transfer per person and list, a new attempt for each that came back, holds by two people.

Money that is out (planned, sent, paid, held) never exceeds what the lines give: a debt eats what comes later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, and_, func, not_, or_
from sqlalchemy import select as columns
from sqlalchemy.orm import InstrumentedAttribute, defer
from sqlmodel import Session, col, select

from models.payment import EntitlementLine, LateResult, PaymentList, Transfer
from models.people import PayMethod, PayMethodKind, Person
from models.places import Village
from rules.identity import mask_citizen_number
from rules.months import Month
from rules.transfer_codes import first_code, next_code
from rules.workflow import PaymentListState, Role, TransferState
from services import ledger, payment_papers, receipts, reconciliation_late
from services.errors import conflict, invalid, not_allowed
from services.staff import Actor
from services.store import get, insert_new, lock, save

OPEN_LISTS = frozenset({PaymentListState.DRAFT, PaymentListState.PREPARED, PaymentListState.APPROVED})
SENT_LISTS = frozenset({PaymentListState.SENT, PaymentListState.CLOSED})
CASH_CHANNELS = frozenset({PayMethodKind.CASH, PayMethodKind.PROXY})
NOTHING_LATE: Mapping[int, bool] = {}
FEW = 500
"""People that a query names one by one; more are cheaper to add up all together."""
LIVE = or_(
    and_(col(Transfer.state) == TransferState.HELD, col(Transfer.released_by).is_(None)),
    col(Transfer.state).in_((TransferState.PLANNED, TransferState.SENT, TransferState.PAID)),
)
"""`is_live` for the database, without what a bank said after the month was closed."""
_UNREAD = [defer(cast(InstrumentedAttribute[Any], column)) for column in (Transfer.account_no, Transfer.payee)]
OFFICE_SOURCE = "office:"
"""What the source of a way of paying begins with that Phòng Kinh tế recorded, followed by its paper."""


@dataclass(frozen=True)
class Plan:
    """One transfer that a list must hold."""

    person_id: int
    amount: int
    end_to_end_id: str
    attempt: int = 1
    retry_of: int | None = None


def is_live(transfer: Transfer, said: Mapping[int, bool] = NOTHING_LATE) -> bool:
    """The money is out or on its way: it is neither returned, nor held after sending and let go for another attempt.

    What a bank ``said`` of it after its month was closed counts more than the closed month's record.
    """
    if transfer.id in said:
        return said[transfer.key]
    if transfer.state == TransferState.HELD:
        return transfer.released_by is None
    return transfer.state != TransferState.RETURNED


def outstanding(
    session: Session, commune_id: int, *, without_list: int | None = None, people: Collection[int] | None = None
) -> dict[int, int]:
    """Đồng each person is still owed by all lines so far (negative: a debt), one list's transfers left out if asked.

    The database adds up; only what a bank said too late, a handful of transfers, is looked at one by one. Of a
    transfer whose person got another amount, that amount counts. ``people`` limits the answer to those.
    """
    rest: dict[int, int] = defaultdict(int)
    line = EntitlementLine
    given = select(line.person_id, func.sum(line.amount)).where(line.commune_id == commune_id)
    given = given.group_by(col(line.person_id))
    out = select(Transfer.person_id, func.sum(Transfer.amount)).where(*_others(commune_id, without_list), LIVE)
    out = out.group_by(col(Transfer.person_id))
    if people is not None and len(people) <= FEW:
        given, out = given.where(col(line.person_id).in_(people)), out.where(col(Transfer.person_id).in_(people))
    for person_id, amount in session.exec(given):
        rest[person_id] = int(amount)
    for person_id, amount in session.exec(out):
        rest[person_id] -= int(amount)
    for transfer, paid in _said_late(session, commune_id, without_list):
        rest[transfer.person_id] -= transfer.amount * (paid - is_live(transfer))
    for person_id, amount in receipts.by_person(session, _others(commune_id, without_list)).items():
        rest[person_id] -= amount
    return rest


def _said_late(session: Session, commune_id: int, without_list: int | None) -> list[tuple[Transfer, bool]]:
    """Transfers of closed months about which the bank said something afterwards, with its newest word."""
    said = reconciliation_late.latest(session, commune_id)
    late = select(LateResult.transfer_id).where(LateResult.commune_id == commune_id)
    query = select(Transfer).where(*_others(commune_id, without_list), col(Transfer.id).in_(late))
    return [(row, said[row.key]) for row in session.exec(query.options(*_UNREAD).order_by(col(Transfer.id)))]


def _others(commune_id: int, without_list: int | None) -> list[ColumnElement[bool]]:
    conditions = [col(Transfer.commune_id) == commune_id]
    return conditions if without_list is None else [*conditions, col(Transfer.list_id) != without_list]


def to_retry(session: Session, payment_list: PaymentList) -> list[Transfer]:
    """Transfers of other lists that came back or were let go after a hold, without a next attempt yet; oldest first."""
    others = _others(payment_list.commune_id, payment_list.key)
    retried = select(Transfer.retry_of).where(*others, col(Transfer.retry_of).is_not(None))
    late = select(LateResult.transfer_id).where(LateResult.commune_id == payment_list.commune_id)
    query = select(Transfer).where(
        *others, or_(not_(LIVE), col(Transfer.id).in_(late)), col(Transfer.id).not_in(retried)
    )
    said = reconciliation_late.latest(session, payment_list.commune_id)
    found = session.exec(query.options(*_UNREAD).order_by(col(Transfer.id)))
    return [transfer for transfer in found if not is_live(transfer, said)]


def plan(session: Session, payment_list: PaymentList) -> list[Plan]:
    """The transfers the list must hold: what came back first, the rest as the month's own; nothing for who owes."""
    rest = outstanding(session, payment_list.commune_id, without_list=payment_list.key)
    plans: list[Plan] = []
    returned = to_retry(session, payment_list)
    parts = receipts.beside(session, [back.key for back in returned], parts_only=True)
    for back in returned:
        amount = min(back.amount - parts.get(back.key, 0), rest[back.person_id])
        if amount > 0:
            rest[back.person_id] -= amount
            plans.append(
                Plan(back.person_id, amount, next_code(back.end_to_end_id, back.attempt), back.attempt + 1, back.key)
            )
    month = Month.parse(payment_list.month)
    return plans + [Plan(who, amount, first_code(month, who)) for who, amount in sorted(rest.items()) if amount > 0]


def write_transfers(session: Session, payment_list: PaymentList) -> None:
    """Make a DRAFT list hold exactly the planned transfers, each with the payee as recorded now; holds stay."""
    columns: Any = [getattr(Transfer, name) for name in _CONTENT]
    rows = session.exec(select(Transfer.end_to_end_id, *columns).where(Transfer.list_id == payment_list.key))
    present = {code: dict(zip(_CONTENT, content, strict=True)) for code, *content in rows}
    wanted: dict[str, dict[str, Any]] = {}
    fresh: list[dict[str, Any]] = []
    for one, payee in _with_payees(session, payment_list.commune_id, plan(session, payment_list)):
        wanted[one.end_to_end_id] = payee | {"amount": one.amount}
        if one.end_to_end_id not in present:
            fresh.append(vars(one) | payee | {"list_id": payment_list.key, "commune_id": payment_list.commune_id})
    if any(wanted.get(code) != content for code, content in present.items()):
        _bring_up_to_date(session, payment_list, wanted)
    insert_new(session, Transfer, fresh)


_CONTENT = ("village_id", "channel", "payee", "bank_bin", "account_no", "account_holder", "amount")


def _bring_up_to_date(session: Session, payment_list: PaymentList, wanted: Mapping[str, dict[str, Any]]) -> None:
    for row in list_transfers(session, payment_list.key):
        if row.end_to_end_id not in wanted:
            session.delete(row)
            continue
        for name, value in wanted[row.end_to_end_id].items():
            if getattr(row, name) != value:
                setattr(row, name, value)
    save(session)


def _with_payees(session: Session, commune_id: int, plans: Sequence[Plan]) -> Iterator[tuple[Plan, dict[str, Any]]]:
    """Each plan with how its person is paid now; a long list reads its commune at once instead of naming everybody."""
    people = {one.person_id for one in plans}
    query = (
        columns(
            col(Person.id), col(Person.full_name), col(Person.birth_date), col(Person.citizen_id),
            col(Village.id).label("village_id"), col(Village.code), col(Village.name),
            col(PayMethod.kind), col(PayMethod.bank_bin), col(PayMethod.account_no), col(PayMethod.account_holder),
            col(PayMethod.proxy_name), col(PayMethod.source),
        )
        .join(Village, col(Person.village_id) == Village.id)
        .outerjoin(PayMethod, (col(PayMethod.person_id) == Person.id) & col(PayMethod.ended_at).is_(None))
    )  # fmt: skip
    if len(people) <= FEW:
        query = query.where(col(Person.id).in_(people))
    else:
        query = query.where(col(Person.commune_id) == commune_id)
    found = {row.id: _payee(row) for row in session.connection().execute(query) if row.id in people}
    for one in plans:
        yield one, found[one.person_id]


def _payee(row: Row[Any]) -> dict[str, Any]:
    """How the person is paid. Without an account to pay into, the thôn pays in cash against a signature."""
    kind = PayMethodKind(row.kind or PayMethodKind.CASH)
    channel = PayMethodKind.CASH if kind is PayMethodKind.VNEID and not row.account_no else kind
    by_bank = bool(row.account_no) and channel not in CASH_CHANNELS
    return {
        "village_id": row.village_id,
        "channel": channel,
        "payee": {
            "full_name": row.full_name,
            "birth_year": row.birth_date.year,
            "village_code": row.code,
            "village_name": row.name,
            "citizen_no": mask_citizen_number(row.citizen_id),
            "proxy_name": row.proxy_name if kind is PayMethodKind.PROXY else "",
            "proxy_paper": _proxy_paper(row.source) if kind is PayMethodKind.PROXY else "",
        },
        "bank_bin": row.bank_bin if by_bank else "",
        "account_no": row.account_no if by_bank else None,
        "account_holder": (row.account_holder or row.full_name) if by_bank else "",
    }


def _proxy_paper(source: str) -> str:
    """The paper on which Phòng Kinh tế recorded the proxy; empty while only the thôn's list names one."""
    return source.removeprefix(OFFICE_SOURCE) if source.startswith(OFFICE_SOURCE) else ""


def list_transfers(session: Session, list_id: int) -> list[Transfer]:
    """The list's transfers in the order in which they were planned."""
    return list(session.exec(select(Transfer).where(Transfer.list_id == list_id).order_by(col(Transfer.id))).all())


def hold_transfer(session: Session, *, transfer_id: int, reason: str, actor: Actor, now: datetime) -> Transfer:
    """Stop one person's transfer before the list is sent (an open complaint, a missing paper). Phòng Kinh tế does it.

    Raises Problem INVALID without a reason, CONFLICT when the list was sent or the transfer is not planned.
    """
    payment_list, transfer = _locked(session, transfer_id)
    role = actor.require(Role.economy, transfer.commune_id)
    if not reason.strip():
        raise invalid("hold_reason", "Phải ghi lý do tạm giữ.")
    if payment_list.state not in OPEN_LISTS or transfer.state != TransferState.PLANNED:
        raise conflict("hold_late", "Khoản này đã chuyển đi hoặc đã có kết quả nên không tạm giữ được nữa.")
    transfer.state, transfer.hold_reason = TransferState.HELD, reason.strip()
    transfer.held_by, transfer.released_by, transfer.released_at = actor.person_id, None, None
    save(session, transfer)
    _audit(session, transfer, "hold_transfer", actor, role, now)
    payment_papers.renew(session, payment_list, now=now)
    return transfer


def release_transfer(session: Session, *, transfer_id: int, actor: Actor, now: datetime) -> Transfer:
    """Let a held transfer go; never by the one who held it. On a list that was sent it is tried again on the next one.

    Raises Problem NOT_ALLOWED for the holder, CONFLICT when it is not held or was let go before.
    """
    payment_list, transfer = _locked(session, transfer_id)
    role = actor.require((Role.economy, Role.chairman), transfer.commune_id)
    if transfer.state != TransferState.HELD or transfer.released_by is not None:
        raise conflict("not_held", "Khoản này không còn bị tạm giữ.")
    if transfer.held_by == actor.person_id:
        raise not_allowed("two_people", "Người tạm giữ không được tự giải tỏa; cần người thứ hai.")
    transfer.released_by, transfer.released_at = actor.person_id, now
    if payment_list.state in OPEN_LISTS:
        transfer.state = TransferState.PLANNED
    save(session, transfer)
    _audit(session, transfer, "release_transfer", actor, role, now)
    payment_papers.renew(session, payment_list, now=now)
    return transfer


def _locked(session: Session, transfer_id: int) -> tuple[PaymentList, Transfer]:
    """The commune, the list, then the transfer: the order in which every act locks them."""
    transfer = get(session, Transfer, transfer_id, "khoản chi")
    payment_list = lock(session, PaymentList, transfer.list_id, "danh sách chi trả")
    return payment_list, lock(session, Transfer, transfer_id, "khoản chi")


def _audit(session: Session, transfer: Transfer, action: str, actor: Actor, role: Role, now: datetime) -> None:
    ledger.append(
        session,
        commune_id=transfer.commune_id,
        actor=actor,
        role=role,
        action=action,
        subject=f"payment_list:{transfer.list_id}",
        data={"transfer": transfer.key, "amount": transfer.amount},
        now=now,
    )
