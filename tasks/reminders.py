"""The morning round of each commune: what is due or late is said, then the day's digests are gathered."""

from __future__ import annotations

import logging
from datetime import time

from adapters.settings import get_settings
from rules.parameters import LawGap
from services import digests, due, reminders
from services.step_table import ALL
from tasks import failures, session
from tasks.failures import StepFailed

log = logging.getLogger("ansinh.tasks")

FLOW = "reminders"
BEGINS = time(7, 0)
"""From when on the round of a day is due; prefect.yaml has the same hour."""
MOST_A_DAY = 5
"""A round that fails again and again is left for the operator, who sees it in the history."""


def go_round(commune_id: int) -> int:
    """Queue one commune's reminders, reports to superiors and digests of the day; returns how many mails.

    A repeated round queues nothing. A year without a calendar stops the reminders and not the digests. Raises
    `StepFailed`, safe to log, for anything unexpected.
    """
    try:
        return _remind(commune_id) + _gather(commune_id)
    except Exception as error:  # noqa: BLE001 - whatever it is, its text must not reach logs or the engine
        raise StepFailed(failures.words(error)) from None


def _remind(commune_id: int) -> int:
    try:
        with session.transaction() as opened:
            return reminders.remind(opened, commune_id=commune_id, table=ALL, now=session.now())
    except LawGap as gap:
        log.warning("commune %s: no reminders, %s is not known", commune_id, gap.key)
        return 0


def _gather(commune_id: int) -> int:
    with session.transaction() as opened:
        return digests.gather(opened, commune_id=commune_id, now=session.now())


def is_round_due() -> bool:
    """Whether the round of this day has its hour behind it and was neither done nor is under way.

    Never in a demonstration: its clock jumps from day to day, and what it plays must not depend on who looks when.
    """
    if get_settings().demo_clock is not None or session.now().time() < BEGINS:
        return False
    midnight = session.machine_now().replace(hour=0, minute=0, second=0, microsecond=0)
    with session.transaction(write=False) as opened:
        return due.is_run_wanted(opened, flow=FLOW, since=midnight, at_most=MOST_A_DAY)
