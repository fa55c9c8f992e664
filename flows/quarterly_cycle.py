"""The quarter, as the process runs: six steps in order, up to the first that waits for people."""

from __future__ import annotations

from prefect import flow

from rules.workflow import RunOutcome
from tasks import approval, chores, eligibility, engine, health, insurance, lists, payment
from tasks.patience import is_worth_another_pass
from tasks.runner import StepReport
from tasks.runs import RunRecord, recorded
from tasks.standing import still_ahead

MAX_PASSES = 50


@flow(name="quarterly-cycle", flow_run_name="cycle-{cycle_id}", persist_result=False)
def quarterly_cycle(cycle_id: int, asked_by: str = "schedule") -> str:
    """Carry one cycle on as far as the machine can; returns where it stands then and who is waited for.

    ``asked_by`` is "schedule", "tick" or the role that acted, never a person's name.
    """
    with recorded("quarterly-cycle", asked_by=asked_by, cycle_id=cycle_id, engine_run_id=engine.run_id()) as run:
        before = None
        for _ in range(MAX_PASSES):
            report = six_steps(cycle_id, run)
            chores.write_documents()
            chores.deliver_mail()
            is_stuck = report == before or report.outcome is RunOutcome.BUSY
            if is_stuck or not is_worth_another_pass(cycle_id):
                break
            before = report
        return run.message


def six_steps(cycle_id: int, run: RunRecord) -> StepReport:
    """The steps that are still ahead, in order, up to the first that waits; returns how that one ended."""
    six = (lists.collect, health.verify, eligibility.review, approval.decide, payment.pay, insurance.register)
    for step in still_ahead(six, cycle_id):
        report = step(cycle_id, run.id)
        run.ends(report.outcome, report.message)
        if not report.done:
            break
    return report
