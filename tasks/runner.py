"""Run one step of one cycle: claim it, do its units in fenced batches, look at its gate, hand over.

Every batch is one transaction that begins by renewing the lease, so whoever was overtaken leaves nothing behind, and
a process killed anywhere loses at most one batch that the next run does again.
"""

from __future__ import annotations

import logging
import secrets
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from adapters.collector import set_start_aside
from models.cycles import Cycle
from rules.parameters import LawGap
from rules.workflow import STEP_LABELS, Role, RunOutcome, Step, StepState
from services import cycles, leases, runs
from services.errors import Problem
from services.leases import Claim, LeaseLost
from services.steps import Gate, StepWork
from services.store import get
from tasks import failures, session
from tasks.failures import StepFailed
from tasks.runs import open_attempt

log = logging.getLogger("ansinh.tasks")

MAX_TURNS = 10
"""How often a step looks again because somebody acted while it worked; after that the tick takes over."""


@dataclass(frozen=True)
class StepReport:
    """How a step ended: ``done`` lets the next one begin; otherwise ``message`` says who is waited for."""

    step: Step
    outcome: RunOutcome
    message: str
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """The step is finished, by this run or an earlier one."""
        return self.outcome is RunOutcome.DONE


@dataclass(frozen=True)
class _Hold:
    """This worker's lease on one step of one cycle."""

    cycle_id: int
    work: StepWork
    owner: str
    run_id: int

    def renew(self, opened: Session) -> None:
        """First statement of each transaction of ours; raises `LeaseLost` when we were overtaken."""
        moment = session.machine_now()
        leases.renew_or_stop(
            opened, cycle_id=self.cycle_id, step=self.work.step, owner=self.owner, now=moment, ttl=session.lease()
        )
        runs.beat(opened, self.run_id, now=moment)


def run_step(cycle_id: int, work: StepWork, *, run_id: int, attempt: int = 1) -> StepReport:
    """Do what the machine can of one step, and say where it stands then.

    Returns DONE, WAITING (its message names the holder) or BUSY (another worker has it). A Problem or a gap in the law
    makes the step wait and say why. Raises `StepFailed`, safe to log, for anything unexpected; the lease is given back.
    """
    hold = _Hold(cycle_id, work, f"run-{run_id}-{secrets.token_hex(6)}", run_id)
    return _claim(hold, cycles.OPEN) or _attempt(hold, attempt, _until_it_waits, _wait_because)


def keep_up(cycle_id: int, work: StepWork, *, run_id: int, attempt: int = 1) -> StepReport:
    """Do the units that came due after the step was done, such as the months after the first; its state stays.

    What somebody wanted of the step stays wanted, since its gate is not looked at. Ends and raises as `run_step` does.
    """
    hold = _Hold(cycle_id, work, f"run-{run_id}-{secrets.token_hex(6)}", run_id)
    return _claim(hold, leases.STARTED, hears=False) or _attempt(hold, attempt, _units_only, _leave_because)


def _claim(hold: _Hold, states: tuple[StepState, ...], *, hears: bool = True) -> StepReport | None:
    """None when the lease is ours; else the report that ends this step."""
    step = hold.work.step
    with session.transaction() as opened:
        answer = leases.claim(
            opened,
            cycle_id=hold.cycle_id,
            step=step,
            owner=hold.owner,
            now=session.machine_now(),
            ttl=session.lease(),
            states=states,
            hears=hears,
        )
    label = STEP_LABELS[step]
    return {
        Claim.TAKEN: None,
        Claim.DONE: StepReport(step, RunOutcome.DONE, f"{label}: đã xong"),
        Claim.BUSY: StepReport(step, RunOutcome.BUSY, f"{label}: lượt khác đang làm"),
        Claim.BLOCKED: StepReport(step, RunOutcome.WAITING, f"{label}: chưa đến lượt"),
    }[answer]


def _attempt(
    hold: _Hold, attempt: int, body: Callable[[_Hold], StepReport], because: Callable[[_Hold, str], StepReport]
) -> StepReport:
    set_start_aside()
    step = hold.work.step
    record = open_attempt(hold.run_id, step, attempt)
    try:
        report = _body_or_obstacle(hold, body, because)
    except LeaseLost:
        report = StepReport(step, RunOutcome.BUSY, f"{STEP_LABELS[step]}: lượt khác đã làm tiếp")
    except Exception as error:  # noqa: BLE001 - whatever it is, its text must not reach logs or the engine
        said = failures.words(error)
        log.error("cycle %s step %s: %s", hold.cycle_id, step, said)
        _give_back(hold)
        record.ends(RunOutcome.FAILED, said)
        raise StepFailed(f"{STEP_LABELS[step]}: {said}") from None
    record.ends(report.outcome, report.message, report.counts)
    return report


