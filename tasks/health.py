"""Step 2: whoever needs a medical conclusion goes to Trạm Y tế, the others straight to review."""

from __future__ import annotations

from rules.workflow import STEP_LABELS, Step
from services.health import STEP
from tasks import engine
from tasks.runner import StepReport, run_step


@engine.step_task(STEP_LABELS[Step.health])
def verify(cycle_id: int, run_id: int) -> StepReport:
    """Route the people of the lists; waits for Trạm Y tế."""
    return run_step(cycle_id, STEP, run_id=run_id, attempt=engine.attempt())
