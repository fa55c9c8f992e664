"""The shape that all six steps share: machine work in units, a gate for people, and what follows when it opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session

from models.cycles import Cycle
from rules.workflow import Role, Step


@dataclass(frozen=True)
class Gate:
    """Whether a step is finished; if not, who holds it, why, and until when."""

    done: bool
    holder: Role
    message: str
    due_on: date | None = None
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class StepWork:
    """One step as the engine sees it. Each function works inside the caller's transaction and may be repeated.

    ``pending`` gives the numbers of the units the machine still has to do; ``work`` does some of them and returns
    counts; ``gate`` looks whether people are finished; ``on_done`` tells the next department.
    """

    step: Step
    pending: Callable[[Session, Cycle, datetime], list[int]]
    work: Callable[[Session, Cycle, list[int], datetime], dict[str, int]]
    gate: Callable[[Session, Cycle, datetime], Gate]
    on_done: Callable[[Session, Cycle, datetime], None]
    chunk: int = 200
