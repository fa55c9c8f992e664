"""An installation runs once, on ports that are its own; a second start says so and harms nothing."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.settings import get_settings
from cli.alone import CannotStart, alone, need_ports
from tests.cli.command import run
from tests.free_ports import free_ports

HOUSE = Path(__file__).resolve().parents[2]
HOLD = """
import time
from adapters.settings import get_settings
from cli.alone import alone
with alone(get_settings()):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def _own_ports(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    web, engine = free_ports(2)
    monkeypatch.setenv("ANSINH_WEB_PORT", str(web))
    monkeypatch.setenv("ANSINH_PREFECT_PORT", str(engine))
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def test_a_second_start_is_refused_and_leaves_the_set_up_link_alone(data_dir: Path) -> None:
    (data_dir / "setup-token").write_text("ma-dang-dung", "ascii")
    with alone(get_settings()):
        status, said = run("start")
    assert (status, "đang chạy" in said, str(data_dir) in said) == (1, True, True)
    assert (data_dir / "setup-token").read_text("ascii") == "ma-dang-dung"
    assert not (data_dir / "ansinh.db").exists()


def test_a_second_demonstration_in_the_same_folder_is_refused(data_dir: Path) -> None:
    command = [sys.executable, "-m", "cli", "demo", "--exit", "--folder", str(data_dir)]
    with alone(get_settings()):
        done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=False)
    assert (done.returncode, "đang chạy" in done.stderr) == (1, True)


def test_a_start_that_was_killed_holds_nothing() -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD], cwd=HOUSE, stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(CannotStart), alone(get_settings()):
            pass
    finally:
        holder.kill()
        holder.communicate()
    with alone(get_settings()):
        pass


def test_a_port_of_somebody_else_is_named_with_its_setting() -> None:
    settings = get_settings()
    need_ports(settings, 0)
    for name, port in (("ANSINH_WEB_PORT", settings.web_port), ("ANSINH_PREFECT_PORT", settings.prefect_port)):
        with socket.create_server(("127.0.0.1", port)), pytest.raises(CannotStart, match=f"{port}.*{name}"):
            need_ports(settings, 0)


def test_a_port_that_is_being_given_back_is_waited_for() -> None:
    settings = get_settings()
    holder = socket.create_server(("127.0.0.1", settings.web_port))
    began = time.monotonic()
    with pytest.raises(CannotStart):
        need_ports(settings, 0.5)
    assert time.monotonic() - began >= 0.5
    holder.close()
    need_ports(settings, 0.5)


def test_an_address_that_is_not_of_this_machine_is_told() -> None:
    elsewhere = get_settings().model_copy(update={"web_host": "192.0.2.1"})
    with pytest.raises(CannotStart, match="ANSINH_WEB_HOST"):
        need_ports(elsewhere, 0)
