"""What registered BHYT months cost otherwise by what became known after they were sent: owed to BHXH, or by it.

A month that passed cannot be insured afterwards, so nothing is bought for the past; but a base salary or a rate that
becomes known late changes what a registered month costs, where BHYT.salary_month_rule says so. As in the payment
lists, what was registered is never edited: the difference is a line of its own, settled with BHXH by a paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from models.insurance import CardDecrease, ContributionDifference, InsuranceBatch, Registration
from models.payment import Grant
from models.places import Commune
from rules.insurance import contributions
from rules.months import Month
from rules.parameters import LawGap
from rules.workflow import RegistrationState, Role
from services import law, ledger
from services.errors import conflict, invalid
from services.insurance_decreases import paid_months
from services.staff import Actor
from services.store import insert_new, lock

_PAID = (RegistrationState.SENT, RegistrationState.CARD)


@dataclass(frozen=True)
class Difference:
    """One registered month: what lines give so far and what the law gives, đồng."""

    registration_id: int
    person_id: int
    month: Month
    given: int
    due: int

    @property
    def amount(self) -> int:
        """Still to be paid to BHXH; below zero: too much was paid."""
        return self.due - self.given


def differences(session: Session, commune_id: int) -> list[Difference]:
    """Every registered month that costs otherwise by the law as it is known now, by registration and month.

    Raises LawGap naming BHYT.salary_month_rule, or another value, while it is not known.
    """
    return [one for one in _months(session, commune_id) if one.amount]


def open_sum(session: Session, commune_id: int, year: int) -> int:
    """Đồng still to be settled with BHXH for months of the year; 0 while the law does not say."""
    try:
        return sum(one.amount for one in differences(session, commune_id) if one.month.year == year)
    except LawGap:
        return 0


def _months(session: Session, commune_id: int) -> Iterator[Difference]:
    settled_before = select(ContributionDifference.registration_id)
    query = (
        select(Registration, CardDecrease, Grant.bhyt_share, InsuranceBatch.sent_at)
        .join(Grant, col(Grant.id) == Registration.grant_id)
        .join(InsuranceBatch, col(InsuranceBatch.id) == Registration.batch_id)
        .outerjoin(CardDecrease, col(CardDecrease.registration_id) == Registration.id)
        .where(Registration.commune_id == commune_id, col(InsuranceBatch.sent_at).is_not(None))
        .where(col(Registration.state).in_(_PAID) | col(Registration.id).in_(settled_before))
    )
    settled, book = _settled(session, commune_id), law.book_for(session, commune_id)
    known: dict[tuple[Month, int, int, date], tuple[int, ...]] = {}
    for row, decrease, share, sent_at in session.exec(query.order_by(col(Registration.id))).all():
        first, paid = Month.parse(row.from_month), paid_months(row, decrease) if row.state in _PAID else {}
        terms = (first, row.months, share, sent_at.date() if sent_at else first.first_day)
        if terms not in known:
            known[terms] = contributions(book, first=first, months=row.months, share=share, paid_on=terms[3])
        for place, due in enumerate(known[terms]):
            month = first.plus(place)
            given = paid.get(month, 0) + settled.get((row.key, month.code), 0)
            yield Difference(row.key, row.person_id, month, given, due if month in paid else 0)


def _settled(session: Session, commune_id: int) -> dict[tuple[int, str], int]:
    line = ContributionDifference
    query = select(line.registration_id, line.month, func.sum(line.amount)).where(line.commune_id == commune_id)
    rows = session.exec(query.group_by(col(line.registration_id), col(line.month)))
    return {(number, month): int(amount) for number, month, amount in rows}


def settled_months(session: Session, commune_id: int) -> dict[tuple[int, Month], int]:
    """Đồng settled so far by (person, month): a part of what the month cost."""
    line = ContributionDifference
    query = select(line.person_id, line.month, func.sum(line.amount)).where(line.commune_id == commune_id)
    rows = session.exec(query.group_by(col(line.person_id), col(line.month)))
    return {(person, Month.parse(month)): int(amount) for person, month, amount in rows}


def settle(session: Session, *, commune_id: int, document: str, settled_on: date, actor: Actor, now: datetime) -> int:
    """Phòng Kinh tế records that all differences known now were settled with BHXH by one paper; returns their sum.

    Raises Problem INVALID without a paper or with a day to come, CONFLICT when there is nothing to settle, LawGap while
    the law does not say.
    """
    lock(session, Commune, commune_id, "đơn vị")
    role = actor.require(Role.economy, commune_id)
    if not document.strip():
        raise invalid("document_needed", "Phải ghi số văn bản quyết toán với BHXH cơ sở.")
    if settled_on > now.date():
        raise invalid("settled_day", "Ngày quyết toán không thể ở tương lai.")
    found = differences(session, commune_id)
    if not found:
        raise conflict("nothing_to_settle", "Không có chênh lệch nào cần quyết toán.")
    common = {"commune_id": commune_id, "document": document.strip()[:100], "settled_on": settled_on}
    common |= {"recorded_by": actor.person_id, "recorded_at": now}
    rows = [
        {"registration_id": one.registration_id, "person_id": one.person_id, "month": one.month.code}
        | {"amount": one.amount}
        | common
        for one in found
    ]
    insert_new(session, ContributionDifference, rows)
    total = sum(one.amount for one in found)
    ledger.append(
        session,
        commune_id=commune_id,
        actor=actor,
        role=role,
        action="settle_contributions",
        subject=f"commune:{commune_id}",
        data={"months": len(found), "amount": total},
        now=now,
    )
    return total
