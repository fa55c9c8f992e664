"""The chairman's page in one look: the frozen lines, what changes for each person, and what is still doubtful."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.approval import Decision, Submission, SubmissionLine, Verdict
from models.eligibility import Assessment
from models.law import LawSnapshot
from rules.money import format_dong
from rules.parameters import LawStatus
from rules.workflow import ProposalResult, Role
from services import feedback, ledger, refusals, submissions
from services.earlier_months import in_words
from services.staff import Actor
from services.store import get
from services.submission_changes import Change, Held, change_of, held_now, stopped_since

READERS = (Role.economy, Role.chairman)


@dataclass(frozen=True)
class LineView:
    """One person: the line as frozen, what it changes for them, and the chairman's word once given."""

    line: SubmissionLine
    kind: Change
    change: str
    """The same in words, with the amount before where it is another."""
    verdict: Verdict | None
    reason: str
    """Why it is proposed so: what the officer wrote, else the law's own reason for a no."""
    earlier: str = ""
    """What the line says of months decided before, in words."""


@dataclass(frozen=True)
class SubmissionView:
    """Everything the page shows. ``unconfirmed``: keys of law values used that nobody has confirmed."""

    submission: Submission
    lines: list[LineView]
    held: dict[int, Held]
    """What each of these persons gets now."""
    decision: Decision | None
    supported: int
    refused: int
    monthly: int
    new: int
    stopped: dict[str, int]
    """Grants that ended since the decision before, by reason."""
    unconfirmed: list[dict[str, str]]
    open_feedback: int
    had_a_hand: bool
    """Whether the reader took part in preparing this list, so that the decision is not theirs to make."""


def submission_view(session: Session, *, submission_id: int, actor: Actor) -> SubmissionView:
    """The submission for Phòng Kinh tế and the chairman. Raises Problem NOT_ALLOWED for others."""
    submission = get(session, Submission, submission_id, "tờ trình")
    actor.require(READERS, submission.commune_id)
    lines = submissions.lines_of(session, submission_id)
    held = held_now(session, [line.person_id for line in lines])
    verdicts = submissions.verdicts_of(session, submission_id)
    reasons = _reasons(session, lines)
    views = [
        LineView(
            line,
            *_change(line, held.get(line.person_id)),
            verdict=verdicts.get(line.key),
            reason=reasons.get(line.key, line.reason),
            earlier=in_words(line.earlier),
        )
        for line in lines
    ]
    supported = [line for line in lines if line.proposal == ProposalResult.APPROVE]
    return SubmissionView(
        submission=submission,
        lines=views,
        held=held,
        decision=session.exec(select(Decision).where(Decision.submission_id == submission_id)).first(),
        supported=len(supported),
        refused=len(lines) - len(supported),
        monthly=sum(line.monthly_amount for line in supported),
        new=sum(line.person_id not in held for line in supported),
        stopped=dict(stopped_since(session, submission)),
        unconfirmed=_unconfirmed(session, submission),
        open_feedback=len(feedback.open_feedback(session, submission.commune_id)),
        had_a_hand=ledger.had_a_hand(session, cycle_id=submission.cycle_id, account_id=actor.person_id),
    )


def _change(line: SubmissionLine, held: Held | None) -> tuple[Change, str]:
    change = change_of(line, held)
    if change is Change.AMOUNT and held is not None:
        return change, f"{change}, trước là {format_dong(held.monthly_amount)}"
    return change, str(change)


def _reasons(session: Session, lines: list[SubmissionLine]) -> dict[int, str]:
    """Why each line that is not for support is not, in a few words without a diagnosis."""
    refused = [line for line in lines if line.proposal == ProposalResult.REFUSE]
    query = select(Assessment).where(col(Assessment.id).in_([line.assessment_id for line in refused]))
    answers = {answer.key: answer for answer in session.exec(query)}
    return {line.key: refusals.short_reason(answers[line.assessment_id], line.reason) for line in refused}


def _unconfirmed(session: Session, submission: Submission) -> list[dict[str, str]]:
    content = session.exec(select(LawSnapshot.content).where(LawSnapshot.sha256 == submission.law_sha256)).first()
    rows = [row for row in content or [] if row["status"] != LawStatus.CONFIRMED]
    return [{"key": row["key"], "status": row["status"], "reference": row["reference"]} for row in rows]
