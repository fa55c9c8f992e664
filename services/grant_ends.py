"""How an event ends a grant: the last month still due, and which grants give more.

An end only ever moves earlier, but for an event that was withdrawn as wrong: services/change_withdrawals.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, or_, select

from models.approval import Submission
from models.changes import LifeEvent
from models.payment import Grant
from rules.months import Month
from rules.parameters import LawGap
from rules.workflow import PAUSES, ChangeState, StopReason
from services import law
from services.errors import waiting

STOP_RULE_KEY = "NQ04.stop_rule"
_MONTHS_STILL_DUE = {"MONTH_AFTER_EVENT": 0, "MONTH_OF_EVENT": -1}


def in_force() -> ColumnElement[bool]:
    """Events that end what they end: by their record alone, or by the chairman's decision with its number."""
    ends = col(LifeEvent.reason).not_in(PAUSES)
    noted = and_(col(LifeEvent.by_decision).is_(False), col(LifeEvent.state) != ChangeState.WITHDRAWN)
    return and_(ends, or_(LifeEvent.state == ChangeState.DECIDED, noted))


def unknown_to_list() -> ColumnElement[bool]:
    """Events that the list behind a decision did not know; a death counts whatever a list knew."""
    return or_(LifeEvent.reason == StopReason.DEATH, col(LifeEvent.recorded_at) >= col(Submission.frozen_at))


def last_due(session: Session, commune_id: int, happened_on: date) -> Month:
    """The last month still due after an event on that day, by NQ04.stop_rule. Raises Problem WAITING without a rule."""
    try:
        rule = law.book_for(session, commune_id).get(STOP_RULE_KEY, on=happened_on).value
    except LawGap as gap:
        raise waiting("law_gap", f"Chưa tính được tháng thôi hưởng: {gap.message}") from gap
    if rule not in _MONTHS_STILL_DUE:
        raise waiting("law_gap", f"Chưa tính được tháng thôi hưởng: {STOP_RULE_KEY} có giá trị không hiểu được.")
    return Month.of(happened_on).plus(_MONTHS_STILL_DUE[rule])


def beyond(session: Session, person_id: int, last: Month) -> list[Grant]:
    """The person's grants that give a month after ``last``."""
    query = select(Grant).where(
        Grant.person_id == person_id, or_(col(Grant.to_month).is_(None), col(Grant.to_month) > last.code)
    )
    rows = session.exec(query.order_by(col(Grant.id))).all()
    return [row for row in rows if row.to_month is None or row.to_month >= row.from_month]


def end(
    session: Session, grants: Sequence[Grant], event: LifeEvent, last: Month, *, account_id: int | None, now: datetime
) -> list[dict[str, Any]]:
    """End these grants with ``last``, or before their first month when that comes later. Returns each with its end.

    The event keeps how each stood before, for the case that it is withdrawn.
    """
    event.ended = [*event.ended, *(_standing(grant) for grant in grants)]
    session.add(event)
    for grant in grants:
        grant.to_month = max(last, Month.parse(grant.from_month).plus(-1)).code
        grant.stop_reason, grant.ended_by, grant.ended_at = event.reason, account_id, now
        session.add(grant)
    session.flush()
    return [{"grant": grant.key, "to_month": grant.to_month} for grant in grants]


def _standing(grant: Grant) -> dict[str, Any]:
    return {
        "grant": grant.key,
        "to_month": grant.to_month,
        "stop_reason": grant.stop_reason,
        "ended_by": grant.ended_by,
        "ended_at": grant.ended_at.isoformat() if grant.ended_at else None,
    }
