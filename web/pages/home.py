"""The first page: what waits for this person, where the cycle stands, who holds it and since when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fastapi import Response

from models.cycles import CycleStep
from rules.months import Quarter
from rules.workflow import Role, RunOutcome, StepState
from services import cycles, law_horizon, overview, rerun, review_work, todos
from web.registry import STAFF, Scope, get, post
from web.visit import Visit


@get("/", roles=STAFF, scope=Scope.VILLAGE)
def home(visit: Visit) -> Response:
    """Work with counts and deadlines; the six steps of the newest cycle."""
    commune_id, today = visit.commune.key, visit.now.date()
    cycle = overview.newest_cycle(visit.db, commune_id)
    steps = cycles.step_rows(visit.db, cycle.key) if cycle else []
    work = [
        *overview.todo(visit.db, commune_id=commune_id, actor=visit.actor),
        *(review_work.todo(visit.db, cycle=cycle, steps=steps, actor=visit.actor, now=visit.now) if cycle else []),
        *overview.cards(visit.db, commune_id=commune_id, actor=visit.actor, on=today),
        *overview.people_missing(visit.db, commune_id=commune_id, actor=visit.actor, on=today),
        *law_horizon.todo(visit.db, commune_id=commune_id, actor=visit.actor, on=today),
    ]
    days = {item.due_on for item in work} | {step.due_on for step in steps if step.state == StepState.WAITING}
    return visit.render(
        "home/home.html",
        title="Việc cần làm",
        todo=todos.in_order(work),
        cycle=cycle,
        cycle_label=cycles.label(cycle) if cycle else "",
        steps=steps,
        looked_at=_last_look(visit, steps),
        left={day: todos.days_left(visit.db, commune_id, day, today) for day in days},
        this_quarter=Quarter.of(visit.now.date()),
        may_open=visit.has(Role.economy),
    )


def _last_look(visit: Visit, steps: Sequence[CycleStep]) -> datetime | None:
    """When the machine last looked at a step that somebody has acted on since; None where it is up to date."""
    waiting = next((step for step in steps if step.wanted and step.state == StepState.WAITING), None)
    run = rerun.newest_run(visit.db, waiting.cycle_id) if waiting else None
    return run.started_at if run and run.outcome != RunOutcome.RUNNING else None


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
