"""Where lists, submissions, payments, registrations, mails and runs stand."""

from __future__ import annotations

from enum import StrEnum


class ListState(StrEnum):
    """Where one thôn's list of one cycle stands."""

    REQUESTED = "REQUESTED"
    RETURNED = "RETURNED"
    NOTHING = "NOTHING"
    CLOSED = "CLOSED"


LIST_STATE_LABELS: dict[ListState, str] = {
    ListState.REQUESTED: "Chờ thôn nộp",
    ListState.RETURNED: "Thôn đã nộp",
    ListState.NOTHING: "Không phát sinh",
    ListState.CLOSED: "Đóng khi chưa nộp",
}


class SubmissionState(StrEnum):
    """Where a frozen list on its way through the chairman stands."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    SENT_BACK = "SENT_BACK"
    DECIDED = "DECIDED"
    ISSUED = "ISSUED"


SUBMISSION_STATE_LABELS: dict[SubmissionState, str] = {
    SubmissionState.DRAFT: "Dự thảo",
    SubmissionState.SUBMITTED: "Chờ Chủ tịch",
    SubmissionState.SENT_BACK: "Chủ tịch trả lại",
    SubmissionState.DECIDED: "Chờ số, ngày văn bản",
    SubmissionState.ISSUED: "Đã ban hành",
}


class PaymentListState(StrEnum):
    """Where one month's payment list stands."""

    DRAFT = "DRAFT"
    PREPARED = "PREPARED"
    APPROVED = "APPROVED"
    SENT = "SENT"
    CLOSED = "CLOSED"


PAYMENT_LIST_STATE_LABELS: dict[PaymentListState, str] = {
    PaymentListState.DRAFT: "Dự thảo",
    PaymentListState.PREPARED: "Chờ người thứ hai duyệt",
    PaymentListState.APPROVED: "Đã duyệt, chờ chuyển tiền",
    PaymentListState.SENT: "Đã chuyển, chờ kết quả",
    PaymentListState.CLOSED: "Đã đối soát, đóng tháng",
}


class TransferState(StrEnum):
    """Where one transfer (an attempt to hand over money) stands."""

    PLANNED = "PLANNED"
    SENT = "SENT"
    PAID = "PAID"
    RETURNED = "RETURNED"
    HELD = "HELD"


TRANSFER_STATE_LABELS: dict[TransferState, str] = {
    TransferState.PLANNED: "Dự kiến",
    TransferState.SENT: "Đã chuyển",
    TransferState.PAID: "Đã nhận",
    TransferState.RETURNED: "Bị trả lại",
    TransferState.HELD: "Tạm giữ",
}


class RegistrationState(StrEnum):
    """Where one person's BHYT registration stands."""

    PLANNED = "PLANNED"
    SENT = "SENT"
    CARD = "CARD"
    REFUSED = "REFUSED"
    COVERED = "COVERED"
    REMOVED = "REMOVED"


REGISTRATION_STATE_LABELS: dict[RegistrationState, str] = {
    RegistrationState.PLANNED: "Chờ gửi BHXH",
    RegistrationState.SENT: "Đã gửi BHXH",
    RegistrationState.CARD: "Đã có thẻ",
    RegistrationState.REFUSED: "BHXH từ chối",
    RegistrationState.COVERED: "Đã có thẻ theo diện khác",
    RegistrationState.REMOVED: "Báo giảm",
}


class MailState(StrEnum):
    """Where one queued mail stands."""

    QUEUED = "QUEUED"
    SENT = "SENT"
    FAILED = "FAILED"
    WITHHELD = "WITHHELD"
    FOR_DIGEST = "FOR_DIGEST"
    IN_DIGEST = "IN_DIGEST"


MAIL_STATE_LABELS: dict[MailState, str] = {
    MailState.QUEUED: "Chờ gửi",
    MailState.SENT: "Đã gửi",
    MailState.FAILED: "Gửi không được",
    MailState.WITHHELD: "Giữ lại theo cài đặt",
    MailState.FOR_DIGEST: "Chờ thư tổng hợp trong ngày",
    MailState.IN_DIGEST: "Đã vào thư tổng hợp",
}


class RunOutcome(StrEnum):
    """How a run, or a step of a run, ended."""

    RUNNING = "RUNNING"
    DONE = "DONE"
    WAITING = "WAITING"
    BUSY = "BUSY"
    FAILED = "FAILED"
    LOST = "LOST"


RUN_OUTCOME_LABELS: dict[RunOutcome, str] = {
    RunOutcome.RUNNING: "Đang chạy",
    RunOutcome.DONE: "Xong",
    RunOutcome.WAITING: "Dừng chờ người làm",
    RunOutcome.BUSY: "Lượt khác đang làm",
    RunOutcome.FAILED: "Lỗi",
    RunOutcome.LOST: "Mất tiến trình",
}


class StopReason(StrEnum):
    """Why a grant ends before its last month (law.md lists them as design assumptions), rests, or goes on again."""

    DEATH = "DEATH"
    MOVED_AWAY = "MOVED_AWAY"
    STATUS_CHANGED = "STATUS_CHANGED"
    MONTHS_ENDED = "MONTHS_ENDED"
    HEALTH_CHANGED = "HEALTH_CHANGED"
    INCOME_BEGAN = "INCOME_BEGAN"
    OTHER_SUPPORT = "OTHER_SUPPORT"
    AGE_LIMIT = "AGE_LIMIT"
    OWN_REQUEST = "OWN_REQUEST"
    ERROR_FOUND = "ERROR_FOUND"
    SUSPENDED = "SUSPENDED"
    RESUMED = "RESUMED"


PAUSES = (StopReason.SUSPENDED, StopReason.RESUMED)
"""What ends no grant: by the chairman's decision its money rests from a month on, or is paid again from a month on."""


class ChangeState(StrEnum):
    """Where a change between quarters stands on its way to a decision with a number."""

    NOTED = "NOTED"
    WAITING = "WAITING"
    APPROVED = "APPROVED"
    DECIDED = "DECIDED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


CHANGE_STATE_LABELS: dict[ChangeState, str] = {
    ChangeState.NOTED: "Đã ghi nhận",
    ChangeState.WAITING: "Chờ Chủ tịch quyết định",
    ChangeState.APPROVED: "Chờ số, ngày của quyết định",
    ChangeState.DECIDED: "Đã có quyết định",
    ChangeState.REFUSED: "Không chấp thuận",
    ChangeState.WITHDRAWN: "Đã rút lại vì ghi sai",
}


STOP_REASON_LABELS: dict[StopReason, str] = {
    StopReason.DEATH: "Chết",
    StopReason.MOVED_AWAY: "Chuyển đi nơi khác",
    StopReason.STATUS_CHANGED: "Hộ không còn thuộc diện",
    StopReason.MONTHS_ENDED: "Hết thời hạn hỗ trợ",
    StopReason.HEALTH_CHANGED: "Kết luận sức khỏe thay đổi",
    StopReason.INCOME_BEGAN: "Bắt đầu có thu nhập ổn định",
    StopReason.OTHER_SUPPORT: "Đã có chế độ khác bảo đảm đủ mức",
    StopReason.AGE_LIMIT: "Quá tuổi",
    StopReason.OWN_REQUEST: "Tự xin thôi hưởng",
    StopReason.ERROR_FOUND: "Phát hiện sai sót",
    StopReason.SUSPENDED: "Tạm dừng hưởng",
    StopReason.RESUMED: "Hưởng lại sau tạm dừng",
}
