"""The run-history dashboard: cycles and who holds them, runs with their steps, the timetable, mails by state."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from fastapi import Response
from sqlmodel import col, select

from adapters import pdf
from adapters.clock import machine_now
from models.cycles import Cycle
from models.notices import Delivery, Mail
from models.runs import Run
from rules import run_words
from rules.months import Month
from rules.workflow import NOTICES, STEP_LABELS, Role, RunOutcome
from services import cycles, documents, figures, rerun, runs
from services.errors import not_found
from web.pages.documents import KINDS
from web.registry import Scope, get, post
from web.views import span_text
from web.visit import LARGEST, Visit

log = logging.getLogger("ansinh.web")
WATCHERS = (Role.economy, Role.admin, Role.chairman)
RECENT = timedelta(days=30)


@get("/runs", roles=WATCHERS, scope=Scope.COMMUNE)
def runs_page(visit: Visit) -> Response:
    """Where each cycle stands and what the machine did lately; refreshes itself while a run is going."""
    lines = runs.recent(visit.db, actor=visit.actor, limit=20)
    return visit.render(
        "runs/dashboard.html",
        title="Tiến độ và lịch sử chạy",
        cycles=runs.cycle_board(visit.db, actor=visit.actor),
        runs=lines,
        is_running=any(line.run.outcome == RunOutcome.RUNNING for line in lines),
        scheduled=_scheduled(visit),
        mails=runs.mail_counts(visit.db, actor=visit.actor),
        troubled=_troubled_mails(visit),
        by_flow=figures.runs_by_flow(visit.db, actor=visit.actor, since=machine_now() - RECENT),
        **_figures(visit),
        words=run_words,
        notice_label=_notice_label,
        unwritten=documents.failed(visit.db, visit.commune.key),
        kinds=KINDS,
        pdf_problem=pdf.start_problem(visit.settings),
    )


def _notice_label(template: str) -> str:
    """What kind of letter it is."""
    return NOTICES[template].label if template in NOTICES else "Thư báo"


def _figures(visit: Visit) -> dict[str, Any]:
    """People and money by month, and by thôn in the newest month."""
    commune_id = visit.commune.key
    months = figures.by_month(visit.db, commune_id=commune_id, actor=visit.actor)
    newest = months[-1].label if months else ""
    villages = figures.by_village(visit.db, commune_id=commune_id, month=newest, actor=visit.actor) if months else []
    plots = {
        "months": [(str(Month.parse(one.label)), one.planned, one.paid) for one in months],
        "villages": [(one.label, one.people, None) for one in villages],
    }
    return {"months": months, "by_village": villages, "newest": newest, "month": Month.parse, "plots": plots}


@get("/runs/cycles/{cycle_id:int}", roles=WATCHERS, scope=Scope.COMMUNE)
def cycle_page(visit: Visit, cycle_id: int) -> Response:
    """One cycle through its six steps: how long each department had it, and the machine's newest run."""
    cycle = visit.own(Cycle, cycle_id)
    stretches = figures.timeline(visit.db, cycle_id=cycle.key, actor=visit.actor, now=visit.now)
    run = rerun.newest_run(visit.db, cycle.key)
    return visit.render(
        "runs/cycle.html",
        title=f"Tiến độ {cycles.label(cycle)}",
        cycle=cycle,
        cycle_label=cycles.label(cycle),
        stretches=stretches,
        axis=_axis(stretches),
        run=run,
        is_running=run is not None and run.outcome == RunOutcome.RUNNING,
        words=run_words,
        failed=rerun.failed_run(visit.db, cycle.key) is not None,
        may_ask=visit.has(*rerun.ASKERS) and cycle.done_at is None,
    )


def _axis(stretches: Sequence[figures.Stretch]) -> dict[str, Any]:
    """The steps that have begun as parts of one axis of time, and the days to write above it."""
    begun = [(one, one.started_at) for one in stretches if one.started_at]
    if not begun:
        return {"rows": [], "marks": []}
    first = min(start for _, start in begun)
    last = max(start + one.lasted for one, start in begun)
    whole = max((last - first).total_seconds(), 3600.0)

    def part(moment: datetime) -> float:
        return (moment - first).total_seconds() / whole

    rows = [
        (STEP_LABELS[one.step], part(start), one.lasted.total_seconds() / whole, span_text(start, start + one.lasted),
         one.ended_at is None)
        for one, start in begun
    ]  # fmt: skip
    marks = [(place / 4, f"{first + (last - first) * place / 4:%d/%m}") for place in range(5)]
    return {"rows": rows, "marks": marks}


@post("/runs/cycles/{cycle_id:int}/again", roles=rerun.ASKERS, scope=Scope.COMMUNE, redisplay=cycle_page)
def run_again(visit: Visit, cycle_id: int) -> Response:
    """Ask the machine to go on; pressed twice it is one run."""
    cycle = visit.own(Cycle, cycle_id)
    rerun.ask_again(visit.db, cycle_id=cycle.key, actor=visit.actor, now=visit.now)
    visit.advance(cycle.key)
    return visit.redirect(f"/runs/cycles/{cycle.key}", "Đã yêu cầu chạy lại; máy làm tiếp trong ít phút.")


@get("/runs/{run_id:int}", roles=WATCHERS, scope=Scope.COMMUNE)
def run_page(visit: Visit, run_id: int) -> Response:
    """One run with every attempt of every step."""
    run = visit.db.get(Run, run_id) if run_id <= LARGEST else None
    if run is None:
        raise not_found("no_row", "Không tìm thấy lượt chạy.")
    return visit.render(
        "runs/run.html",
        title=f"Lượt chạy {run_id}",
        run=run,
        steps=runs.steps_of(visit.db, run_id=run_id, actor=visit.actor),
        engine_url=visit.request.app.state.flows.run_url(run.engine_run_id) if run.engine_run_id else "",
        words=run_words,
    )


def _scheduled(visit: Visit) -> list[Any] | None:
    """The engine's next runs; None when it does not answer, which stops nothing."""
    try:
        planned = visit.request.app.state.flows.planned()
    except Exception as error:  # noqa: BLE001 - the page stands without the engine, however it is down
        log.warning("chưa hỏi được lịch chạy: %s", type(error).__name__)
        return None
    return None if planned is None else list(planned)


def _troubled_mails(visit: Visit) -> list[tuple[Mail, str]]:
    """Mails that could not be sent, with the server's last words."""
    query = select(Mail).where(Mail.state == "FAILED", col(Mail.commune_id).in_(visit.communes()))
    mails = visit.db.exec(query.order_by(col(Mail.id).desc()).limit(20)).all()
    words = select(Delivery).where(col(Delivery.mail_id).in_([mail.key for mail in mails])).order_by(col(Delivery.id))
    last = {delivery.mail_id: delivery.server_words for delivery in visit.db.exec(words)}
    return [(mail, last.get(mail.key, "")) for mail in mails]
