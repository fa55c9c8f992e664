"""Carry cycles on by hand: the same steps without the engine, so that pay day never depends on a scheduler."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain

import typer
from rich.console import Console

from cli.periodic import run_periodic
from models.cycles import Cycle
from rules.workflow import RunOutcome, Step
from services import cycles
from services.step_table import ALL
from services.store import get
from tasks import failures, reminders, session, standing
from tasks.documents import write_wanted
from tasks.failures import StepFailed
from tasks.mail import deliver_outbox
from tasks.pdfs import make_missing_pdfs
from tasks.runner import StepReport, keep_up, run_step
from tasks.runs import recorded

ASKED_BY = "operator"
console = Console()


@dataclass(frozen=True)
class Part:
    """One thing to do and what it is called; ``act`` returns how it ended."""

    name: str
    act: Callable[[], str]


def advance(cycle: int | None) -> None:
    """Do the machine's part of one cycle, or all that the engine would find to do; then papers and mail.

    Exit status 1 when something met an unexpected error; the rest is done all the same.
    """
    if cycle is None and (opened := standing.open_quarters()):
        console.print(f"Mở kỳ xét mới: {opened}")
    parts = _everything() if cycle is None else iter([_cycle_part(cycle)])
    went_well = [_tried(part) for part in chain(parts, [Part("Văn bản, thư", _papers_and_mail)])]
    if not all(went_well):
        raise typer.Exit(1)


def _everything() -> Iterator[Part]:
    """What is due, each looked for when its turn comes: a month may come due by what was done before it."""
    yield from map(_cycle_part, _open_cycles())
    for cycle_id in standing.cycles_with_months_due():
        yield Part(_label(cycle_id), partial(_keep_months, cycle_id))
    if reminders.is_round_due():
        yield Part("Nhắc việc", _morning_round)
    yield Part("Định kỳ", partial(run_periodic, ASKED_BY))


def _cycle_part(cycle_id: int) -> Part:
    return Part(_label(cycle_id), lambda: run_cycle(cycle_id)[-1].message)


def _tried(part: Part) -> bool:
    """Do one part and say how it ended; what stands against it, told without anybody's data, keeps no other part."""
    try:
        console.print(f"{part.name} · {part.act()}")
    except Exception as error:  # noqa: BLE001 - whatever it is, its text may quote a row
        said = str(error) if isinstance(error, StepFailed) else failures.words(error)
        console.print(f"{part.name} · lỗi · {said}", style="red")
        return False
    return True


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


def _keep_months(cycle_id: int) -> str:
    with recorded("monthly-payment", asked_by=ASKED_BY, cycle_id=cycle_id) as run:
        report = keep_up(cycle_id, ALL[Step.payment], run_id=run.id)
        run.ends(report.outcome, report.message)
    return report.message


def _morning_round() -> str:
    """Reminders and digests of the day, when the engine has not seen to them."""
    with recorded(reminders.FLOW, asked_by=ASKED_BY) as run:
        run.message = f"Nhắc việc: {sum(map(reminders.go_round, standing.commune_ids()))} thư"
    return run.message


def _papers_and_mail() -> str:
    papers, mails = write_wanted() | make_missing_pdfs(), deliver_outbox()
    return f"văn bản: {_counted(papers)}; thư: {_counted(mails)}"


def _open_cycles() -> list[int]:
    with session.transaction(write=False) as opened:
        return [cycle.key for cycle in cycles.open_cycles(opened)]


def _label(cycle_id: int) -> str:
    with session.transaction(write=False) as opened:
        cycle = get(opened, Cycle, cycle_id, "kỳ xét")
        return f"{cycles.label(cycle)} (kỳ {cycle_id})"


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{state} {count}" for state, count in sorted(counts.items())) or "không có"
