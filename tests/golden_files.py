"""Texts a person has read and agreed to: compared with what the product writes now.

`ANSINH_GOLDEN=1 pytest …` writes them anew; the change is then read in the diff before it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"
# read while collecting: each test runs without the settings of the person's own shell
REFRESH = os.environ.get("ANSINH_GOLDEN") == "1"


def check_golden(name: str, text: str) -> None:
    """Assert that `text` is what `tests/golden/<name>` says; with ANSINH_GOLDEN=1, write it instead."""
    path = GOLDEN / name
    if REFRESH:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"{name} is not there yet: run with ANSINH_GOLDEN=1 and read it"
    assert text == path.read_text(encoding="utf-8")
