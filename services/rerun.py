"""A person asks the machine to go on with a cycle: safe to press twice, and twice is once until that run has ended."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from models.cycles import Cycle, CycleStep
from models.runs import Run
from rules.workflow import Role, RunOutcome
from services import cycles, ledger
from services.errors import conflict
from services.staff import Actor
from services.store import get

ASKERS = (Role.economy, Role.admin)
FAILED = (RunOutcome.FAILED, RunOutcome.LOST)


def ask_again(session: Session, *, cycle_id: int, actor: Actor, now: datetime) -> CycleStep:
    """Mark the cycle's current step as wanted. Raises Problem NOT_ALLOWED for others, CONFLICT for a finished cycle."""
    cycle = get(session, Cycle, cycle_id, "kỳ xét")
    role = actor.require(ASKERS, cycle.commune_id)
    step = cycles.current_step(session, cycle_id)
    if step is None:
        raise conflict("cycle_done", "Kỳ này đã xong cả sáu bước, không còn gì để chạy.")
    row = cycles.step_row(session, cycle_id, step)
    if row.wanted or row.state not in cycles.OPEN:
        return row
    cycles.want_step(session, cycle_id, step, now=now)
    subject = f"cycle:{cycle_id}"
    ledger.append(
        session,
        commune_id=cycle.commune_id,
        actor=actor,
        role=role,
        action="ask_run_again",
        subject=subject,
        data={"step": str(step), "version": cycle.version},
        now=now,
    )
    return row


def newest_run(session: Session, cycle_id: int) -> Run | None:
    """The cycle's newest run."""
    return session.exec(select(Run).where(Run.cycle_id == cycle_id).order_by(col(Run.id).desc())).first()


def failed_run(session: Session, cycle_id: int) -> int | None:
    """The number of the newest run when it failed or was lost: what is asked for after it is another run."""
    run = newest_run(session, cycle_id)
    return run.key if run is not None and run.outcome in FAILED else None
