"""Changes between quarters: a death, a move, another stop reason. The thôn reports its own, Phòng Kinh tế any."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from sqlmodel import col, select

from models.payment import LifeEvent
from models.people import Person
from models.places import Village
from rules.workflow import STOP_REASON_LABELS, Role, StopReason
from services import changes
from web.pages.payment import advance
from web.paging import BY_AGE, BY_NAME, BY_VILLAGE, by_name, cut
from web.registry import Scope, get, post
from web.visit import Visit

REPORTERS = (Role.village_head, Role.economy)
OF_VILLAGE = (StopReason.DEATH, StopReason.MOVED_AWAY, StopReason.OWN_REQUEST)

SORTS = {"name": BY_NAME, "village": BY_VILLAGE, "age": BY_AGE}


@get("/changes", roles=REPORTERS, scope=Scope.VILLAGE)
def changes_page(visit: Visit) -> Response:
    """Find the person, then say what happened; below, what was recorded lately."""
    asked = dict(visit.request.query_params)
    limit = visit.villages(visit.commune.key)
    found = cut(visit.db, _people(visit, asked.get("q", ""), limit), asked, SORTS)
    recent = (
        select(LifeEvent, Person).join(Person, col(Person.id) == LifeEvent.person_id)
        .where(LifeEvent.commune_id == visit.commune.key)
        .order_by(col(LifeEvent.id).desc())
    )  # fmt: skip
    if limit is not None:
        recent = recent.where(col(Person.village_id).in_(limit))
    return visit.render(
        "payment/changes.html",
        title="Biến động",
        found=found,
        q=asked.get("q", ""),
        recent=visit.db.exec(recent.limit(30)).all(),
    )


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
    allowed = list(StopReason) if visit.has(Role.economy) else list(OF_VILLAGE)
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
    changes.record_event(
        visit.db,
        person_id=person.key,
        reason=reason,
        happened_on=happened_on,
        note=note,
        actor=visit.actor,
        now=visit.now,
    )
    advance(visit, person.commune_id)
    return visit.redirect("/changes", "Đã ghi biến động.")
