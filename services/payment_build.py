"""Which months are due, and building a month's list: lines, transfers, totals and the hash that freezes them."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from models.base import canonical_json
from models.payment import EntitlementLine, PaymentList, Transfer
from models.places import Commune
from rules.calendar import add_working_days
from rules.months import Month
from rules.workflow import PaymentListState, Role
from services import changes, law, ledger
from services.entitlements import income_grants, missing_lines, write_lines
from services.errors import conflict, waiting
from services.staff import SYSTEM
from services.store import insert_once, lock
from services.transfers import outstanding, write_transfers

OPEN_DAY_KEY = "OFFICE.payment_open_day"
DAYS_KEY = "OFFICE.payment_days"
UNSETTLED = frozenset({PaymentListState.DRAFT, PaymentListState.PREPARED})
"""Lists that may still be computed anew: none of a later month is built on what such a list says."""


def lists_of(session: Session, commune_id: int) -> list[PaymentList]:
    """The commune's payment lists, oldest month first."""
    query = select(PaymentList).where(PaymentList.commune_id == commune_id)
    return list(session.exec(query.order_by(col(PaymentList.month))).all())


def opens_on(session: Session, commune_id: int, month: Month, *, on: date) -> date:
    """The day from which the month's list may be built. Raises LawGap naming OFFICE.payment_open_day."""
    day = int(law.book_for(session, commune_id).get(OPEN_DAY_KEY, on=on).value)
    return month.first_day.replace(day=min(day, month.last_day.day))


def due_months(session: Session, commune_id: int, *, now: datetime) -> list[Month]:
    """Months after the last list, up to the one that is open ``now``, for which somebody is owed or owes something.

    Earlier months that were never listed are not due by themselves: they are arrears of the next list. Raises LawGap
    naming OFFICE.payment_open_day when it is not known.
    """
    today = now.date()
    this_month = Month.of(today)
    is_open = today >= opens_on(session, commune_id, this_month, on=today)
    last = this_month if is_open else this_month.plus(-1)
    lists = lists_of(session, commune_id)
    grants = [grant for grant in income_grants(session, commune_id) if grant.gives_something]
    if lists:
        first = Month.parse(lists[-1].month).plus(1)
    elif grants:
        first = Month.parse(min(grant.from_month for grant in grants))
    else:
        return []
    months = [month for month in first.through(last) if any(grant.covers(month.code) for grant in grants)]
    if not months and first <= last and _unsettled(session, commune_id, last):
        return [last]
    return months


def _unsettled(session: Session, commune_id: int, month: Month) -> bool:
    """A recovery to write down, or money that came back and is still owed."""
    if missing_lines(session, commune_id=commune_id, month=month):
        return True
    return any(rest > 0 for rest in outstanding(session, commune_id).values())


def build_list(session: Session, *, commune_id: int, month: Month, now: datetime) -> PaymentList:
    """The month's list as a draft; the one that stands already is returned as it is.

    Raises Problem CONFLICT for a month before the newest list, WAITING while another month may still be prepared anew,
    and LawGap when OFFICE.payment_days is not known.
    """
    commune = lock(session, Commune, commune_id, "đơn vị")
    for other in lists_of(session, commune_id):
        if other.month == month.code:
            return other
        if other.month > month.code:
            raise conflict(
                "month_past", f"Đã có danh sách của tháng sau; phần tháng {month} tính vào danh sách kế tiếp."
            )
        if other.state in UNSETTLED:
            raise waiting("draft_open", f"Danh sách tháng {Month.parse(other.month)} chưa được duyệt.")
    row = {
        "commune_id": commune_id,
        "month": month.code,
        "built_at": now,
        "due_on": _due_on(session, commune_id, now.date()),
        "is_demo": commune.is_demo,
    }
    insert_once(session, PaymentList, [row])
    payment_list = lists_of(session, commune_id)[-1]
    refresh(session, payment_list, now=now)
    ledger.append(
        session,
        commune_id=commune_id,
        actor=SYSTEM,
        role=Role.system,
        action="build_payment_list",
        subject=f"payment_list:{payment_list.key}",
        data={"month": month.code, "people": payment_list.people, "total": payment_list.total},
        now=now,
    )
    return payment_list


def _due_on(session: Session, commune_id: int, on: date) -> date:
    book = law.book_for(session, commune_id)
    return add_working_days(on, int(book.get(DAYS_KEY, on=on).value), book)


def refresh(session: Session, payment_list: PaymentList, *, now: datetime) -> None:
    """Compute a DRAFT list anew from the grants and events as they stand; holds stay."""
    changes.apply_recorded(session, commune_id=payment_list.commune_id, now=now)
    write_lines(session, payment_list)
    write_transfers(session, payment_list)
    sums = select(func.count(col(Transfer.person_id).distinct()), func.coalesce(func.sum(Transfer.amount), 0))
    people, total = session.exec(sums.where(Transfer.list_id == payment_list.key)).one()
    payment_list.people, payment_list.total = people, int(total)
    session.add(payment_list)
    session.flush()


def fingerprint(session: Session, payment_list: PaymentList) -> str:
    """SHA-256 over every line and every payee of the list: what was prepared is what is approved."""
    line, transfer = EntitlementLine.__table__.c, Transfer.__table__.c  # type: ignore[attr-defined]
    lines = (
        columns(line.person_id, line.benefit, line.month, line.kind, line.amount, line.grant_id, line.corrects_id)
        .where(line.list_id == payment_list.key)
        .order_by(line.person_id, line.month)
    )
    transfers = columns(
        transfer.end_to_end_id, transfer.person_id, transfer.amount, transfer.channel, transfer.bank_bin,
        transfer.account_no, transfer.account_holder, transfer.payee,
    ).where(transfer.list_id == payment_list.key)  # fmt: skip
    session.flush()
    content = {
        "commune": payment_list.commune_id,
        "month": payment_list.month,
        "lines": [list(row) for row in session.connection().execute(lines)],
        "transfers": sorted(
            [*row[:5], row.account_no or "", row.account_holder, canonical_json(row.payee)]
            for row in session.connection().execute(transfers)
        ),
    }
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()
