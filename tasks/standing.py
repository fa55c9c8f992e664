"""What a run finds in the records when it begins: quarters to open, cycles and months with work, steps that are done.

Nothing here needs the engine, so a flow and an operator's command look with the same eyes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from models.cycles import Cycle
from rules.workflow import Step
from services import cycles, due
from services.due import DueCycle
from services.staff import SYSTEM
from services.step_table import ALL
from services.store import get
from tasks import session

T = TypeVar("T")


def commune_ids() -> list[int]:
    """Every commune of the installation."""
    with session.transaction(write=False) as opened:
        return due.commune_ids(opened)


def open_quarters() -> int:
    """Open the quarter's cycle where the office's day has come; returns how many were opened."""
    with session.transaction(write=False) as opened:
        wanted = due.quarters_to_open(opened, now=session.now())
    for quarter in wanted:
        with session.transaction() as opened:
            cycles.open_cycle(
                opened,
                commune_id=quarter.commune_id,
                year=quarter.year,
                quarter=quarter.quarter,
                actor=SYSTEM,
                now=session.now(),
            )
    return len(wanted)


def cycles_due() -> list[DueCycle]:
    """Every open cycle with something for the machine to do, oldest first."""
    moment = session.machine_now()
    with session.transaction(write=False) as opened:
        return due.cycles_to_run(opened, table=ALL, now=session.now(), machine_now=moment)


def cycles_with_months_due() -> list[int]:
    """Of each commune with a month due, the cycle under which its list is built."""
    with session.transaction(write=False) as opened:
        work, moment = ALL[Step.payment], session.now()
        found = due.payment_cycles(opened)
        return [number for number in found if due.has_units(opened, cycle_id=number, work=work, now=moment)]


def is_due(cycle_id: int) -> bool:
    """Whether the machine has something to do in the cycle that no other worker holds."""
    moment = session.machine_now()
    with session.transaction(write=False) as opened:
        cycle = get(opened, Cycle, cycle_id, "kỳ xét")
        return due.due_cycle(opened, cycle=cycle, table=ALL, now=session.now(), machine_now=moment) is not None


def is_done(cycle_id: int) -> bool:
    """Whether all six steps are behind the cycle."""
    with session.transaction(write=False) as opened:
        return get(opened, Cycle, cycle_id, "kỳ xét").done_at is not None


def still_ahead(steps: Sequence[T], cycle_id: int) -> Sequence[T]:
    """Of the six, those from the first that is not done on; the last alone, which then says so, when all are done.

    A step that is behind the cycle costs the engine no task run.
    """
    with session.transaction(write=False) as opened:
        current = cycles.current_step(opened, cycle_id)
    return steps[list(Step).index(current or Step.insurance) :]
