"""Every run of the machine, found by work, result and day, and taken out as a workbook."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from fastapi import Response
from sqlmodel import case, col, select

from adapters.clock import VIETNAM
from models.runs import Run
from rules import run_words
from rules.workflow import RUN_OUTCOME_LABELS, RunOutcome
from services import runs
from web.export import MOST_ROWS, Column, Value, export
from web.forms import parse_day
from web.pages.runs import WATCHERS
from web.paging import Sort, cut, ordered
from web.registry import Scope, get
from web.views import span_text
from web.visit import Visit

TROUBLE_FIRST = case((col(Run.outcome).in_((RunOutcome.FAILED, RunOutcome.LOST)), 0), else_=1)
SORTS = {
    "new": Sort("Mới chạy trước", (col(Run.id).desc(),)),
    "trouble": Sort("Lỗi trước", (TROUBLE_FIRST, col(Run.id).desc())),
    "work": Sort("Theo việc", (col(Run.flow), col(Run.id).desc())),
}
COLUMNS = (
    Column("Lượt", 10), Column("Việc", 28), Column("Kỳ", 16), Column("Đơn vị", 22), Column("Bắt đầu", 18),
    Column("Mất", 16), Column("Bước", 8), Column("Thử lại", 8), Column("Kết quả", 18), Column("Nói gì", 60),
)  # fmt: skip


@get("/runs/history", roles=WATCHERS, scope=Scope.COMMUNE, hidden="mở từ trang Tiến độ")
def history_page(visit: Visit) -> Response:
    """The runs asked for, the newest first."""
    asked = dict(visit.request.query_params)
    if asked.get("day", "").strip() and _begin_of(asked["day"]) is None:
        visit.errors = (("loc-ngay", "Ghi ngày chạy theo dạng ngày/tháng/năm, ví dụ 05/09/2026."),)
    found = cut(visit.db, _runs(visit, asked), asked, SORTS)
    return visit.render(
        "runs/history.html",
        title="Các lượt chạy của máy",
        found=replace(found, rows=runs.lines(visit.db, found.rows)),
        asked=asked,
        flows=run_words.FLOW_LABELS.items(),
        words=run_words,
    )


def _runs(visit: Visit, asked: dict[str, str]) -> Any:
    query = select(Run).where(runs.visible(visit.actor))
    if asked.get("flow") in run_words.FLOW_LABELS:
        query = query.where(Run.flow == asked["flow"])
    if asked.get("outcome") in set(RunOutcome):
        query = query.where(Run.outcome == asked["outcome"])
    begin = _begin_of(asked.get("day", ""))
    if begin is not None:
        query = query.where(Run.started_at >= begin, Run.started_at < begin + timedelta(days=1))
    return query


def _begin_of(text: str) -> datetime | None:
    """The first moment of the day written; None when it is none."""
    try:
        day = parse_day(text)
    except ValueError:
        return None
    return datetime.combine(day, time.min, VIETNAM) if day else None


@get("/runs/history/export", roles=WATCHERS, scope=Scope.COMMUNE, logs_read=True, hidden="tệp tải từ Các lượt chạy")
def history_export(visit: Visit) -> Response:
    """The runs that the same question finds, in an officer's words."""
    asked = dict(visit.request.query_params)
    found = visit.db.exec(ordered(_runs(visit, asked), asked, SORTS).limit(MOST_ROWS)).all()
    return export(
        visit,
        title="Các lượt chạy của máy",
        file_name="luot-chay.xlsx",
        subject=f"commune:{visit.commune.key}",
        columns=COLUMNS,
        rows=(_run_row(line) for line in runs.lines(visit.db, found)),
    )


def _run_row(line: runs.RunLine) -> tuple[Value, ...]:
    run = line.run
    return (
        str(run.key), run_words.flow_label(run.flow), line.cycle_label, line.commune_name, run.started_at,
        span_text(run.started_at, run.ended_at), str(line.steps), str(line.retries),
        RUN_OUTCOME_LABELS[RunOutcome(run.outcome)], run_words.said(run.message).sentence,
    )  # fmt: skip
