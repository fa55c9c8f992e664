"""The three services of the embedded product: engine, flows, pages. What each is, and when it is ready."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from adapters import orchestrator
from adapters.settings import Settings, process_environment

HOUSE = Path(__file__).resolve().parents[1]
WEB = "web"
GRACE_SECONDS = "3"
"""How long a server still answers whom it is talking to before it closes the line."""


@dataclass(frozen=True)
class Service:
    """A program to keep running: ``is_ready`` asks it whether it can be used."""

    name: str
    label: str
    command: tuple[str, ...]
    is_ready: Callable[[], bool]
    environment: dict[str, str] = field(default_factory=dict)


def all_services(settings: Settings) -> tuple[Service, ...]:
    """Engine, flows and pages of one installation, on loopback unless the settings say otherwise for the pages."""
    surroundings = environment(settings)
    return (
        Service(
            "engine",
            "Bộ điều phối",
            _uvicorn("prefect.server.api.server:create_app", "127.0.0.1", settings.prefect_port),
            orchestrator.is_up,
            surroundings | {"PREFECT__SERVER_FINAL": "1"},
        ),
        Service(
            "flows",
            "Các bước công việc",
            (sys.executable, "-m", "flows"),
            lambda: orchestrator.CYCLE in orchestrator.deployments(),
            surroundings,
        ),
        Service(
            WEB,
            "Trang làm việc",
            _uvicorn("web.app:create_app", settings.web_host, settings.web_port),
            lambda: _answers(settings),
            surroundings,
        ),
    )


def environment(settings: Settings) -> dict[str, str]:
    """What every service is told, whatever folder it works in."""
    return {
        # the threads of a service share two heaps: one for each of them keeps megabytes that nobody uses
        "MALLOC_ARENA_MAX": "2",
        **process_environment(),
        **orchestrator.engine_environment(settings),
        "ANSINH_DATA_DIR": str(settings.data_dir),
        "PYTHONUNBUFFERED": "1",
    }


def _uvicorn(app: str, host: str, port: int) -> tuple[str, ...]:
    # no access log: an address may carry what somebody searched for
    return (
        *(sys.executable, "-m", "uvicorn", "--factory", app, "--host", host, "--port", str(port)),
        *("--no-access-log", "--timeout-graceful-shutdown", GRACE_SECONDS),
    )


def _answers(settings: Settings) -> bool:
    host = "127.0.0.1" if settings.web_host == "0.0.0.0" else settings.web_host  # noqa: S104 - asked of, not bound
    try:
        answer = httpx.get(f"http://{host}:{settings.web_port}/", timeout=2, trust_env=False)
    except httpx.HTTPError:
        return False
    return not answer.is_server_error
