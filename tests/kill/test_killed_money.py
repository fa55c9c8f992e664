"""Killed at any write of freeze, export, reconcile or close, the month goes on as if nothing had happened."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kill.money_acts import MOST

HOUSE = Path(__file__).parents[2]
pytestmark = [pytest.mark.kill, pytest.mark.timeout(900)]


def test_a_restart_after_a_kill_at_any_write_gives_the_undisturbed_month(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.kill.money_acts", str(tmp_path)]
    done = subprocess.run(command, cwd=HOUSE, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    said = {row["act"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert list(said) == ["freeze", "approve", "export", "send", "reconcile", "close"]
    for act, row in said.items():
        assert 1 < row["places"] < MOST - 1, f"{act}: every place was reached"
        assert row["wrong"] == [], act
    assert said["export"]["files"] > 1, "a file half written, or whole and not yet recorded, is part of the promise"
