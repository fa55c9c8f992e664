"""What happened to one person's case, in an officer's words: acts of people and machine, the decision, each payment.

Built from the audit chain, so it says what was really done; of health it says only that a conclusion was written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from models.approval import Decision, SubmissionLine
from models.cycles import Case
from models.eligibility import CrossCheck
from models.feedback import Feedback
from models.health import HealthCase
from models.ledger import AuditEntry
from models.payment import PaymentList, Transfer
from rules.money import format_dong
from rules.months import Month
from rules.workflow import (
    CROSS_CHECK_LABELS,
    HEALTH_RESULT_LABELS,
    MOVES,
    TRANSFER_STATE_LABELS,
    CrossCheckOutcome,
    HealthResult,
    Role,
    TransferState,
)

ACT_LABELS = {
    "add_paper": "Nhận ảnh, bản quét giấy tờ",
    "ask_station": "Hỏi Trạm Y tế trong khi xét",
    "answer_feedback": "Trả lời ý kiến về hồ sơ",
    "change_pay_method": "Đổi cách nhận tiền",
    "cross_check": "Kết luận đối chiếu trợ cấp",
    "end_grants": "Dừng khoản hỗ trợ",
    "health_conclusion": "Ghi kết luận sức khỏe",
    "receive_feedback": "Nhận ý kiến về hồ sơ",
    "record_event": "Ghi biến động",
    "withdraw_event": "Rút lại biến động ghi sai",
    "record_trait": "Ghi hoàn cảnh",
}
OTHER_ACT = "Cập nhật hồ sơ"


@dataclass(frozen=True)
class Event:
    """One thing that happened, by role, never by name."""

    at: datetime
    role: Role
    text: str


def timeline(session: Session, case: Case) -> list[Event]:
    """Everything that happened to the case and its person, the oldest first."""
    events = [*_acts(session, case), *_decisions(session, case), *_payments(session, case)]
    return sorted(events, key=lambda event: event.at)


def _acts(session: Session, case: Case) -> Iterator[Event]:
    subjects = [f"case:{case.key}", f"person:{case.person_id}"]
    for table, where in (
        ("health_case", select(HealthCase.id).where(HealthCase.case_id == case.key)),
        ("cross_check", select(CrossCheck.id).where(CrossCheck.case_id == case.key)),
        ("feedback", select(Feedback.id).where(Feedback.case_id == case.key)),
    ):
        subjects += [f"{table}:{number}" for number in session.exec(where)]
    query = select(AuditEntry).where(AuditEntry.chain == case.commune_id, col(AuditEntry.subject).in_(subjects))
    for entry in session.exec(query.order_by(col(AuditEntry.seq))):
        yield Event(entry.at, Role(entry.role), _words(entry))


def _words(entry: AuditEntry) -> str:
    """The act by its name, with its outcome where that is no secret."""
    if entry.action in MOVES:
        return MOVES[entry.action].label
    words = ACT_LABELS.get(entry.action, OTHER_ACT)
    if entry.action == "health_conclusion":
        return f"{words}: {HEALTH_RESULT_LABELS[HealthResult(entry.data['result'])].lower()}"
    if entry.action == "cross_check":
        return f"{words}: {CROSS_CHECK_LABELS[CrossCheckOutcome(entry.data['outcome'])].lower()}"
    return words


def _decisions(session: Session, case: Case) -> Iterator[Event]:
    query = select(Decision).join(SubmissionLine, col(SubmissionLine.submission_id) == Decision.submission_id)
    for row in session.exec(query.where(SubmissionLine.case_id == case.key).order_by(col(Decision.id))):
        yield Event(
            row.recorded_at, Role.economy, f"Quyết định số {row.number}/{row.symbol} ngày {row.issued_on:%d/%m/%Y}"
        )


def _payments(session: Session, case: Case) -> Iterator[Event]:
    """Each attempt to pay, at the moment of its result; one without a result at the moment it was sent."""
    query = (
        select(Transfer, PaymentList)
        .join(PaymentList, col(PaymentList.id) == Transfer.list_id)
        .where(Transfer.person_id == case.person_id)
        .where(or_(col(Transfer.answered_at).is_not(None), col(PaymentList.sent_at).is_not(None)))
    )
    for transfer, row in session.exec(query.order_by(col(Transfer.id))):
        at = transfer.answered_at or row.sent_at
        label = TRANSFER_STATE_LABELS[TransferState(transfer.state)].lower()
        if at is not None:
            month, amount = Month.parse(row.month), format_dong(transfer.amount)
            yield Event(at, Role.economy, f"Chi trả tháng {month}: {amount}, {label}")
