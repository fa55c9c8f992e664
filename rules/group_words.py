"""The conditions of a beneficiary group as tick boxes and short choices, and back: no code to write, none to read."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

from rules.parameters import Parameter

TICKS: dict[str, tuple[str, dict[str, Any]]] = {
    "allowance": ("Đang hưởng trợ cấp xã hội hằng tháng", {"fact": "allowance", "is": True}),
    "no_allowance": ("Không hưởng trợ cấp xã hội hằng tháng", {"fact": "allowance", "is": False}),
    "no_income": ("Không có thu nhập ổn định hằng tháng", {"fact": "stable_income", "is": False}),
    "health": ("Trạm Y tế kết luận đạt điều kiện sức khỏe, theo căn cứ nào cũng được", {"fact": "health", "is": True}),
    "health_tt50": (
        "Trạm Y tế kết luận đạt theo danh mục bệnh hiểm nghèo",
        {"fact": "health", "is": True, "route": "TT50"},
    ),
    "health_injury": (
        "Trạm Y tế kết luận đạt theo tỷ lệ tổn thương cơ thể",
        {"fact": "health", "is": True, "route": "INJURY_PCT"},
    ),
    "health_tt25": (
        "Trạm Y tế kết luận đạt theo bệnh cần chữa trị dài ngày",
        {"fact": "health", "is": True, "route": "TT25"},
    ),
    "disability": (
        "Khuyết tật ở mức độ được chấp nhận",
        {"fact": "disability", "in": "NQ04.disability.accepted"},
    ),
}
"""Tick box → its words and the condition it stands for."""
AGES = {"age_from": ("Tuổi từ đủ", "at_least"), "age_under": ("Tuổi dưới", "under")}
"""Choice → its words and the comparison with the age parameter that is chosen."""


def age_parameters(parameters: Iterable[Parameter]) -> list[tuple[str, str]]:
    """(key, description) of every age that a condition may name."""
    return [(one.key, one.description) for one in parameters if one.unit == "years"]


TRAIT = "trait-"
"""Begins the field of a further fact; its code follows, and its value is "1" for so and "0" for not so."""


def conditions(
    ticked: Iterable[str], ages: Mapping[str, str], traits: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """The conditions that these boxes, ages and further facts (code → "1", "0" or "") stand for, in a fixed order."""
    chosen = set(ticked)
    found = [dict(condition) for name, (_, condition) in TICKS.items() if name in chosen]
    found += [{"fact": "trait", "trait": code, "is": so == "1"} for code, so in (traits or {}).items() if so]
    return [{"fact": "age", AGES[name][1]: key} for name, key in ages.items() if key] + found


def boxes(
    rows: Iterable[Mapping[str, Any]], traits: Container[str] = ()
) -> tuple[dict[str, str], list[Mapping[str, Any]]]:
    """The form's fields for a group's conditions, and those that no box stands for; ``traits``: known further facts."""
    fields: dict[str, str] = {}
    others: list[Mapping[str, Any]] = []
    for row in rows:
        tick = next((name for name, (_, condition) in TICKS.items() if condition == row), None)
        age = next((name for name, (_, test) in AGES.items() if row.get("fact") == "age" and test in row), None)
        if tick:
            fields[tick] = "1"
        elif age and age not in fields:
            fields[age] = str(row[AGES[age][1]])
        elif row.get("trait") in traits and f"{TRAIT}{row['trait']}" not in fields:
            fields[f"{TRAIT}{row['trait']}"] = "1" if row.get("is", row.get("equals")) else "0"
        else:
            others.append(row)
    return fields, others
