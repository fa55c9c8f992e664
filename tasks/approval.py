"""Step 4: the proposals are frozen and go to the chairman; done when a decision stands with number and date."""

from __future__ import annotations

from rules.workflow import STEP_LABELS, Step
from services.approval import STEP
from tasks import engine
from tasks.runner import StepReport, run_step


@engine.step_task(STEP_LABELS[Step.approval])
def decide(cycle_id: int, run_id: int) -> StepReport:
    """Freeze the list for the chairman; waits for the submission, the verdicts and the number."""
    return run_step(cycle_id, STEP, run_id=run_id, attempt=engine.attempt())
