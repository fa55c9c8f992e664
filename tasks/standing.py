"""Where cycles stand for a run that begins: which have work for the machine, and which steps are behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from models.cycles import Cycle
from rules.workflow import Step
from services import cycles, due
from services.due import DueCycle
from services.step_table import ALL
from services.store import get
from tasks import session

T = TypeVar("T")


def cycles_due() -> list[DueCycle]:
    """Every open cycle with something for the machine to do, oldest first."""
    moment = session.machine_now()
    with session.transaction(write=False) as opened:
        return due.cycles_to_run(opened, table=ALL, now=session.now(), machine_now=moment)


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
