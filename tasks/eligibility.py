"""Step 3: the law is applied to the facts; both offices review, the list is posted."""

from __future__ import annotations

from rules.workflow import STEP_LABELS, Step
from services.eligibility import STEP
from tasks import engine
from tasks.runner import StepReport, run_step


@engine.step_task(STEP_LABELS[Step.eligibility])
def review(cycle_id: int, run_id: int) -> StepReport:
    """Assess who has not been assessed since the last change; waits for Phòng Kinh tế and Phòng Văn hóa - Xã hội."""
    return run_step(cycle_id, STEP, run_id=run_id, attempt=engine.attempt())
