"""Python's collector of forgotten objects: what a process loads at its start is not looked through again and again."""

from __future__ import annotations

import gc
from functools import cache


@cache
def set_start_aside() -> None:
    """Keep for good what is loaded by now, once a process: each look through it stops all for a tenth of a second."""
    gc.collect()
    gc.freeze()
