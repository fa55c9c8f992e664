"""Step 6: everybody who is granted a card is registered with BHXH; done when each has a card or a reason."""

from __future__ import annotations

from rules.workflow import STEP_LABELS, Step
from services import insurance_watch
from services.insurance import STEP
from tasks import engine, session
from tasks.runner import StepReport, keep_up, run_step


@engine.step_task(STEP_LABELS[Step.insurance])
def register(cycle_id: int, run_id: int) -> StepReport:
    """Plan the registrations and their D03-TS; waits for BHXH."""
    return run_step(cycle_id, STEP, run_id=run_id, attempt=engine.attempt())


@engine.step_task("Lập hồ sơ gia hạn thẻ BHYT")
def renew(cycle_id: int, run_id: int) -> StepReport:
    """Register those whose card ends soon, also when the cycle's own step is done."""
    return keep_up(cycle_id, STEP, run_id=run_id, attempt=engine.attempt())


@engine.step_task("Báo thẻ BHYT sắp hết hạn, gián đoạn, chưa được cấp")
def tell_of_cards(commune_id: int) -> int:
    """Queue the month's mail about cards of one commune; returns how many were queued."""
    with session.transaction() as opened:
        return insurance_watch.tell(opened, commune_id=commune_id, now=session.now())


def cycles_to_renew() -> list[int]:
    """Of each commune with cards to renew, the cycle under which it is done."""
    with session.transaction(write=False) as opened:
        return insurance_watch.cycles_to_renew(opened, now=session.now())
