"""A change between quarters that was recorded for the wrong person, or wrongly at all: withdrawn, never deleted.

A second person withdraws it with a reason. What it ended goes on as if it had never been recorded; months that were
missed or recovered meanwhile come back as arrears of the next payment list, because that list always gives what is
still owed. A card that BHXH was told to end is registered anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.approval import Decision, Submission
from models.changes import LifeEvent
from models.cycles import Case
from models.payment import Benefit, Grant
from models.people import Person
from models.places import Commune
from rules.months import Month
from rules.workflow import CHANGE_STATE_LABELS, STOP_REASON_LABELS, CaseStatus, ChangeState, Role, Step, StopReason
from services import cases, cycles, grant_ends, insurance_decreases, ledger
from services.errors import conflict, invalid, not_allowed
from services.payment_notices import want_payment_step
from services.staff import SYSTEM, Actor
from services.store import get, lock, save

WITHDRAWABLE = (ChangeState.NOTED, ChangeState.WAITING, ChangeState.APPROVED, ChangeState.DECIDED)
_BACK = {Step.lists: "relist", Step.health: "relist", Step.eligibility: "readmit"}


def withdraw(
    session: Session, *, event_id: int, reason: str, actor: Actor, now: datetime, revoked_by: str = ""
) -> LifeEvent:
    """Take a wrongly recorded event back and give back what it ended.

    Phòng Kinh tế or the chairman does it, never who recorded it (Problem NOT_ALLOWED); what the chairman has signed
    only he, and after its number only by the paper that revokes the decision (``revoked_by``). Raises Problem INVALID
    without a reason or that paper, CONFLICT when the event was refused or withdrawn before.
    """
    lock(session, Commune, get(session, LifeEvent, event_id, "biến động này").commune_id, "đơn vị")
    event = lock(session, LifeEvent, event_id, "biến động này")
    if event.state not in WITHDRAWABLE:
        label = CHANGE_STATE_LABELS[ChangeState(event.state)]
        raise conflict("change_state", f"Biến động này đang ở bước “{label}” nên không còn gì để rút lại.")
    role = actor.require(who_withdraws(event), event.commune_id)
    if actor.person_id == event.reported_by:
        raise not_allowed("two_people", "Người đã ghi biến động không tự rút lại được; cần người thứ hai.")
    event.withdrawal_reason = _reason(event, reason.strip(), revoked_by.strip())
    event.state, event.withdrawn_by, event.withdrawn_at = ChangeState.WITHDRAWN, actor.person_id, now
    save(session, event)
    given_back = _give_back(session, event, now)
    _unmark_person(session, event)
    ledger.append(
        session,
        commune_id=event.commune_id,
        actor=actor,
        role=role,
        action="withdraw_event",
        subject=f"person:{event.person_id}",
        data={"event": event.key, "reason": event.withdrawal_reason, "grants": given_back},
        now=now,
    )
    _touch_cases(session, event, actor=actor, now=now)
    want_payment_step(session, event.commune_id, now=now)
    return event


def who_withdraws(event: LifeEvent) -> tuple[Role, ...]:
    """Who may withdraw the event: what the chairman has signed is his."""
    return (Role.chairman,) if event.approved_by is not None else (Role.economy, Role.chairman)


def _reason(event: LifeEvent, reason: str, revoked_by: str) -> str:
    if not reason:
        raise invalid("reason_needed", "Phải ghi lý do rút lại.", field="withdrawal_reason")
    if event.state != ChangeState.DECIDED:
        return reason
    if not revoked_by:
        said = "Quyết định thôi hưởng đã có số: ghi số, ngày của văn bản thu hồi quyết định đó."
        raise invalid("revoking_needed", said, field="revoked_by")
    return f"{reason} (thu hồi quyết định: {revoked_by})"


def _give_back(session: Session, event: LifeEvent, now: datetime) -> list[dict[str, Any]]:
    """The grants that the event ended, as they stand without it. Raises Problem CONFLICT for one of an old record."""
    if event.ended is None:
        raise conflict("not_kept", "Biến động này ghi từ bản phần mềm cũ nên không rút lại được; cần quyết định mới.")
    others = _others(session, event)
    restored = []
    for before in event.ended:
        if not _handed_on(session, before, others, event):
            grant = get(session, Grant, before["grant"])
            _restore(session, grant, before)
            _end_by_others(session, grant, others, now)
            restored.append(grant)
    open_cards = [one.key for one in restored if one.benefit == Benefit.BHYT and one.to_month is None]
    label = STOP_REASON_LABELS[StopReason(event.reason)]
    insurance_decreases.come_back(session, grants=open_cards, reason=label, now=now)
    return [{"grant": grant.key, "to_month": grant.to_month} for grant in restored]


def _others(session: Session, event: LifeEvent) -> Sequence[LifeEvent]:
    """The person's other events that end what they end, in the order recorded."""
    query = select(LifeEvent).where(LifeEvent.person_id == event.person_id, grant_ends.in_force())
    return session.exec(query.order_by(col(LifeEvent.recorded_at), col(LifeEvent.id))).all()


