"""The engine's door: a wish is passed on once, and a silent engine costs nobody more than two seconds."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_server
from typing import Any, ClassVar

import pytest

from adapters import orchestrator
from adapters.secrets import prefect_auth
from adapters.settings import get_settings
from tests.free_ports import free_ports

SOON = 5 * orchestrator.PATIENCE_SECONDS
"""Far less than forever, also on a machine that does other things."""


class Engine(BaseHTTPRequestHandler):
    """An engine of a test: busy for the first requests, then answers as Prefect's API does."""

    busy: ClassVar[int] = 0
    asked: ClassVar[list[tuple[str, Any]]] = []
    queued: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self._answer(None)

    def do_DELETE(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _answer(self, body: Any) -> None:
        if Engine.busy:
            Engine.busy -= 1
            self.send_error(503)
            return
        Engine.asked.append((self.path, body))
        content = json.dumps(self._content(body)).encode()
        self.send_response(201 if body else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _content(self, body: Any) -> Any:
        if body and "tags" in body.get("flow_runs", {}):
            return [{"id": run_id} for run_id in Engine.queued]
        if self.path.startswith("/api/flow_runs"):
            moment = "2026-07-01T00:00:00Z"
            return [{"id": "r1", "deployment_id": "d1", "expected_start_time": moment}]
        if self.path == "/api/deployments/filter":
            return [{"id": "d1", "name": "tick"}]
        return {"id": "run-7" if self.path.endswith("create_flow_run") else "d1"}

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A port where the settings look for the engine; nobody listens yet."""
    (number,) = free_ports(1)
    monkeypatch.setenv("ANSINH_PREFECT_PORT", str(number))
    get_settings.cache_clear()
    yield number
    get_settings.cache_clear()


@pytest.fixture
def engine(port: int) -> Iterator[type[Engine]]:
    """An engine that answers."""
    Engine.busy, Engine.asked, Engine.queued = 0, [], []
    with ThreadingHTTPServer(("127.0.0.1", port), Engine) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Engine
        server.shutdown()
        thread.join(5)


def ask() -> str | None:
    return orchestrator.ask_run(orchestrator.CYCLE, {"cycle_id": 3}, "3:lists:1")


def test_a_wish_is_passed_on_with_its_key_and_ids_only(engine: type[Engine]) -> None:
    assert ask() == "run-7"
    path, body = engine.asked[-1]
    assert path == "/api/deployments/d1/create_flow_run"
    assert body == {
        "parameters": {"cycle_id": 3},
        "idempotency_key": "3:lists:1",
        "tags": ["quarterly-cycle:3"],
    }


def test_a_burst_of_acts_is_one_run_as_long_as_it_has_not_begun(engine: type[Engine]) -> None:
    engine.queued = ["run-6"]
    assert ask() == "run-6"
    assert not [path for path, _ in engine.asked if path.endswith("create_flow_run")]


def test_an_engine_that_is_busy_for_a_moment_is_asked_again(engine: type[Engine]) -> None:
    engine.busy = 3
    assert ask() == "run-7"


def test_an_engine_that_stays_busy_is_given_up_soon(engine: type[Engine]) -> None:
    engine.busy = 10_000
    start = time.monotonic()
    assert ask() is None
    assert time.monotonic() - start < SOON


@pytest.mark.usefixtures("port")
def test_without_an_engine_nobody_waits_and_nothing_is_raised() -> None:
    start = time.monotonic()
    assert ask() is None
    assert orchestrator.scheduled_runs() == []
    assert orchestrator.deployments() == set()
    assert not orchestrator.is_up()
    assert time.monotonic() - start < SOON


def test_an_engine_that_listens_but_never_answers_is_given_up_soon(port: int) -> None:
    with create_server(("127.0.0.1", port)):
        start = time.monotonic()
        assert ask() is None
    assert time.monotonic() - start < SOON


def test_planned_runs_are_named_and_told_on_the_clock_of_viet_nam(engine: type[Engine]) -> None:
    planned = orchestrator.scheduled_runs()[0]
    assert (planned.deployment, planned.at.isoformat()) == ("tick", "2026-07-01T07:00:00+07:00")


def test_knocks_that_nobody_heard_are_dropped(engine: type[Engine]) -> None:
    assert orchestrator.forget_missed([orchestrator.TICK]) == 1
    assert engine.asked[-1][0] == "/api/flow_runs/r1"


def test_the_engine_is_told_to_stay_at_home(data_dir: Path, port: int) -> None:
    told = orchestrator.engine_environment(get_settings())
    assert told["DO_NOT_TRACK"] == "1"
    assert told["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert told["PREFECT_LOGGING_TO_API_ENABLED"] == "false"
    assert told["PREFECT_SERVER_API_HOST"] == "127.0.0.1"
    assert told["PREFECT_SERVER_API_AUTH_STRING"] == prefect_auth(get_settings())
    assert str(data_dir / "prefect") in told["PREFECT_SERVER_DATABASE_CONNECTION_URL"]
    assert orchestrator.ui_url("abc") == f"http://127.0.0.1:{port}/runs/flow-run/abc"
    assert orchestrator.ui_url("") == ""
