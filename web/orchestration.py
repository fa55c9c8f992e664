"""What the pages ask of the engine: go on with a cycle, say what runs next, where a run can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class Planned:
    """A run that the engine has on its timetable."""

    deployment: str
    starts_at: datetime


class Engine(Protocol):
    """The engine as the pages know it; tests give a silent or a broken one."""

    def go_on(self, cycle_id: int, key: str) -> None:
        """Ask for the cycle's next run; asked twice with one key it is one run."""

    def planned(self) -> Sequence[Planned]:
        """The next runs on the timetable."""

    def run_url(self, engine_run_id: str) -> str:
        """Where an operator sees this run in the engine's own pages; "" when it cannot be said."""


class NoEngine:
    """An installation whose steps are run by hand: nobody is asked, nothing is planned."""

    def go_on(self, cycle_id: int, key: str) -> None:
        """Nobody to ask: the step stays marked as wanted until somebody advances it."""

    def planned(self) -> Sequence[Planned]:
        """Nothing."""
        return ()

    def run_url(self, engine_run_id: str) -> str:
        """No page."""
        return ""


def default_engine(settings: Any) -> Engine:
    """The engine of the installation."""
    return NoEngine()