def _handed_on(session: Session, before: Mapping[str, Any], others: Sequence[LifeEvent], event: LifeEvent) -> bool:
    """Whether a later event ended the grant still earlier: that end stays, and now follows on what was before both."""
    for other in others:
        kept = [one for one in other.ended or () if one["grant"] == before["grant"]]
        if any(one["stop_reason"] == event.reason and one["to_month"] == _end_of(session, event, one) for one in kept):
            other.ended = [dict(before) if one in kept else one for one in other.ended]
            save(session, other)
            return True
    return False


def _end_of(session: Session, event: LifeEvent, one: Mapping[str, Any]) -> str:
    last = grant_ends.last_due(session, event.commune_id, event.happened_on)
    return max(last, Month.parse(get(session, Grant, one["grant"]).from_month).plus(-1)).code


def _restore(session: Session, grant: Grant, before: Mapping[str, Any]) -> None:
    """As the grant stood before the event; one that ran on ends where a later decision took its place."""
    ended_at = datetime.fromisoformat(before["ended_at"]) if before["ended_at"] else None
    end, reason = before["to_month"], before["stop_reason"]
    same = select(Grant).where(Grant.person_id == grant.person_id, Grant.benefit == grant.benefit)
    after = session.exec(same.where(col(Grant.id) > grant.key).order_by(col(Grant.id))).first()
    if end is None and after is not None:
        end = max(Month.parse(after.from_month), Month.parse(grant.from_month)).plus(-1).code
        reason, ended_at = StopReason.STATUS_CHANGED, get(session, Decision, after.decision_id).recorded_at
    grant.to_month, grant.stop_reason = end, reason
    grant.ended_by, grant.ended_at = before["ended_by"], ended_at
    save(session, grant)


def _end_by_others(session: Session, grant: Grant, others: Sequence[LifeEvent], now: datetime) -> None:
    """Events that had nothing left to end while the withdrawn one stood end it now, if its list did not know them."""
    decision = get(session, Decision, grant.decision_id)
    frozen_at = get(session, Submission, decision.submission_id).frozen_at
    for other in others:
        last = grant_ends.last_due(session, other.commune_id, other.happened_on)
        unknown = other.reason == StopReason.DEATH or other.recorded_at >= frozen_at
        if unknown and grant in grant_ends.beyond(session, grant.person_id, last):
            grant_ends.end(session, [grant], other, last, account_id=None, now=now)


def _unmark_person(session: Session, event: LifeEvent) -> None:
    """Alive, or living here, unless another record says otherwise."""
    person = lock(session, Person, event.person_id, "người này")
    same = select(LifeEvent).where(
        LifeEvent.person_id == event.person_id,
        LifeEvent.reason == event.reason,
        col(LifeEvent.state).not_in((ChangeState.WITHDRAWN, ChangeState.REFUSED)),
    )
    other = session.exec(same.order_by(col(LifeEvent.id).desc())).first()
    day = other.happened_on if other else None
    if event.reason == StopReason.DEATH:
        person.died_on = day
    elif event.reason == StopReason.MOVED_AWAY:
        person.left_on = day
    save(session, person)


def _touch_cases(session: Session, event: LifeEvent, *, actor: Actor, now: datetime) -> None:
    """Who left a quarter that is not before the chairman yet comes back into it; any other case is assessed anew."""
    label = STOP_REASON_LABELS[StopReason(event.reason)]
    for case in session.exec(select(Case).where(Case.person_id == event.person_id).order_by(col(Case.id))).all():
        step = cycles.current_step(session, case.cycle_id)
        if step not in _BACK:
            continue
        if case.status == CaseStatus.WITHDRAWN and case.reason == label:
            cases.move(session, case, _BACK[step], actor=SYSTEM, now=now)
        case.needs_assessment = True
        save(session, case)
        ledger.involve(session, cycle_id=case.cycle_id, actor=actor, action="withdraw_event", now=now)
        cycles.want_step(session, case.cycle_id, step, now=now)
