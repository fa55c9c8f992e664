"""Monthly, quarterly, half-yearly and yearly reports: those that no closed month asked for are made here."""

from __future__ import annotations

from prefect import flow

from tasks import chores, engine
from tasks import reports as steps
from tasks.runs import recorded


@flow(name="reports", persist_result=False)
def reports(asked_by: str = "schedule") -> str:
    """Make every report of a period that is over and settled; returns how many. Twice makes none twice."""
    found = steps.communes_due()
    if not found:
        return "Không còn báo cáo nào chưa lập"
    with recorded("reports", asked_by=asked_by, engine_run_id=engine.run_id()) as run:
        made = sum(steps.make_reports(commune_id) for commune_id in found)
        run.message = f"Lập {made} báo cáo của {len(found)} đơn vị"
        chores.write_documents()
        chores.deliver_mail()
        return run.message
