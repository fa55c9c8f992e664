"""Decisions that end or change what somebody gets: from a change between quarters, or from a new decision's amounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from sqlmodel import Session, col, select

from models.approval import Decision
from models.changes import LifeEvent
from models.documents import Document
from models.payment import Benefit, Grant
from models.people import Person
from models.places import Commune, Village
from rules.months import Month
from rules.names import fold_name
from rules.papers import ChangeDecision, ChangeRow
from rules.papers.results import ADJUST, RESUME, STOP, SUSPEND
from rules.workflow import PAUSES, STOP_REASON_LABELS, StopReason
from services import documents, law, ledger, paper_heads
from services.store import get

_KINDS = {StopReason.SUSPENDED: SUSPEND, StopReason.RESUMED: RESUME}
RECIPIENTS = ("Như Điều 3", "Thường trực Đảng ủy, HĐND", "CT, các PCT UBND", "Ủy ban MTTQ", "Lưu: VT, KT")


def want_stop(session: Session, event: LifeEvent, *, last: Month, now: datetime) -> Document | None:
    """Ask for the quyết định thôi hưởng of a person whose support the event ends with ``last``; of a pause, its own.

    None for somebody whose support it does not end, and for BHYT alone when no decision is needed.
    """
    ended = _ended_by(session, event, last)
    if ended is None:
        return None
    kind = _KINDS.get(StopReason(event.reason), STOP)
    why = f"{STOP_REASON_LABELS[StopReason(event.reason)]}, ngày {event.happened_on:%d/%m/%Y}"
    if event.reason in PAUSES and event.note:
        why = f"{why}: {event.note}"
    if kind == RESUME:
        first = Month.of(event.happened_on)
        row = replace(_row(session, ended, after=ended.monthly_amount, first=first, reason=why), before=0)
    else:
        first = max(last.plus(1), Month.parse(ended.from_month))
        row = _row(session, ended, after=0, first=first, reason=why)
    said = paper(session, event.commune_id, kind, [row], now=now)
    return documents.want(
        session,
        commune_id=event.commune_id,
        cycle_id=get(session, Decision, ended.decision_id).cycle_id,
        kind="stop_decision",
        subject=f"life_event:{event.key}",
        title=f"Dự thảo quyết định {kind}, biến động số {event.key}",
        file_name=f"du-thao-quyet-dinh-{fold_name(kind).replace(' ', '-')}-{event.key}.docx",
        data=asdict(said),
        now=now,
    )


def _ended_by(session: Session, event: LifeEvent, last: Month) -> Grant | None:
    """The income support that the event ended, or will end once it is decided; what BHYT alone ends by a decision."""
    query = select(Grant).where(Grant.person_id == event.person_id)
    if not event.by_decision:
        by_event = (col(Grant.stop_reason) == event.reason) & col(Grant.to_month).is_not(None)
        query = query.where(Grant.benefit == Benefit.INCOME, by_event)
        return session.exec(query.order_by(col(Grant.id).desc())).first()
    runs_on = col(Grant.to_month).is_(None) | (col(Grant.to_month) > last.code)
    income_first = col(Grant.benefit) != Benefit.INCOME
    return session.exec(query.where(runs_on).order_by(income_first, col(Grant.id).desc())).first()


def want_adjust(session: Session, decision: Decision, *, now: datetime) -> None:
    """Ask for the quyết định điều chỉnh of those whose amount a new decision replaced; of nobody where none changed."""
    new = session.exec(
        select(Grant).where(Grant.decision_id == decision.key, Grant.benefit == Benefit.INCOME).order_by(col(Grant.id))
    ).all()
    rows = []
    for grant in new:
        before = _replaced(session, grant)
        if before is not None and before.monthly_amount != grant.monthly_amount:
            reason = f"Đánh giá lại theo Quyết định số {decision.number:02d}/{decision.symbol}"
            first = Month.parse(grant.from_month)
            rows.append(_row(session, before, after=grant.monthly_amount, first=first, reason=reason))
    if not rows:
        return
    documents.want(
        session,
        commune_id=decision.commune_id,
        cycle_id=decision.cycle_id,
        kind="adjust_decision",
        subject=f"decision:{decision.key}",
        title=f"Dự thảo quyết định điều chỉnh mức của {len(rows)} người",
        file_name=f"du-thao-quyet-dinh-dieu-chinh-{decision.number}-{decision.issued_year}.docx",
        data=asdict(paper(session, decision.commune_id, ADJUST, rows, now=now)),
        now=now,
    )


def paper(session: Session, commune_id: int, kind: str, rows: Sequence[ChangeRow], *, now: datetime) -> ChangeDecision:
    """What the decision says; the head of the audit chain fixes all that was recorded before."""
    commune = get(session, Commune, commune_id)
    book = law.book_for(session, commune_id)
    head = paper_heads.committee(session, commune, symbol="QĐ-UBND", recipients=RECIPIENTS, on=now.date())
    return ChangeDecision(
        head=head,
        kind=kind,
        authority_title=paper_heads.body_of(commune),
        bases=(*paper_heads.bases(head, book, now.date()), "Theo đề nghị của Trưởng phòng Kinh tế"),
        policy=paper_heads.legal_text(book, "NQ04.policy_name", now.date(), ""),
        rows=tuple(rows),
        audit_head=ledger.head(session, commune_id),
    )


def _replaced(session: Session, grant: Grant) -> Grant | None:
    """The grant that ended because this one began: the person's one before it, when it ran up to this one's start."""
    query = select(Grant).where(Grant.person_id == grant.person_id, Grant.benefit == grant.benefit)
    before = session.exec(query.where(col(Grant.id) < grant.key).order_by(col(Grant.id).desc())).first()
    if before is None or before.stop_reason != StopReason.STATUS_CHANGED or before.ended_by is not None:
        return None
    return before


def _row(session: Session, ended: Grant, *, after: int, first: Month, reason: str) -> ChangeRow:
    person = get(session, Person, ended.person_id)
    decision = get(session, Decision, ended.decision_id)
    return ChangeRow(
        full_name=person.full_name,
        birth_year=str(person.birth_date.year),
        village=get(session, Village, person.village_id).name,
        before=ended.monthly_amount,
        after=after,
        from_month=str(first),
        reason=reason,
        basis=f"Quyết định số {decision.number:02d}/{decision.symbol} ngày {decision.issued_on:%d/%m/%Y}",
    )
