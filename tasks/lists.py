"""Step 1: a list is asked of every thôn; the step is done when all have answered."""

from __future__ import annotations

from rules.workflow import STEP_LABELS, Step
from services.lists import STEP
from tasks import engine
from tasks.runner import StepReport, run_step


@engine.step_task(STEP_LABELS[Step.lists])
def collect(cycle_id: int, run_id: int) -> StepReport:
    """Ask every thôn that was not asked yet; waits for the village heads."""
    return run_step(cycle_id, STEP, run_id=run_id, attempt=engine.attempt())
