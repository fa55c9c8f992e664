"""A run that waits for people lingers a moment: who acts right away is answered at once, without a new process."""

from __future__ import annotations

import time
from collections.abc import Callable

from adapters.settings import get_settings
from models.cycles import Cycle
from services import documents, due, outbox
from services.step_table import ALL
from services.store import get
from tasks import session

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
    return comes_soon(lambda: _has_work(cycle_id) or unfinished_chores(), lambda: _is_done(cycle_id))


def unfinished_chores() -> bool:
    """Whether a paper waits to be written or a mail to be sent."""
    with session.transaction(write=False) as opened:
        now = session.now()
        return bool(documents.wanted(opened, now=now, limit=1)) or outbox.is_due(opened, now=now)


def _has_work(cycle_id: int) -> bool:
    with session.transaction(write=False) as opened:
        cycle = get(opened, Cycle, cycle_id, "kỳ xét")
        moment = session.machine_now()
        return due.due_cycle(opened, cycle=cycle, table=ALL, now=session.now(), machine_now=moment) is not None


def _is_done(cycle_id: int) -> bool:
    with session.transaction(write=False) as opened:
        return get(opened, Cycle, cycle_id, "kỳ xét").done_at is not None
