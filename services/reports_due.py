"""Reports that no closing of a month has asked for: of periods without a payment list, and what was missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session, col, select

from models.cycles import Cycle
from models.documents import Document
from models.payment import PaymentList
from rules.months import Month
from rules.parameters import LawGap
from rules.workflow import PaymentListState
from services import payment_build, report_papers, reports
from services.reports import Span

LOOK_BACK = 12
"""How many months before the present one are looked at."""


def missing(session: Session, commune_id: int, *, now: datetime) -> list[Span]:
    """Periods that are over, whose payments are all settled, and that have no report yet; the earliest first."""
    oldest = select(Cycle).where(Cycle.commune_id == commune_id).order_by(col(Cycle.opened_on)).limit(1)
    cycle = session.exec(oldest).first()
    if cycle is None:
        return []
    open_months = _open_months(session, commune_id, now)
    subjects = set(
        session.exec(
            select(Document.subject).where(Document.kind == "activity_report", Document.commune_id == commune_id)
        )
    )
    return [
        span
        for span in _spans(Month.of(cycle.opened_on), Month.of(now.date()))
        if report_papers.report_subject(commune_id, span) not in subjects
        and not any(span.first <= month <= span.last for month in open_months)
    ]


def want_missing(session: Session, *, commune_id: int, now: datetime) -> int:
    """Ask for every report that is missing; returns how many."""
    found = missing(session, commune_id, now=now)
    for span in found:
        report_papers.want_report(session, commune_id=commune_id, span=span, now=now)
    return len(found)


def _spans(first: Month, this: Month) -> Iterator[Span]:
    """The periods that end before this month and not before the month of the commune's first cycle."""
    for month in max(first, this.plus(-LOOK_BACK)).through(this.plus(-1)):
        yield from reports.spans_ending(month)


def _open_months(session: Session, commune_id: int, now: datetime) -> set[Month]:
    """Months with a list that is not closed, and months whose list is still to be built."""
    lists = select(PaymentList.month).where(PaymentList.commune_id == commune_id)
    unsettled = {
        Month.parse(code) for code in session.exec(lists.where(col(PaymentList.state) != PaymentListState.CLOSED))
    }
    try:
        return unsettled | set(payment_build.due_months(session, commune_id, now=now))
    except LawGap:
        return unsettled | {Month.of(now.date()).plus(-1)}
