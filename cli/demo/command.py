"""``ansinh demo``: set up the invented commune, play the quarter on the embedded product, show what came of it."""

from __future__ import annotations

import itertools
import socket
import time
from functools import partial
from pathlib import Path

import typer
from rich.console import Console
from sqlmodel import select

from adapters import orchestrator
from adapters.settings import Settings, use_demo_folder
from cli.advance import advance
from cli.alone import alone
from cli.demo import report
from cli.demo.play import PATIENCE, Engine, make_world, perform, wait_until
from cli.demo.scene import Question, Stage, look
from cli.demo.world import World
from cli.supervisor import Supervisor
from cli.watch import wait_until_ready
from migrations.upgrade import upgrade
from models.runs import Run
from rules.workflow import RunOutcome
from tasks import session

console = Console()
_asked = itertools.count(1)


def demo(*, leave: bool, by_hand: bool, folder: Path) -> None:
    """Play the quarter in ``folder``; ``leave`` ends when it is done, ``by_hand`` needs no engine."""
    settings = use_demo_folder(folder, web_port=_free_port(8600), prefect_port=_free_port(4260))
    begun = time.monotonic()
    with alone(settings):
        if by_hand:
            upgrade(session.engine())
            _perform(make_world(), _by_hand, begun)
        else:
            _on_the_engine(settings, begun, leave=leave)


def _on_the_engine(settings: Settings, begun: float, *, leave: bool) -> None:
    with Supervisor(settings) as services:
        upgrade(session.engine())
        world = make_world()
        if not wait_until_ready(services, settings):
            raise typer.Exit(1)
        _perform(world, partial(_by_engine, services), begun)
        if not leave:
            report.sign_ins(console)
            services.watch()


def _perform(world: World, engine: Engine, begun: float) -> None:
    happened = perform(world, engine, console)
    for table in (report.people_table, report.money_table, report.papers_table, report.mails_table):
        console.print(look(world, table))
    console.print(look(world, report.counts_line))
    said = f"{happened} việc vừa diễn ra" if happened else "mọi việc đã diễn ra từ lần trước, không ghi thêm gì"
    console.print(f"Xong sau {time.monotonic() - begun:.0f} giây: {said}.")


def _by_engine(services: Supervisor, world: World, question: Question) -> None:
    """Ask the engine, as the pages do after an act, unless a run that will see the act is at work; and wait."""
    cycle_id, is_done = look(world, _where)

    def ask() -> None:
        if look(world, _is_at_work):
            return
        key = f"demo:{cycle_id}:{time.time_ns()}:{next(_asked)}"
        if is_done:
            orchestrator.ask_run(orchestrator.PAYMENT, {}, key)
        else:
            orchestrator.ask_run(orchestrator.CYCLE, {"cycle_id": cycle_id, "asked_by": "demo"}, key)

    wait_until(world, question, ask=ask, meanwhile=services.tend)


def _is_at_work(stage: Stage) -> bool:
    """A run of the cycle has begun and not ended: it lingers for what people do meanwhile."""
    running = select(Run.id).where(Run.cycle_id == stage.cycle_id, Run.outcome == RunOutcome.RUNNING)
    return stage.session.exec(running).first() is not None


def _by_hand(world: World, question: Question) -> None:
    """Do the steps here and now, as ``ansinh advance`` does; a killed run's lease is taken over when it ends."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        advance(None)
        if look(world, question):
            return
        time.sleep(0.3)
    raise TimeoutError("máy đã làm hết phần mình mà chưa tới cảnh sau: xem ansinh status")


def _where(stage: Stage) -> tuple[int, bool]:
    cycle = stage.cycle
    if cycle is None:
        raise RuntimeError("kỳ xét trình diễn chưa mở")
    return cycle.key, cycle.done_at is not None


def _free_port(wanted: int) -> int:
    """The wanted port, or any free one when somebody else listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
