"""Who must be taken off the BHYT list ("II. Giảm" of a D03-TS): death, move, support that ended, another card found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.cycles import Cycle, CycleStep
from models.insurance import CardDecrease, InsuranceBatch, Registration
from models.places import Commune
from rules.months import Month
from rules.workflow import RegistrationState, Role, Step, StepState
from services import insurance_papers
from services.insurance_notices import record
from services.staff import SYSTEM
from services.store import get, insert_once, lock, save


def leave(session: Session, *, person_id: int, last: Month, reason: str, now: datetime) -> int:
    """Take a person off from the month after ``last``: out of an unsent D03-TS, or with a decrease in the next one.

    A card that ends by itself in time is left alone. Returns how many registrations were touched.
    """
    waiting = (RegistrationState.PLANNED, RegistrationState.SENT, RegistrationState.CARD)
    query = select(Registration).where(Registration.person_id == person_id, col(Registration.state).in_(waiting))
    return sum(
        _withdraw(session, row, reason, now)
        if row.state == RegistrationState.PLANNED
        else give_back(session, row, last=last, reason=reason, now=now)
        for row in session.exec(query.order_by(col(Registration.id))).all()
    )


def come_back(session: Session, *, grants: Sequence[int], reason: str, now: datetime) -> int:
    """Undo `leave` for these grants as far as BHXH has not heard of it; returns how many registrations were touched.

    A decrease that was not sent is dropped. One that never reached a D03-TS is forgotten and registered anew with the
    next run, as is everybody whose card was given back in a D03-TS that was sent.
    """
    query = select(Registration).where(col(Registration.grant_id).in_(grants)).order_by(col(Registration.id))
    return sum(_come_back(session, row, reason, now) for row in session.exec(query).all())


def _come_back(session: Session, row: Registration, reason: str, now: datetime) -> int:
    removed = row.state == RegistrationState.REMOVED and row.reason == reason
    decrease = session.exec(select(CardDecrease).where(CardDecrease.registration_id == row.key)).first()
    if decrease is None:
        if removed:
            session.delete(row)
            session.flush()
        return int(removed)
    batch = lock(session, InsuranceBatch, decrease.batch_id, "hồ sơ D03-TS")
    if batch.sent_at is not None or decrease.reason != reason:
        return 0
    session.delete(decrease)
    if removed:
        row.state, row.reason = RegistrationState.SENT, ""
    save(session, row)
    _write_anew(session, batch, f"registration:{row.key}", now)
    return 1


def _withdraw(session: Session, row: Registration, reason: str, now: datetime) -> int:
    """One that BHXH has not seen leaves its batch, whose D03-TS is written anew."""
    batch_id, row.batch_id = row.batch_id, None
    row.state, row.reason = RegistrationState.REMOVED, reason
    save(session, row)
    if batch_id is not None:
        batch = lock(session, InsuranceBatch, batch_id, "hồ sơ D03-TS")
        insurance_papers.recount(session, batch)
        insurance_papers.want(session, batch, now=now)
    cycle = get(session, Cycle, row.cycle_id, "kỳ xét")
    record(session, cycle, "remove_registration", f"registration:{row.key}", SYSTEM, Role.system, {}, now)
    return 1


def give_back(session: Session, row: Registration, *, last: Month, reason: str, now: datetime) -> int:
    """Tell BHXH with the next D03-TS that the months after ``last`` are not needed; 1 when there are any.

    One without a card yet is not waited for any more. A decrease that was not sent moves to the earlier month.
    """
    first = max(last.plus(1), Month.parse(row.from_month))
    months = min(row.months, _end(row).months_since(first) + 1)
    if months < 1:
        return 0
    if row.state == RegistrationState.SENT:
        row.state, row.reason = RegistrationState.REMOVED, reason
        save(session, row)
    amount = sum(row.monthly[-months:])
    before = session.exec(select(CardDecrease).where(CardDecrease.registration_id == row.key)).first()
    if before is not None:
        return _earlier(session, before, first, months, amount, now)
    batch = open_batch(session, _cycle_at_insurance(session, row), now)
    values = {
        "commune_id": row.commune_id,
        "person_id": row.person_id,
        "registration_id": row.key,
        "batch_id": batch.key,
        "from_month": first.code,
        "months": months,
        "amount": amount,
        "reason": reason,
        "recorded_at": now,
    }
    insert_once(session, CardDecrease, [values])
    _write_anew(session, batch, f"registration:{row.key}", now)
    return 1


def _earlier(session: Session, before: CardDecrease, first: Month, months: int, amount: int, now: datetime) -> int:
    batch = lock(session, InsuranceBatch, before.batch_id, "hồ sơ D03-TS")
    if batch.sent_at is not None or before.from_month <= first.code:
        return 0
    before.from_month, before.months, before.amount = first.code, months, amount
    save(session, before)
    _write_anew(session, batch, f"registration:{before.registration_id}", now)
    return 1


def _write_anew(session: Session, batch: InsuranceBatch, subject: str, now: datetime) -> None:
    insurance_papers.recount(session, batch)
    insurance_papers.want(session, batch, now=now)
    cycle = get(session, Cycle, batch.cycle_id, "kỳ xét")
    record(session, cycle, "decrease_card", subject, SYSTEM, Role.system, {"batch": batch.key}, now)


def _end(row: Registration) -> Month:
    """The last month that was registered, or that the card covers."""
    if row.valid_to is not None:
        return Month.of(row.valid_to)
    return Month.parse(row.from_month).plus(row.months - 1)


def _cycle_at_insurance(session: Session, row: Registration) -> Cycle:
    """The commune's newest cycle whose insurance step has begun; the registration's own one at least."""
    query = (
        select(Cycle)
        .join(CycleStep, col(CycleStep.cycle_id) == Cycle.id)
        .where(Cycle.commune_id == row.commune_id, CycleStep.step == Step.insurance)
        .where(CycleStep.state != StepState.BLOCKED)
        .order_by(col(Cycle.year).desc(), col(Cycle.quarter).desc())
    )
    return session.exec(query).first() or get(session, Cycle, row.cycle_id, "kỳ xét")


def open_batch(session: Session, cycle: Cycle, now: datetime) -> InsuranceBatch:
    """The cycle's batch that was not sent yet; a new one when there is none."""
    lock(session, Commune, cycle.commune_id, "đơn vị")
    query = select(InsuranceBatch).where(InsuranceBatch.cycle_id == cycle.key)
    batches = session.exec(query.order_by(col(InsuranceBatch.number))).all()
    if batches and batches[-1].sent_at is None:
        return batches[-1]
    batch = InsuranceBatch(
        cycle_id=cycle.key,
        commune_id=cycle.commune_id,
        number=len(batches) + 1,
        people=0,
        total=0,
        made_at=now,
    )
    save(session, batch)
    return batch


def decreases_of(session: Session, batch_id: int) -> list[CardDecrease]:
    """Who leaves with a batch, in the order recorded."""
    query = select(CardDecrease).where(CardDecrease.batch_id == batch_id)
    return list(session.exec(query.order_by(col(CardDecrease.id))).all())


def paid_months(row: Registration, decrease: CardDecrease | None) -> dict[Month, int]:
    """Đồng of each month that the programme pays for a registration, without those given back."""
    first = Month.parse(row.from_month)
    kept = row.monthly[: len(row.monthly) - (decrease.months if decrease else 0)]
    return {first.plus(place): amount for place, amount in enumerate(kept)}
