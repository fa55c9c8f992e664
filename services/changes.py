"""Changes between quarters (biến động): a death, a move or another stop reason ends what a person is given.

Which reasons end it as soon as they are recorded, and which only by the chairman's decision, is the parameter
NQ04.stop_by_decision; the month that is still due follows from NQ04.stop_rule. Money already listed for later months
becomes a recovery of the next payment list; a card that runs on is taken off with the next D03-TS.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.approval import Decision, Submission
from models.changes import LifeEvent
from models.cycles import Case
from models.payment import Grant
from models.people import Person
from models.places import Commune
from rules.months import Month
from rules.parameters import LawGap
from rules.workflow import MOVES, PAUSES, STOP_REASON_LABELS, CaseStatus, ChangeState, Role, Step, StopReason
from services import cases, change_papers, cycles, grant_ends, insurance_decreases, law, ledger, pauses
from services.change_notices import tell_chairman
from services.errors import conflict, invalid, waiting
from services.payment_notices import want_payment_step
from services.staff import SYSTEM, Actor
from services.store import get, insert_once, lock

BY_DECISION_KEY = "NQ04.stop_by_decision"
BY_VILLAGE = (StopReason.DEATH, StopReason.MOVED_AWAY, StopReason.OWN_REQUEST)


def record_event(
    session: Session, *, person_id: int, reason: StopReason, happened_on: date, note: str, actor: Actor, now: datetime
) -> LifeEvent:
    """Record what happened to a person; end the grants it ends, or put it before the chairman when he must decide.

    Phòng Kinh tế records any reason, a village head deaths, moves and own requests of the thôn. That support rests, or
    goes on again, always takes his decision. The same event twice
    changes nothing. Raises Problem INVALID for a day to come, CONFLICT for a second death on another day, WAITING
    when NQ04.stop_rule or NQ04.stop_by_decision is not known.
    """
    lock(session, Commune, get(session, Person, person_id, "người này").commune_id, "đơn vị")
    person = lock(session, Person, person_id, "người này")
    role = _role(actor, person, reason)
    if happened_on > now.date():
        raise invalid("event_day", "Ngày xảy ra biến động không thể ở tương lai.", field="happened_on")
    if reason is StopReason.DEATH and person.died_on not in (None, happened_on):
        raise conflict("died_before", "Người này đã được ghi nhận chết vào một ngày khác.")
    last = grant_ends.last_due(session, person.commune_id, happened_on)
    if reason in PAUSES and not _is_recorded(session, person_id, reason, happened_on):
        pauses.check(session, person_id, person.commune_id, reason, happened_on)
    row = {
        "commune_id": person.commune_id,
        "person_id": person_id,
        "reason": reason,
        "happened_on": happened_on,
        "note": note.strip(),
        "reported_by": actor.person_id,
        "recorded_at": now,
        "by_decision": _by_decision(session, person.commune_id, reason, happened_on),
    }
    new = insert_once(session, LifeEvent, [row])
    event = _event(session, person_id, reason, happened_on)
    if new:
        _follow(session, person, event, last, actor, role, now)
    return event


def _follow(
    session: Session, person: Person, event: LifeEvent, last: Month, actor: Actor, role: Role, now: datetime
) -> None:
    """What a new event leads to at once: the grants' end or the draft of a decision, the case, the next payment."""
    reason = StopReason(event.reason)
    _mark_person(session, person, reason, event.happened_on)
    touched = grant_ends.beyond(session, person.key, last)
    event.by_decision = event.by_decision and (bool(touched) or reason in PAUSES)
    ended = [] if event.by_decision else take_effect(session, event, account_id=actor.account_id, now=now)
    event.state = ChangeState.WAITING if event.by_decision else ChangeState.NOTED
    if change_papers.want_stop(session, event, last=last, now=now) is not None:
        event.state = ChangeState.WAITING
        tell_chairman(session, event, now=now)
    session.add(event)
    session.flush()
    ledger.append(
        session,
        commune_id=person.commune_id,
        actor=actor,
        role=role,
        action="record_event",
        subject=f"person:{person.key}",
        data={
            "event": event.key,
            "reason": event.reason,
            "happened_on": event.happened_on,
            "grants": ended,
            "by_decision": event.by_decision,
        },
        now=now,
    )
    _touch_cases(session, person.key, reason, actor=actor, now=now)
    want_payment_step(session, person.commune_id, now=now)


