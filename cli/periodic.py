"""By hand what the monthly and yearly flows do: renewals of cards, reports that are missing, next year's dự toán."""

from __future__ import annotations

from rules.workflow import Step
from services import budget_papers, due, insurance_watch, reports_due
from services.step_table import ALL
from tasks import session
from tasks.runner import keep_up
from tasks.runs import recorded


def run_periodic(asked_by: str) -> str:
    """Do what is due in every commune and say how much; what is not due costs a look at the records."""
    with session.transaction(write=False) as opened:
        cycles = insurance_watch.cycles_to_renew(opened, now=session.now())
        communes = due.commune_ids(opened)
    for cycle_id in cycles:
        with recorded("insurance-renewals", asked_by=asked_by, cycle_id=cycle_id) as run:
            report = keep_up(cycle_id, ALL[Step.insurance], run_id=run.id)
            run.ends(report.outcome, report.message)
    reports = needs = mails = 0
    for commune_id in communes:
        made = _for_commune(commune_id)
        reports, needs, mails = reports + made[0], needs + made[1], mails + made[2]
    return f"Gia hạn thẻ: {len(cycles)} đơn vị · Báo cáo: {reports} · Dự toán: {needs} · Báo về thẻ: {mails} thư"


def _for_commune(commune_id: int) -> tuple[int, int, int]:
    """(reports, dự toán, mails) asked for in one commune, in one transaction."""
    with session.transaction() as opened:
        now = session.now()
        return (
            reports_due.want_missing(opened, commune_id=commune_id, now=now),
            budget_papers.want_due(opened, commune_id=commune_id, now=now),
            insurance_watch.tell(opened, commune_id=commune_id, now=now),
        )
