"""What stands against a command, in one Vietnamese sentence: never a stack trace, never anybody's data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

EXPECTED_STATUS = 1
USAGE_STATUS = 2
NOT_LAID_OUT = (
    "Cơ sở dữ liệu chưa được lập: chạy `ansinh migrate` hoặc `ansinh start` trước; "
    "nếu đã lập ở nơi khác thì ghi nơi ấy vào ANSINH_DATA_DIR (bản trình diễn: var/demo)."
)
DATABASE_WORDS = {
    r"no such table|relation .* does not exist": NOT_LAID_OUT,
    r"no such column|column .* does not exist": "Cơ sở dữ liệu còn ở dạng cũ: sao lưu rồi chạy `ansinh migrate`.",
    r"is locked": "Cơ sở dữ liệu đang bận ghi việc khác: đợi một lát rồi làm lại.",
    r"not a database|malformed": "Tệp cơ sở dữ liệu hỏng hoặc không phải của An Sinh: khôi phục từ bản sao lưu.",
    r"readonly|unable to open": "Không được phép đọc, ghi tệp cơ sở dữ liệu hoặc thư mục chứa nó: kiểm tra quyền.",
}
Rule = Callable[[Mapping[str, Any]], str]
SETTING_RULES: dict[str, Rule] = {
    "int_parsing": lambda _: "phải là số nguyên",
    "float_parsing": lambda _: "phải là số",
    "bool_parsing": lambda _: "phải là true hoặc false",
    "literal_error": lambda about: f"phải là {about['expected'].replace(' or ', ' hoặc ')}",
    "greater_than": lambda about: f"phải lớn hơn {about['gt']:g}",
    "greater_than_equal": lambda about: f"phải từ {about['ge']:g} trở lên",
    "less_than_equal": lambda about: f"không được quá {about['le']:g}",
}


def sentence(error: Exception) -> str:
    """Why the command cannot go on. What nobody expected is told by kind and place alone: its text may quote a row."""
    from tasks.failures import words

    said = _of_settings(error) or _of_database(error) or _of_files(error) or _of_our_own(error)
    return said or f"Lệnh gặp lỗi ngoài dự kiến: {words(error)}. Hãy gửi nguyên dòng này cho người hỗ trợ."


def usage(error: Exception) -> str:
    """A command typed wrongly: what is not known, and where to look."""
    context = getattr(error, "ctx", None)
    path = getattr(context, "command_path", "ansinh")
    return f"{_mistyped(error)} Xem: {path} --help"


def _mistyped(error: Exception) -> str:
    unknown = re.search(r"No such command '(.+?)'", str(error))
    if unknown:
        return f"Không có lệnh “{unknown[1]}”."
    if option := getattr(error, "option_name", ""):
        return f"Tùy chọn {option} không có ở lệnh này, hoặc thiếu giá trị đi kèm."
    parameter = getattr(error, "param", None)
    if parameter is not None:
        name = next(iter(getattr(parameter, "opts", ())), parameter.name)
        return f"{name}: thiếu, hoặc giá trị không đúng."
    return "Lệnh ghi chưa đúng."


def _of_settings(error: Exception) -> str:
    from pydantic import ValidationError

    if not isinstance(error, ValidationError) or error.title != "Settings":
        return ""
    return "Thiết đặt chưa đúng (biến môi trường hoặc tệp .env): " + "; ".join(map(_of_setting, error.errors())) + "."


def _of_setting(wrong: Mapping[str, Any]) -> str:
    name = "".join(f"ANSINH_{part}".upper() for part in wrong["loc"][:1])
    if wrong["type"] == "value_error":
        return str(wrong["ctx"]["error"]).removesuffix(".")
    rule = SETTING_RULES.get(wrong["type"])
    return f"{name} {rule(wrong.get('ctx', {})) if rule else 'có giá trị không dùng được'}"


def _of_database(error: Exception) -> str:
    from alembic.util import CommandError
    from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

    if isinstance(error, ArgumentError | NoSuchModuleError):
        return "ANSINH_DATABASE_URL không phải địa chỉ cơ sở dữ liệu: xem mẫu trong .env.example."
    if isinstance(error, CommandError):
        return "Cơ sở dữ liệu do bản An Sinh mới hơn lập: hãy chạy bản ấy, hoặc khôi phục bản sao lưu cũ."
    if not isinstance(error, DBAPIError):
        return ""
    text = str(error.orig)
    for pattern, said in DATABASE_WORDS.items():
        if re.search(pattern, text):
            return said
    # while connecting, the server's own words name host and user, never a password or a row
    return f"Không mở được cơ sở dữ liệu: {text.splitlines()[0]}" if not error.statement else ""


def _of_files(error: Exception) -> str:
    from cli.records import file_fault

    if not isinstance(error, OSError) or error.filename is None:
        return ""
    return f"Không dùng được {error.filename}: {file_fault(error)}."


def _of_our_own(error: Exception) -> str:
    from adapters.backup import BackupError
    from adapters.clock import ClockError
    from adapters.secrets import SecretError
    from cli.alone import CannotStart
    from services.errors import Problem

    if isinstance(error, Problem):
        return "\n".join((*error.details, error.message))
    told = BackupError | CannotStart | SecretError | ClockError | TimeoutError
    return str(error) if isinstance(error, told) else ""
