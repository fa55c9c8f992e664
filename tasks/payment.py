"""Step 5: each month's list is built when it is due; the step is done when its months are paid and closed."""

from __future__ import annotations

from rules.workflow import STEP_LABELS, Step
from services.payment import STEP
from tasks import engine
from tasks.runner import StepReport, keep_up, run_step


@engine.step_task(STEP_LABELS[Step.payment])
def pay(cycle_id: int, run_id: int) -> StepReport:
    """Build the lists of the months that are due; waits for Phòng Kinh tế to approve, pay and close them."""
    return run_step(cycle_id, STEP, run_id=run_id, attempt=engine.attempt())


@engine.step_task("Lập danh sách chi trả các tháng đến hạn")
def keep_months(cycle_id: int, run_id: int) -> StepReport:
    """Build the lists of the months that came due after the cycle's own payment step was done."""
    return keep_up(cycle_id, STEP, run_id=run_id, attempt=engine.attempt())
