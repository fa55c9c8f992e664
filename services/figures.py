"""Figures without persons: what each month paid to how many, by thôn, and how long each department had a cycle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, or_
from sqlmodel import Session, col, select

from models.cycles import Case, Cycle, CycleStep
from models.payment import PaymentList, Transfer
from models.places import Village
from models.runs import Run, RunStep
from rules.workflow import STEP_RULES, CaseStatus, Role, RunOutcome, Step, StepState, TransferState
from services import cycles
from services.staff import Actor
from services.store import get

WATCHERS = (Role.economy, Role.chairman, Role.admin)
MONTHS = 24


@dataclass(frozen=True)
class Figure:
    """People and đồng under one label: planned in all, and of it what has arrived."""

    label: str
    people: int
    planned: int
    paid: int


@dataclass(frozen=True)
class Stretch:
    """One step of a cycle: who had it, from when to when, and for how long."""

    step: Step
    holder: Role
    state: StepState
    started_at: datetime | None
    ended_at: datetime | None
    lasted: timedelta


def by_month(session: Session, *, commune_id: int, actor: Actor, limit: int = MONTHS) -> list[Figure]:
    """The newest months, oldest of them first. Raises Problem NOT_ALLOWED."""
    actor.require(WATCHERS, commune_id)
    query = (
        select(PaymentList.month, *_sums())
        .join(Transfer, col(Transfer.list_id) == PaymentList.id)
        .where(PaymentList.commune_id == commune_id)
        .group_by(PaymentList.month)
        .order_by(col(PaymentList.month).desc())
    )
    return [Figure(*row) for row in reversed(session.exec(query.limit(limit)).all())]


def by_village(session: Session, *, commune_id: int, month: str, actor: Actor) -> list[Figure]:
    """One month by thôn, in the order of their codes. Raises Problem NOT_ALLOWED."""
    actor.require(WATCHERS, commune_id)
    query = (
        select(Village.name, *_sums())
        .join(Transfer, col(Transfer.village_id) == Village.id)
        .join(PaymentList, col(PaymentList.id) == Transfer.list_id)
        .where(PaymentList.commune_id == commune_id, PaymentList.month == month)
        .group_by(col(Village.id), Village.name, Village.code)
        .order_by(Village.code)
    )
    return [Figure(*row) for row in session.exec(query)]


def _sums() -> tuple[Any, ...]:
    paid = case((col(Transfer.state) == TransferState.PAID, col(Transfer.amount)), else_=0)
    return (
        func.count(func.distinct(Transfer.person_id)),
        func.coalesce(func.sum(Transfer.amount), 0),
        func.coalesce(func.sum(paid), 0),
    )


@dataclass(frozen=True)
class FlowFigure:
    """Runs of one flow by how they ended, and how often a step of them had to be tried again."""

    flow: str
    runs: int
    done: int
    waiting: int
    failed: int
    retries: int


def runs_by_flow(session: Session, *, actor: Actor, since: datetime) -> list[FlowFigure]:
    """Success and retries of the flows since a moment, in the person's communes; the busiest flow first."""
    scope: Any = col(Run.commune_id).in_(actor.communes())
    if actor.communes(Role.admin):
        scope = or_(scope, col(Run.commune_id).is_(None))
    here = scope, Run.started_at >= since
    ended = [
        func.sum(case((col(Run.outcome).in_(outcomes), 1), else_=0))
        for outcomes in ((RunOutcome.DONE,), (RunOutcome.WAITING,), (RunOutcome.FAILED, RunOutcome.LOST))
    ]
    again = select(Run.flow, func.count()).join(RunStep, col(RunStep.run_id) == Run.id)
    retries = dict(session.exec(again.where(*here, RunStep.attempt > 1).group_by(col(Run.flow))).all())
    counted: Sequence[Any] = session.exec(
        select(Run.flow, func.count(), *ended).where(*here).group_by(col(Run.flow))
    ).all()
    found = [
        FlowFigure(flow, number, int(done), int(waiting), int(failed), int(retries.get(flow, 0)))
        for flow, number, done, waiting, failed in counted
    ]
    return sorted(found, key=lambda one: (-one.runs, one.flow))


def timeline(session: Session, *, cycle_id: int, actor: Actor, now: datetime) -> list[Stretch]:
    """The six steps with the time each department took so far. Raises Problem NOT_ALLOWED."""
    actor.require(WATCHERS, get(session, Cycle, cycle_id, "kỳ xét").commune_id)
    return [_stretch(row, now) for row in cycles.step_rows(session, cycle_id)]


def _stretch(row: CycleStep, now: datetime) -> Stretch:
    step, state = Step(row.step), StepState(row.state)
    waiting = state in {StepState.READY, StepState.WAITING}
    start = row.started_at or (row.since if waiting else None)
    end = row.done_at or (now if waiting else None)
    lasted = end - start if start and end else timedelta()
    return Stretch(step, STEP_RULES[step].holder, state, start, row.done_at, max(lasted, timedelta()))


def progress(session: Session, cycle: Cycle) -> dict[str, int]:
    """How far a cycle is, in counts that may be published: people listed, concluded on, supported."""
    counted = select(Case.status, func.count()).where(Case.cycle_id == cycle.key).group_by(col(Case.status))
    by_status = dict(session.exec(counted).all())
    supported: Sequence[str] = (CaseStatus.APPROVED,)
    return {
        "listed": sum(by_status.values()),
        "approved": sum(number for status, number in by_status.items() if status in supported),
        "refused": by_status.get(CaseStatus.REFUSED, 0),
    }
