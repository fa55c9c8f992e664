"""Opinions and complaints: taken in by Mặt trận or an office, answered before their deadline, never deleted."""

from __future__ import annotations

from fastapi import Response
from sqlmodel import col, select

from models.cycles import Case
from models.feedback import Feedback
from models.people import Person
from rules.workflow import Role
from services import feedback, ledger
from services.feedback import FEEDBACK_LABELS, FeedbackKind
from web.registry import Scope, get, post
from web.visit import Visit

RECEIVERS = (Role.front, Role.economy, Role.culture)
ANSWERERS = (Role.economy, Role.culture)


@get("/feedback", roles=(*RECEIVERS, Role.chairman), scope=Scope.COMMUNE)
def feedback_page(visit: Visit) -> Response:
    """What waits for an answer, the earliest deadline first, and what was answered lately."""
    closed = select(Feedback).where(Feedback.commune_id == visit.commune.key, col(Feedback.closed_at).is_not(None))
    return visit.render(
        "eligibility/feedback.html",
        title="Phản ánh, kiến nghị, khiếu nại",
        waiting=feedback.open_feedback(visit.db, visit.commune.key),
        closed=visit.db.exec(closed.order_by(col(Feedback.id).desc()).limit(50)).all(),
        kinds=list(FEEDBACK_LABELS.items()),
        kind_labels=FEEDBACK_LABELS,
        people=_people(visit),
        may_receive=visit.has(*RECEIVERS),
        may_answer=visit.has(*ANSWERERS),
    )


def _people(visit: Visit) -> list[tuple[int, str]]:
    """The cases of the newest cycle, to name whom an opinion is about."""
    cycle = visit.cycle()
    if cycle is None:
        return []
    query = select(Case, Person).join(Person, col(Person.id) == Case.person_id).where(Case.cycle_id == cycle.key)
    rows = visit.db.exec(query.order_by(col(Person.sort_key)).limit(2000))
    return [(case.key, f"{person.full_name} ({person.birth_date.year})") for case, person in rows]


@post("/feedback", roles=RECEIVERS, scope=Scope.COMMUNE, redisplay=feedback_page)
def receive(visit: Visit) -> Response:
    """Take in what somebody says; an open complaint about a person holds that person alone."""
    form = visit.form
    kind = form.word("kind", FeedbackKind, need="Chọn loại ý kiến.")
    case_id = form.whole("case_id", most=2**31 - 1)
    content = form.text("content", need="Ghi nội dung ý kiến.")
    received_on = form.need_day("received_on", "Nhập ngày nhận.")
    form.check()
    case = visit.own(Case, case_id) if case_id else None
    feedback.receive(
        visit.db,
        commune_id=visit.commune.key,
        case_id=case.key if case else None,
        kind=kind,
        content=content,
        sender=form.text("sender", most=200),
        received_on=received_on,
        actor=visit.actor,
        now=visit.now,
    )
    if case:
        visit.advance(case.cycle_id)
    return visit.redirect("/feedback", "Đã nhận ý kiến và tính hạn trả lời.")


@get("/feedback/{feedback_id:int}", roles=(*RECEIVERS, Role.chairman), scope=Scope.COMMUNE, logs_read=True)
def one_page(visit: Visit, feedback_id: int) -> Response:
    """One opinion with its content and sender; who opened it is written down."""
    row = visit.own(Feedback, feedback_id)
    role = visit.actor.require((*RECEIVERS, Role.chairman), row.commune_id)
    what = f"feedback:{row.key}"
    ledger.log_read(visit.db, actor=visit.actor, role=role, what="feedback", subject=what, now=visit.now)
    return visit.render(
        "eligibility/feedback_one.html",
        title=FEEDBACK_LABELS[FeedbackKind(row.kind)],
        row=row,
        may_answer=visit.has(*ANSWERERS) and row.closed_at is None,
    )


@post("/feedback/{feedback_id:int}/answer", roles=ANSWERERS, scope=Scope.COMMUNE, redisplay=one_page)
def answer(visit: Visit, feedback_id: int) -> Response:
    """Close it with an answer."""
    row = visit.own(Feedback, feedback_id)
    text = visit.form.text("answer", need="Ghi nội dung trả lời.")
    visit.form.check()
    feedback.answer(visit.db, feedback_id=row.key, text=text, actor=visit.actor, now=visit.now)
    if row.cycle_id:
        visit.advance(row.cycle_id)
    return visit.redirect("/feedback", "Đã ghi trả lời.")
