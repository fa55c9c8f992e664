"""What the machine recorded about its runs, in an officer's words: which work, who asked for it, what went wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rules.workflow import ROLE_LABELS, STEP_LABELS, Role, Step

FLOW_LABELS = {
    "quarterly-cycle": "Kỳ xét hằng quý",
    "due-cycles": "Các kỳ xét có việc đến hạn",
    "tick": "Nhịp kiểm tra",
    "monthly-payment": "Chi trả hằng tháng",
    "insurance-renewals": "Gia hạn thẻ BHYT",
    "budget-need": "Nhu cầu kinh phí năm",
    "reports": "Báo cáo",
    "reminders": "Nhắc việc",
    "deliver-mail": "Gửi thư",
    "daily-digest": "Thư tổng hợp trong ngày",
}
STARTER_LABELS = {
    "schedule": "lịch định sẵn",
    "tick": "nhịp kiểm tra",
    "start": "lúc khởi động",
    "operator": "người vận hành (chạy tay)",
    "demo": "bản trình diễn",
}
COUNT_LABELS = {
    "assessed": "hồ sơ đã đánh giá",
    "cards": "thẻ",
    "changed": "kết quả thay đổi",
    "failed": "chưa làm được",
    "frozen": "người trong danh sách trình",
    "health": "người chuyển Trạm Y tế",
    "issued": "người có thẻ",
    "known": "người đã biết",
    "lists": "danh sách",
    "mails": "thư",
    "matches": "trường hợp có thể trùng",
    "asked": "người hỏi thêm Trạm Y tế",
    "papers": "văn bản",
    "pdf": "tệp PDF",
    "people": "người",
    "refused": "người bị từ chối",
    "review": "người chuyển xét duyệt",
    "sent": "đã gửi",
    "villages": "thôn",
    "waiting": "đang chờ",
}
OTHER_COUNT = "mục khác"
_TRACE = re.compile(r"(?:.*: )?(?P<kind>[A-Za-z_]\w*)(?: tại (?P<place>[\w./-]+:\d+))?\.?")
_CAUSES = (
    (("OperationalError", "DatabaseError", "TimeoutError", "PoolTimeout"),
     "Cơ sở dữ liệu đang bận hoặc không mở được. Đợi ít phút rồi chạy lại."),
    (("IntegrityError", "StaleDataError", "LeaseLost"),
     "Dữ liệu vừa được nơi khác ghi cùng lúc. Chạy lại là máy đọc bản mới."),
    (("FileStoreError", "FileNotFoundError", "PermissionError", "OSError", "IsADirectoryError"),
     "Không đọc hoặc không ghi được tệp. Quản trị kiểm tra ổ đĩa còn chỗ và thư mục dữ liệu, rồi chạy lại."),
    (("ConnectionError", "ConnectionRefusedError", "ConnectError", "HTTPError", "SMTPException"),
     "Không nối được với máy chủ khác. Quản trị kiểm tra mạng, rồi chạy lại."),
    (("LawGap", "Problem"),
     "Còn thiếu một giá trị pháp lý hoặc một dữ kiện máy cần. Xem trang Căn cứ pháp lý, rồi chạy lại."),
    (("MemoryError",), "Máy hết bộ nhớ. Quản trị đóng bớt chương trình khác, rồi chạy lại."),
)  # fmt: skip
UNEXPECTED = "Máy gặp lỗi ngoài dự kiến. Chạy lại; nếu vẫn lỗi, báo Quản trị kèm mã kỹ thuật."


@dataclass(frozen=True)
class Said:
    """What a run or step ended with: the sentence for officers and, of a failure, the code for whoever repairs it."""

    sentence: str
    code: str = ""


def flow_label(flow: str) -> str:
    """The flow's name as an officer knows it."""
    return FLOW_LABELS.get(flow.replace("_", "-"), "Việc khác của máy")


def step_label(step: str) -> str:
    """The step's name as an officer knows it."""
    return STEP_LABELS[Step(step)] if step in set(Step) else "Việc kèm theo"


def starter_label(starter: str) -> str:
    """Who or what asked for the run; never a person's name."""
    if starter in set(Role):
        return ROLE_LABELS[Role(starter)]
    return STARTER_LABELS.get(starter, "hệ thống")


def counts_text(counts: Mapping[str, int] | None) -> str:
    """ "2 thôn, 14 người": what a step did; nothing that was none."""
    told = [(COUNT_LABELS.get(name.lower(), OTHER_COUNT), number) for name, number in (counts or {}).items() if number]
    return ", ".join(f"{number:,}".replace(",", ".") + f" {label}" for label, number in told)


def said(message: str) -> Said:
    """The message as it was written for officers, or a sentence in place of an error's kind and place."""
    found = _TRACE.fullmatch(message.strip())
    if not found or not _is_error(found["kind"], found["place"]):
        return Said(message)
    kind = found["kind"]
    sentence = next((words for kinds, words in _CAUSES if kind in kinds), UNEXPECTED)
    return Said(sentence, message.strip())


def _is_error(kind: str, place: str | None) -> bool:
    return bool(place) or kind.endswith(("Error", "Exception", "Problem", "Gap", "Timeout"))
