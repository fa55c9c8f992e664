"""What a decision does to support that runs already: months before it come out otherwise, or support ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.adjustments import Adjustment
from models.approval import Decision, SubmissionLine
from models.cycles import Case
from models.eligibility import Assessment
from models.payment import Benefit, Grant
from rules.arrears import why_ended
from rules.months import Month
from rules.workflow import STOP_REASON_LABELS, StopReason
from services import facts, grant_ends, insurance_decreases, law
from services.store import get, insert_once


def adjust(session: Session, decision: Decision, line: SubmissionLine, standing: Grant | None, *, last: Month) -> int:
    """Write what the line says of months up to ``last`` that were given before; returns how many stretches.

    ``standing`` is the income support that this line replaces by another amount: months between the assessment and the
    decision's first month get the new amount too.
    """
    rows = [_row(decision, line, one["from"], one["to"], one["monthly_amount"], one["reason"]) for one in line.earlier]
    after = _after_assessment(session, line)
    if standing is not None and standing.monthly_amount != line.monthly_amount and after <= last:
        reason = f"mức theo Quyết định số {decision.number:02d}/{decision.symbol}"
        rows.append(_row(decision, line, after.code, last.code, line.monthly_amount, reason))
    kept = [row | {"to_month": min(row["to_month"], last.code)} for row in rows if row["from_month"] <= last.code]
    return insert_once(session, Adjustment, kept)


def _after_assessment(session: Session, line: SubmissionLine) -> Month:
    return Month.of(get(session, Assessment, line.assessment_id).on_day).plus(1)


def _row(decision: Decision, line: SubmissionLine, first: str, last: str, amount: int, reason: str) -> dict[str, Any]:
    return {
        "decision_id": decision.key,
        "commune_id": decision.commune_id,
        "person_id": line.person_id,
        "benefit": Benefit.INCOME,
        "from_month": first,
        "to_month": last,
        "monthly_amount": amount,
        "reason": reason,
    }


def end(
    session: Session,
    decision: Decision,
    line: SubmissionLine,
    benefits: Sequence[Benefit],
    *,
    by_law: bool,
    now: datetime,
) -> int:
    """End the running grants of these benefits, which the decision does not continue; returns how many.

    What the law no longer gives (``by_law``) ends with the last month that it gives; what the chairman refuses against
    the proposal ends as after any event, by NQ04.stop_rule. Raises Problem WAITING while that is not known.
    """
    query = select(Grant).where(Grant.person_id == line.person_id, col(Grant.benefit).in_(benefits))
    standing = session.exec(query.where(col(Grant.to_month).is_(None)).order_by(col(Grant.id))).all()
    if not standing and not line.earlier:
        return 0
    has_income = Benefit.INCOME in benefits
    last = (
        _last_by_law(session, line, has_income=has_income)
        if by_law
        else grant_ends.last_due(session, decision.commune_id, decision.issued_on)
    )
    if has_income:
        # months of grants that ended before the standing one are not reached by its end: the line's word is kept
        begun = [Month.parse(grant.from_month) for grant in standing if grant.benefit == Benefit.INCOME]
        adjust(session, decision, line, None, last=max([last, *(first.plus(-1) for first in begun)]))
    for grant in standing:
        reason = _reason(session, line, grant) if by_law else StopReason.ERROR_FOUND
        grant.to_month = max(last, Month.parse(grant.from_month).plus(-1)).code
        grant.stop_reason, grant.ended_at = reason, now
        session.add(grant)
        if grant.benefit == Benefit.BHYT:
            label = STOP_REASON_LABELS[reason]
            insurance_decreases.leave(session, person_id=line.person_id, last=last, reason=label, now=now)
    session.flush()
    return len(standing)


def _last_by_law(session: Session, line: SubmissionLine, *, has_income: bool) -> Month:
    """The month of the assessment; of income support the one before the months without it that run up to then."""
    last = _after_assessment(session, line).plus(-1)
    for one in reversed(line.earlier if has_income else ()):
        if one["monthly_amount"] == 0 and Month.parse(one["to"]) == last:
            last = Month.parse(one["from"]).plus(-1)
    return last


def _reason(session: Session, line: SubmissionLine, grant: Grant) -> StopReason:
    case = get(session, Case, line.case_id, "hồ sơ")
    on = get(session, Assessment, line.assessment_id).on_day
    book = law.book_for(session, case.commune_id)
    known = facts.gather(session, [case], on, book)[case.key]
    return why_ended(known, on, book, group=grant.category)
