"""Changes between quarters: a death, a move, another reason. The thôn reports, the chairman decides what needs him."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from sqlmodel import case, col, select

from models.documents import Document
from models.payment import LifeEvent
from models.people import Person
from models.places import Village
from rules.workflow import STOP_REASON_LABELS, ChangeState, Role, StopReason
from services import change_decisions, changes
from services.register import Numbered
from web.pages.payment import advance
from web.paging import BY_AGE, BY_NAME, BY_VILLAGE, by_name, cut
from web.registry import Scope, get, post
from web.visit import Visit

REPORTERS = (Role.village_head, Role.economy)
READERS = (*REPORTERS, Role.chairman)
SORTS = {"name": BY_NAME, "village": BY_VILLAGE, "age": BY_AGE}
OPEN_FIRST = case((col(LifeEvent.state).in_((ChangeState.WAITING, ChangeState.APPROVED)), 0), else_=1)


@get("/changes", roles=READERS, scope=Scope.VILLAGE)
def changes_page(visit: Visit) -> Response:
    """Find the person, then say what happened; below, what was recorded lately, what waits for somebody first."""
    asked = dict(visit.request.query_params)
    limit = visit.villages(visit.commune.key)
    is_reporter = visit.has(*REPORTERS)
    return visit.render(
        "payment/changes.html",
        title="Biến động",
        found=cut(visit.db, _people(visit, asked.get("q", ""), limit), asked, SORTS) if is_reporter else None,
        q=asked.get("q", ""),
        recent=visit.db.exec(_recent(visit, limit).limit(30)).all(),
    )


def _recent(visit: Visit, limit: tuple[int, ...] | None) -> Any:
    query = (
        select(LifeEvent, Person).join(Person, col(Person.id) == LifeEvent.person_id)
        .where(LifeEvent.commune_id == visit.commune.key)
        .order_by(OPEN_FIRST, col(LifeEvent.id).desc())
    )  # fmt: skip
    return query if limit is None else query.where(col(Person.village_id).in_(limit))


def _people(visit: Visit, words: str, limit: tuple[int, ...] | None) -> Any:
    query = select(Person, Village).join(Village, col(Village.id) == Person.village_id)
    query = query.where(Person.commune_id == visit.commune.key)
    if limit is not None:
        query = query.where(col(Person.village_id).in_(limit))
    return query.where(by_name(words)) if words else query


@get("/changes/{person_id:int}", roles=REPORTERS, scope=Scope.VILLAGE)
def person_page(visit: Visit, person_id: int) -> Response:
    """Say what happened to one person."""
    person = visit.own(Person, person_id)
    events = select(LifeEvent).where(LifeEvent.person_id == person.key).order_by(col(LifeEvent.id))
    allowed = list(StopReason) if visit.has(Role.economy) else list(changes.BY_VILLAGE)
    return visit.render(
        "payment/change.html",
        title="Ghi biến động",
        person=person,
        village=visit.db.get_one(Village, person.village_id),
        events=visit.db.exec(events).all(),
        reasons=[(reason, STOP_REASON_LABELS[reason]) for reason in allowed],
    )


@post("/changes/{person_id:int}", roles=REPORTERS, scope=Scope.VILLAGE, redisplay=person_page)
def record(visit: Visit, person_id: int) -> Response:
    """Record the event; what it ends is computed from the law."""
    person, form = visit.own(Person, person_id), visit.form
    reason = form.word("reason", StopReason, need="Chọn loại biến động.")
    happened_on = form.need_day("happened_on", "Nhập ngày xảy ra.")
    note = form.text("note", most=500)
    form.check()
    event = changes.record_event(
        visit.db,
        person_id=person.key,
        reason=reason,
        happened_on=happened_on,
        note=note,
        actor=visit.actor,
        now=visit.now,
    )
    advance(visit, person.commune_id)
    waits = event.by_decision and event.state == ChangeState.WAITING
    return visit.redirect("/changes", "Đã ghi, chờ Chủ tịch quyết định." if waits else "Đã ghi biến động.")


@get("/changes/events/{event_id:int}", roles=READERS, scope=Scope.VILLAGE)
def event_page(visit: Visit, event_id: int) -> Response:
    """One change: what happened, what it ends, where its decision stands, and the next act."""
    event = visit.own(LifeEvent, event_id)
    person = visit.own(Person, event.person_id)
    papers = select(Document).where(Document.subject == f"life_event:{event.key}", Document.kind == "stop_decision")
    sees_papers = visit.has(Role.economy, Role.chairman)
    return visit.render(
        "payment/event.html",
        title="Một biến động",
        event=event,
        person=person,
        village=visit.db.get_one(Village, person.village_id),
        papers=visit.db.exec(papers.order_by(col(Document.version))).all() if sees_papers else [],
        may_decide=visit.has(Role.chairman) and visit.actor.account_id != event.reported_by,
        is_economy=visit.has(Role.economy),
    )


@post("/changes/events/{event_id:int}/approve", roles=(Role.chairman,), scope=Scope.COMMUNE, redisplay=event_page)
def approve(visit: Visit, event_id: int) -> Response:
    """The chairman signs the draft."""
    event = visit.own(LifeEvent, event_id)
    change_decisions.approve(visit.db, event_id=event.key, actor=visit.actor, now=visit.now)
    return visit.redirect("/changes", "Đã quyết định. Phòng Kinh tế vào số, ngày.")


@post("/changes/events/{event_id:int}/refuse", roles=(Role.chairman,), scope=Scope.COMMUNE, redisplay=event_page)
def refuse(visit: Visit, event_id: int) -> Response:
    """The chairman does not agree; support goes on."""
    event = visit.own(LifeEvent, event_id)
    reason = visit.form.text("reason", need="Ghi lý do không chấp thuận.", most=500)
    visit.form.check()
    change_decisions.refuse(visit.db, event_id=event.key, reason=reason, actor=visit.actor, now=visit.now)
    return visit.redirect("/changes", "Đã ghi: không chấp thuận, người này vẫn hưởng.")


@post("/changes/events/{event_id:int}/issue", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=event_page)
def issue(visit: Visit, event_id: int) -> Response:
    """Number and day of the signed decision; from now on it ends what it ends."""
    event, form = visit.own(LifeEvent, event_id), visit.form
    number = form.whole("number", need="Nhập số quyết định.", least=1, most=99_999) or 0
    symbol = form.text("symbol", need="Nhập ký hiệu.", most=40)
    issued_on = form.need_day("issued_on", "Nhập ngày ban hành.")
    form.check()
    change_decisions.issue(
        visit.db,
        event_id=event.key,
        given=Numbered(number, symbol, issued_on),
        actor=visit.actor,
        now=visit.now,
        even_if_taken=form.ticked("even_if_taken"),
    )
    advance(visit, event.commune_id)
    return visit.redirect("/changes", "Quyết định đã có số và có hiệu lực.")
