"""The insurance step as the engine sees it: register who has a BHYT grant and no other payer, and wait for cards."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from sqlmodel import Session, col, func, or_, select

from models.cycles import Cycle
from models.insurance import InsuranceBatch, Registration
from models.payment import Benefit, Grant
from models.people import FactKind, Person, PersonFact
from models.places import Commune
from rules.calendar import add_working_days
from rules.insurance import CARD_DAYS_KEY, CARD_MONTHS_KEY, STATE_PAID_KEY, covered_reason, unknown_object
from rules.months import Month, Quarter
from rules.parameters import LawGap
from rules.workflow import RegistrationState, Role, Step
from services import insurance_papers, law, ledger, notices
from services.staff import SYSTEM
from services.steps import Gate, StepWork
from services.store import get, insert_once, lock

NO_CITIZEN_ID = "Thiếu số định danh cá nhân nên chưa lập được D03-TS"
_STILL_RUNNING = (RegistrationState.PLANNED, RegistrationState.SENT)


def _pending(session: Session, cycle: Cycle, now: datetime) -> list[int]:
    """Open BHYT grants whose person has no registration in this cycle and no card of ours that outlasts its quarter."""
    try:
        _law(session, cycle.commune_id, now.date())
    except LawGap:
        return []
    last_day = Quarter(cycle.year, cycle.quarter).months[-1].last_day
    lasting = or_(
        (col(Registration.state) == RegistrationState.CARD) & (col(Registration.valid_to) > last_day),
        col(Registration.state).in_(_STILL_RUNNING) & col(Registration.batch_id).is_not(None),
        Registration.cycle_id == cycle.key,
    )
    registered = select(Registration.person_id).where(Registration.commune_id == cycle.commune_id, lasting)
    query = select(Grant.id).where(Grant.commune_id == cycle.commune_id, Grant.benefit == Benefit.BHYT)
    open_grants = query.where(col(Grant.to_month).is_(None), col(Grant.person_id).not_in(registered))
    return [number for number in session.exec(open_grants.order_by(col(Grant.id))) if number is not None]


def _law(session: Session, commune_id: int, on: date) -> tuple[list[str], int]:
    """State-paid object codes and the months of one registration. Raises LawGap naming the key that is not known."""
    book = law.book_for(session, commune_id)
    return list(book.get(STATE_PAID_KEY, on=on).value), int(book.get(CARD_MONTHS_KEY, on=on).value)


def _work(session: Session, cycle: Cycle, grants: list[int], now: datetime) -> dict[str, int]:
    """Register these grants' people: COVERED with its reason, or PLANNED in the cycle's open batch."""
    lock(session, Commune, cycle.commune_id, "đơn vị")
    state_paid, months = _law(session, cycle.commune_id, now.date())
    counts: Counter[str] = Counter(covered=0, planned=0)
    batch: InsuranceBatch | None = None
    for number in sorted(set(grants) & set(_pending(session, cycle, now))):
        grant = get(session, Grant, number)
        row = _registration(session, cycle, grant, months, now)
        code = _object_code(session, grant.person_id, now.date())
        reason = covered_reason(code, state_paid)
        row |= {"object_code": code, "reason": reason or row["reason"] or unknown_object(code)}
        if reason:
            row |= {"state": RegistrationState.COVERED, "months": 0, "amount": 0}
        elif row["reason"] != NO_CITIZEN_ID:
            batch = batch or _open_batch(session, cycle, now)
            row["batch_id"] = batch.key
        counts["covered" if reason else "planned"] += insert_once(session, Registration, [row])
    if batch is not None:
        _finish_batch(session, cycle, batch, now)
    return dict(counts)


def _registration(session: Session, cycle: Cycle, grant: Grant, months: int, now: datetime) -> dict[str, object]:
    """A registration from the month after the person's last card of ours, or from now."""
    query = select(func.max(Registration.valid_to)).where(Registration.person_id == grant.person_id)
    ends = session.exec(query.where(Registration.state == RegistrationState.CARD)).one()
    first = max(Month.parse(grant.from_month), Month.of(now.date()))
    if ends is not None:
        first = max(first, Month.of(ends).plus(1))
    has_id = get(session, Person, grant.person_id).citizen_id is not None
    return {
        "cycle_id": cycle.key,
        "commune_id": cycle.commune_id,
        "person_id": grant.person_id,
        "grant_id": grant.key,
        "from_month": first.code,
        "months": months,
        "amount": grant.monthly_amount * months,
        "reason": "" if has_id else NO_CITIZEN_ID,
    }


def _object_code(session: Session, person_id: int, on: date) -> str:
    """The object code of the card the person holds on the day; empty when none is known."""
    fact = PersonFact
    query = select(fact.value).where(fact.person_id == person_id, fact.kind == FactKind.BHYT_OBJECT)
    holds = query.where(fact.valid_from <= on, or_(col(fact.valid_to).is_(None), col(fact.valid_to) >= on))
    code = session.exec(holds.order_by(col(fact.valid_from).desc(), col(fact.id).desc())).first()
    return str(code or "").strip().upper()[:40]


def _open_batch(session: Session, cycle: Cycle, now: datetime) -> InsuranceBatch:
    query = select(InsuranceBatch).where(InsuranceBatch.cycle_id == cycle.key)
    batches = session.exec(query.order_by(col(InsuranceBatch.number))).all()
    if batches and batches[-1].sent_at is None:
        return batches[-1]
    number = len(batches) + 1
    batch = InsuranceBatch(
        cycle_id=cycle.key, commune_id=cycle.commune_id, number=number, people=0, total=0, made_at=now
    )
    session.add(batch)
    session.flush()
    return batch


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
        _law(session, cycle.commune_id, now.date())
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
    if asked := in_batch[RegistrationState.SENT]:
        query = select(func.max(InsuranceBatch.sent_at)).where(InsuranceBatch.cycle_id == cycle.key)
        sent_at: datetime | None = session.exec(query).one()
        sent_on = (sent_at or now).date()
        due_on = add_working_days(sent_on, int(book.get(CARD_DAYS_KEY, on=sent_on).value), book)
        message = f"Chờ BHXH cơ sở trả kết quả {asked} người, hạn {due_on:%d/%m/%Y}"
        return Gate(False, Role.insurance, message, due_on=due_on, counts={"waiting": asked})
    cards = sum(row.state == RegistrationState.CARD for row in rows)
    return Gate(True, Role.insurance, f"{cards} người có thẻ, {len(rows) - cards} người có lý do")


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
            path="/insurance",
            counts=counts,
        )


STEP = StepWork(step=Step.insurance, pending=_pending, work=_work, gate=_gate, on_done=_on_done)
