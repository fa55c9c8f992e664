"""Changes between quarters (biến động): a death, a move or another stop reason ends what a person is given.

The month that is still due follows from the parameter NQ04.stop_rule; money already listed for later months becomes a
recovery of the next payment list.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, or_, select

from models.approval import Decision, Submission
from models.cycles import Case
from models.payment import Grant, LifeEvent
from models.people import Person
from models.places import Commune
from rules.months import Month
from rules.parameters import LawGap
from rules.workflow import MOVES, STOP_REASON_LABELS, CaseStatus, Role, Step, StopReason
from services import cases, change_papers, cycles, insurance, law, ledger
from services.errors import conflict, invalid, waiting
from services.payment_notices import want_payment_step
from services.staff import SYSTEM, Actor
from services.store import get, insert_once, lock

STOP_RULE_KEY = "NQ04.stop_rule"
_MONTHS_STILL_DUE = {"MONTH_AFTER_EVENT": 0, "MONTH_OF_EVENT": -1}
_BY_VILLAGE = frozenset({StopReason.DEATH, StopReason.MOVED_AWAY, StopReason.OWN_REQUEST})
_LEAVES = _BY_VILLAGE


def record_event(
    session: Session, *, person_id: int, reason: StopReason, happened_on: date, note: str, actor: Actor, now: datetime
) -> LifeEvent:
    """Record what happened to a person, end the grants it ends, and take an open case out of the cycle.

    Phòng Kinh tế records any reason, a village head deaths, moves and own requests of the thôn. The same event twice
    changes nothing. Raises Problem INVALID for a day to come, CONFLICT for a second death on another day, WAITING
    when NQ04.stop_rule is not known.
    """
    lock(session, Commune, get(session, Person, person_id, "người này").commune_id, "đơn vị")
    person = lock(session, Person, person_id, "người này")
    role = _role(actor, person, reason)
    if happened_on > now.date():
        raise invalid("event_day", "Ngày xảy ra biến động không thể ở tương lai.")
    if reason is StopReason.DEATH and person.died_on not in (None, happened_on):
        raise conflict("died_before", "Người này đã được ghi nhận chết vào một ngày khác.")
    last = _last_due(session, person.commune_id, happened_on)
    row = {
        "commune_id": person.commune_id,
        "person_id": person_id,
        "reason": reason,
        "happened_on": happened_on,
        "note": note.strip(),
        "reported_by": actor.person_id,
        "recorded_at": now,
    }
    new = insert_once(session, LifeEvent, [row])
    event = _event(session, person_id, reason, happened_on)
    if new:
        _mark_person(session, person, reason, happened_on)
        ended = _end_grants(session, person_id, last, reason, account_id=actor.account_id, now=now)
        ledger.append(
            session,
            commune_id=person.commune_id,
            actor=actor,
            role=role,
            action="record_event",
            subject=f"person:{person_id}",
            data={"event": event.key, "reason": str(reason), "happened_on": happened_on, "grants": ended},
            now=now,
        )
        insurance.remove(session, person_id=person_id, reason=STOP_REASON_LABELS[reason], now=now)
        change_papers.want_stop(session, event, now=now)
        _touch_cases(session, person_id, reason, actor=actor, now=now)
        want_payment_step(session, person.commune_id, now=now)
    return event


def _role(actor: Actor, person: Person, reason: StopReason) -> Role:
    if reason in _BY_VILLAGE and actor.has(Role.village_head, person.commune_id, person.village_id):
        return Role.village_head
    return actor.require(Role.economy, person.commune_id)


def _last_due(session: Session, commune_id: int, happened_on: date) -> Month:
    """The last month still due after an event on that day, by NQ04.stop_rule."""
    try:
        rule = law.book_for(session, commune_id).get(STOP_RULE_KEY, on=happened_on).value
    except LawGap as gap:
        raise waiting("law_gap", f"Chưa tính được tháng thôi hưởng: {gap.message}") from gap
    if rule not in _MONTHS_STILL_DUE:
        raise waiting("law_gap", f"Chưa tính được tháng thôi hưởng: {STOP_RULE_KEY} có giá trị không hiểu được.")
    return Month.of(happened_on).plus(_MONTHS_STILL_DUE[rule])


def _event(session: Session, person_id: int, reason: StopReason, happened_on: date) -> LifeEvent:
    query = select(LifeEvent).where(LifeEvent.person_id == person_id, LifeEvent.reason == reason)
    return session.exec(query.where(LifeEvent.happened_on == happened_on)).one()


def _mark_person(session: Session, person: Person, reason: StopReason, happened_on: date) -> None:
    if reason is StopReason.DEATH:
        person.died_on = happened_on
    elif reason is StopReason.MOVED_AWAY:
        person.left_on = happened_on
    session.add(person)
    session.flush()


def _end_grants(
    session: Session, person_id: int, last: Month, reason: StopReason, *, account_id: int | None, now: datetime
) -> list[dict[str, Any]]:
    """End each grant that would give a month after ``last``; an earlier end is never moved to a later month."""
    beyond = or_(col(Grant.to_month).is_(None), col(Grant.to_month) > last.code)
    ended = []
    for grant in session.exec(select(Grant).where(Grant.person_id == person_id, beyond).order_by(col(Grant.id))):
        before_first = Month.parse(grant.from_month).plus(-1)
        if grant.to_month is not None and grant.to_month <= before_first.code:
            continue
        grant.to_month = max(last, before_first).code
        grant.stop_reason, grant.ended_by, grant.ended_at = reason, account_id, now
        session.add(grant)
        ended.append({"grant": grant.key, "to_month": grant.to_month})
    session.flush()
    return ended


def _touch_cases(session: Session, person_id: int, reason: StopReason, *, actor: Actor, now: datetime) -> None:
    """Who is gone leaves the running cycle; for any other reason the case is assessed anew."""
    for case in session.exec(select(Case).where(Case.person_id == person_id).order_by(col(Case.id))).all():
        if CaseStatus(case.status) not in MOVES["withdraw"].sources:
            continue
        if reason in _LEAVES:
            mover = actor if actor.has(Role.economy, case.commune_id) else SYSTEM
            cases.move(session, case, "withdraw", actor=mover, now=now, reason=STOP_REASON_LABELS[reason])
        else:
            case.needs_assessment = True
            session.add(case)
        ledger.involve(session, cycle_id=case.cycle_id, actor=actor, action="record_event", now=now)
        step = cycles.current_step(session, case.cycle_id)
        cycles.want_step(session, case.cycle_id, step or Step.payment, now=now)


def apply_recorded(session: Session, *, commune_id: int, now: datetime) -> int:
    """End grants given by a decision whose list did not know an event recorded meanwhile; a death always ends them.

    Returns how many grants were ended; called before each payment list is computed.
    """
    missed = (
        select(Grant, LifeEvent)
        .join(LifeEvent, col(LifeEvent.person_id) == Grant.person_id)
        .join(Decision, col(Decision.id) == Grant.decision_id)
        .join(Submission, col(Submission.id) == Decision.submission_id)
        .where(Grant.commune_id == commune_id, col(Grant.to_month).is_(None))
        .where(or_(LifeEvent.reason == StopReason.DEATH, col(LifeEvent.recorded_at) >= col(Submission.frozen_at)))
        .order_by(col(LifeEvent.happened_on), col(LifeEvent.id))
    )
    count = 0
    for grant, event in session.exec(missed).all():
        last = _last_due(session, commune_id, event.happened_on)
        reason = StopReason(event.reason)
        ended = _end_grants(session, grant.person_id, last, reason, account_id=None, now=now)
        if ended:
            count += len(ended)
            ledger.append(
                session,
                commune_id=commune_id,
                actor=SYSTEM,
                role=Role.system,
                action="end_grants",
                subject=f"person:{grant.person_id}",
                data={"event": event.key, "reason": event.reason, "grants": ended},
                now=now,
            )
            change_papers.want_stop(session, event, now=now)
    return count