def take_effect(session: Session, event: LifeEvent, *, account_id: int | None, now: datetime) -> list[dict[str, Any]]:
    """End what the event ends: grants beyond the last month still due, what was registered for BHYT, cards that run on.

    Returns the grants that were ended, with their last months; a pause ends none.
    """
    if event.reason in PAUSES:
        return []
    last = grant_ends.last_due(session, event.commune_id, event.happened_on)
    grants = grant_ends.beyond(session, event.person_id, last)
    ended = grant_ends.end(session, grants, event, last, account_id=account_id, now=now)
    reason = STOP_REASON_LABELS[StopReason(event.reason)]
    insurance_decreases.leave(session, person_id=event.person_id, last=last, reason=reason, now=now)
    return ended


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
        .where(grant_ends.in_force(), grant_ends.unknown_to_list())
        .order_by(col(LifeEvent.happened_on), col(LifeEvent.id))
    )
    return sum(_catch_up(session, event, now) for _grant, event in session.exec(missed).all())


def _catch_up(session: Session, event: LifeEvent, now: datetime) -> int:
    ended = take_effect(session, event, account_id=None, now=now)
    if ended:
        ledger.append(
            session,
            commune_id=event.commune_id,
            actor=SYSTEM,
            role=Role.system,
            action="end_grants",
            subject=f"person:{event.person_id}",
            data={"event": event.key, "reason": event.reason, "grants": ended},
            now=now,
        )
        last = grant_ends.last_due(session, event.commune_id, event.happened_on)
        if change_papers.want_stop(session, event, last=last, now=now) and event.state == ChangeState.NOTED:
            event.state = ChangeState.WAITING
            session.add(event)
    return len(ended)


def _role(actor: Actor, person: Person, reason: StopReason) -> Role:
    if reason in BY_VILLAGE and actor.has(Role.village_head, person.commune_id, person.village_id):
        return Role.village_head
    return actor.require(Role.economy, person.commune_id)


def _by_decision(session: Session, commune_id: int, reason: StopReason, on: date) -> bool:
    """Whether this reason ends a grant only by the chairman's decision."""
    if reason in PAUSES:
        return True
    try:
        reasons: Sequence[str] = law.book_for(session, commune_id).get(BY_DECISION_KEY, on=on).value
    except LawGap as gap:
        raise waiting("law_gap", f"Chưa biết biến động này cần quyết định hay không: {gap.message}") from gap
    return str(reason) in reasons


def _is_recorded(session: Session, person_id: int, reason: StopReason, happened_on: date) -> bool:
    return session.exec(_same(person_id, reason, happened_on)).first() is not None


def _event(session: Session, person_id: int, reason: StopReason, happened_on: date) -> LifeEvent:
    return session.exec(_same(person_id, reason, happened_on)).one()


def _same(person_id: int, reason: StopReason, happened_on: date) -> SelectOfScalar[LifeEvent]:
    query = select(LifeEvent).where(LifeEvent.person_id == person_id, LifeEvent.reason == reason)
    return query.where(LifeEvent.happened_on == happened_on, col(LifeEvent.state) != ChangeState.WITHDRAWN)


def _mark_person(session: Session, person: Person, reason: StopReason, happened_on: date) -> None:
    if reason is StopReason.DEATH:
        person.died_on = happened_on
    elif reason is StopReason.MOVED_AWAY:
        person.left_on = happened_on
    session.add(person)
    session.flush()


def _touch_cases(session: Session, person_id: int, reason: StopReason, *, actor: Actor, now: datetime) -> None:
    """Who is gone leaves the running cycle; for any other reason the case is assessed anew."""
    for case in session.exec(select(Case).where(Case.person_id == person_id).order_by(col(Case.id))).all():
        if CaseStatus(case.status) not in MOVES["withdraw"].sources:
            continue
        if reason in BY_VILLAGE:
            mover = actor if actor.has(Role.economy, case.commune_id) else SYSTEM
            cases.move(session, case, "withdraw", actor=mover, now=now, reason=STOP_REASON_LABELS[reason])
        else:
            case.needs_assessment = True
            session.add(case)
        ledger.involve(session, cycle_id=case.cycle_id, actor=actor, action="record_event", now=now)
        step = cycles.current_step(session, case.cycle_id)
        cycles.want_step(session, case.cycle_id, step or Step.payment, now=now)
