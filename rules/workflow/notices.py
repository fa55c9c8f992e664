"""Every mail the product may send: its name for people, the counts it states, whether it may wait for the digest."""

from __future__ import annotations

from dataclasses import dataclass

from rules.workflow.steps import Role


@dataclass(frozen=True)
class Notice:
    """One kind of mail. ``counts``: numbers it cannot do without; ``optional``: stated all together or not at all.

    ``is_urgent``: it goes out at once, also to those who chose one digest a day: it answers what they did a moment ago,
    or waiting a day would do harm.
    """

    label: str
    counts: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    is_urgent: bool = False


NOTICES: dict[str, Notice] = {
    "list_request": Notice("Đề nghị lập danh sách", ("known",)),
    "list_reminder": Notice("Nhắc gửi danh sách", optional=("days",)),
    "list_received": Notice("Đã nhận danh sách", ("rows", "errors"), is_urgent=True),
    "health_handover": Notice("Đề nghị xác minh sức khỏe", ("people",)),
    "more_papers": Notice("Đề nghị bổ sung giấy tờ y tế"),
    "eligibility_handover": Notice("Hồ sơ đến bước xét duyệt", ("people",)),
    "assistance_request": Notice("Đề nghị nhập danh sách trợ giúp xã hội"),
    "cross_check_request": Notice("Đề nghị đối chiếu trợ giúp xã hội", ("people",)),
    "minutes_to_sign": Notice("Biên bản chờ ký"),
    "posting_opened": Notice("Niêm yết danh sách", optional=("people",)),
    "posting_closing": Notice("Hết thời gian niêm yết"),
    "submission_ready": Notice("Trình phê duyệt", ("people",)),
    "sent_back": Notice("Chủ tịch trả lại danh sách", ("people",)),
    "number_wanted": Notice("Quyết định chờ số, ngày", ("people",)),
    "decided": Notice("Đã có quyết định", optional=("approved", "refused", "held")),
    "payment_to_prepare": Notice("Lập danh sách chi trả", ("people",)),
    "payment_for_approval": Notice("Duyệt danh sách chi trả", ("people",)),
    "payment_sent_back": Notice("Danh sách chi trả bị trả lại", ("people",)),
    "payment_sent": Notice("Đã chuyển chi trả", ("people",)),
    "results_missing": Notice("Chưa có kết quả chi trả", ("people",), ("days",)),
    "insurance_handover": Notice("Đề nghị cấp thẻ, báo giảm BHYT", ("people", "leaving")),
    "cards_received": Notice("Đã có kết quả cấp thẻ BHYT", ("issued", "refused")),
    "cards_ending": Notice("Thẻ BHYT cần gia hạn", ("ending", "gaps", "unanswered")),
    "feedback_due": Notice("Ý kiến đến hạn trả lời", ("open",), ("days",)),
    "step_reminder": Notice("Nhắc việc", ("waiting",), ("days",)),
    "escalation": Notice("Báo cáo việc quá hạn", ("waiting", "days"), is_urgent=True),
    "run_failed": Notice("Một bước tự động không hoàn thành", is_urgent=True),
    "paper_failed": Notice("Văn bản chưa lập được", ("papers",), is_urgent=True),
    "change_for_approval": Notice("Biến động chờ quyết định", ("changes",)),
    "change_answered": Notice("Biến động đã được trả lời", ("changes",)),
    "daily_digest": Notice("Thư tổng hợp trong ngày", ("items",), is_urgent=True),
}
"""By the name of the folder in `templates/email/`."""

ESCALATION: dict[Role, tuple[Role, ...]] = {
    Role.village_head: (Role.economy, Role.chairman),
    Role.health_station: (Role.economy, Role.chairman),
    Role.culture: (Role.economy, Role.chairman),
    Role.insurance: (Role.economy, Role.chairman),
    Role.economy: (Role.chairman,),
}
"""Who is told, level by level, when a role's work is overdue; above the chairman there is nobody in the commune."""
