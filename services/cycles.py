"""Open a quarter's cycle and keep track of where it stands."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.cycles import Cycle, CycleStep
from models.places import Commune
from rules.calendar import add_working_days
from rules.months import Quarter
from rules.parameters import LawGap
from rules.workflow import STEP_RULES, Role, Step, StepState
from services import law, ledger
from services.errors import not_found
from services.staff import Actor
from services.store import get, insert_once, lock

OPEN = (StepState.READY, StepState.WAITING)
"""A step that a run may work on."""


def open_cycle(session: Session, *, commune_id: int, year: int, quarter: int, actor: Actor, now: datetime) -> Cycle:
    """The commune's cycle of that quarter; opened with its six steps if it was not yet."""
    commune = get(session, Commune, commune_id, "đơn vị")
    role = actor.require((Role.economy, Role.system), commune.key)
    row = {"commune_id": commune.key, "year": year, "quarter": quarter, "opened_on": now.date(), "opened_at": now}
    new = insert_once(session, Cycle, [row])
    cycle = find(session, commune_id=commune.key, year=year, quarter=quarter)
    if cycle is None:
        raise not_found("cycle", "Không tìm thấy kỳ xét.")
    if new:
        _open_steps(session, cycle, now)
        ledger.append(
            session,
            commune_id=commune.key,
            actor=actor,
            role=role,
            action="open_cycle",
            subject=f"cycle:{cycle.key}",
            data={"year": year, "quarter": quarter},
            now=now,
        )
    return cycle


def _open_steps(session: Session, cycle: Cycle, now: datetime) -> None:
    for step in Step:
        first = step is Step.lists
        session.add(
            CycleStep(
                cycle_id=cycle.key,
                step=step,
                state=StepState.READY if first else StepState.BLOCKED,
                wanted=first,
                started_at=now if first else None,
                since=now,
            )
        )
    session.flush()


def find(session: Session, *, commune_id: int, year: int, quarter: int) -> Cycle | None:
    """The commune's cycle of that quarter, if it was opened."""
    query = select(Cycle).where(Cycle.commune_id == commune_id, Cycle.year == year, Cycle.quarter == quarter)
    return session.exec(query).first()


def step_row(session: Session, cycle_id: int, step: Step) -> CycleStep:
    """Where one step of the cycle stands."""
    return session.exec(select(CycleStep).where(CycleStep.cycle_id == cycle_id, CycleStep.step == step)).one()


def step_rows(session: Session, cycle_id: int) -> list[CycleStep]:
    """The six steps in order."""
    rows = {row.step: row for row in session.exec(select(CycleStep).where(CycleStep.cycle_id == cycle_id))}
    return [rows[step] for step in Step]


def current_step(session: Session, cycle_id: int) -> Step | None:
    """The first step that is not done; None when the cycle is."""
    for row in step_rows(session, cycle_id):
        if row.state != StepState.DONE:
            return Step(row.step)
    return None


def want_step(session: Session, cycle_id: int, step: Step, *, now: datetime) -> None:
    """A person acted on this step: the next run looks at it again. Raised whatever was read: a worker may lower it."""
    cycle = lock(session, Cycle, cycle_id, "kỳ xét")
    cycle.version += 1
    session.add(cycle)
    session.flush()
    open_row = col(CycleStep.cycle_id) == cycle_id, col(CycleStep.step) == step, col(CycleStep.state).in_(OPEN)
    session.execute(update(CycleStep).where(*open_row).values(wanted=True))


def deadline(session: Session, cycle: Cycle, step: Step, *, on: date) -> date:
    """The day until which the step's holder has time, counted in working days from ``on``."""
    book = law.book_for(session, cycle.commune_id)
    days = book.get(STEP_RULES[step].deadline_key, on=on)
    return add_working_days(on, int(days.value), book)


def known_deadline(session: Session, cycle: Cycle, step: Step, *, on: date) -> date | None:
    """As `deadline`; None while the office has not said how many working days the step has."""
    try:
        return deadline(session, cycle, step, on=on)
    except LawGap:
        return None


def label(cycle: Cycle) -> str:
    """ "Quý III/2026"."""
    return str(Quarter(cycle.year, cycle.quarter))


def open_cycles(session: Session) -> list[Cycle]:
    """Cycles that are not finished, oldest first."""
    return list(session.exec(select(Cycle).where(col(Cycle.done_at).is_(None)).order_by(col(Cycle.id))).all())
