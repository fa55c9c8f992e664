"""Opinions and complaints: taken in by Mặt trận or an office, answered before their deadline, never deleted."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from sqlmodel import col, select

from models.cycles import Case
from models.feedback import Feedback
from models.people import Person
from rules.workflow import Role
from services import feedback, ledger, todos
from services.feedback import FEEDBACK_LABELS, FeedbackKind
from web.export import MOST_ROWS, Column, Value, export
from web.pages.eligibility import READERS as CASE_READERS
from web.paging import Sort, by_name, cut, ordered
from web.registry import Scope, get, post
from web.visit import Visit

RECEIVERS = (Role.front, Role.economy, Role.culture)
ANSWERERS = (Role.economy, Role.culture)
STATES = {"open": "Chờ trả lời", "late": "Quá hạn", "closed": "Đã trả lời", "all": "Tất cả"}
SORTS = {
    "due": Sort("Hạn gần trước", (col(Feedback.closed_at).is_not(None), col(Feedback.due_on), col(Feedback.id))),
    "new": Sort("Mới nhận trước", (col(Feedback.received_on).desc(), col(Feedback.id).desc())),
    "name": Sort("Tên người được nói đến", (col(Person.sort_key).is_(None), col(Person.sort_key), col(Feedback.id))),
}
COLUMNS = (
    Column("Ý kiến", 12), Column("Loại", 24), Column("Về", 28), Column("Nhận ngày", 12), Column("Hạn trả lời", 12),
    Column("Tình trạng", 16), Column("Trả lời lúc", 18),
)  # fmt: skip


@get("/feedback", roles=(*RECEIVERS, Role.chairman), scope=Scope.COMMUNE)
def feedback_page(visit: Visit) -> Response:
    """What waits for an answer, the earliest deadline first; what was answered is one filter away."""
    asked = dict(visit.request.query_params)
    state = asked.get("state") if asked.get("state") in STATES else "open"
    return visit.render(
        "eligibility/feedback.html",
        title="Phản ánh, kiến nghị, khiếu nại",
        found=cut(visit.db, _found(visit, asked), asked, SORTS),
        asked=asked,
        state=state,
        states=STATES.items(),
        kinds=list(FEEDBACK_LABELS.items()),
        kind_labels=FEEDBACK_LABELS,
        people=_people(visit),
        may_receive=visit.has(*RECEIVERS),
        may_answer=visit.has(*ANSWERERS),
    )


def _found(visit: Visit, asked: dict[str, str]) -> Any:
    query = (
        select(Feedback, Person)
        .outerjoin(Case, col(Case.id) == Feedback.case_id)
        .outerjoin(Person, col(Person.id) == Case.person_id)
        .where(Feedback.commune_id == visit.commune.key)
    )
    state = asked.get("state", "")
    if state == "closed":
        query = query.where(col(Feedback.closed_at).is_not(None))
    elif state != "all":
        query = query.where(col(Feedback.closed_at).is_(None))
    if state == "late":
        query = query.where(Feedback.due_on < visit.now.date())
    if asked.get("kind") in set(FeedbackKind):
        query = query.where(Feedback.kind == asked["kind"])
    return query.where(by_name(asked["q"])) if asked.get("q") else query


@get(
    "/feedback/export",
    roles=(*RECEIVERS, Role.chairman),
    scope=Scope.COMMUNE,
    logs_read=True,
    hidden="tệp tải từ trang Phản ánh",
)
def feedback_export(visit: Visit) -> Response:
    """The opinions that the same question finds: kind, days and state; never content or sender."""
    asked = dict(visit.request.query_params)
    query = ordered(_found(visit, asked), asked, SORTS)
    return export(
        visit,
        title="Phản ánh, kiến nghị, khiếu nại",
        file_name="phan-anh.xlsx",
        subject=f"commune:{visit.commune.key}",
        columns=COLUMNS,
        rows=(_feedback_row(*one) for one in visit.db.exec(query.limit(MOST_ROWS))),
    )


def _feedback_row(row: Feedback, person: Person | None) -> tuple[Value, ...]:
    about = person.full_name if person else "Chính sách chung"
    kind = FEEDBACK_LABELS[FeedbackKind(row.kind)]
    return (f"Số {row.key}", kind, about, row.received_on, row.due_on, "Đã trả lời" if row.closed_at else "Chờ trả lời",
            row.closed_at)  # fmt: skip


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
        person=_person(visit, row),
        may_open=visit.has(*CASE_READERS),
        left=todos.days_left(visit.db, row.commune_id, row.due_on, visit.now.date()),
        may_answer=visit.has(*ANSWERERS) and row.closed_at is None,
    )


def _person(visit: Visit, row: Feedback) -> Person | None:
    """Whom the opinion is about."""
    case = visit.db.get(Case, row.case_id) if row.case_id else None
    return visit.db.get(Person, case.person_id) if case else None


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
