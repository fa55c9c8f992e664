"""The year's estimate: what was allocated, what is paid, what is still to be paid, and the month in which it ends.

Income support counts in the year of its list; BHYT in the year of each month that a registration pays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from models.budget import BudgetAllocation
from models.insurance import CardDecrease, Registration
from models.payment import Benefit, Grant, PaymentList, Transfer
from models.places import Commune
from rules.money import format_dong
from rules.months import Month
from rules.workflow import PaymentListState, RegistrationState, Role, TransferState
from services import ledger
from services.errors import invalid
from services.insurance_decreases import paid_months
from services.staff import Actor
from services.store import insert_once, lock

_ASKED = (RegistrationState.PLANNED, RegistrationState.SENT)
_NOT_NEEDED = (RegistrationState.COVERED, RegistrationState.REFUSED)


@dataclass(frozen=True)
class Position:
    """One budget year in đồng. ``coming``: what the running decisions still ask for, month by month to December."""

    year: int
    allocated: int
    has_allocation: bool
    paid: int
    in_process: int
    coming: Mapping[Month, int] = field(default_factory=dict)

    @property
    def committed(self) -> int:
        """Listed or registered and not paid yet, and all that the running decisions ask for until December."""
        return self.in_process + sum(self.coming.values())

    @property
    def rest(self) -> int:
        """What is left in December; negative when it is not enough."""
        return self.allocated - self.paid - self.committed

    @property
    def short_from(self) -> Month | None:
        """The first month that the estimate does not cover; None when it lasts through December."""
        left = self.allocated - self.paid - self.in_process
        for month, amount in sorted(self.coming.items()):
            left -= amount
            if left < 0:
                return month
        return Month(self.year, 12) if left < 0 else None

    def with_more(self, monthly: int, first: Month) -> Position:
        """As it would stand with so much more (or, below zero, less) in each month from ``first`` on."""
        coming = {month: amount + (monthly if month >= first else 0) for month, amount in self.coming.items()}
        return replace(self, coming=coming)

    @property
    def warning(self) -> str:
        """One sentence for whoever prepares or approves a payment; empty while the estimate lasts."""
        if not self.has_allocation:
            return f"Chưa nhập dự toán được giao năm {self.year} nên chưa kiểm tra được kinh phí."
        month = self.short_from
        if month is None:
            return ""
        if self.allocated < self.paid + self.in_process:
            return f"Đã chi và đang chi vượt dự toán năm {self.year}; đến hết năm còn thiếu {format_dong(-self.rest)}."
        return (
            f"Dự toán năm {self.year} không đủ chi từ tháng {month}; đến hết tháng 12 còn thiếu "
            f"{format_dong(-self.rest)}."
        )


def allocate(
    session: Session,
    *,
    commune_id: int,
    year: int,
    amount: int,
    reference: str,
    decided_on: date,
    note: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Enter what a decision allocates (below zero: takes back) for a year; Phòng Kinh tế. Returns 0 for the same again.

    Raises Problem INVALID for a day to come, a missing reference, nothing, or a year that would fall below zero.
    """
    role = actor.require(Role.economy, commune_id)
    lock(session, Commune, commune_id, "đơn vị")
    if not reference.strip():
        raise invalid("reference", "Phải ghi số, ký hiệu quyết định giao dự toán.")
    if decided_on > now.date():
        raise invalid("decided_on", "Ngày quyết định không thể ở tương lai.")
    if amount == 0 or _allocated(session, commune_id, year)[0] + amount < 0:
        raise invalid("amount", "Số tiền phải khác 0 và tổng dự toán của năm không được âm.")
    row = {
        "commune_id": commune_id,
        "year": year,
        "amount": amount,
        "reference": reference.strip(),
        "decided_on": decided_on,
        "note": note.strip(),
        "recorded_by": actor.person_id,
        "recorded_at": now,
    }
    new = insert_once(session, BudgetAllocation, [row])
    if new:
        ledger.append(
            session,
            commune_id=commune_id,
            actor=actor,
            role=role,
            action="allocate_budget",
            subject=f"budget:{commune_id}:{year}",
            data={"year": year, "amount": amount},
            now=now,
        )
    return new


def allocations(session: Session, commune_id: int, year: int) -> list[BudgetAllocation]:
    """Every entry of the year, oldest decision first."""
    query = select(BudgetAllocation).where(BudgetAllocation.commune_id == commune_id, BudgetAllocation.year == year)
    return list(session.exec(query.order_by(col(BudgetAllocation.decided_on), col(BudgetAllocation.id))).all())


def position(session: Session, commune_id: int, year: int) -> Position:
    """Where the year stands by the records: a few questions, whatever the number of people."""
    allocated, entries = _allocated(session, commune_id, year)
    paid, open_sum, last_listed = _income(session, commune_id, year)
    cards = _cards(session, commune_id, year)
    settled, asked = _bhyt_months(cards)
    months = Month(year, 1).through(Month(year, 12))
    whole = list(months)
    return Position(
        year=year,
        allocated=allocated,
        has_allocation=entries > 0,
        paid=paid + _sum_of(settled.values(), whole),
        in_process=open_sum + _sum_of(asked.values(), whole),
        coming=_coming(session, commune_id, whole, last_listed, settled, asked),
    )


