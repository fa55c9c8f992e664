"""The six steps in order, as the engine runs them."""

from __future__ import annotations

from rules.workflow import Step
from services import approval, eligibility, health, insurance, lists, payment_step
from services.steps import StepWork

ALL: dict[Step, StepWork] = {
    work.step: work
    for work in (lists.STEP, health.STEP, eligibility.STEP, approval.STEP, payment_step.STEP, insurance.STEP)
}
