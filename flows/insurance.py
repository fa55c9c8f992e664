"""Each month, for every commune: cards that end soon are renewed, and the office hears of cards that are missing."""

from __future__ import annotations

from prefect import flow

from tasks import chores, engine, insurance
from tasks.runs import recorded
from tasks.standing import commune_ids


@flow(name="insurance-renewals", persist_result=False)
def insurance_renewals(asked_by: str = "schedule") -> str:
    """Register renewals and queue the month's mails; doing it twice changes nothing. Returns for how many communes."""
    renewed = insurance.cycles_to_renew()
    for cycle_id in renewed:
        with recorded("insurance-renewals", asked_by=asked_by, cycle_id=cycle_id, engine_run_id=engine.run_id()) as run:
            report = insurance.renew(cycle_id, run.id)
            run.ends(report.outcome, report.message)
    told = sum(insurance.tell_of_cards(commune_id) for commune_id in commune_ids())
    if renewed or told:
        chores.write_documents()
        chores.deliver_mail()
    return f"Gia hạn thẻ cho {len(renewed)} đơn vị, báo {told} thư"
