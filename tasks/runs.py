"""A run's own record: opened before the work, closed with how it ended, whatever happens between."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rules.workflow import RunOutcome
from services import reminders, runs
from tasks import failures, session


@dataclass
class RunRecord:
    """The run under way; what stands in it at the end is what the history says."""

    id: int
    outcome: RunOutcome = RunOutcome.DONE
    message: str = ""

    def ends(self, outcome: RunOutcome, message: str) -> None:
        """Set how the run ends."""
        self.outcome, self.message = outcome, message


@contextmanager
def recorded(flow: str, *, asked_by: str, cycle_id: int | None = None, engine_run_id: str = "") -> Iterator[RunRecord]:
    """Record one run of ``flow``: FAILED with the error's kind and place when the block raises.

    ``asked_by`` is a schedule, a role or "operator", never a person's name. What is raised stays safe to log.
    """
    with session.transaction() as opened:
        run_id = runs.open_run(
            opened,
            flow=flow,
            started_by=asked_by,
            now=session.machine_now(),
            cycle_id=cycle_id,
            engine_run_id=engine_run_id,
            worker=f"{socket.gethostname()}:{os.getpid()}",
        )
    record = RunRecord(run_id)
    try:
        yield record
    except failures.StepFailed as failed:
        _close(run_id, RunOutcome.FAILED, str(failed), cycle_id)
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, its text must not reach logs or the engine
        _close(run_id, RunOutcome.FAILED, failures.words(error), cycle_id)
        raise failures.StepFailed(failures.words(error)) from None
    _close(run_id, record.outcome, record.message)


def _close(run_id: int, outcome: RunOutcome, message: str, failed_cycle: int | None = None) -> None:
    """End the run; of a cycle that could not be carried on the admins are told in the same transaction."""
    with session.transaction() as opened:
        if failed_cycle is not None:
            reminders.tell_of_failure(opened, cycle_id=failed_cycle, now=session.now())
        runs.close_run(opened, run_id, outcome=outcome, message=message, now=session.machine_now())


@dataclass
class AttemptRecord:
    """One attempt of one step under way."""

    id: int

    def ends(self, outcome: RunOutcome, message: str, counts: dict[str, int] | None = None) -> None:
        """Close the attempt with what it did."""
        with session.transaction() as opened:
            moment = session.machine_now()
            runs.close_step(opened, self.id, outcome=outcome, counts=counts, message=message, now=moment)


def open_attempt(run_id: int, step: str, attempt: int) -> AttemptRecord:
    """Begin one attempt of one step of the run."""
    with session.transaction() as opened:
        moment = session.machine_now()
        return AttemptRecord(runs.open_step(opened, run_id=run_id, step=step, attempt=attempt, now=moment))
