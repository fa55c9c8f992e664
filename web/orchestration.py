"""What the pages ask of the engine: go on with a cycle, say what runs next, where a run can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from adapters import orchestrator
from adapters.orchestrator import PlannedRun


class FlowEngine(Protocol):
    """The engine as the pages know it; tests give a silent or a broken one."""

    def go_on(self, cycle_id: int, key: str) -> None:
        """Ask for the cycle's next run; asked twice with one key it is one run."""

    def planned(self) -> Sequence[PlannedRun] | None:
        """The next runs on the timetable; None when the engine does not answer."""

    def run_url(self, engine_run_id: str) -> str:
        """Where an operator sees this run in the engine's own pages; "" when it cannot be said."""


class InstalledEngine:
    """The installation's own engine, reached through its door."""

    def go_on(self, cycle_id: int, key: str) -> None:
        """When the engine is down nothing happens here; its tick finds the step marked as wanted."""
        orchestrator.ask_run(orchestrator.CYCLE, {"cycle_id": cycle_id}, key)

    def planned(self) -> Sequence[PlannedRun] | None:
        """Asked only while it answers, so that an empty timetable and a silent engine look different."""
        return orchestrator.scheduled_runs() if orchestrator.is_up() else None

    def run_url(self, engine_run_id: str) -> str:
        """The run's page in the engine's own UI."""
        return orchestrator.ui_url(engine_run_id)
