"""Every cycle with work for the machine, one after the other in one run: 114 communes need no 114 processes."""

from __future__ import annotations

from collections.abc import Iterator

from prefect import flow

from flows.quarterly_cycle import six_steps
from tasks import chores, engine
from tasks.failures import StepFailed
from tasks.runs import recorded
from tasks.standing import cycles_due, is_due

CYCLES_AT_ONCE = 10
"""After so many communes the papers and mails they left behind are seen to."""
MAX_FAILED = 5
"""With so many failures the fault is hardly a commune's own: the rest is left for the next tick."""


@flow(name="due-cycles", persist_result=False)
def due_cycles(asked_by: str = "schedule") -> str:
    """Carry on what is due, each cycle with a run record of its own; returns how many. A failure stops no other.

    Two of these at once share the work: each step is leased, and what the other has taken is no longer due.
    """
    carried = failed = 0
    for batch in _batches([item.cycle_id for item in cycles_due()]):
        went_well = [_carry_on(cycle_id, asked_by) for cycle_id in batch if is_due(cycle_id)]
        carried, failed = carried + len(went_well), failed + went_well.count(False)
        chores.write_documents()
        chores.deliver_mail()
        if failed >= MAX_FAILED:
            break
    said = f"Chạy {carried} kỳ xét có việc đến hạn"
    if failed:
        raise StepFailed(f"{said}; {failed} kỳ xét chạy lỗi")
    return said


def _batches(found: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(found), CYCLES_AT_ONCE):
        yield found[start : start + CYCLES_AT_ONCE]


def _carry_on(cycle_id: int, asked_by: str) -> bool:
    """False when a step failed: its own record says why, the next tick finds it again."""
    try:
        with recorded("quarterly-cycle", asked_by=asked_by, cycle_id=cycle_id, engine_run_id=engine.run_id()) as run:
            six_steps(cycle_id, run)
    except StepFailed:
        return False
    return True
