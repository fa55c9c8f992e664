"""A run that waits for people lingers a moment: who acts right away is answered at once, without a new process."""

from __future__ import annotations

import time

from adapters.settings import get_settings
from models.cycles import Cycle
from services import due
from services.step_table import ALL
from services.store import get
from tasks import session

LOOK_SECONDS = 0.4


def is_worth_another_pass(cycle_id: int) -> bool:
    """Wait for up to the settings' linger seconds; True as soon as the machine has something to do in the cycle.

    No lease and no transaction is held meanwhile.
    """
    end = time.monotonic() + get_settings().linger_seconds
    while True:
        with session.transaction(write=False) as opened:
            cycle = get(opened, Cycle, cycle_id, "kỳ xét")
            is_over = cycle.done_at is not None
            found = due.due_cycle(opened, cycle=cycle, table=ALL, now=session.now(), machine_now=session.machine_now())
        if found or is_over or time.monotonic() >= end:
            return found is not None
        time.sleep(LOOK_SECONDS)
