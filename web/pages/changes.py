"""Changes between quarters: a death, a move, another reason. The thôn reports, the chairman decides what needs him."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from sqlmodel import case, col, select

from models.changes import LifeEvent
from models.people import Person
from models.places import Village
from rules.workflow import CHANGE_STATE_LABELS, PAUSES, STOP_REASON_LABELS, ChangeState, Role, StopReason
from services import changes, pauses
from web.export import BIRTH, MOST_ROWS, NAME, VILLAGE, Column, Value, export
from web.pages.payment import advance
from web.paging import BY_AGE, BY_NAME, BY_VILLAGE, Sort, by_name, cut, number_of, ordered, village_choices
from web.registry import Scope, get, post
from web.views import birth_text
from web.visit import Visit

REPORTERS = (Role.village_head, Role.economy)
READERS = (*REPORTERS, Role.chairman)
PEOPLE_SORTS = {"name": BY_NAME, "village": BY_VILLAGE, "age": BY_AGE}
OPEN_FIRST = case((col(LifeEvent.state).in_((ChangeState.WAITING, ChangeState.APPROVED)), 0), else_=1)
SORTS = {
    "open": Sort("Đang chờ trước", (OPEN_FIRST, col(LifeEvent.id).desc())),
    "new": Sort("Mới ghi trước", (col(LifeEvent.id).desc(),)),
    "happened": Sort("Mới xảy ra trước", (col(LifeEvent.happened_on).desc(), col(LifeEvent.id).desc())),
    "name": Sort("Họ tên", (*BY_NAME.by, col(LifeEvent.id))),
    "village": Sort("Thôn", (*BY_VILLAGE.by, col(LifeEvent.id))),
}
COLUMNS = (
    NAME, BIRTH, VILLAGE, Column("Biến động", 34), Column("Ngày xảy ra", 12), Column("Ghi chú", 36),
    Column("Tình trạng", 24), Column("Ghi lúc", 18),
)  # fmt: skip


@get("/changes", roles=READERS, scope=Scope.VILLAGE)
def changes_page(visit: Visit) -> Response:
    """What was recorded, what waits for somebody first; whoever reports is led on to find the person."""
    asked = dict(visit.request.query_params)
    return visit.render(
        "payment/changes.html",
        title="Biến động",
        found=cut(visit.db, _events(visit, asked), asked, SORTS),
        asked=asked,
        villages=_villages(visit),
        may_report=visit.has(*REPORTERS),
    )


def _events(visit: Visit, asked: dict[str, str]) -> Any:
    query = (
        select(LifeEvent, Person, Village)
        .join(Person, col(Person.id) == LifeEvent.person_id)
        .join(Village, col(Village.id) == Person.village_id)
        .where(LifeEvent.commune_id == visit.commune.key)
    )
    if asked.get("state") in set(ChangeState):
        query = query.where(LifeEvent.state == asked["state"])
    if asked.get("reason") in set(StopReason):
        query = query.where(LifeEvent.reason == asked["reason"])
    return _of_place(visit, query, asked)


def _of_place(visit: Visit, query: Any, asked: dict[str, str]) -> Any:
    """The people of the query whom this visitor may see, of the thôn and the name asked for."""
    limit = visit.villages(visit.commune.key)
    if limit is not None:
        query = query.where(col(Person.village_id).in_(limit))
    if (village := number_of(asked.get("village", ""))) is not None:
        query = query.where(Person.village_id == village)
    return query.where(by_name(asked["q"])) if asked.get("q") else query


def _villages(visit: Visit) -> list[tuple[int, str]]:
    whole = visit.villages(visit.commune.key) is None
    return village_choices(visit.db, visit.commune.key) if whole else []


@get("/changes/export", roles=READERS, scope=Scope.VILLAGE, logs_read=True, hidden="tệp tải từ trang Biến động")
def changes_export(visit: Visit) -> Response:
    """The changes that the same question finds."""
    asked = dict(visit.request.query_params)
    found = visit.db.exec(ordered(_events(visit, asked), asked, SORTS).limit(MOST_ROWS))
    return export(
        visit,
        title="Biến động",
        file_name="bien-dong.xlsx",
        subject=f"commune:{visit.commune.key}",
        columns=COLUMNS,
        rows=(_event_row(*one) for one in found),
    )


def _event_row(event: LifeEvent, person: Person, village: Village) -> tuple[Value, ...]:
    return (
        person.full_name, birth_text(person), village.name, STOP_REASON_LABELS[StopReason(event.reason)],
        event.happened_on, event.note, CHANGE_STATE_LABELS[ChangeState(event.state)], event.recorded_at,
    )  # fmt: skip


@get("/changes/people", roles=REPORTERS, scope=Scope.VILLAGE, hidden="mở từ trang Biến động")
def people_page(visit: Visit) -> Response:
    """Find the person to whom something happened."""
    asked = dict(visit.request.query_params)
    query = select(Person, Village).join(Village, col(Village.id) == Person.village_id)
    query = query.where(Person.commune_id == visit.commune.key)
    return visit.render(
        "payment/change_people.html",
        title="Ghi biến động của ai?",
        found=cut(visit.db, _of_place(visit, query, asked), asked, PEOPLE_SORTS),
        asked=asked,
        villages=_villages(visit),
    )


@get("/changes/{person_id:int}", roles=REPORTERS, scope=Scope.VILLAGE)
def person_page(visit: Visit, person_id: int) -> Response:
    """Say what happened to one person."""
    person = visit.own(Person, person_id)
    events = select(LifeEvent).where(LifeEvent.person_id == person.key).order_by(col(LifeEvent.id))
    is_economy = visit.has(Role.economy)
    pause = pauses.open_to(visit.db, person.key, person.commune_id) if is_economy else None
    return visit.render(
        "payment/change.html",
        title="Ghi biến động",
        person=person,
        village=visit.db.get_one(Village, person.village_id),
        events=visit.db.exec(events).all(),
        pause=pause,
        reasons=[
            (reason, STOP_REASON_LABELS[reason])
            for reason in (StopReason if is_economy else changes.BY_VILLAGE)
            if reason not in PAUSES or reason == pause
        ],
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
