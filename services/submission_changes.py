"""What a frozen list changes against what people get now, and who stopped getting it since the decision before."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import NamedTuple

from sqlmodel import Session, col, select

from models.approval import Decision, Submission, SubmissionLine
from models.payment import Benefit, Grant
from rules.workflow import STOP_REASON_LABELS, ProposalResult, StopReason


class Change(StrEnum):
    """What a line means for the person, as printed."""

    NEW = "Mới"
    SAME = "Giữ nguyên"
    AMOUNT = "Đổi mức"
    STOPS = "Thôi hỗ trợ"
    NOTHING = "Không hỗ trợ"


class Held(NamedTuple):
    """What somebody gets now: đồng a month, and the group it was given for."""

    monthly_amount: int
    category: str


def held_now(session: Session, people: list[int]) -> dict[int, Held]:
    """The running income support of each person."""
    query = select(Grant.person_id, Grant.monthly_amount, Grant.category).where(
        col(Grant.person_id).in_(people), Grant.benefit == Benefit.INCOME, col(Grant.to_month).is_(None)
    )
    return {person_id: Held(amount, category) for person_id, amount, category in session.exec(query)}


def change_of(line: SubmissionLine, held: Held | None) -> Change:
    """What the line changes for somebody who holds ``held`` now."""
    if line.proposal != ProposalResult.APPROVE:
        return Change.NOTHING if held is None else Change.STOPS
    if held is None:
        return Change.NEW
    return Change.SAME if held.monthly_amount == line.monthly_amount else Change.AMOUNT


def decision_before(session: Session, submission: Submission) -> Decision | None:
    """The commune's newest decision over another list."""
    query = select(Decision).where(Decision.commune_id == submission.commune_id)
    query = query.where(Decision.submission_id != submission.key, Decision.submission_id < submission.key)
    return session.exec(query.order_by(col(Decision.id).desc())).first()


def stopped_since(session: Session, submission: Submission) -> Counter[str]:
    """People whose income support ended since the decision before, by reason."""
    before = decision_before(session, submission)
    ended = select(Grant.stop_reason).where(Grant.commune_id == submission.commune_id, Grant.benefit == Benefit.INCOME)
    ended = ended.where(col(Grant.ended_at).is_not(None))
    if before:
        ended = ended.where(col(Grant.ended_at) > before.recorded_at)
    return Counter(STOP_REASON_LABELS[StopReason(reason)] for reason in session.exec(ended) if reason)
