"""Keep the services running: start them, start again what dies, stop them all without leaving anything behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from adapters.settings import Settings
from cli.services import HOUSE, Service, all_services

STEADY_SECONDS = 60
"""A service that lived this long is started again at once when it dies."""
LONGEST_PAUSE = 30.0
STOP_SECONDS = 8
MAX_LOG_BYTES = 5_000_000
WATCH_SECONDS = 0.2


class Child:
    """One service as a process group of its own; its words go to ``<data_dir>/logs/<name>.log``."""

    def __init__(self, service: Service, logs: Path) -> None:
        self.service = service
        self.process: subprocess.Popen[bytes] | None = None
        self.restarts = 0
        self._log = logs / f"{service.name}.log"
        self._failures = 0
        self._started = 0.0
        self._not_before = 0.0

    @property
    def pid(self) -> int | None:
        """The number of its process while it runs."""
        return self.process.pid if self.process and self.process.poll() is None else None

    def start(self) -> None:
        """Start the process; what it says is appended to its log."""
        self._log.parent.mkdir(parents=True, exist_ok=True)
        if self._log.exists() and self._log.stat().st_size > MAX_LOG_BYTES:
            self._log.replace(self._log.with_suffix(".log.1"))
        launcher = (sys.executable, "-m", "cli.child", str(os.getpid()))
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                (*launcher, *self.service.command),
                cwd=HOUSE,
                env=self.service.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._started = time.monotonic()

    def tend(self) -> None:
        """Start it again when it died: at once the first time, after growing pauses while it keeps dying."""
        if self.process is None or self.process.poll() is None:
            return
        moment = time.monotonic()
        if self._not_before == 0.0:
            self._signal(signal.SIGKILL)
            self._failures = 1 if moment - self._started > STEADY_SECONDS else self._failures + 1
            self._not_before = moment + min(LONGEST_PAUSE, 0.25 * 2**self._failures)
        if moment >= self._not_before:
            self._not_before = 0.0
            self.restarts += 1
            self.start()

    def ask_to_stop(self) -> None:
        """Let it end what it is doing."""
        self._signal(signal.SIGTERM)

    def end(self, until: float) -> None:
        """Wait for it until that moment, then end its whole group by force."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, until - time.monotonic()))
        self._signal(signal.SIGKILL)
        self.process.wait()

    def _signal(self, number: signal.Signals) -> None:
        """To the whole group: whatever the service itself started ends with it."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


class Supervisor:
    """The services of one installation. Use it as a context: they are stopped when the block is left, however."""

    def __init__(self, settings: Settings, services: Sequence[Service] | None = None) -> None:
        chosen = all_services(settings) if services is None else services
        self.children = [Child(service, settings.data_dir / "logs") for service in chosen]

    def __enter__(self) -> Supervisor:
        for child in self.children:
            child.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def tend(self) -> None:
        """Start again what died; call it now and then."""
        for child in self.children:
            child.tend()

    def wait_until_ready(self, seconds: float, told: Callable[[Service], None] | None = None) -> bool:
        """Tend the services until each is ready, telling of each; False when they are not within ``seconds``."""
        waiting = [child.service for child in self.children]
        end = time.monotonic() + seconds
        while waiting and time.monotonic() < end:
            self.tend()
            for service in [service for service in waiting if service.is_ready()]:
                waiting.remove(service)
                if told:
                    told(service)
            time.sleep(WATCH_SECONDS)
        return not waiting

    def watch(self) -> None:
        """Tend the services until the process is told to stop (SIGTERM or SIGINT)."""
        with stop_signals() as is_told:
            while not is_told():
                self.tend()
                time.sleep(WATCH_SECONDS)

    def stop(self) -> None:
        """Stop all, within a few seconds."""
        for child in self.children:
            child.ask_to_stop()
        until = time.monotonic() + STOP_SECONDS
        for child in self.children:
            child.end(until)


@contextmanager
def stop_signals() -> Iterator[Callable[[], bool]]:
    """Turn SIGTERM and SIGINT into a flag for the length of the block; main thread only."""
    told: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        told.append(number)

    before: dict[signal.Signals, Any] = {
        number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield lambda: bool(told)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
