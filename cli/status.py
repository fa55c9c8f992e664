"""Where things stand, for whoever operates the installation: cycles and runs as tables."""

from __future__ import annotations

from datetime import datetime

from rich.console import Console
from rich.table import Table
from sqlmodel import col, select

from models.cycles import Cycle, CycleStep
from models.places import Commune
from models.runs import Run
from rules import run_words
from rules.workflow import (
    ROLE_LABELS,
    RUN_OUTCOME_LABELS,
    STEP_LABELS,
    STEP_STATE_LABELS,
    Role,
    RunOutcome,
    Step,
    StepState,
)
from services import cycles
from tasks import session

console = Console()


def status() -> None:
    """The cycles: which step, who holds it, since when, until when."""
    table = Table("Đơn vị", "Kỳ", "Bước", "Tình trạng", "Ai giữ", "Từ", "Hạn", "Ghi chú")
    with session.transaction(write=False) as opened:
        query = select(Cycle, Commune.name).join(Commune, col(Commune.id) == Cycle.commune_id)
        for cycle, commune in opened.exec(query.order_by(col(Cycle.id).desc()).limit(50)):
            table.add_row(commune, cycles.label(cycle), *_standing(cycles.step_rows(opened, cycle.key), cycle))
    console.print(table if table.rows else "Chưa có kỳ xét nào.")


def _standing(rows: list[CycleStep], cycle: Cycle) -> tuple[str, ...]:
    current = next((row for row in rows if row.state != StepState.DONE), None)
    if current is None:
        return ("–", "Xong", "", f"{cycle.done_at:%d/%m/%Y}" if cycle.done_at else "", "", "")
    return (
        STEP_LABELS[Step(current.step)],
        STEP_STATE_LABELS[StepState(current.state)],
        ROLE_LABELS[Role(current.holder)],
        f"{current.since:%H:%M %d/%m/%Y}",
        f"{current.due_on:%d/%m/%Y}" if current.due_on else "",
        current.message,
    )


def runs(limit: int) -> None:
    """The newest runs: begun when, how long, ended how."""
    table = Table("Lượt", "Việc", "Kỳ", "Do", "Bắt đầu", "Giây", "Kết quả", "Ghi chú")
    with session.transaction(write=False) as opened:
        for run in opened.exec(select(Run).order_by(col(Run.id).desc()).limit(limit)):
            table.add_row(
                str(run.id),
                run_words.flow_label(run.flow),
                str(run.cycle_id or ""),
                run_words.starter_label(run.started_by),
                f"{run.started_at:%H:%M:%S %d/%m/%Y}",
                _seconds(run.started_at, run.ended_at),
                RUN_OUTCOME_LABELS[RunOutcome(run.outcome)],
                run_words.said(run.message).sentence,
            )
    console.print(table if table.rows else "Chưa có lượt chạy nào.")


def _seconds(start: datetime, end: datetime | None) -> str:
    return f"{(end - start).total_seconds():.1f}" if end else "…"
