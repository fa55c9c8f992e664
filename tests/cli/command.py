"""A command as the operator types it, without a process of its own."""

from __future__ import annotations

import io
import os
from contextlib import redirect_stderr, redirect_stdout
from unittest import mock

from cli.__main__ import main


def run(*words: str, columns: int = 200) -> tuple[int, str]:
    """Its status, and everything it said in a window so many letters wide."""
    said = io.StringIO()
    wide = mock.patch.dict(os.environ, COLUMNS=str(columns))
    with wide, redirect_stdout(said), redirect_stderr(said):
        status = main(words)
    return status, said.getvalue()
