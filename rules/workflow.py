"""The one table of steps, roles, statuses, moves and deadlines; pages, services, docs and diagrams all read it.

Names equal values, so a database column, a log line and this file always say the same word.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """The six steps of the quarterly cycle, in order."""

    lists = "lists"
    health = "health"
    eligibility = "eligibility"
    approval = "approval"
    payment = "payment"
    insurance = "insurance"


STEP_LABELS: dict[Step, str] = {
    Step.lists: "Thu danh sách thôn",
    Step.health: "Xác minh sức khỏe",
    Step.eligibility: "Xét duyệt đối tượng",
    Step.approval: "Chủ tịch phê duyệt",
    Step.payment: "Chi trả",
    Step.insurance: "Đăng ký thẻ BHYT",
}


class Role(StrEnum):
    """Who acts. ``system`` is the machine: it never holds a mandate and never signs in."""

    village_head = "village_head"
    health_station = "health_station"
    economy = "economy"
    culture = "culture"
    chairman = "chairman"
    insurance = "insurance"
    media = "media"
    front = "front"
    admin = "admin"
    system = "system"


ROLE_LABELS: dict[Role, str] = {
    Role.village_head: "Trưởng thôn",
    Role.health_station: "Trạm Y tế",
    Role.economy: "Phòng Kinh tế",
    Role.culture: "Phòng Văn hóa - Xã hội",
    Role.chairman: "Chủ tịch UBND",
    Role.insurance: "BHXH cơ sở",
    Role.media: "Trung tâm dịch vụ sự nghiệp công",
    Role.front: "Ủy ban MTTQ",
    Role.admin: "Quản trị",
    Role.system: "Hệ thống",
}


class StepState(StrEnum):
    """Where a cycle's step stands."""

    BLOCKED = "BLOCKED"
    READY = "READY"
    WAITING = "WAITING"
    DONE = "DONE"


STEP_STATE_LABELS: dict[StepState, str] = {
    StepState.BLOCKED: "Chưa đến lượt",
    StepState.READY: "Máy đang làm",
    StepState.WAITING: "Chờ người làm",
    StepState.DONE: "Xong",
}


class CaseStatus(StrEnum):
    """Where one person's case stands within one cycle."""

    LISTED = "LISTED"
    HEALTH = "HEALTH"
    REVIEW = "REVIEW"
    PROPOSED = "PROPOSED"
    SET_ASIDE = "SET_ASIDE"
    SUBMITTED = "SUBMITTED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    HELD = "HELD"
    WITHDRAWN = "WITHDRAWN"

    @property
    def is_final(self) -> bool:
        """No more moves in this cycle."""
        return self in {CaseStatus.APPROVED, CaseStatus.REFUSED, CaseStatus.HELD, CaseStatus.WITHDRAWN}


CASE_STATUS_LABELS: dict[CaseStatus, str] = {
    CaseStatus.LISTED: "Có trong danh sách thôn",
    CaseStatus.HEALTH: "Chờ Trạm Y tế kết luận",
    CaseStatus.REVIEW: "Đang xét",
    CaseStatus.PROPOSED: "Đã đề xuất",
    CaseStatus.SET_ASIDE: "Để lại xem xét",
    CaseStatus.SUBMITTED: "Đã trình Chủ tịch",
    CaseStatus.APPROVED: "Được phê duyệt",
    CaseStatus.REFUSED: "Không được phê duyệt",
    CaseStatus.HELD: "Chủ tịch tạm giữ",
    CaseStatus.WITHDRAWN: "Đã rút",
}


@dataclass(frozen=True)
class Move:
    """One allowed change of a case: ``action`` takes any of ``sources`` to ``target`` when a ``role`` asks for it."""

    action: str
    label: str
    step: Step
    sources: frozenset[CaseStatus]
    target: CaseStatus
    roles: frozenset[Role]


def _move(action: str, label: str, step: Step, sources: str, target: CaseStatus, *roles: Role) -> Move:
    return Move(action, label, step, frozenset(CaseStatus(s) for s in sources.split()), target, frozenset(roles))


MOVES: dict[str, Move] = {
    move.action: move
    for move in (
        _move("route_health", "Chuyển Trạm Y tế", Step.health, "LISTED", CaseStatus.HEALTH, Role.system),
        _move("route_review", "Chuyển xét duyệt", Step.health, "LISTED", CaseStatus.REVIEW, Role.system),
        _move(
            "conclude_health",
            "Kết luận sức khỏe",
            Step.health,
            "HEALTH",
            CaseStatus.REVIEW,
            Role.health_station,
        ),
        _move(
            "propose",
            "Đề xuất",
            Step.eligibility,
            "REVIEW PROPOSED",
            CaseStatus.PROPOSED,
            Role.economy,
        ),
        _move(
            "set_aside",
            "Để lại xem xét",
            Step.eligibility,
            "REVIEW PROPOSED",
            CaseStatus.SET_ASIDE,
            Role.economy,
        ),
        _move("resume", "Xét lại", Step.eligibility, "SET_ASIDE", CaseStatus.REVIEW, Role.economy),
        _move("reassess", "Xét lại", Step.eligibility, "PROPOSED", CaseStatus.REVIEW, Role.system, Role.economy),
        _move(
            "submit",
            "Trình Chủ tịch",
            Step.approval,
            "PROPOSED",
            CaseStatus.SUBMITTED,
            Role.system,
            Role.economy,
        ),
        _move("send_back", "Trả lại", Step.approval, "SUBMITTED", CaseStatus.PROPOSED, Role.chairman),
        _move("approve", "Phê duyệt", Step.approval, "SUBMITTED", CaseStatus.APPROVED, Role.chairman),
        _move("refuse", "Không phê duyệt", Step.approval, "SUBMITTED", CaseStatus.REFUSED, Role.chairman),
        _move("hold", "Tạm giữ", Step.approval, "SUBMITTED", CaseStatus.HELD, Role.chairman),
        _move(
            "withdraw",
            "Rút khỏi kỳ xét",
            Step.eligibility,
            "LISTED HEALTH REVIEW PROPOSED SET_ASIDE",
            CaseStatus.WITHDRAWN,
            Role.economy,
            Role.system,
        ),
    )
}


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


