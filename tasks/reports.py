"""Reports of periods that are over and that no closed month asked for."""

from __future__ import annotations

from services import due, reports_due
from tasks import engine, session


@engine.step_task("Lập báo cáo định kỳ")
def make_reports(commune_id: int) -> int:
    """Ask for the reports of one commune that are missing; returns how many."""
    with session.transaction() as opened:
        return reports_due.want_missing(opened, commune_id=commune_id, now=session.now())


def communes_due() -> list[int]:
    """Communes where a report is missing."""
    with session.transaction(write=False) as opened:
        now = session.now()
        return [number for number in due.commune_ids(opened) if reports_due.missing(opened, number, now=now)]