def warning(session: Session, payment_list: PaymentList) -> str:
    """What whoever prepares or approves a list must know of its year's estimate; empty once the list is on its way."""
    if payment_list.state not in {PaymentListState.DRAFT, PaymentListState.PREPARED}:
        return ""
    return position(session, payment_list.commune_id, Month.parse(payment_list.month).year).warning


def paid_income(session: Session, commune_id: int, year: int) -> dict[tuple[int, str], tuple[int, int]]:
    """(people, đồng) received by (thôn, month of the list)."""
    people = func.count(func.distinct(Transfer.person_id))
    query = (
        select(Transfer.village_id, PaymentList.month, people, func.sum(Transfer.amount))
        .join(PaymentList, col(PaymentList.id) == Transfer.list_id)
        .where(Transfer.commune_id == commune_id, Transfer.state == TransferState.PAID)
        .where(PaymentList.month >= f"{year}-01", PaymentList.month <= f"{year}-12")
        .group_by(col(Transfer.village_id), col(PaymentList.month))
    )
    return {(village, month): (count, int(total)) for village, month, count, total in session.exec(query)}


def paid_bhyt(session: Session, commune_id: int, year: int) -> dict[tuple[int, str], int]:
    """Đồng of cards issued, by (person, month) of the year."""
    settled, _asked = _bhyt_months(_cards(session, commune_id, year))
    return {
        (person, month.code): amount
        for person, months in settled.items()
        for month, amount in months.items()
        if month.year == year
    }


def _allocated(session: Session, commune_id: int, year: int) -> tuple[int, int]:
    query = select(func.coalesce(func.sum(BudgetAllocation.amount), 0), func.count())
    found = session.exec(query.where(BudgetAllocation.commune_id == commune_id, BudgetAllocation.year == year)).one()
    return int(found[0]), int(found[1])


def _income(session: Session, commune_id: int, year: int) -> tuple[int, int, str]:
    """(đồng received, đồng listed and not received, newest month listed) of the year's lists.

    What came back or is held counts as not received until another attempt stands for it.
    """
    in_year = (
        PaymentList.commune_id == commune_id, PaymentList.month >= f"{year}-01", PaymentList.month <= f"{year}-12",
    )  # fmt: skip
    sums = (
        select(Transfer.state, func.sum(Transfer.amount))
        .join(PaymentList, col(PaymentList.id) == Transfer.list_id)
        .where(*in_year)
    )
    again = aliased(Transfer)
    retried = exists().where(col(again.retry_of) == Transfer.id)
    found = dict(session.exec(sums.where(~retried).group_by(Transfer.state)).all())
    paid = int(found.pop(TransferState.PAID, 0))
    newest = session.exec(select(func.max(PaymentList.month)).where(*in_year)).one()
    return paid, int(sum(found.values())), newest or ""


def _cards(session: Session, commune_id: int, year: int) -> list[tuple[Registration, CardDecrease | None]]:
    """Registrations that may reach into the year: none is for more than twelve months."""
    query = (
        select(Registration, CardDecrease)
        .outerjoin(CardDecrease, col(CardDecrease.registration_id) == Registration.id)
        .where(Registration.commune_id == commune_id)
        .where(Registration.from_month >= f"{year - 1}-01", Registration.from_month <= f"{year}-12")
    )
    return list(session.exec(query.order_by(col(Registration.id))).all())


PersonMonths = dict[int, dict[Month, int]]


def _bhyt_months(cards: Sequence[tuple[Registration, CardDecrease | None]]) -> tuple[PersonMonths, PersonMonths]:
    """What issued cards cost and what is registered without a card yet, by person and month."""
    settled: PersonMonths = defaultdict(dict)
    asked: PersonMonths = defaultdict(dict)
    for row, decrease in cards:
        if row.state == RegistrationState.CARD:
            settled[row.person_id] |= paid_months(row, decrease)
        elif row.state in _ASKED:
            asked[row.person_id] |= paid_months(row, decrease)
    return settled, asked


def _sum_of(people: Iterable[Mapping[Month, int]], months: Sequence[Month]) -> int:
    return sum(one.get(month, 0) for one in people for month in months)


def _coming(
    session: Session,
    commune_id: int,
    months: Sequence[Month],
    last_listed: str,
    settled: PersonMonths,
    asked: PersonMonths,
) -> dict[Month, int]:
    """What the running decisions ask for in months that no list and no registration holds yet."""
    columns: Any = (Grant.person_id, Grant.benefit, Grant.from_month, Grant.to_month, Grant.monthly_amount)
    running = col(Grant.to_month).is_(None) | (col(Grant.to_month) >= months[0].code)
    query = select(*columns).where(Grant.commune_id == commune_id, Grant.from_month <= months[-1].code, running)
    here = Registration.commune_id == commune_id
    not_needed = set(session.exec(select(Registration.person_id).where(here, col(Registration.state).in_(_NOT_NEEDED))))
    first_card = session.exec(select(func.min(Registration.from_month)).where(here)).one() or ""
    due: dict[Month, int] = dict.fromkeys((month for month in months if month.code > last_listed), 0)
    codes = [(month, month.code) for month in due]
    for who, benefit, first, last, amount in session.exec(query):
        is_card = benefit == Benefit.BHYT
        for month, code in codes:
            if first <= code and (last is None or code <= last):
                registered = is_card and (month in settled[who] or month in asked[who] or who in not_needed)
                if not is_card or (not registered and code >= first_card):
                    due[month] += amount
    return due
