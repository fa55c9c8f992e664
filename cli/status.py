"""Where things stand, for whoever operates the installation: cycles and runs as tables."""

from __future__ import annotations

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
    table = Table("Đơn vị", "Kỳ", "Đang ở", "Ai giữ", show_lines=True)
    with session.transaction(write=False) as opened:
        query = select(Cycle, Commune.name).join(Commune, col(Commune.id) == Cycle.commune_id)
        for cycle, commune in opened.exec(query.order_by(col(Cycle.id).desc()).limit(50)):
            table.add_row(commune, cycles.label(cycle), *_standing(cycles.step_rows(opened, cycle.key), cycle))
    console.print(table if table.rows else "Chưa có kỳ xét nào.")


def _standing(rows: list[CycleStep], cycle: Cycle) -> tuple[str, str]:
    current = next((row for row in rows if row.state != StepState.DONE), None)
    if current is None:
        return (f"Xong cả sáu bước{f' ngày {cycle.done_at:%d/%m/%Y}' if cycle.done_at else ''}", "")
    state = STEP_STATE_LABELS[StepState(current.state)]
    held = f"{ROLE_LABELS[Role(current.holder)]}, từ {current.since:%d/%m/%Y %H:%M}"
    due = f"\nhạn {current.due_on:%d/%m/%Y}" if current.due_on else ""
    return f"{STEP_LABELS[Step(current.step)]}: {state}\n{current.message}".rstrip(), held + due


def runs(limit: int) -> None:
    """The newest runs: begun when, how long, ended how."""
    table = Table("Lượt", "Bắt đầu", "Việc", "Kết quả")
    with session.transaction(write=False) as opened:
        for run in opened.exec(select(Run).order_by(col(Run.id).desc()).limit(limit)):
            table.add_row(str(run.id), f"{run.started_at:%d/%m/%Y %H:%M:%S}", _asked(run), _ended(run))
    console.print(table if table.rows else "Chưa có lượt chạy nào.")


def _asked(run: Run) -> str:
    cycle = f", kỳ {run.cycle_id}" if run.cycle_id else ""
    return f"{run_words.flow_label(run.flow)}{cycle} · {run_words.starter_label(run.started_by)}"


def _ended(run: Run) -> str:
    outcome = RUN_OUTCOME_LABELS[RunOutcome(run.outcome)]
    after = f" sau {(run.ended_at - run.started_at).total_seconds():.1f} giây".replace(".", ",") if run.ended_at else ""
    said = run_words.said(run.message).sentence
    return f"{outcome}{after}" + (f": {said}" if said else "")
