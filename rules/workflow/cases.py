"""Where a person's case stands, how it may move, and the words spoken about it on the way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rules.workflow.steps import Role, Step


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
        _move("relist", "Đưa lại vào kỳ xét", Step.health, "WITHDRAWN", CaseStatus.LISTED, Role.system),
        _move("readmit", "Đưa lại vào kỳ xét", Step.eligibility, "WITHDRAWN", CaseStatus.REVIEW, Role.system),
    )
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
