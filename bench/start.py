"""The embedded product from the command to the first page and to all ready, and its memory, beside the bare engine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.workshop import load

HOUSE = Path(__file__).resolve().parents[1]
PATIENCE = 240
REST = 30
"""Seconds after all is ready until the memory is read: the first runs are over then."""


@dataclass(frozen=True)
class Seen:
    """Seconds to the first page and to all ready; MB of memory, shared pages counted once (PSS) and each time (RSS)."""

    page: float
    ready: float
    pss: int
    rss: int


def main() -> None:
    """Start the product on an empty folder, then Prefect's server alone on another."""
    with tempfile.TemporaryDirectory() as folder:
        web, engine = _ports(2)
        settings = {"ANSINH_DATA_DIR": folder, "ANSINH_WEB_PORT": str(web), "ANSINH_PREFECT_PORT": str(engine)}
        product = _seen([sys.executable, "-m", "cli", "start"], settings, web, "Bộ điều phối")
    with tempfile.TemporaryDirectory() as folder:
        (port,) = _ports(1)
        bare = ("prefect.server.api.server:create_app", "--port", str(port))
        settings = {"PREFECT_HOME": folder, "PREFECT__SERVER_FINAL": "1", "DO_NOT_TRACK": "1"}
        floor = _seen([sys.executable, "-m", "uvicorn", "--factory", *bare], settings, port, "")
    print(load())
    print(f"first page   {product.page:6.1f} s    target < 15 s; Prefect's server alone {floor.page:.1f} s")
    print(f"all ready    {product.ready:6.1f} s    {product.ready / floor.page:.1f} × Prefect's server alone")
    print(f"memory       {product.pss:6} MB   target < 500 MB; {product.pss / floor.pss:.1f} × Prefect's server alone")
    print(f"  (with shared pages counted in each process: {product.rss} MB beside {floor.rss} MB)")


def _seen(command: Sequence[str], settings: dict[str, str], port: int, last_word: str) -> Seen:
    began = time.monotonic()
    with _running(command, settings) as (process, said):
        _until(process, lambda: _answers(port))
        page = time.monotonic() - began
        _until(process, lambda: last_word in said.read_text(encoding="utf-8"))
        ready = time.monotonic() - began
        time.sleep(REST)
        return Seen(page, ready, *_memory(process.pid))


@contextmanager
def _running(command: Sequence[str], settings: dict[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "said"
        with said.open("wb") as out:
            process = subprocess.Popen(
                command, cwd=HOUSE, env=os.environ | settings, stdout=out, stderr=subprocess.STDOUT
            )
        try:
            yield process, said
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _until(process: subprocess.Popen[bytes], is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError("it did not come up")
        time.sleep(0.1)


def _answers(port: int) -> bool:
    try:
        return not httpx.get(f"http://127.0.0.1:{port}/", timeout=2, trust_env=False).is_server_error
    except httpx.HTTPError:
        return False


def _memory(pid: int) -> tuple[int, int]:
    """PSS and RSS in MB of a process and the services it started, from the kernel."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    sums = {"Pss:": 0, "Rss:": 0}
    for number in (str(pid), *children):
        for line in Path(f"/proc/{number}/smaps_rollup").read_text().splitlines():
            name, value, *_ = line.split()
            if name in sums:
                sums[name] += int(value)
    return sums["Pss:"] // 1024, sums["Rss:"] // 1024


def _ports(count: int) -> list[int]:
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    numbers: list[int] = [one.getsockname()[1] for one in taken]
    for one in taken:
        one.close()
    return numbers


if __name__ == "__main__":
    main()
