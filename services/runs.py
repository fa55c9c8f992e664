"""Our own run history: opened, kept alive and closed beside the work itself, and read by the run-history page.

Moments here are the machine's own: a run lasts as long as it lasts, also under a demonstration clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, case, func, update
from sqlmodel import Session, col, or_, select

from models.cycles import Cycle, CycleStep
from models.notices import Mail
from models.places import Commune
from models.runs import Run, RunStep
from rules.months import Quarter
from rules.workflow import MailState, Role, RunOutcome
from services.errors import not_found
from services.staff import Actor
from services.store import get

LOST_WORDS = "Tiến trình dừng đột ngột; lượt sau làm tiếp."


def open_run(
    session: Session,
    *,
    flow: str,
    started_by: str,
    now: datetime,
    commune_id: int | None = None,
    cycle_id: int | None = None,
    engine_run_id: str = "",
    worker: str = "",
) -> int:
    """Begin a run and return its number. ``started_by`` is a schedule, a role or "operator", never a person's name.

    A run of a cycle belongs to the cycle's commune. Raises Problem NOT_FOUND for an unknown cycle.
    """
    if cycle_id is not None:
        commune_id = get(session, Cycle, cycle_id, "kỳ xét").commune_id
    run = Run(
        flow=flow,
        commune_id=commune_id,
        cycle_id=cycle_id,
        started_by=started_by,
        engine_run_id=engine_run_id,
        worker=worker,
        started_at=now,
        beat_at=now,
    )
    session.add(run)
    session.flush()
    return run.key


def beat(session: Session, run_id: int, *, now: datetime) -> None:
    """The run is alive. Called within each batch's own transaction."""
    session.execute(update(Run).where(col(Run.id) == run_id).values(beat_at=now))


def close_run(session: Session, run_id: int, *, outcome: RunOutcome, message: str, now: datetime) -> None:
    """End a run; its steps that are still open end as LOST."""
    run = get(session, Run, run_id, "lượt chạy")
    run.outcome, run.message, run.ended_at, run.beat_at = outcome, message, now, now
    session.add(run)
    _lose_steps(session, [run_id], now)


def open_step(session: Session, *, run_id: int, step: str, attempt: int, now: datetime) -> int:
    """Begin one attempt of one step and return its number."""
    row = RunStep(run_id=run_id, step=step, attempt=attempt, started_at=now, counts={})
    session.add(row)
    session.flush()
    return row.key


def close_step(
    session: Session,
    run_step_id: int,
    *,
    outcome: RunOutcome,
    now: datetime,
    counts: Mapping[str, int] | None = None,
    message: str = "",
) -> None:
    """End an attempt with what it did, in an officer's words, without personal data."""
    row = get(session, RunStep, run_step_id, "bước của lượt chạy")
    row.outcome, row.ended_at, row.message = outcome, now, message
    row.counts = dict(counts or {})
    session.add(row)


def mark_lost(session: Session, *, now: datetime, older_than: timedelta) -> int:
    """Close as LOST the runs that have not been heard of for ``older_than``. Returns how many."""
    silent = select(Run.id).where(Run.outcome == RunOutcome.RUNNING, Run.beat_at < now - older_than)
    lost = [number for number in session.exec(silent) if number is not None]
    if not lost:
        return 0
    _lose_steps(session, lost, now)
    end = {"outcome": RunOutcome.LOST, "ended_at": now, "message": LOST_WORDS}
    statement = update(Run).where(col(Run.id).in_(lost), col(Run.outcome) == RunOutcome.RUNNING).values(**end)
    result = session.execute(statement)
    assert isinstance(result, CursorResult)  # noqa: S101 - what an UPDATE gives; for the type checker
    return result.rowcount


def _lose_steps(session: Session, run_ids: list[int], now: datetime) -> None:
    still_open = col(RunStep.run_id).in_(run_ids), col(RunStep.outcome) == RunOutcome.RUNNING
    session.execute(update(RunStep).where(*still_open).values(outcome=RunOutcome.LOST, ended_at=now))


# ---------------------------------------------------------------- what the run-history page shows


@dataclass(frozen=True)
class RunLine:
    """One run with what its steps add up to."""

    run: Run
    commune_name: str
    cycle_label: str
    steps: int
    retries: int


@dataclass(frozen=True)
class CycleLine:
    """One cycle and its six steps in order."""

    cycle: Cycle
    commune_name: str
    label: str
    steps: tuple[CycleStep, ...]
    current: CycleStep | None


