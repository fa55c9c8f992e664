"""Remind who has something to do before its day, on it and after it; when it stays undone, tell the next level.

Before the day once, from OFFICE.reminder_days working days on; on the day once; after it every OFFICE.escalation_days
working days. Who stands above hears of it once per level: the first after so many working days, the next after twice
as many. Every key is made of ids, the day and its turn, so a round that was missed is made up for and none is doubled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from models.cycles import Cycle
from models.places import Commune
from rules.calendar import add_working_days, is_working_day, working_days_between
from rules.parameters import LawBook
from rules.workflow import ESCALATION, ROLE_LABELS, STEP_LABELS, Role, Step
from services import cycles, law, notices, review_gate
from services.deadlines import Deadline, for_superiors, open_deadlines
from services.due import Table
from services.store import get

REMINDER_KEY, ESCALATION_KEY = "OFFICE.reminder_days", "OFFICE.escalation_days"


@dataclass(frozen=True)
class Turn:
    """How a day stands: ``moment`` is before, on or after; ``days`` working days lie between; ``name`` ends the key."""

    moment: str
    days: int
    name: str


def remind(session: Session, *, commune_id: int, table: Table, now: datetime) -> int:
    """Queue what is due to be said in one commune today. Returns how many mails were queued.

    Nothing on days when offices are closed. Raises LawGap for a year without a calendar.
    """
    commune = get(session, Commune, commune_id, "đơn vị")
    book = law.book_for(session, commune_id)
    today = now.date()
    if not is_working_day(today, book):
        return 0
    found = list(open_deadlines(session, commune_id=commune_id, table=table, now=now))
    reminded = sum(_remind(session, commune, one, turn_of(one.due_on, book, today), now) for one in found)
    told = sum(_escalate(session, commune, one, book, now) for one in for_superiors(found))
    return reminded + told + _closing_postings(session, commune, book, now)


def turn_of(due_on: date, book: LawBook, on: date) -> Turn | None:
    """What is said on this working day of something due then; None while the day is far."""
    left = working_days_between(on, due_on, book)
    if due_on < on:
        rhythm = int(book.get(ESCALATION_KEY, on=on).value)
        return Turn("after", -left, f"after:{(-left - 1) // rhythm}")
    if left == 0:
        return Turn("on", 0, "on")
    return Turn("before", left, "before") if left <= int(book.get(REMINDER_KEY, on=on).value) else None


def _remind(session: Session, commune: Commune, one: Deadline, turn: Turn | None, now: datetime) -> int:
    if turn is None:
        return 0
    extra = {"moment": turn.moment, "step_label": one.subject}
    return sum(
        notices.queue(
            session,
            key=f"remind:{one.key}:{one.due_on.isoformat()}:{turn.name}",
            template=one.template,
            commune=commune,
            role=role,
            now=now,
            cycle=one.cycle,
            village=one.village,
            due_on=one.due_on,
            path=one.path,
            counts=one.counts | {"days": turn.days},
            extra=extra | ({"month": one.month} if one.month else {}),
        )
        for role in one.roles
    )


def _escalate(session: Session, commune: Commune, one: Deadline, book: LawBook, now: datetime) -> int:
    """Tell each level whose turn has come; a level is told once of one matter and day."""
    late = -working_days_between(now.date(), one.due_on, book)
    step = int(book.get(ESCALATION_KEY, on=now.date()).value)
    return sum(
        notices.queue(
            session,
            key=f"escalation:{one.key}:{one.due_on.isoformat()}:{level}",
            template="escalation",
            commune=commune,
            role=role,
            now=now,
            cycle=one.cycle,
            due_on=one.due_on,
            path="/runs",
            counts={"waiting": one.waiting, "days": late},
            extra={"step_label": one.subject, "holder_label": ROLE_LABELS[one.roles[0]]},
        )
        for level, role in enumerate(ESCALATION.get(one.roles[0], ()), start=1)
        if late >= level * step
    )


def _closing_postings(session: Session, commune: Commune, book: LawBook, now: datetime) -> int:
    """On the last working day of a posting: send in what people said, take the list down when the day is over."""
    next_day = add_working_days(now.date(), 1, book)
    queued = 0
    for cycle in cycles.open_cycles(session):
        if cycle.commune_id != commune.key or cycles.current_step(session, cycle.key) is not Step.eligibility:
            continue
        posting = review_gate.newest_posting(session, cycle.key)
        if posting is not None and posting.starts_on <= now.date() and posting.ends_on < next_day:
            queued += notices.queue_everywhere(
                session,
                key=f"posting_closing:{posting.key}",
                template="posting_closing",
                commune=commune,
                roles=(Role.front, Role.media, Role.economy),
                now=now,
                cycle=cycle,
                due_on=posting.ends_on,
                path=f"/posting?cycle={cycle.key}",
            )
    return queued


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