def _body_or_obstacle(
    hold: _Hold, body: Callable[[_Hold], StepReport], because: Callable[[_Hold, str], StepReport]
) -> StepReport:
    try:
        return body(hold)
    except (Problem, LawGap) as obstacle:
        return because(hold, obstacle.message)


def _until_it_waits(hold: _Hold) -> StepReport:
    counts: Counter[str] = Counter()
    before: list[int] = []
    for turn in range(MAX_TURNS):
        units = _pending(hold)
        if units and units == before:
            raise RuntimeError("the same units are pending after they were done")
        _do(hold, units, counts)
        report = _settle(hold, counts, is_last=turn == MAX_TURNS - 1)
        if report:
            return report
        before = units
    raise AssertionError  # pragma: no cover - the last turn always settles


def _units_only(hold: _Hold) -> StepReport:
    counts: Counter[str] = Counter()
    _do(hold, _pending(hold), counts)
    with session.transaction() as opened:
        leases.release(opened, cycle_id=hold.cycle_id, step=hold.work.step, owner=hold.owner)
    return StepReport(hold.work.step, RunOutcome.DONE, f"{STEP_LABELS[hold.work.step]}: đã làm phần đến hạn", counts)


def _pending(hold: _Hold) -> list[int]:
    with session.transaction(write=False) as opened:
        return hold.work.pending(opened, get(opened, Cycle, hold.cycle_id, "kỳ xét"), session.now())


def _do(hold: _Hold, units: list[int], counts: Counter[str]) -> None:
    """Do the units, a batch and a transaction at a time."""
    for start in range(0, len(units), hold.work.chunk):
        with session.transaction() as opened:
            hold.renew(opened)
            cycle = get(opened, Cycle, hold.cycle_id, "kỳ xét")
            done = hold.work.work(opened, cycle, units[start : start + hold.work.chunk], session.now())
        counts.update(done)


def _settle(hold: _Hold, counts: Counter[str], *, is_last: bool) -> StepReport | None:
    """Look at the gate and give the lease back; None, keeping it, when more work came in meanwhile."""
    step = hold.work.step
    with session.transaction() as opened:
        hold.renew(opened)
        cycle, moment = get(opened, Cycle, hold.cycle_id, "kỳ xét"), session.now()
        is_unfinished = bool(hold.work.pending(opened, cycle, moment))
        if not is_last and (leases.heard(opened, cycle_id=hold.cycle_id, step=step) or is_unfinished):
            return None
        gate = hold.work.gate(opened, cycle, moment)
        if is_unfinished:
            gate = Gate(done=False, holder=Role.system, message="Máy còn việc, lượt sau làm tiếp")
        if gate.done:
            hold.work.on_done(opened, cycle, moment)
        leases.finish(opened, cycle_id=hold.cycle_id, step=step, owner=hold.owner, gate=gate, now=moment)
    return _report(step, gate, counts)


def _report(step: Step, gate: Gate, counts: Counter[str]) -> StepReport:
    outcome = RunOutcome.DONE if gate.done else RunOutcome.WAITING
    return StepReport(step, outcome, f"{STEP_LABELS[step]}: {gate.message}", dict(counts))


def _wait_because(hold: _Hold, sentence: str) -> StepReport:
    """The office or the law cannot go on: the step waits for Phòng Kinh tế and says why."""
    step = hold.work.step
    gate = Gate(done=False, holder=Role.economy, message=sentence)
    with session.transaction() as opened:
        hold.renew(opened)
        leases.finish(opened, cycle_id=hold.cycle_id, step=step, owner=hold.owner, gate=gate, now=session.now())
    return _report(step, gate, Counter())


def _leave_because(hold: _Hold, sentence: str) -> StepReport:
    """The units cannot be done now; the step stays as it was."""
    step = hold.work.step
    with session.transaction() as opened:
        leases.release(opened, cycle_id=hold.cycle_id, step=step, owner=hold.owner)
    return StepReport(step, RunOutcome.WAITING, f"{STEP_LABELS[step]}: {sentence}")


def _give_back(hold: _Hold) -> None:
    """After an error: free the step for the next try, if the database still answers; else the lease runs out."""
    with suppress(SQLAlchemyError), session.transaction() as opened:
        leases.release(opened, cycle_id=hold.cycle_id, step=hold.work.step, owner=hold.owner, wanted=True)
