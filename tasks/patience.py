"""A run that waits for people lingers a moment: who acts right away is answered at once, without a new process."""

from __future__ import annotations

import time
from collections.abc import Callable

from adapters.settings import get_settings
from services import documents, outbox
from tasks import session
from tasks.standing import is_done, is_due

LOOK_SECONDS = 0.3


def comes_soon(has_work: Callable[[], bool], is_over: Callable[[], bool] = lambda: False) -> bool:
    """Look for up to the settings' linger seconds; True as soon as there is work. Holds no lease and no transaction."""
    end = time.monotonic() + get_settings().linger_seconds
    while not has_work():
        if is_over() or time.monotonic() >= end:
            return False
        time.sleep(LOOK_SECONDS)
    return True


def is_worth_another_pass(cycle_id: int) -> bool:
    """Whether the machine has something to do in the cycle, now or within the linger seconds; never once it is done."""
    return comes_soon(lambda: is_due(cycle_id) or unfinished_chores(), lambda: is_done(cycle_id))


def unfinished_chores() -> bool:
    """Whether a paper waits to be written or a mail to be sent."""
    with session.transaction(write=False) as opened:
        now = session.now()
        return bool(documents.wanted(opened, now=now, limit=1)) or outbox.is_due(opened, now=now)