class HealthResult(StrEnum):
    """The health station's answer; the only health word that other departments see."""

    PENDING = "PENDING"
    MET = "MET"
    NOT_MET = "NOT_MET"
    MORE_PAPERS = "MORE_PAPERS"


HEALTH_RESULT_LABELS: dict[HealthResult, str] = {
    HealthResult.PENDING: "Chờ",
    HealthResult.MET: "Đạt",
    HealthResult.NOT_MET: "Không đạt",
    HealthResult.MORE_PAPERS: "Chờ bổ sung giấy tờ",
}


class Outcome(StrEnum):
    """The three answers of the law."""

    ELIGIBLE = "ELIGIBLE"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    CANNOT_DECIDE = "CANNOT_DECIDE"


OUTCOME_LABELS: dict[Outcome, str] = {
    Outcome.ELIGIBLE: "Đủ điều kiện",
    Outcome.NOT_ELIGIBLE: "Không đủ điều kiện",
    Outcome.CANNOT_DECIDE: "Chưa kết luận được",
}


class CrossCheckOutcome(StrEnum):
    """What Phòng Văn hóa - Xã hội concludes of a match with the social-assistance list."""

    KEEP = "KEEP"
    EXCLUDE = "EXCLUDE"
    HIGHER = "HIGHER"
    VERIFY = "VERIFY"
    NOT_SAME_PERSON = "NOT_SAME_PERSON"


CROSS_CHECK_LABELS: dict[CrossCheckOutcome, str] = {
    CrossCheckOutcome.KEEP: "Giữ trong danh sách",
    CrossCheckOutcome.EXCLUDE: "Loại khỏi danh sách",
    CrossCheckOutcome.HIGHER: "Chọn mức cao hơn",
    CrossCheckOutcome.VERIFY: "Cần xác minh thêm",
    CrossCheckOutcome.NOT_SAME_PERSON: "Không phải cùng một người",
}


class ProposalResult(StrEnum):
    """What Phòng Kinh tế proposes for one person."""

    APPROVE = "APPROVE"
    REFUSE = "REFUSE"


PROPOSAL_LABELS: dict[ProposalResult, str] = {
    ProposalResult.APPROVE: "Đề nghị hỗ trợ",
    ProposalResult.REFUSE: "Đề nghị không hỗ trợ",
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


MAIL_STATE_LABELS: dict[MailState, str] = {
    MailState.QUEUED: "Chờ gửi",
    MailState.SENT: "Đã gửi",
    MailState.FAILED: "Gửi không được",
    MailState.WITHHELD: "Giữ lại theo cài đặt",
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
    """Why a grant ends before its last month (law.md lists them as design assumptions)."""

    DEATH = "DEATH"
    MOVED_AWAY = "MOVED_AWAY"
    STATUS_CHANGED = "STATUS_CHANGED"
    MONTHS_ENDED = "MONTHS_ENDED"
    HEALTH_CHANGED = "HEALTH_CHANGED"
    INCOME_BEGAN = "INCOME_BEGAN"
    AGE_LIMIT = "AGE_LIMIT"
    OWN_REQUEST = "OWN_REQUEST"
    ERROR_FOUND = "ERROR_FOUND"


STOP_REASON_LABELS: dict[StopReason, str] = {
    StopReason.DEATH: "Chết",
    StopReason.MOVED_AWAY: "Chuyển đi nơi khác",
    StopReason.STATUS_CHANGED: "Hộ không còn thuộc diện",
    StopReason.MONTHS_ENDED: "Hết thời hạn hỗ trợ",
    StopReason.HEALTH_CHANGED: "Kết luận sức khỏe thay đổi",
    StopReason.INCOME_BEGAN: "Bắt đầu có thu nhập ổn định",
    StopReason.AGE_LIMIT: "Quá tuổi",
    StopReason.OWN_REQUEST: "Tự xin thôi hưởng",
    StopReason.ERROR_FOUND: "Phát hiện sai sót",
}


@dataclass(frozen=True)
class StepRule:
    """Who holds a step when the machine has done its part, and the parameter of its deadline."""

    step: Step
    holder: Role
    deadline_key: str


STEP_RULES: dict[Step, StepRule] = {
    Step.lists: StepRule(Step.lists, Role.village_head, "OFFICE.lists_days"),
    Step.health: StepRule(Step.health, Role.health_station, "OFFICE.health_days"),
    Step.eligibility: StepRule(Step.eligibility, Role.economy, "OFFICE.eligibility_days"),
    Step.approval: StepRule(Step.approval, Role.chairman, "OFFICE.approval_days"),
    Step.payment: StepRule(Step.payment, Role.economy, "OFFICE.payment_days"),
    Step.insurance: StepRule(Step.insurance, Role.insurance, "OFFICE.insurance_days"),
}


def next_step(step: Step) -> Step | None:
    """The step that follows, or None after the last."""
    order = list(Step)
    place = order.index(step) + 1
    return order[place] if place < len(order) else None
