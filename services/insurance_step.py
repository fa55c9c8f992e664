"""The insurance step as the engine sees it: register who has a BHYT grant and no other payer, and wait for cards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, or_, select

from models.cycles import Cycle
from models.insurance import CardDecrease, InsuranceBatch, Registration
from models.payment import Benefit, Grant
from models.people import Person
from models.places import Commune
from rules.calendar import add_working_days
from rules.insurance import (
    CARD_DAYS_KEY,
    CARD_MONTHS_KEY,
    RENEWAL_KEY,
    STATE_PAID_KEY,
    contributions,
    island_reason,
    unknown_object,
)
from rules.months import Month, Quarter
from rules.parameters import LawBook, LawGap
from rules.workflow import RegistrationState, Role, Step
from services import insurance_cover, insurance_papers, law, ledger, notices
from services.insurance_decreases import open_batch
from services.staff import SYSTEM
from services.steps import Gate, StepWork
from services.store import get, insert_once, lock

NO_CITIZEN_ID = "Thiếu số định danh cá nhân nên chưa lập được D03-TS"
_STILL_RUNNING = (RegistrationState.PLANNED, RegistrationState.SENT)


def _pending(session: Session, cycle: Cycle, now: datetime) -> list[int]:
    """Open BHYT grants whose person has nothing of this cycle under way and no card of ours that lasts long enough.

    Long enough is beyond the cycle's quarter, and beyond the days for which the office renews ahead.
    """
    try:
        terms = _terms(session, cycle.commune_id, now.date())
    except LawGap:
        return []
    horizon = max(Quarter(cycle.year, cycle.quarter).months[-1].last_day, now.date() + terms.ahead)
    is_card = col(Registration.state) == RegistrationState.CARD
    given_back = col(Registration.id).in_(select(CardDecrease.registration_id))
    served = or_(
        is_card & ~given_back & (col(Registration.valid_to) > horizon),
        col(Registration.state).in_(_STILL_RUNNING) & col(Registration.batch_id).is_not(None),
        ~is_card & (col(Registration.cycle_id) == cycle.key),
    )
    registered = select(Registration.person_id).where(Registration.commune_id == cycle.commune_id, served)
    query = select(Grant.id).where(Grant.commune_id == cycle.commune_id, Grant.benefit == Benefit.BHYT)
    open_grants = query.where(col(Grant.to_month).is_(None), col(Grant.person_id).not_in(registered))
    return [number for number in session.exec(open_grants.order_by(col(Grant.id))) if number is not None]


@dataclass(frozen=True)
class Terms:
    """What the law says of registrations on a day: state-paid codes, months at once, how far ahead cards are renewed.

    ``island``: why nobody here needs support, empty where people do.
    """

    book: LawBook
    state_paid: list[str]
    months: int
    ahead: timedelta
    island: str


def _terms(session: Session, commune_id: int, on: date) -> Terms:
    """Raises LawGap naming the key that is not known; the contribution itself must be known too."""
    book = law.book_for(session, commune_id)
    state_paid = list(book.get(STATE_PAID_KEY, on=on).value)
    months = int(book.get(CARD_MONTHS_KEY, on=on).value)
    terms = Terms(
        book=book,
        state_paid=state_paid,
        months=months,
        ahead=timedelta(days=int(book.get(RENEWAL_KEY, on=on).value)),
        island=island_reason(book, on),
    )
    contributions(book, first=Month.of(on), months=months, share=100, paid_on=on)
    return terms


def _work(session: Session, cycle: Cycle, grants: list[int], now: datetime) -> dict[str, int]:
    """Register these grants' people: COVERED with its reason, or PLANNED in the cycle's open batch."""
    lock(session, Commune, cycle.commune_id, "đơn vị")
    terms = _terms(session, cycle.commune_id, now.date())
    rows = _registrations(session, cycle, sorted(set(grants) & set(_pending(session, cycle, now))), terms, now)
    planned = [row for row in rows if "state" not in row]
    batch: InsuranceBatch | None = None
    if any(row["reason"] != NO_CITIZEN_ID for row in planned):
        batch = open_batch(session, cycle, now)
        for row in planned:
            row["batch_id"] = batch.key if row["reason"] != NO_CITIZEN_ID else None
    counts = {
        "covered": insert_once(session, Registration, [row for row in rows if "state" in row]),
        "planned": insert_once(session, Registration, planned),
    }
    if batch is not None:
        _finish_batch(session, cycle, batch, now)
    return counts


def _registrations(
    session: Session, cycle: Cycle, numbers: Sequence[int], terms: Terms, now: datetime
) -> list[dict[str, Any]]:
    """A registration for each of these grants; COVERED with its reason where somebody else pays."""
    grants = session.exec(select(Grant).where(col(Grant.id).in_(numbers)).order_by(col(Grant.id))).all()
    people, on = [grant.person_id for grant in grants], now.date()
    codes = insurance_cover.held_objects(session, people, terms.state_paid, on)
    paid_elsewhere = insurance_cover.reasons(session, codes, terms.state_paid, terms.book, on)
    ends, named = _card_ends(session, people), _with_citizen_id(session, people)
    rows = []
    for grant in grants:
        row, code = _registration(cycle, grant, terms, ends.get(grant.person_id), now), codes[grant.person_id]
        reason = paid_elsewhere[grant.person_id] or terms.island
        lacking = "" if grant.person_id in named else NO_CITIZEN_ID
        row |= {"object_code": code, "reason": reason or lacking or unknown_object(code)}
        if reason:
            row |= {"state": RegistrationState.COVERED, "months": 0, "amount": 0, "monthly": []}
        rows.append(row)
    return rows


def _registration(cycle: Cycle, grant: Grant, terms: Terms, ends: date | None, now: datetime) -> dict[str, Any]:
    """A registration from the month after the person's last card of ours, or from now, each month by its own law."""
    first = max(Month.parse(grant.from_month), Month.of(now.date()))
    if ends is not None:
        first = max(first, Month.of(ends).plus(1))
    monthly = contributions(terms.book, first=first, months=terms.months, share=grant.bhyt_share, paid_on=now.date())
    return {
        "cycle_id": cycle.key,
        "commune_id": cycle.commune_id,
        "person_id": grant.person_id,
        "grant_id": grant.key,
        "from_month": first.code,
        "months": terms.months,
        "amount": sum(monthly),
        "monthly": list(monthly),
    }


