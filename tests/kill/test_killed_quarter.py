"""Killed anywhere, the quarter goes on without doing anything twice: its records equal an undisturbed run's."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import shared
from tests.kill.records import open_demo, records

KILLS = 10
HOUSE = Path(__file__).parents[2]
pytestmark = [pytest.mark.kill, pytest.mark.timeout(400)]


def start(folder: Path) -> subprocess.Popen[str]:
    """The demonstration by hand, in a process of its own, with leases short enough to be taken over at once."""
    command = [sys.executable, "-m", "cli", "demo", "--by-hand", "--folder", str(folder)]
    surroundings = {**os.environ, "PYTHONUNBUFFERED": "1", "ANSINH_LEASE_SECONDS": "1"}
    return subprocess.Popen(
        command,
        cwd=HOUSE,
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def kill_after(running: subprocess.Popen[str], lines: int, pause: float) -> bool:
    """Kill -9 after that many lines of progress and a moment more; False when it was finished before."""
    assert running.stdout is not None
    for _ in range(lines):
        if not running.stdout.readline():
            return False
    time.sleep(pause)
    if running.poll() is not None:
        return False
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    return True


def play_to_the_end(folder: Path) -> str:
    """Run it undisturbed; returns what it said."""
    running = start(folder)
    said, _ = running.communicate(timeout=240)
    assert running.returncode == 0, said[-3000:]
    return said


def mailbox(folder: Path) -> list[str]:
    """Names of the letters that left, which are their Message-IDs."""
    return sorted(path.name for path in (folder / "mailbox").iterdir())


def test_ten_kills_leave_the_records_of_an_undisturbed_quarter(tmp_path: Path) -> None:
    """Kill -9 at ten random moments of the six steps and the months after; then let it finish."""
    whole, disturbed = shared.demonstration(), tmp_path / "disturbed"
    chance = random.Random(2026)
    struck = 0
    for _ in range(KILLS * 3):
        running = start(disturbed)
        struck += kill_after(running, chance.randint(1, 9), chance.uniform(0.0, 0.4))
        if running.stdout is not None:
            running.stdout.close()
        running.wait()
        if struck == KILLS:
            break
    play_to_the_end(disturbed)
    assert struck == KILLS
    expected, found = records(open_demo(whole)), records(open_demo(disturbed))
    for table, rows in expected.items():
        assert found[table] == rows, table
    assert mailbox(disturbed) == mailbox(whole)


def test_a_second_demonstration_writes_nothing_and_mails_nobody(tmp_path: Path) -> None:
    """The same command again finds everything done."""
    played = shutil.copytree(shared.demonstration(), tmp_path / "played")
    before, letters = records(open_demo(played)), mailbox(played)
    said = play_to_the_end(played)
    assert "không ghi thêm gì" in " ".join(said.split())
    assert records(open_demo(played)) == before
    assert mailbox(played) == letters
