"""Look around: what is ready, due, lost or unsent? Start what was missed; the records say what, not the schedules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from adapters import orchestrator
from services import runs
from tasks import budget, engine, insurance, reminders, reports, session, standing

SILENCE = 3
"""After how many leases without a sign of life a run counts as lost."""


@engine.step_task("Ghi nhận lượt chạy bị mất")
def mark_lost_runs() -> int:
    """Close the runs whose process is gone; returns how many."""
    with session.transaction() as opened:
        return runs.mark_lost(opened, now=session.machine_now(), older_than=session.lease() * SILENCE)


@engine.step_task("Mở kỳ xét của quý")
def open_quarters() -> int:
    """Open the quarter's cycle where the office's day has come; returns how many were opened."""
    return standing.open_quarters()


@engine.step_task("Khởi động kỳ xét có việc đến hạn")
def start_cycles() -> int:
    """Ask for a run of the cycle with work for the machine, or for one run of all that have; returns 1 when taken.

    A run each would be a process each, and a process takes longer to start than a commune's steps take.
    """
    found, moment = standing.cycles_due(), session.machine_now()
    if len(found) > 1:
        return _asked(orchestrator.DUE_CYCLES, {}, _key("cycles", moment))
    keys = {item.cycle_id: _key(f"{item.cycle_id}:{item.step}:{item.version}", moment) for item in found}
    return sum(_asked(orchestrator.CYCLE, {"cycle_id": cycle_id}, key) for cycle_id, key in keys.items())


@engine.step_task("Khởi động chi trả tháng đến hạn")
def start_payments() -> int:
    """Ask for a run of the monthly payment when a commune has a month due; returns 1 when it was taken."""
    if not standing.cycles_with_months_due():
        return 0
    return _asked(orchestrator.PAYMENT, {}, _key("months", session.machine_now()))


@engine.step_task("Khởi động lượt nhắc việc bị lỡ")
def start_reminders() -> int:
    """Ask for the morning round when its hour has passed without it; returns 1 when it was taken."""
    if not reminders.is_round_due():
        return 0
    return _asked(orchestrator.REMINDERS, {}, _key("reminders", session.machine_now()))


@engine.step_task("Khởi động việc định kỳ bị lỡ")
def start_periodic() -> int:
    """Ask for renewals, reports and the dự toán where the records say that they are due; returns how many runs."""
    wanted = {
        orchestrator.RENEWALS: insurance.cycles_to_renew(),
        orchestrator.REPORTS: reports.communes_due(),
        orchestrator.BUDGET: budget.communes_due(),
    }
    moment = session.machine_now()
    return sum(_asked(name, {}, _key(name, moment)) for name, found in wanted.items() if found)


def _asked(deployment: str, parameters: Mapping[str, int], key: str) -> int:
    """1 when the engine took the request, 0 when it is down."""
    return int(orchestrator.ask_run(deployment, {**parameters, "asked_by": "tick"}, key) is not None)


def _key(what: str, moment: datetime) -> str:
    """One request a minute: a run that was taken and then lost with its worker is asked for again."""
    return f"{what}:{moment:%Y%m%d%H%M}"
