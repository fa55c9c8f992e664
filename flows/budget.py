"""Once a year, for every commune: the dự toán of the next year, from the day on that the office has set."""

from __future__ import annotations

from prefect import flow

from tasks import budget, chores, engine
from tasks.runs import recorded


@flow(name="budget-need", persist_result=False)
def budget_need(asked_by: str = "schedule") -> str:
    """Make what is due and was not made; returns for how many communes. A knock on any other day finds nothing."""
    found = budget.communes_due()
    if not found:
        return "Chưa đến kỳ lập dự toán"
    with recorded("budget-need", asked_by=asked_by, engine_run_id=engine.run_id()) as run:
        made = sum(budget.make_need(commune_id) for commune_id in found)
        run.message = f"Lập dự toán năm sau cho {made} đơn vị"
        chores.write_documents()
        chores.deliver_mail()
        return run.message
