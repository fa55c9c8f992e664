"""What may be said of a failure: its kind and place. An error's own text may quote a row, and with it a person."""

from __future__ import annotations

import traceback
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]


class StepFailed(Exception):
    """A step stopped on an unexpected error; the text is safe for logs, run history and the engine."""


def words(error: BaseException) -> str:
    """ "IntegrityError tại services/lists.py:120": the error's kind and the deepest line of ours, never its text."""
    places = [
        f"{Path(frame.filename).relative_to(HOUSE)}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(HOUSE) and ".venv" not in frame.filename
    ]
    return f"{type(error).__name__} tại {places[-1]}" if places else type(error).__name__
