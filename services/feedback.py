"""Opinions and complaints: taken in with their deadline, answered, never deleted. An open one holds one case."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from models.cycles import Case
from models.feedback import Feedback
from rules.calendar import add_working_days
from rules.workflow import Role, Step
from services import cycles, law, ledger
from services.errors import conflict, invalid
from services.staff import Actor
from services.store import get, lock


class FeedbackKind(StrEnum):
    """Phản ánh, kiến nghị and khiếu nại have different deadlines."""

    PHAN_ANH = "PHAN_ANH"
    KHIEU_NAI = "KHIEU_NAI"


FEEDBACK_LABELS = {FeedbackKind.PHAN_ANH: "Phản ánh, kiến nghị", FeedbackKind.KHIEU_NAI: "Khiếu nại"}


def receive(
    session: Session,
    *,
    commune_id: int,
    case_id: int | None,
    kind: FeedbackKind,
    content: str,
    sender: str,
    received_on: date,
    actor: Actor,
    now: datetime,
) -> Feedback:
    """Take in what somebody says, about one person's case or about the programme."""
    role = actor.require((Role.front, Role.economy, Role.culture), commune_id)
    if not content.strip():
        raise invalid("content_needed", "Phải ghi nội dung ý kiến.", field="content")
    if received_on > now.date():
        raise invalid("received_on", "Ngày nhận không được ở tương lai.", field="received_on")
    case = _case(session, case_id, commune_id)
    feedback = Feedback(
        commune_id=commune_id,
        cycle_id=case.cycle_id if case else None,
        case_id=case_id,
        kind=kind,
        content=content.strip(),
        sender=sender.strip(),
        received_on=received_on,
        received_by=actor.person_id,
        due_on=_due(session, commune_id, kind, received_on),
    )
    session.add(feedback)
    session.flush()
    _record(session, feedback, "receive_feedback", actor, role, now)
    return feedback


def _case(session: Session, case_id: int | None, commune_id: int) -> Case | None:
    if case_id is None:
        return None
    case = get(session, Case, case_id, "hồ sơ")
    if case.commune_id != commune_id:
        raise invalid("case_commune", "Hồ sơ không thuộc đơn vị này.")
    return case


def _due(session: Session, commune_id: int, kind: FeedbackKind, received_on: date) -> date:
    """A complaint has calendar days, more of them in a remote area (Luật Khiếu nại, Điều 28); others working days."""
    book = law.book_for(session, commune_id)
    if kind is FeedbackKind.KHIEU_NAI:
        remote = str(book.get("KN.is_remote", on=received_on).value)
        return received_on + timedelta(days=int(book.get("KN.first_days", on=received_on, remote=remote).value))
    return add_working_days(received_on, int(book.get("OFFICE.feedback_days", on=received_on).value), book)


def answer(session: Session, *, feedback_id: int, text: str, actor: Actor, now: datetime) -> Feedback:
    """Close it with an answer."""
    feedback = lock(session, Feedback, feedback_id, "ý kiến")
    role = actor.require((Role.economy, Role.culture), feedback.commune_id)
    if feedback.closed_at is not None:
        raise conflict("feedback_closed", "Ý kiến này đã được trả lời.")
    if not text.strip():
        raise invalid("answer_needed", "Phải ghi nội dung trả lời.", field="answer")
    feedback.answer, feedback.closed_by, feedback.closed_at = text.strip(), actor.person_id, now
    session.add(feedback)
    _record(session, feedback, "answer_feedback", actor, role, now)
    return feedback


def open_feedback(session: Session, commune_id: int) -> list[Feedback]:
    """Not yet answered, the earliest deadline first."""
    query = select(Feedback).where(Feedback.commune_id == commune_id, col(Feedback.closed_at).is_(None))
    return list(session.exec(query.order_by(col(Feedback.due_on), col(Feedback.id))).all())


def _record(session: Session, feedback: Feedback, action: str, actor: Actor, role: Role, now: datetime) -> None:
    ledger.append(
        session,
        commune_id=feedback.commune_id,
        actor=actor,
        role=role,
        action=action,
        subject=f"feedback:{feedback.key}",
        data={"kind": str(feedback.kind), "case": feedback.case_id, "due_on": feedback.due_on},
        now=now,
    )
    if feedback.cycle_id is not None:
        ledger.involve(session, cycle_id=feedback.cycle_id, actor=actor, action=action, now=now)
        cycles.want_step(session, feedback.cycle_id, Step.eligibility, now=now)
