"""Step 5: each month's list is built when it is due; the step is done when its months are paid and closed."""

from __future__ import annotations

from rules.workflow import STEP_LABELS, Step
from services import due
from services.payment import STEP
from tasks import engine, session
from tasks.runner import StepReport, keep_up, run_step


@engine.step_task(STEP_LABELS[Step.payment])
def pay(cycle_id: int, run_id: int) -> StepReport:
    """Build the lists of the months that are due; waits for Phòng Kinh tế to approve, pay and close them."""
    return run_step(cycle_id, STEP, run_id=run_id, attempt=engine.attempt())


@engine.step_task("Lập danh sách chi trả các tháng đến hạn")
def keep_months(cycle_id: int, run_id: int) -> StepReport:
    """Build the lists of the months that came due after the cycle's own payment step was done."""
    return keep_up(cycle_id, STEP, run_id=run_id, attempt=engine.attempt())


def cycles_with_months_due() -> list[int]:
    """Of each commune with a month due, the cycle under which its list is built."""
    with session.transaction(write=False) as opened:
        moment = session.now()
        found = due.payment_cycles(opened)
        return [number for number in found if due.has_units(opened, cycle_id=number, work=STEP, now=moment)]
