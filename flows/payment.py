"""Each month, for every commune: the payment lists that are due, also long after the quarter's own steps are done."""

from __future__ import annotations

from prefect import flow

from tasks import chores, engine
from tasks.patience import comes_soon, unfinished_chores
from tasks.payment import keep_months
from tasks.runs import recorded
from tasks.standing import cycles_with_months_due

MAX_PASSES = 50


@flow(name="monthly-payment", persist_result=False)
def monthly_payment(asked_by: str = "schedule") -> str:
    """Build the lists of all communes with a month due; returns for how many. Building twice changes nothing."""
    built = 0
    for _ in range(MAX_PASSES):
        found, is_stuck = cycles_with_months_due(), False
        for cycle_id in found:
            with recorded(
                "monthly-payment", asked_by=asked_by, cycle_id=cycle_id, engine_run_id=engine.run_id()
            ) as run:
                report = keep_months(cycle_id, run.id)
                run.ends(report.outcome, report.message)
            is_stuck = is_stuck or not report.done
        built += len(found)
        chores.write_documents()
        chores.deliver_mail()
        if is_stuck or not comes_soon(lambda: bool(cycles_with_months_due()) or unfinished_chores()):
            break
    return f"Lập danh sách chi trả cho {built} đơn vị"
