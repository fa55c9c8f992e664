"""Mail: delivered every few minutes; reminders, reports to superiors and digests queued each morning."""

from __future__ import annotations

from prefect import flow

from tasks import chores, engine, reminders
from tasks.failures import StepFailed
from tasks.patience import unfinished_chores
from tasks.runs import recorded
from tasks.standing import commune_ids


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
def morning_round(asked_by: str = "schedule") -> str:
    """Remind, report to superiors and gather digests in every commune; returns how many mails were queued.

    Always kept in the run history: the tick sees there whether a day's round was missed.
    """
    with recorded(reminders.FLOW, asked_by=asked_by, engine_run_id=engine.run_id()) as run:
        queued = failed = 0
        for commune_id in commune_ids():
            try:
                queued += chores.go_round(commune_id)
            except StepFailed:
                failed += 1
        chores.deliver_mail()
        said = f"Nhắc việc: {queued} thư"
        if failed:
            raise StepFailed(f"{said}; {failed} đơn vị không nhắc được")
        run.message = said
        return said
