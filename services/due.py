"""What is to be started now. It always comes from the records, never from a schedule having fired."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.cycles import Cycle, CycleStep
from models.places import Commune, Village
from models.runs import Run
from rules.months import Quarter
from rules.parameters import LawGap
from rules.workflow import RunOutcome, Step, StepState
from services import cycles, law, staffing
from services.errors import Problem
from services.steps import StepWork
from services.store import get

Table = Mapping[Step, StepWork]


@dataclass(frozen=True)
class DueCycle:
    """A cycle whose current step has something for the machine to do, and why."""

    cycle_id: int
    step: Step
    version: int
    reason: str


@dataclass(frozen=True)
class DueQuarter:
    """A commune whose cycle of the quarter is to be opened."""

    commune_id: int
    year: int
    quarter: int


def cycles_to_run(session: Session, *, table: Table, now: datetime, machine_now: datetime) -> list[DueCycle]:
    """Cycles whose current step is ready or wanted, lost its worker, has new units, or whose gate has opened.

    A step that a living worker holds is not due. ``machine_now`` is the clock of the leases.
    """
    looked_at = (
        due_cycle(session, cycle=cycle, table=table, now=now, machine_now=machine_now)
        for cycle in cycles.open_cycles(session)
    )
    return [found for found in looked_at if found]


def due_cycle(session: Session, *, cycle: Cycle, table: Table, now: datetime, machine_now: datetime) -> DueCycle | None:
    """The cycle with its step and reason when the machine has something to do in it; else None."""
    row = next((row for row in cycles.step_rows(session, cycle.key) if row.state != StepState.DONE), None)
    reason = _reason(session, cycle, row, table, now, machine_now) if row else ""
    return DueCycle(cycle.key, Step(row.step), cycle.version, reason) if row and reason else None


def _reason(session: Session, cycle: Cycle, row: CycleStep, table: Table, now: datetime, machine_now: datetime) -> str:
    if row.lease_until is not None:
        return "lost" if row.lease_until < machine_now else ""
    if row.state == StepState.READY:
        return "ready"
    if row.wanted:
        return "wanted"
    return "opened" if _would_move(session, cycle, table[Step(row.step)], now) else ""


def _would_move(session: Session, cycle: Cycle, work: StepWork, now: datetime) -> bool:
    try:
        return bool(work.pending(session, cycle, now)) or work.gate(session, cycle, now).done
    except (Problem, LawGap):
        return False


def quarters_to_open(session: Session, *, now: datetime) -> list[DueQuarter]:
    """Communes with thôn whose cycle of the present quarter has not been opened, from the office's opening day on.

    A commune that never had one must first have the people to begin with.
    """
    quarter = Quarter.of(now.date())
    opened = select(Cycle.commune_id).where(Cycle.year == quarter.year, Cycle.quarter == quarter.number)
    with_villages = select(Village.commune_id).where(col(Village.active))
    query = select(Commune.id).where(col(Commune.id).in_(with_villages), col(Commune.id).not_in(opened))
    return [
        DueQuarter(commune_id, quarter.year, quarter.number)
        for commune_id in session.exec(query.order_by(col(Commune.id)))
        if commune_id is not None
        and _is_open_day(session, commune_id, quarter, now)
        and staffing.may_begin(session, commune_id, now.date())
    ]


def _is_open_day(session: Session, commune_id: int, quarter: Quarter, now: datetime) -> bool:
    try:
        day = int(law.book_for(session, commune_id).get("OFFICE.cycle_open_day", on=now.date()).value)
    except LawGap:
        return False
    return now.date() >= quarter.months[0].first_day.replace(day=day)


def payment_cycles(session: Session) -> list[int]:
    """Of each commune, the newest cycle whose payment step has begun: its months are looked after, also when done."""
    newest = (
        select(func.max(Cycle.id))
        .join(CycleStep, col(CycleStep.cycle_id) == Cycle.id)
        .where(CycleStep.step == Step.payment, CycleStep.state != StepState.BLOCKED)
        .group_by(col(Cycle.commune_id))
    )
    return sorted(number for number in session.exec(newest) if number is not None)


def has_units(session: Session, *, cycle_id: int, work: StepWork, now: datetime) -> bool:
    """Whether the machine has units of this step to do, such as a month that came due."""
    try:
        return bool(work.pending(session, get(session, Cycle, cycle_id, "kỳ xét"), now))
    except (Problem, LawGap):
        return False


def commune_ids(session: Session) -> list[int]:
    """Every commune, oldest first."""
    return [number for number in session.exec(select(Commune.id).order_by(col(Commune.id))) if number is not None]


def is_run_wanted(session: Session, *, flow: str, since: datetime, at_most: int) -> bool:
    """Whether no run of the flow has begun ``since`` then that is done or under way, and not too many were tried."""
    tried = session.exec(select(Run.outcome).where(Run.flow == flow, Run.started_at >= since)).all()
    return len(tried) < at_most and not {RunOutcome.DONE, RunOutcome.RUNNING} & set(tried)
