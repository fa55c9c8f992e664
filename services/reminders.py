"""Remind whoever holds a step before its day and after it, and tell the admin when the machine itself is stuck."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session, col, select

from models.cycles import Cycle, CycleStep
from models.lists import VillageList
from models.places import Commune, Village
from rules.calendar import is_working_day, working_days_between
from rules.parameters import LawBook, LawGap
from rules.workflow import STEP_LABELS, ListState, Role, Step, StepState
from services import cycles, law, notices
from services.due import Table
from services.errors import Problem
from services.store import get


def remind(session: Session, *, cycle_id: int, table: Table, now: datetime) -> int:
    """Queue the day's reminders of one cycle: one a mailbox, deadline and day. Returns how many were queued.

    Only on working days, from OFFICE.reminder_days working days before the deadline on. Raises LawGap for a year
    without a calendar.
    """
    cycle = get(session, Cycle, cycle_id, "kỳ xét")
    book = law.book_for(session, cycle.commune_id)
    if not is_working_day(now.date(), book):
        return 0
    step = cycles.current_step(session, cycle_id)
    if step is None:
        return 0
    if step is Step.lists:
        return _remind_villages(session, cycle, book, now)
    return _remind_holder(session, cycle, cycles.step_row(session, cycle_id, step), book, table, now)


def _is_time(due_on: date | None, book: LawBook, on: date) -> bool:
    if due_on is None:
        return False
    return working_days_between(on, due_on, book) <= int(book.get("OFFICE.reminder_days", on=on).value)


def _remind_villages(session: Session, cycle: Cycle, book: LawBook, now: datetime) -> int:
    commune = get(session, Commune, cycle.commune_id, "đơn vị")
    silent = (
        select(VillageList, Village)
        .join(Village, col(Village.id) == VillageList.village_id)
        .where(VillageList.cycle_id == cycle.key, VillageList.state == ListState.REQUESTED)
        .order_by(col(VillageList.id))
    )
    return sum(
        notices.queue(
            session,
            key=f"list_reminder:{asked.key}:{asked.due_on.isoformat()}:{now.date().isoformat()}",
            template="list_reminder",
            commune=commune,
            role=Role.village_head,
            cycle=cycle,
            village=village,
            due_on=asked.due_on,
            path="/lists",
            now=now,
        )
        for asked, village in session.exec(silent).all()
        if _is_time(asked.due_on, book, now.date())
    )


def _remind_holder(session: Session, cycle: Cycle, row: CycleStep, book: LawBook, table: Table, now: datetime) -> int:
    is_held = row.state == StepState.WAITING and row.holder != Role.system
    if not is_held or row.due_on is None or not _is_time(row.due_on, book, now.date()):
        return 0
    step = Step(row.step)
    return notices.queue(
        session,
        key=f"step_reminder:{cycle.key}:{step}:{row.due_on.isoformat()}:{now.date().isoformat()}",
        template="step_reminder",
        commune=get(session, Commune, cycle.commune_id, "đơn vị"),
        role=Role(row.holder),
        cycle=cycle,
        due_on=row.due_on,
        path=f"/{step}",
        counts={"waiting": _waiting(session, cycle, step, table, now)},
        extra={"step_label": STEP_LABELS[step]},
        now=now,
    )


def _waiting(session: Session, cycle: Cycle, step: Step, table: Table, now: datetime) -> int:
    """How many things the holder still has to do; at least the step itself."""
    try:
        counts = table[step].gate(session, cycle, now).counts
    except (Problem, LawGap):
        return 1
    return max(counts.get("waiting", 1), 1)


def tell_of_failure(session: Session, *, cycle_id: int, now: datetime) -> int:
    """Queue one mail a day to the admins of a commune whose cycle could not be carried on."""
    cycle = get(session, Cycle, cycle_id, "kỳ xét")
    step = cycles.current_step(session, cycle_id)
    return notices.queue(
        session,
        key=f"run_failed:{cycle_id}:{now.date().isoformat()}",
        template="run_failed",
        commune=get(session, Commune, cycle.commune_id, "đơn vị"),
        role=Role.admin,
        cycle=cycle,
        path="/runs",
        extra={"step_label": STEP_LABELS[step]} if step else None,
        now=now,
    )
