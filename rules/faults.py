"""What pydantic found wrong, in one Vietnamese sentence that names each field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

_WORDS = {
    "missing": "còn thiếu",
    "extra_forbidden": "không có mục này",
    "literal_error": "không phải một trong các từ được dùng",
    "enum": "không phải một trong các từ được dùng",
    "string_pattern_mismatch": "viết không đúng dạng",
    "string_too_short": "không được để trống",
    "too_short": "không được để trống",
    "date_from_datetime_parsing": "không phải ngày dạng 2026-07-31",
    "date_parsing": "không phải ngày dạng 2026-07-31",
    "date_type": "không phải ngày dạng 2026-07-31",
    "int_parsing": "không phải số nguyên",
    "int_type": "không phải số nguyên",
    "list_type": "phải là một danh sách",
    "dict_type": "phải là các mục tên: giá trị",
    "model_type": "phải là các mục tên: giá trị",
}


def fault_words(fault: Mapping[str, Any]) -> str:
    """One fault of ``ValidationError.errors()`` without its place."""
    if fault["type"] == "value_error":
        return str(fault["msg"]).removeprefix("Value error, ")
    return _WORDS.get(fault["type"], "giá trị không hợp lệ")


def in_words(error: ValidationError) -> str:
    """Every fault with its place: "household.0.status: còn thiếu; …"."""
    faults = error.errors(include_url=False)
    places = (".".join(str(step) for step in fault["loc"]) for fault in faults)
    told = [
        f"{place}: {fault_words(fault)}" if place else fault_words(fault)
        for place, fault in zip(places, faults, strict=True)
    ]
    return "; ".join(told)