def _card_ends(session: Session, people: Sequence[int]) -> dict[int, date]:
    """The last day of each person's last card of ours that was not given back."""
    given_back = select(CardDecrease.registration_id)
    query = select(Registration.person_id, func.max(Registration.valid_to)).where(
        col(Registration.person_id).in_(people),
        Registration.state == RegistrationState.CARD,
        col(Registration.id).not_in(given_back),
    )
    return {person_id: day for person_id, day in session.exec(query.group_by(col(Registration.person_id))) if day}


def _with_citizen_id(session: Session, people: Sequence[int]) -> set[int]:
    query = select(Person.id).where(col(Person.id).in_(people), col(Person.citizen_id).is_not(None))
    return {number for number in session.exec(query) if number is not None}


def _finish_batch(session: Session, cycle: Cycle, batch: InsuranceBatch, now: datetime) -> None:
    insurance_papers.recount(session, batch)
    insurance_papers.want(session, batch, now=now)
    ledger.append(
        session,
        commune_id=cycle.commune_id,
        actor=SYSTEM,
        role=Role.system,
        action="build_insurance_batch",
        subject=f"insurance_batch:{batch.key}",
        data={"people": batch.people, "total": batch.total},
        now=now,
    )


def _gate(session: Session, cycle: Cycle, now: datetime) -> Gate:
    """Done when each registered person has a card, or a reason why not."""
    try:
        _terms(session, cycle.commune_id, now.date())
        if waiting := _pending(session, cycle, now):
            return Gate(False, Role.system, f"Chờ máy lập hồ sơ BHYT cho {len(waiting)} người")
        return _people_gate(session, cycle, now)
    except LawGap as gap:
        return Gate(False, Role.economy, f"Chờ tham số {gap.key}: {gap.message}")


def _people_gate(session: Session, cycle: Cycle, now: datetime) -> Gate:
    rows = session.exec(select(Registration).where(Registration.cycle_id == cycle.key)).all()
    in_batch = Counter(row.state for row in rows if row.batch_id is not None)
    book = law.book_for(session, cycle.commune_id)
    if unsent := in_batch[RegistrationState.PLANNED]:
        message = f"Chờ Phòng Kinh tế gửi D03-TS của {unsent} người cho BHXH cơ sở"
        return Gate(False, Role.economy, message, counts={"waiting": unsent})
    if leaving := _leaving(session, cycle):
        message = f"Chờ Phòng Kinh tế gửi D03-TS báo giảm {leaving} người cho BHXH cơ sở"
        return Gate(False, Role.economy, message, counts={"waiting": leaving})
    if asked := in_batch[RegistrationState.SENT]:
        query = select(func.max(InsuranceBatch.sent_at)).where(InsuranceBatch.cycle_id == cycle.key)
        sent_at: datetime | None = session.exec(query).one()
        sent_on = (sent_at or now).date()
        due_on = add_working_days(sent_on, int(book.get(CARD_DAYS_KEY, on=sent_on).value), book)
        message = f"Chờ BHXH cơ sở trả kết quả {asked} người, hạn {due_on:%d/%m/%Y}"
        return Gate(False, Role.insurance, message, due_on=due_on, counts={"waiting": asked})
    cards = sum(row.state == RegistrationState.CARD for row in rows)
    return Gate(True, Role.insurance, f"{cards} người có thẻ, {len(rows) - cards} người có lý do")


def _leaving(session: Session, cycle: Cycle) -> int:
    """How many are taken off with a D03-TS that was not sent yet."""
    unsent = select(func.sum(InsuranceBatch.decreases)).where(InsuranceBatch.cycle_id == cycle.key)
    return int(session.exec(unsent.where(col(InsuranceBatch.sent_at).is_(None))).one() or 0)


def _on_done(session: Session, cycle: Cycle, now: datetime) -> None:
    """The cycle ends: culture, chairman and front hear how many got a card."""
    states = Counter(session.exec(select(Registration.state).where(Registration.cycle_id == cycle.key)).all())
    counts = {"issued": states[RegistrationState.CARD], "refused": states[RegistrationState.REFUSED]}
    for role in (Role.culture, Role.chairman, Role.front):
        notices.queue(
            session,
            key=f"cycle:{cycle.key}:insurance_done",
            template="cards_received",
            commune=get(session, Commune, cycle.commune_id, "đơn vị"),
            cycle=cycle,
            role=role,
            now=now,
            path="/insurance" if role is Role.chairman else "/",
            counts=counts,
        )


STEP = StepWork(step=Step.insurance, pending=_pending, work=_work, gate=_gate, on_done=_on_done)
