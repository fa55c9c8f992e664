"""Every few minutes: find in the records what should be running and is not, and start it."""

from __future__ import annotations

from prefect import flow

from tasks import chores, engine
from tasks import tick as looking
from tasks.patience import unfinished_chores
from tasks.runs import recorded


@flow(name="tick", persist_result=False)
def tick(asked_by: str = "schedule") -> str:
    """Start what was missed: lost runs, the quarter's opening, cycles and months due, papers and mail left behind.

    No limit of the engine holds it back: two ticks at once do no harm, since every step is leased. Only a tick that
    found something is kept in the run history.
    """
    lost = looking.mark_lost_runs()
    opened = looking.open_quarters()
    started = looking.start_cycles() + looking.start_payments() + looking.start_reminders()
    started += looking.start_periodic()
    chores_left = unfinished_chores()
    said = f"Mở {opened} kỳ, khởi động {started} lượt, ghi nhận {lost} lượt bị mất"
    if lost or opened or started or chores_left:
        with recorded("tick", asked_by=asked_by, engine_run_id=engine.run_id()) as run:
            run.message = said
            chores.write_documents()
            chores.deliver_mail()
    return said
