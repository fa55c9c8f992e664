"""The embedded product keeps itself running, and leaves nothing running behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters import orchestrator
from adapters.settings import get_settings
from cli.services import Service
from cli.supervisor import Supervisor
from tests.free_ports import free_ports

HERE = Path(__file__).resolve().parents[2]
# a service that starts a helper of its own, as the flows do, and tells both numbers
SERVICE = """
import os, pathlib, subprocess, sys, time
helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
pathlib.Path({note!r}).write_text(f"{{os.getpid()}} {{helper.pid}}")
time.sleep(600)
"""
# a supervisor of its own process, to be stopped by signals
SUPERVISED = """
import sys
from pathlib import Path
from adapters.settings import get_settings
from cli.services import Service
from cli.supervisor import Supervisor
note = Path(sys.argv[1])
service = Service("test", "Thử", (sys.executable, "-c", note.with_suffix(".py").read_text()), note.exists)
with Supervisor(get_settings(), [service]) as services:
    services.watch()
"""


def _wait(until: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def _numbers(note: Path) -> tuple[int, int]:
    _wait(lambda: note.exists() and len(note.read_text().split()) == 2)
    service, helper = note.read_text().split()
    return int(service), int(helper)


@pytest.fixture
def note(tmp_path: Path) -> Iterator[Path]:
    """Where the service of a test writes its numbers; whatever it started is gone after the test."""
    path = tmp_path / "numbers"
    path.with_suffix(".py").write_text(SERVICE.format(note=str(path)))
    yield path
    if path.exists():
        for pid in map(int, path.read_text().split()):
            if _lives(pid):
                os.kill(pid, signal.SIGKILL)


def _service(note: Path) -> Service:
    command = (sys.executable, "-c", note.with_suffix(".py").read_text())
    return Service("test", "Thử", command, note.exists, dict(os.environ))


def _tended(services: Supervisor) -> bool:
    services.tend()
    return True


def test_a_service_that_is_killed_comes_back_without_its_orphans(note: Path) -> None:
    with Supervisor(get_settings(), [_service(note)]) as services:
        first, helper = _numbers(note)
        note.unlink()
        os.kill(first, signal.SIGKILL)
        _wait(lambda: _tended(services) and note.exists())
        second, _ = _numbers(note)
        assert second != first
        assert services.children[0].restarts == 1
        _wait(lambda: not _lives(helper))
    assert not _lives(second)


def test_stopping_ends_the_service_and_all_it_started(note: Path) -> None:
    with Supervisor(get_settings(), [_service(note)]):
        numbers = _numbers(note)
        assert all(map(_lives, numbers))
    _wait(lambda: not any(map(_lives, numbers)), 2)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_however_the_supervisor_ends_its_service_ends_too(note: Path, number: signal.Signals) -> None:
    supervisor = subprocess.Popen(
        [sys.executable, "-c", SUPERVISED, str(note)], cwd=HERE, start_new_session=True, stderr=subprocess.DEVNULL
    )
    service, _ = _numbers(note)
    supervisor.send_signal(number)
    supervisor.wait(15)
    _wait(lambda: not _lives(service))
    if number is not signal.SIGKILL:
        assert supervisor.returncode == 0


@pytest.mark.engine
@pytest.mark.timeout(300)
def test_the_whole_product_starts_survives_kills_and_stops(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web, engine = free_ports(2)
    monkeypatch.setenv("ANSINH_WEB_PORT", str(web))
    monkeypatch.setenv("ANSINH_PREFECT_PORT", str(engine))
    product = subprocess.Popen(
        [sys.executable, "-m", "cli", "start"],
        cwd=HERE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        assert product.stdout is not None
        said = _said_until(product.stdout, "/setup?token=")
        assert f"http://127.0.0.1:{web}" in said
        get_settings.cache_clear()
        _wait(lambda: {"tick", "deliver-mail"} <= {run.deployment for run in orchestrator.scheduled_runs(200)}, 60)
        children = _children(product.pid)
        assert len(children) == 3
        os.kill(children[0], signal.SIGKILL)
        _wait(lambda: len(_children(product.pid)) == 3 and children[0] not in _children(product.pid), 60)
        _wait(lambda: _listens(engine), 60)
        last = _children(product.pid)
        product.send_signal(signal.SIGTERM)
        assert product.wait(30) == 0
        assert not any(map(_lives, last))
        assert not _listens(web)
        assert not _listens(engine)
    finally:
        if product.poll() is None:
            product.kill()
            product.wait()
        if product.stdout is not None:
            product.stdout.close()
    assert {log.name for log in (data_dir / "logs").iterdir()} == {"engine.log", "flows.log", "web.log"}


def _said_until(stream: object, words: str) -> str:
    said = ""
    for line in stream:  # type: ignore[attr-defined]
        said += line
        if words in line:
            return said
    pytest.fail(f"it ended without saying where: {said}")


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sorted(int(child) for child in found if _lives(int(child)))


def _listens(port: int) -> bool:
    with socket.socket() as sock:
        sock.settimeout(1)
        return sock.connect_ex(("127.0.0.1", port)) == 0
