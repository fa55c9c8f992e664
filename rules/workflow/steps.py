"""The six steps, the roles, who holds a step and until when."""

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
