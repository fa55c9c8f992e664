"""The first page: what waits for this person, where the cycle stands, who holds it and since when."""

from __future__ import annotations

from fastapi import Response

from rules.months import Quarter
from rules.workflow import Role
from services import cycles, overview
from web.registry import STAFF, Scope, get, post
from web.visit import Visit


@get("/", roles=STAFF, scope=Scope.VILLAGE)
def home(visit: Visit) -> Response:
    """Work with counts and deadlines; the six steps of the newest cycle."""
    cycle = overview.newest_cycle(visit.db, visit.commune.key)
    return visit.render(
        "home/home.html",
        title="Việc cần làm",
        todo=overview.todo(visit.db, commune_id=visit.commune.key, actor=visit.actor),
        cycle=cycle,
        cycle_label=cycles.label(cycle) if cycle else "",
        steps=cycles.step_rows(visit.db, cycle.key) if cycle else [],
        this_quarter=Quarter.of(visit.now.date()),
        may_open=visit.has(Role.economy),
    )


@post("/cycles", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=home)
def open_cycle(visit: Visit) -> Response:
    """Open this quarter's cycle now instead of waiting for the schedule; pressed twice it is still one cycle."""
    quarter = Quarter.of(visit.now.date())
    cycle = cycles.open_cycle(
        visit.db,
        commune_id=visit.commune.key,
        year=quarter.year,
        quarter=quarter.number,
        actor=visit.actor,
        now=visit.now,
    )
    visit.advance(cycle.key)
    return visit.redirect("/", f"Đã mở kỳ {quarter}.")