def recent(session: Session, *, actor: Actor, commune_id: int | None = None, limit: int = 50) -> list[RunLine]:
    """The newest runs of the communes this person works for; an admin also sees runs of the whole installation."""
    scope = visible(actor, commune_id)
    return lines(session, session.exec(select(Run).where(scope).order_by(col(Run.id).desc()).limit(limit)).all())


def visible(actor: Actor, commune_id: int | None = None) -> Any:
    """The condition that a run is of a commune this person works for, or, for an admin, of no commune."""
    scope: Any = col(Run.commune_id).in_(_scope(actor, commune_id))
    if commune_id is None and actor.communes(Role.admin):
        scope = or_(scope, col(Run.commune_id).is_(None))
    return scope


def lines(session: Session, found: Sequence[Run]) -> list[RunLine]:
    """These runs, in the same order, each with its commune, its cycle and what its steps add up to."""
    labels, sums = _labels(session, found), _step_sums(session, [run.key for run in found])
    return [RunLine(run, *labels[run.key], *sums.get(run.key, (0, 0))) for run in found]


def steps_of(session: Session, *, run_id: int, actor: Actor) -> list[RunStep]:
    """Every attempt of every step of one run, in order. Raises Problem NOT_FOUND outside the person's communes."""
    run = get(session, Run, run_id, "lượt chạy")
    is_seen = run.commune_id in actor.communes() if run.commune_id else bool(actor.communes(Role.admin))
    if not is_seen:
        raise not_found("no_row", "Không tìm thấy lượt chạy.")
    return list(session.exec(select(RunStep).where(RunStep.run_id == run_id).order_by(col(RunStep.id))).all())


def cycle_board(session: Session, *, actor: Actor, limit: int = 20) -> list[CycleLine]:
    """The newest cycles of the person's communes: where each stands, who holds it, since when."""
    query = (
        select(Cycle, Commune)
        .join(Commune, col(Commune.id) == Cycle.commune_id)
        .where(col(Cycle.commune_id).in_(actor.communes()))
        .order_by(col(Cycle.year).desc(), col(Cycle.quarter).desc(), col(Commune.name))
        .limit(limit)
    )
    found = session.exec(query).all()
    rows = session.exec(
        select(CycleStep)
        .where(col(CycleStep.cycle_id).in_([cycle.key for cycle, _ in found]))
        .order_by(col(CycleStep.id))
    ).all()
    return [
        _cycle_line(cycle, commune.name, tuple(row for row in rows if row.cycle_id == cycle.key))
        for cycle, commune in found
    ]


def mail_counts(session: Session, *, actor: Actor) -> dict[MailState, int]:
    """How many mails of the person's communes stand in each state."""
    query = select(Mail.state, func.count()).where(col(Mail.commune_id).in_(actor.communes())).group_by(col(Mail.state))
    counted = {MailState(state): count for state, count in session.exec(query)}
    return {state: counted.get(state, 0) for state in MailState}


def _cycle_line(cycle: Cycle, commune_name: str, steps: tuple[CycleStep, ...]) -> CycleLine:
    current = next((row for row in steps if row.done_at is None), None)
    return CycleLine(cycle, commune_name, str(Quarter(cycle.year, cycle.quarter)), steps, current)


def _scope(actor: Actor, commune_id: int | None) -> tuple[int, ...]:
    mine = actor.communes()
    return mine if commune_id is None else tuple(number for number in mine if number == commune_id)


def _labels(session: Session, runs: Any) -> dict[int, tuple[str, str]]:
    communes = {c.key: c.name for c in _by_ids(session, Commune, {run.commune_id for run in runs})}
    cycles = {c.key: str(Quarter(c.year, c.quarter)) for c in _by_ids(session, Cycle, {run.cycle_id for run in runs})}
    return {run.key: (communes.get(run.commune_id, ""), cycles.get(run.cycle_id, "")) for run in runs}


def _by_ids(session: Session, model: Any, numbers: set[int | None]) -> list[Any]:
    return list(session.exec(select(model).where(col(model.id).in_(numbers - {None}))).all())


def _step_sums(session: Session, run_ids: list[int]) -> dict[int, tuple[int, int]]:
    again = func.sum(case((col(RunStep.attempt) > 1, 1), else_=0))
    steps = func.count(func.distinct(RunStep.step))
    query = select(RunStep.run_id, steps, again).where(col(RunStep.run_id).in_(run_ids))
    return {run_id: (count, int(more)) for run_id, count, more in session.exec(query.group_by(col(RunStep.run_id)))}
