"""What stands against a request, as a page: right status, one Vietnamese sentence, never a stack trace."""

from __future__ import annotations

import logging
import secrets
import traceback
from dataclasses import dataclass
from pathlib import Path

from rules.parameters import LawGap
from services.errors import Kind, Problem

log = logging.getLogger("ansinh.web")

STATUS = {
    Kind.NOT_FOUND: 404,
    Kind.NOT_ALLOWED: 403,
    Kind.CONFLICT: 409,
    Kind.INVALID: 422,
    Kind.WAITING: 409,
}
TITLES = {
    400: "Yêu cầu không đọc được",
    403: "Không được phép",
    404: "Không tìm thấy",
    405: "Không có việc này ở đây",
    409: "Chưa làm được",
    413: "Tệp quá lớn",
    422: "Dữ liệu chưa đúng",
    429: "Thử quá nhiều lần",
    500: "Hệ thống gặp lỗi",
}
GENERAL = {
    404: "Không có trang này, hoặc trang này không thuộc phạm vi của anh/chị.",
    405: "Trang này không nhận yêu cầu như vậy. Hãy quay lại và dùng nút trên trang.",
}


class FormError(Exception):
    """Entries that cannot be read: field → what to enter instead."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


class UploadTooLarge(Exception):
    """The request's body is longer than the installation accepts."""


@dataclass(frozen=True)
class Said:
    """What a page tells of a refusal: status, and sentences with the field they belong to ("" when none)."""

    status: int
    sentences: tuple[tuple[str, str], ...]


def say(error: Exception) -> Said:
    """The words for an expected refusal. Anything else is raised again: it is a mistake of ours."""
    if isinstance(error, Problem):
        status = 429 if error.code == "too_many_attempts" else STATUS[error.kind]
        return Said(status, ((error.field, error.message), *(("", detail) for detail in error.details)))
    if isinstance(error, FormError):
        return Said(422, tuple(error.errors.items()))
    if isinstance(error, LawGap):
        return Said(409, (("", error.message), ("", "Máy không đoán: xem trang Căn cứ pháp lý, rồi làm lại.")))
    if isinstance(error, UploadTooLarge):
        return Said(413, (("file", "Tệp lớn hơn mức hệ thống nhận. Hãy gửi tệp nhỏ hơn."),))
    raise error


def report(error: BaseException) -> str:
    """Write an unexpected error to the log without anybody's data; return the reference the page shows.

    The log keeps the kind of error and the places in our code, not its message: a database's message quotes values.
    """
    reference = secrets.token_hex(4).upper()
    frames = traceback.extract_tb(error.__traceback__)
    places = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-8:])
    log.error("lỗi %s: %s tại %s", reference, type(error).__name__, places)
    return reference
