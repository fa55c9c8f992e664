"""Why a person was decided as they were: the trace and the values that the decision pinned, never the law of today."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, col, select

from models.approval import Decision, Submission, SubmissionLine
from models.eligibility import Assessment
from rules.explain import Told
from rules.parameters import LawStatus
from rules.workflow import Outcome
from services.traces import findings_of


def as_decided(session: Session, *, person_id: int, on: date) -> tuple[Decision, Told] | None:
    """The person's newest decision issued by a day, and its answer as it was given then; None without one."""
    query = (
        select(Decision, Submission, SubmissionLine, Assessment)
        .join(Submission, col(Submission.id) == Decision.submission_id)
        .join(SubmissionLine, col(SubmissionLine.submission_id) == Submission.id)
        .join(Assessment, col(Assessment.id) == SubmissionLine.assessment_id)
        .where(SubmissionLine.person_id == person_id, Decision.issued_on <= on)
        .order_by(col(Decision.issued_on).desc(), col(Decision.id).desc())
    )
    found = session.exec(query).first()
    if found is None:
        return None
    decision, submission, line, answer = found
    told = Told(
        outcome=Outcome(answer.outcome),
        findings=findings_of(session, answer),
        missing=tuple(answer.missing),
        law_status=LawStatus(answer.law_status),
        on=answer.on_day,
        category_label=line.snapshot.get("group", ""),
        monthly_amount=line.monthly_amount,
        bhyt_share=line.bhyt_share,
        is_demo=submission.is_demo,
    )
    return decision, told
