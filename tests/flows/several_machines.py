"""The engine as a province runs it: two API servers, one for the background, two workers, on PostgreSQL and Redis."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.free_ports import free_ports

HOUSE = Path(__file__).resolve().parents[2]
PATIENCE = 240.0
REDIS = ("redis-server", "valkey-server")
POOL = "ansinh"
AT_ONCE = 3
"""So many runs a worker takes at a time, so that the one that asks first does not take all."""


def redis_program() -> str | None:
    """Path of a Redis server; None when this machine has none."""
    return next((path for path in map(shutil.which, REDIS) if path), None)


@dataclass
class Machines:
    """The running parts by name: "api-1", "api-2", "background", "worker-1", "worker-2"; worker n asks server n."""

    running: Mapping[str, subprocess.Popen[bytes]]
    urls: tuple[str, str]
    folder: Path

    def kill(self, name: str) -> None:
        """Kill -9 a part and whatever it started."""
        os.killpg(self.running[name].pid, signal.SIGKILL)
        self.running[name].wait()

    def taken(self, worker: str) -> int:
        """How many runs a worker has begun."""
        return (self.folder / f"{worker}.log").read_text("utf-8").count("submitted to infrastructure")


@contextmanager
def machines(folder: Path, settings: Mapping[str, str]) -> Iterator[Machines]:
    """All parts, started and ready. ``settings``: where the records and the engine's own database lie."""
    port, *ports = free_ports(3)
    urls = tuple(f"http://127.0.0.1:{port}/api" for port in ports)
    common = os.environ | settings | {"ANSINH_REDIS_URL": f"redis://127.0.0.1:{port}/0", "PYTHONUNBUFFERED": "1"}
    at = [common | {"ANSINH_PREFECT_API_URL": url} for url in urls]
    with ExitStack() as stack:
        running: dict[str, subprocess.Popen[bytes]] = {}

        def run(name: str, command: list[str], surroundings: Mapping[str, str]) -> None:
            running[name] = stack.enter_context(_process(command, surroundings, folder / f"{name}.log"))

        program = redis_program()
        assert program is not None
        run("redis", [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)], common)
        _finish(_engine("prefect", "server", "database", "upgrade", "-y"), common)
        for number, surroundings in enumerate(at, 1):
            server = _engine("prefect", "server", "start", "--no-services", "--port", str(ports[number - 1]))
            run(f"api-{number}", server, surroundings)
        run("background", _engine("prefect", "server", "services", "start"), common)
        until(lambda: all(map(_answers, urls)), "both servers answer")
        _finish(_engine("prefect", "work-pool", "create", POOL, "--type", "process"), at[0])
        _finish(_engine("prefect", "--no-prompt", "deploy", "--all"), at[1])
        for number, surroundings in enumerate(at, 1):
            worker = _engine("prefect", "worker", "start", "--pool", POOL, "--limit", str(AT_ONCE))
            run(f"worker-{number}", worker, surroundings)
        yield Machines(running, (urls[0], urls[1]), folder)


def until(holds: Callable[[], object], what: str) -> None:
    """Wait until it holds. Raises AssertionError when it does not within four minutes."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"not within {PATIENCE:.0f} s: {what}"
        time.sleep(0.25)


def _engine(*words: str) -> list[str]:
    return [sys.executable, "-m", "cli", "engine", *words]


def _finish(command: list[str], surroundings: Mapping[str, str]) -> None:
    done = subprocess.run(
        command, cwd=HOUSE, env=surroundings, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


@contextmanager
def _process(command: list[str], surroundings: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, cwd=HOUSE, env=surroundings, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False
