"""What the parallel workers of one run have in common: a folder, locks in it, and the demonstration played once."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "ANSINH_TEST_SHARED_DIR"
HOUSE = Path(__file__).parents[1]


def folder() -> Path:
    """The folder of this run, made before its workers start and removed when it ends."""
    return Path(os.environ[NAME])


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Alone among all workers that lock this file."""
    with path.open("w", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def demonstration() -> Path:
    """The data of the whole demonstration, played without its engine: three months, 73 people. Copy it to change it."""
    played = folder() / "demonstration"
    with locked(folder() / "demonstration.lock"):
        if not (played / "whole").exists():
            play(played)
            (played / "whole").touch()
    return played


def play(folder: Path) -> None:
    """The demonstration by hand, in a process of its own, into this folder."""
    command = [sys.executable, "-m", "cli", "demo", "--by-hand", "--folder", str(folder)]
    told = {name: value for name, value in os.environ.items() if not name.startswith("ANSINH_")}
    done = subprocess.run(command, cwd=HOUSE, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
