"""What follows a committed act: the engine is asked to go on. Whatever happens here, the act stands."""

from __future__ import annotations

import logging
from datetime import datetime

from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from models.cycles import Cycle
from services import cycles, rerun
from web import access
from web.db import transaction

log = logging.getLogger("ansinh.web")


def touch_session(app: FastAPI, session_id: int, now: datetime) -> None:
    """Note that the session is in use, outside the page's own transaction."""
    try:
        with transaction(app, write=True) as db:
            access.touch(db, session_id, now)
    except SQLAlchemyError as error:
        log.warning("chưa ghi được lần dùng phiên: %s", type(error).__name__)


def go_on(app: FastAPI, cycle_id: int) -> None:
    """Ask the engine for the cycle's next run. If that fails, the next tick finds the step marked as wanted.

    The key is cycle:step:version, so the same wish is one run; after a run that failed its number is added, or the
    engine would answer with that same failed run.
    """
    with transaction(app, write=False) as db:
        cycle = db.get(Cycle, cycle_id)
        step = cycles.current_step(db, cycle_id) if cycle else None
        version = cycle.version if cycle else 0
        failed = rerun.failed_run(db, cycle_id)
    if step is None:
        return
    try:
        after = f":{failed}" if failed else ""
        app.state.flows.go_on(cycle_id, f"{cycle_id}:{step}:{version}{after}")
    except Exception as error:  # noqa: BLE001 - the engine may be down in any way; the act is kept
        log.warning("chưa gọi được máy chạy kỳ %s: %s", cycle_id, type(error).__name__)
