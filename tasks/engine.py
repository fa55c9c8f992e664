"""How a step stands in the engine: a name an officer recognises, tries with growing pauses, nothing cached or kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run, task_run

P = ParamSpec("P")
R = TypeVar("R")

PAUSES: list[float] = [2, 15, 60]
"""Seconds before the second, third and fourth try."""


def step_task(name: str) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Make a function a task of that name. Its parameters and result are ids, counts and sentences, never a person."""
    options: dict[str, Any] = {"retries": len(PAUSES), "retry_delay_seconds": PAUSES}
    return task(name=name, cache_policy=NO_CACHE, persist_result=False, **options)


def attempt() -> int:
    """Which try of the present task this is, from 1; 1 outside the engine."""
    return int(task_run.run_count or 1)


def run_id() -> str:
    """The engine's number of the present run, for the link; empty outside the engine."""
    return str(flow_run.id or "")
