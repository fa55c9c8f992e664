"""Carry cycles on by hand: the same steps without the engine, so that pay day never depends on a scheduler."""

from __future__ import annotations

import typer
from rich.console import Console

from cli.periodic import run_periodic
from models.cycles import Cycle
from rules.workflow import RunOutcome, Step
from services import cycles, due
from services.step_table import ALL
from tasks import reminders, session
from tasks.documents import write_wanted
from tasks.failures import StepFailed
from tasks.mail import deliver_outbox
from tasks.runner import StepReport, keep_up, run_step
from tasks.runs import recorded

ASKED_BY = "operator"
console = Console()


def advance(cycle: int | None) -> None:
    """Do the machine's part of one cycle, or of all open ones, months due and the day's round; then papers and mail.

    Exit status 1 when a step met an unexpected error; the rest is done all the same.
    """
    failed = False
    for cycle_id in [cycle] if cycle is not None else _open_cycles():
        failed |= not _carry_on(cycle_id)
    for cycle_id in _months_due() if cycle is None else []:
        _keep_months(cycle_id)
    if cycle is None and reminders.is_round_due():
        failed |= not _morning_round()
    if cycle is None:
        console.print(run_periodic(ASKED_BY))
    papers, mails = write_wanted(), deliver_outbox()
    console.print(f"Văn bản: {_counted(papers)} · Thư: {_counted(mails)}")
    if failed:
        raise typer.Exit(1)


def run_cycle(cycle_id: int, *, asked_by: str = ASKED_BY) -> list[StepReport]:
    """The six steps in order up to the first that waits, recorded as one run. Returns each step's report.

    Raises `StepFailed` when a step met an unexpected error; the cycle can be carried on again.
    """
    reports = []
    with recorded("quarterly-cycle", asked_by=asked_by, cycle_id=cycle_id) as run:
        for step in Step:
            report = run_step(cycle_id, ALL[step], run_id=run.id)
            reports.append(report)
            run.ends(report.outcome, report.message)
            if report.outcome is not RunOutcome.DONE:
                break
    return reports


def _carry_on(cycle_id: int) -> bool:
    """Carry one cycle on and say where it stands; False when a step failed."""
    try:
        last = run_cycle(cycle_id)[-1]
    except StepFailed as failed:
        console.print(f"Kỳ xét {cycle_id} · lỗi · {failed}", style="red")
        return False
    console.print(f"{_label(cycle_id)} · {last.message}")
    return True


def _keep_months(cycle_id: int) -> None:
    with recorded("monthly-payment", asked_by=ASKED_BY, cycle_id=cycle_id) as run:
        report = keep_up(cycle_id, ALL[Step.payment], run_id=run.id)
        run.ends(report.outcome, report.message)
    console.print(f"{_label(cycle_id)} · {report.message}")


def _morning_round() -> bool:
    """Reminders and digests of the day, when the engine has not seen to them; False when it failed."""
    try:
        with recorded(reminders.FLOW, asked_by=ASKED_BY) as run:
            run.message = f"Nhắc việc: {sum(map(reminders.go_round, reminders.commune_ids()))} thư"
    except StepFailed as failed:
        console.print(f"Nhắc việc · lỗi · {failed}", style="red")
        return False
    console.print(run.message)
    return True


def _open_cycles() -> list[int]:
    with session.transaction(write=False) as opened:
        return [cycle.key for cycle in cycles.open_cycles(opened)]


def _months_due() -> list[int]:
    with session.transaction(write=False) as opened:
        work, moment = ALL[Step.payment], session.now()
        found = due.payment_cycles(opened)
        return [number for number in found if due.has_units(opened, cycle_id=number, work=work, now=moment)]


def _label(cycle_id: int) -> str:
    with session.transaction(write=False) as opened:
        cycle = opened.get_one(Cycle, cycle_id)
        return f"{cycles.label(cycle)} (kỳ {cycle_id})"


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{state} {count}" for state, count in sorted(counts.items())) or "không có"
