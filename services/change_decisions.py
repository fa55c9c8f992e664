"""The decision over a change between quarters: the chairman's word, the văn thư's number and day, and its effect."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from models.changes import LifeEvent
from models.documents import Document
from models.places import Commune
from rules.workflow import CHANGE_STATE_LABELS, ChangeState, Role
from services import changes, documents, ledger, register
from services.change_notices import tell_economy
from services.errors import conflict, invalid, not_allowed, waiting
from services.payment_notices import want_payment_step
from services.register_entry import Numbered, SignedFile
from services.staff import Actor
from services.store import get, lock


def approve(session: Session, *, event_id: int, actor: Actor, now: datetime) -> LifeEvent:
    """The chairman signs the draft. Not who reported the change: Problem NOT_ALLOWED."""
    event, role = _before_chairman(session, event_id, actor)
    return _answer(session, event, ChangeState.APPROVED, "approve_change", actor, role, now)


def refuse(session: Session, *, event_id: int, reason: str, actor: Actor, now: datetime) -> LifeEvent:
    """The chairman does not agree: support goes on. What a record itself ended cannot be refused: Problem CONFLICT."""
    event, role = _before_chairman(session, event_id, actor)
    if not event.by_decision:
        raise conflict("in_force", "Biến động này đã dừng hưởng từ khi ghi nhận; nếu ghi sai thì lập quyết định mới.")
    if not reason.strip():
        raise invalid("reason_needed", "Phải ghi lý do không chấp thuận.")
    event.answer = reason.strip()
    return _answer(session, event, ChangeState.REFUSED, "refuse_change", actor, role, now)


def issue(
    session: Session,
    *,
    event_id: int,
    given: Numbered,
    actor: Actor,
    now: datetime,
    even_if_taken: bool = False,
    signed_file: SignedFile | None = None,
) -> LifeEvent:
    """Number and day of the signed decision: it stands, and what it ends is ended. Phòng Kinh tế does it.

    Raises Problem CONFLICT when the chairman has not decided, WAITING while the draft is not written.
    """
    event = _locked(session, event_id)
    role = actor.require(Role.economy, event.commune_id)
    _expect(event, ChangeState.APPROVED)
    if event.approved_at is not None and given.issued_on < event.approved_at.date():
        raise invalid("issued_on", "Ngày ban hành phải từ ngày Chủ tịch quyết định.")
    register.enter(
        session,
        document_id=draft(session, event).key,
        given=given,
        actor=actor,
        now=now,
        even_if_taken=even_if_taken,
        decided=True,
        signed_file=signed_file,
    )
    event.state = ChangeState.DECIDED
    session.add(event)
    session.flush()
    ended = changes.take_effect(session, event, account_id=actor.account_id, now=now) if event.by_decision else []
    data = {"event": event.key, "number": given.number, "grants": ended}
    _record(session, event, "issue_change", actor, role, data, now)
    want_payment_step(session, event.commune_id, now=now)
    return event


def draft(session: Session, event: LifeEvent) -> Document:
    """The event's quyết định thôi hưởng as drafted. Raises Problem WAITING when there is none."""
    paper = documents.find(session, kind="stop_decision", subject=f"life_event:{event.key}")
    if paper is None:
        raise waiting("no_draft", "Biến động này chưa có dự thảo quyết định.")
    return paper


def _before_chairman(session: Session, event_id: int, actor: Actor) -> tuple[LifeEvent, Role]:
    event = _locked(session, event_id)
    role = actor.require(Role.chairman, event.commune_id)
    _expect(event, ChangeState.WAITING)
    if actor.person_id == event.reported_by:
        raise not_allowed("two_people", "Người đã ghi biến động không được quyết định; cần người thứ hai.")
    return event, role


def _locked(session: Session, event_id: int) -> LifeEvent:
    lock(session, Commune, get(session, LifeEvent, event_id, "biến động này").commune_id, "đơn vị")
    return lock(session, LifeEvent, event_id, "biến động này")


def _expect(event: LifeEvent, state: ChangeState) -> None:
    if event.state != state:
        label = CHANGE_STATE_LABELS[ChangeState(event.state)]
        raise conflict("change_state", f"Biến động này đang ở bước “{label}”.")


def _answer(
    session: Session, event: LifeEvent, state: ChangeState, action: str, actor: Actor, role: Role, now: datetime
) -> LifeEvent:
    event.state, event.approved_by, event.approved_at = state, actor.person_id, now
    session.add(event)
    session.flush()
    _record(session, event, action, actor, role, {"event": event.key}, now)
    tell_economy(session, event, now=now)
    return event


def _record(
    session: Session, event: LifeEvent, action: str, actor: Actor, role: Role, data: dict[str, object], now: datetime
) -> None:
    ledger.append(
        session,
        commune_id=event.commune_id,
        actor=actor,
        role=role,
        action=action,
        subject=f"person:{event.person_id}",
        data=data,
        now=now,
    )
