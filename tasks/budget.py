"""Once a year: what the next one will need, for every commune that supports somebody."""

from __future__ import annotations

from services import budget_papers, due
from tasks import engine, session


@engine.step_task("Lập dự toán năm sau")
def make_need(commune_id: int) -> int:
    """Ask for the dự toán of one commune when it is due; returns 1 when it was."""
    with session.transaction() as opened:
        return budget_papers.want_due(opened, commune_id=commune_id, now=session.now())


def communes_due() -> list[int]:
    """Communes whose dự toán of next year is to be made now."""
    with session.transaction(write=False) as opened:
        on = session.now().date()
        return [number for number in due.commune_ids(opened) if budget_papers.is_due(opened, number, on=on) is not None]
