"""Only one worker works on a step of a cycle: a lease on its row, taken, renewed and given back by conditional updates.

A worker that was killed leaves a lease that expires; one that was merely slow finds at its next batch that the lease is
no longer its own, and that batch leaves no effect. ``now`` here is the machine's clock, so that a lease runs out even
when a demonstration clock stands still; only `finish` writes the product's own moment.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, update
from sqlmodel import Session, col, or_, select

from models.cycles import Cycle, CycleStep
from rules.workflow import Role, Step, StepState, next_step
from services import cycles
from services.cycles import OPEN
from services.steps import Gate
from services.store import get, lock, lock_commune

STARTED = (*OPEN, StepState.DONE)


class LeaseLost(Exception):
    """Another worker took the step over: stop, and leave the batch undone."""


class Claim(StrEnum):
    """What became of the wish to work on a step."""

    TAKEN = "TAKEN"
    BUSY = "BUSY"
    BLOCKED = "BLOCKED"
    DONE = "DONE"


def claim(
    session: Session,
    *,
    cycle_id: int,
    step: Step,
    owner: str,
    now: datetime,
    ttl: timedelta,
    states: tuple[StepState, ...] = OPEN,
    hears: bool = True,
) -> Claim:
    """Take the step's lease for ``owner`` until ``now + ttl`` if its state is one of ``states`` and nobody holds it.

    What was wanted until now is this worker's to see to: an act that comes later raises the flag again. A worker that
    will not look at the gate does not hear (``hears=False``) and leaves the flag up for the one that will.
    """
    lowered: dict[str, Any] = {"wanted": False} if hears else {}
    free = or_(col(CycleStep.lease_owner).is_(None), col(CycleStep.lease_until) < now)
    taken = _update(
        session,
        _is(cycle_id, step),
        col(CycleStep.state).in_(states),
        free,
        lease_owner=owner,
        lease_until=now + ttl,
        version=CycleStep.version + 1,
        **lowered,
    )
    if taken:
        return Claim.TAKEN
    state = _row(session, cycle_id, step).state
    if state in states:
        return Claim.BUSY
    return Claim.DONE if state == StepState.DONE else Claim.BLOCKED


def renew_or_stop(session: Session, *, cycle_id: int, step: Step, owner: str, now: datetime, ttl: timedelta) -> None:
    """First statements of each batch: hold the lease on until ``now + ttl``, and the row against everybody else.

    The commune comes before the step's row, as in every act: who acts for the commune raises this row's flag last.
    Raises `LeaseLost` when it belongs to another; the caller's transaction must then be rolled back.
    """
    lock_commune(session, get(session, Cycle, cycle_id, "kỳ xét").commune_id)
    mine = col(CycleStep.lease_owner) == owner
    if not _update(session, _is(cycle_id, step), mine, lease_until=now + ttl):
        raise LeaseLost(f"cycle:{cycle_id} {step}")


def heard(session: Session, *, cycle_id: int, step: Step) -> bool:
    """Lower the flag that somebody raised while the holder of the lease worked; returns whether it was up."""
    return bool(_update(session, _is(cycle_id, step), col(CycleStep.wanted).is_(True), wanted=False))


def release(session: Session, *, cycle_id: int, step: Step, owner: str, wanted: bool = False) -> None:
    """Give the lease back without a result; with ``wanted`` the next look at what is due finds the step again."""
    mine = col(CycleStep.lease_owner) == owner
    again: dict[str, Any] = {"wanted": True} if wanted else {}
    _update(session, _is(cycle_id, step), mine, lease_owner=None, lease_until=None, **again)


def finish(session: Session, *, cycle_id: int, step: Step, owner: str, gate: Gate, now: datetime) -> CycleStep:
    """Give the lease back with a result: WAITING for the gate's holder, or DONE, which opens the next step.

    The last step that is done closes the cycle. ``now`` is the product's moment. Returns the row; its ``wanted`` says
    that somebody acted meanwhile. Raises `LeaseLost` when the step belongs to another worker.
    """
    row = _row(session, cycle_id, step)
    if row.lease_owner != owner:
        raise LeaseLost(f"cycle:{cycle_id} {step}")
    state = StepState.DONE if gate.done else StepState.WAITING
    if (row.state, row.holder) != (state, gate.holder):
        row.since = now
    row.state, row.holder, row.message, row.due_on = state, gate.holder, gate.message, gate.due_on
    row.lease_owner = row.lease_until = None
    row.version += 1
    session.add(row)
    if gate.done:
        row.done_at, row.due_on, row.wanted = now, None, False
        _open_next(session, cycle_id, step, now)
    session.flush()
    return row


def _open_next(session: Session, cycle_id: int, step: Step, now: datetime) -> None:
    following = next_step(step)
    if following is None:
        cycle = lock(session, Cycle, cycle_id)
        cycle.done_at = now
        session.add(cycle)
        return
    row = _row(session, cycle_id, following)
    if row.state == StepState.BLOCKED:
        row.state, row.holder, row.wanted = StepState.READY, Role.system, True
        row.since = row.started_at = now
        row.due_on = cycles.known_deadline(session, get(session, Cycle, cycle_id), following, on=now.date())
        session.add(row)


def _is(cycle_id: int, step: Step) -> ColumnElement[bool]:
    return (col(CycleStep.cycle_id) == cycle_id) & (col(CycleStep.step) == step)


def _row(session: Session, cycle_id: int, step: Step) -> CycleStep:
    found = select(CycleStep).where(_is(cycle_id, step)).with_for_update().execution_options(populate_existing=True)
    return session.exec(found).one()


def _update(session: Session, *which: ColumnElement[bool], **values: Any) -> int:
    statement = update(CycleStep).where(*which).values(**values).execution_options(synchronize_session=False)
    result = session.execute(statement)
    assert isinstance(result, CursorResult)  # noqa: S101 - what an UPDATE gives; for the type checker
    return result.rowcount
