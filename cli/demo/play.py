"""Play the demonstration: set the clock, let each person act, let the engine work until the next person is due."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from adapters import clock
from adapters.clock import ClockError, set_demo_clock
from adapters.settings import get_settings
from cli.demo import approval, budget, eligibility, health, insurance, lists, payment
from cli.demo.scene import Question, Scene, look, play
from cli.demo.world import World, build
from models.base import ZONE
from tasks.session import transaction

FIRST_MOMENT = datetime(2026, 6, 22, 8, 0, tzinfo=ZONE)
PATIENCE = 300.0
ASK_AGAIN = 15.0

Engine = Callable[[World, Question], None]
"""Works until the question is answered with yes; raises TimeoutError when it never is."""


def scenes() -> list[Scene]:
    """The whole story in order; the third month is left at its beginning, for whoever looks on to finish."""
    return [
        *lists.scenes(),
        eligibility.assistance(),
        *health.scenes(),
        *eligibility.scenes(),
        *approval.scenes(),
        budget.next_year(),
        *payment.month_scenes("2026-07", 7, 23),
        *insurance.scenes(),
        *payment.month_scenes("2026-08", 8, 5),
        payment.death(),
        insurance.decrease(),
        payment.begins("2026-09", 9, 7),
    ]


def make_world() -> World:
    """The invented commune, made at the first call."""
    _turn_clock_to(FIRST_MOMENT)
    with transaction() as session:
        return build(session, now=clock.now())


def perform(world: World, engine: Engine, console: Console) -> int:
    """Play every scene that has not happened yet; returns how many happened now."""
    happened = 0
    columns = (SpinnerColumn(), TextColumn("{task.completed}/{task.total} {task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("", total=len(scenes()))
        for scene in scenes():
            progress.update(bar, description=f"{scene.at:%d/%m} {scene.who}: {scene.what}")
            happened += _one(world, scene, engine, console)
            progress.advance(bar)
    return happened


def _one(world: World, scene: Scene, engine: Engine, console: Console) -> bool:
    _turn_clock_to(scene.at)
    acted = play(world, scene)
    waited = not look(world, scene.until)
    if waited:
        engine(world, scene.until)
    if acted or waited:
        console.print(f"[dim]{scene.at:%d/%m/%Y %H:%M}[/dim]  [bold]{scene.who}[/bold]  {scene.what}")
    return acted or waited


def _turn_clock_to(moment: datetime) -> None:
    """The demonstration's clock only goes forward."""
    path = get_settings().demo_clock
    if path is None:
        raise ClockError("Bản trình diễn cần đồng hồ trình diễn (ANSINH_DEMO_CLOCK).")
    try:
        shown = clock.now()
    except ClockError:
        shown = FIRST_MOMENT
        set_demo_clock(path, shown)
    if moment > shown:
        set_demo_clock(path, moment)


def wait_until(
    world: World,
    question: Question,
    *,
    ask: Callable[[], None],
    meanwhile: Callable[[], None] = lambda: None,
    pause: float = 0.3,
) -> None:
    """Ask the engine for a run and look until the question is answered; ask again now and then.

    Raises TimeoutError after five minutes, with no more said than that.
    """
    begun = asked = time.monotonic()
    ask()
    while not look(world, question):
        if time.monotonic() - begun > PATIENCE:
            raise TimeoutError("máy không đi tiếp: xem trang Lượt chạy")
        if time.monotonic() - asked > ASK_AGAIN:
            asked = time.monotonic()
            ask()
        meanwhile()
        time.sleep(pause)
