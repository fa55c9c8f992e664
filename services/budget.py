"""The year's estimate: what was allocated, what is paid, what is still to be paid, and the month in which it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from models.budget import BudgetAllocation
from models.payment import PaymentList
from models.places import Commune
from rules.money import format_dong
from rules.months import Month
from rules.workflow import PaymentListState, Role
from services import budget_records, insurance_differences, ledger
from services.budget_records import NOTHING_WANTED, Wanted
from services.errors import invalid
from services.staff import Actor
from services.store import insert_once, lock


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


def position(
    session: Session, commune_id: int, year: int, *, wanted: Wanted = NOTHING_WANTED, first: Month | None = None
) -> Position:
    """Where the year stands by the records: a few questions, whatever the number of people.

    With ``wanted``: where it would stand if a decision gave that from the month ``first`` on.
    """
    allocated, entries = _allocated(session, commune_id, year)
    paid, open_sum, last_listed = budget_records.income(session, commune_id, year)
    settled, asked = budget_records.bhyt_months(session, commune_id, year)
    months = list(Month(year, 1).through(Month(year, 12)))
    return Position(
        year=year,
        allocated=allocated,
        has_allocation=entries > 0,
        paid=paid + budget_records.sum_of(settled.values(), months),
        in_process=open_sum
        + budget_records.sum_of(asked.values(), months)
        + insurance_differences.open_sum(session, commune_id, year),
        coming=budget_records.coming(session, commune_id, months, last_listed, (settled, asked), wanted, first),
    )


def warning(session: Session, payment_list: PaymentList) -> str:
    """What whoever prepares or approves a list must know of its year's estimate; empty once the list is on its way."""
    if payment_list.state not in {PaymentListState.DRAFT, PaymentListState.PREPARED}:
        return ""
    return position(session, payment_list.commune_id, Month.parse(payment_list.month).year).warning


def _allocated(session: Session, commune_id: int, year: int) -> tuple[int, int]:
    query = select(func.coalesce(func.sum(BudgetAllocation.amount), 0), func.count())
    found = session.exec(query.where(BudgetAllocation.commune_id == commune_id, BudgetAllocation.year == year)).one()
    return int(found[0]), int(found[1])
