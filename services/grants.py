"""What a decision gives: one grant per person and benefit, from its first month on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.approval import Decision, SubmissionLine, Verdict
from models.eligibility import Assessment
from models.payment import Benefit, Grant
from rules.amounts import contribution_of
from rules.months import Month
from rules.parameters import LawGap
from rules.workflow import ProposalResult, StopReason
from services import adjusting, law
from services.errors import waiting
from services.store import get


def begin(session: Session, decision: Decision, lines: Sequence[SubmissionLine], *, now: datetime) -> int:
    """Grants for the lines that the chairman approved. A person who already has the same amount simply keeps it.

    What a line no longer gives ends, and months before come out as the line says. Returns how many grants began.
    """
    first = first_month(session, decision)
    words = _words(session, [line.key for line in lines])
    begun = 0
    for line in lines:
        if words.get(line.key) == "approve":
            begun += _approved(session, decision, line, first, now)
        elif words.get(line.key) == "refuse":
            by_law = line.proposal != ProposalResult.APPROVE
            adjusting.end(session, decision, line, tuple(Benefit), by_law=by_law, now=now)
    return begun


def _approved(session: Session, decision: Decision, line: SubmissionLine, first: Month, now: datetime) -> int:
    assessment, given = get(session, Assessment, line.assessment_id), dict(_benefits(session, decision, line))
    if Benefit.INCOME in given:
        standing = open_grant(session, line.person_id, Benefit.INCOME)
        adjusting.adjust(session, decision, line, standing, last=first.plus(-1))
    begun = sum(
        _begin_one(session, decision, line, assessment, benefit, amount, first, now)
        for benefit, amount in given.items()
    )
    gone = [benefit for benefit in Benefit if benefit not in given]
    adjusting.end(session, decision, line, gone, by_law=True, now=now)
    return begun


def first_month(session: Session, decision: Decision) -> Month:
    """The first month that the decision pays for. Raises Problem WAITING while the rule is unknown."""
    return first_month_on(session, decision.commune_id, decision.issued_on)


def first_month_on(session: Session, commune_id: int, issued_on: date) -> Month:
    """The first month that a decision of that day would pay for. Raises Problem WAITING while the rule is unknown."""
    try:
        rule = law.book_for(session, commune_id).get("NQ04.support_start_rule", on=issued_on).value
    except LawGap as gap:
        raise waiting("law_gap", f"Chưa ban hành được: {gap.message}") from gap
    return Month.of(issued_on).plus(1 if rule == "MONTH_AFTER_DECISION" else 0)


def _benefits(session: Session, decision: Decision, line: SubmissionLine) -> list[tuple[Benefit, int]]:
    found = []
    if line.monthly_amount > 0:
        found.append((Benefit.INCOME, line.monthly_amount))
    if line.bhyt_share > 0:
        book = law.book_for(session, decision.commune_id)
        found.append((Benefit.BHYT, contribution_of(book, decision.issued_on, line.bhyt_share)))
    return found


def _begin_one(
    session: Session,
    decision: Decision,
    line: SubmissionLine,
    assessment: Assessment,
    benefit: Benefit,
    amount: int,
    first: Month,
    now: datetime,
) -> int:
    standing = open_grant(session, line.person_id, benefit)
    if standing and (standing.monthly_amount, standing.category) == (amount, line.category):
        return 0
    if standing:
        standing.to_month = max(first.plus(-1), Month.parse(standing.from_month).plus(-1)).code
        standing.stop_reason, standing.ended_at = StopReason.STATUS_CHANGED, now
        session.add(standing)
        session.flush()
    session.add(
        Grant(
            decision_id=decision.key,
            commune_id=decision.commune_id,
            person_id=line.person_id,
            assessment_id=assessment.key,
            benefit=benefit,
            category=line.category,
            monthly_amount=amount,
            bhyt_share=line.bhyt_share if benefit is Benefit.BHYT else 0,
            from_month=first.code,
            law_sha256=assessment.law_sha256,
        )
    )
    session.flush()
    return 1


def open_grant(session: Session, person_id: int, benefit: Benefit) -> Grant | None:
    """The person's running grant of a benefit."""
    query = select(Grant).where(Grant.person_id == person_id, Grant.benefit == benefit)
    return session.exec(query.where(col(Grant.to_month).is_(None))).first()


def _words(session: Session, line_ids: Sequence[int]) -> dict[int, str]:
    query = select(Verdict).where(col(Verdict.submission_line_id).in_(line_ids))
    return {verdict.submission_line_id: verdict.word for verdict in session.exec(query)}
