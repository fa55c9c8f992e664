"""Step 6: everybody who is granted a card is registered with BHXH; done when each has a card or a reason."""

from __future__ import annotations

from rules.workflow import STEP_LABELS, Step
from services.insurance import STEP
from tasks import engine
from tasks.runner import StepReport, run_step


@engine.step_task(STEP_LABELS[Step.insurance])
def register(cycle_id: int, run_id: int) -> StepReport:
    """Plan the registrations and their D03-TS; waits for BHXH."""
    return run_step(cycle_id, STEP, run_id=run_id, attempt=engine.attempt())
