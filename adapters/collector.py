"""Python's collector of forgotten objects: what a process loads at its start is not looked through again and again."""

from __future__ import annotations

import gc
from functools import cache


@cache
def set_start_aside() -> None:
    """Keep for good what is loaded by now, once a process: each look through it stops all for a tenth of a second.

    From then on the collector looks when ten thousand objects came, not seven hundred: a batch keeps all that it makes.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
