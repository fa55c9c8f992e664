"""One kind of work that waits for somebody, how lists of them are ordered, and how far their deadlines are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.cycles import Cycle, CycleStep
from rules.calendar import working_days_between
from rules.parameters import LawGap
from rules.workflow import Step, StepState
from services import law


@dataclass(frozen=True)
class Todo:
    """One kind of work that waits: how much of it, until when, where.

    ``step``: whose deadline it takes when it has none of its own.
    """

    label: str
    count: int
    path: str
    due_on: date | None = None
    step: Step | None = None


def in_order(items: Iterable[Todo]) -> list[Todo]:
    """What is due first stands first; what has no deadline comes last."""
    return sorted(items, key=lambda item: (item.due_on or date.max, item.label))


def with_step_dues(session: Session, commune_id: int, items: Iterable[Todo]) -> list[Todo]:
    """The same work; what has no deadline of its own gets the nearest one of its step, if that waits for people."""
    found = list(items)
    if not any(item.step and item.due_on is None for item in found):
        return found
    query = select(CycleStep.step, func.min(CycleStep.due_on)).join(Cycle, col(Cycle.id) == CycleStep.cycle_id)
    query = query.where(CycleStep.state == StepState.WAITING, Cycle.commune_id == commune_id)
    dues = {Step(step): due_on for step, due_on in session.exec(query.group_by(col(CycleStep.step)))}
    return [replace(item, due_on=item.due_on or (dues.get(item.step) if item.step else None)) for item in found]


def days_left(session: Session, commune_id: int, due_on: date | None, on: date) -> int | None:
    """Working days until a deadline, negative when it is past; None without one or beyond the known calendar."""
    if due_on is None:
        return None
    try:
        return working_days_between(on, due_on, law.book_for(session, commune_id))
    except LawGap:
        return None
