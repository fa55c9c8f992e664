"""Mail: delivered every few minutes, reminders queued each working morning."""

from __future__ import annotations

from prefect import flow

from tasks import chores, engine, tick
from tasks.patience import unfinished_chores
from tasks.runs import recorded


@flow(name="deliver-mail", persist_result=False)
def deliver_mail(asked_by: str = "schedule") -> str:
    """Write the papers and send the mails that wait. Only a run that found something is kept in the run history."""
    if not unfinished_chores():
        return "Không có thư chờ gửi"
    with recorded("deliver-mail", asked_by=asked_by, engine_run_id=engine.run_id()) as run:
        papers, mails = chores.write_documents(), chores.deliver_mail()
        run.message = f"Lập {sum(papers.values())} văn bản, gửi {sum(mails.values())} thư"
        return run.message


@flow(name="reminders", persist_result=False)
def reminders(asked_by: str = "schedule") -> str:
    """Remind the holders of steps near or beyond their day, in every open cycle; returns how many mails were queued."""
    queued = 0
    for cycle_id in tick.cycle_ids():
        queued += chores.remind(cycle_id)
    if queued:
        with recorded("reminders", asked_by=asked_by, engine_run_id=engine.run_id()) as run:
            run.message = f"Nhắc việc: {queued} thư"
            chores.deliver_mail()
    return f"Nhắc việc: {queued} thư"
