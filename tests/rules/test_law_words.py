"""Law values are told in an officer's words: no unit, code or scope of ours reaches a page bare."""

from __future__ import annotations

import re
from typing import Any

import pytest

from rules.group_words import boxes, conditions
from rules.law_files import shipped_parameters
from rules.law_values import vocabulary
from rules.law_words import WORDS, choices, predicate_words, scope_words, shown, unit_words

VALUES = [value for parameter in shipped_parameters() for value in parameter.values]


def test_every_unit_of_the_law_has_vietnamese_words() -> None:
    bare = {one.unit for one in shipped_parameters() if unit_words(one.unit) == one.unit}
    assert not bare


def test_every_word_that_may_be_chosen_is_told_in_words() -> None:
    codes = {code for one in shipped_parameters() for code in vocabulary(one.unit)}
    assert not codes - set(WORDS)
    assert all(words != code for one in shipped_parameters() for code, words in choices(one.unit))


def test_no_value_is_shown_as_data_of_a_program() -> None:
    shapes = re.compile(r"[{}\[\]]|\bTrue\b|\bFalse\b|\bNone\b|working days|VND")
    assert not [(one.key, line) for one in VALUES for line in shown(one.unit, one.value) if shapes.search(line)]


@pytest.mark.parametrize(
    ("unit", "value", "lines"),
    [
        ("VND/month", 1_500_000, ["1.500.000 đồng một tháng"]),
        ("percent", "4.5", ["4,5%"]),
        ("working days", 7, ["7 ngày làm việc"]),
        ("day of month", 5, ["ngày 5 hằng tháng"]),
        ("month-day", "09-01", ["ngày 01/09"]),
        ("date", "2026-05-01", ["01/05/2026"]),
        ("set THUONG_TRU | TAM_TRU", ["TAM_TRU"], ["tạm trú"]),
        ("texts", [], ["không có mục nào"]),
        ("years", None, ["chưa biết"]),
        (
            "resolution",
            {"number": "04/2026/NQ-HĐND", "issued_on": "2026-04-20", "issuer": "HĐND thành phố"},
            ["Nghị quyết số 04/2026/NQ-HĐND ngày 20 tháng 4 năm 2026 của HĐND thành phố"],
        ),
    ],
)
def test_values_as_they_are_read_aloud(unit: str, value: Any, lines: list[str]) -> None:
    assert shown(unit, value) == lines


def test_a_scope_is_told_by_what_it_tells_apart() -> None:
    assert scope_words({"status": "NGHEO", "area": "NONG_THON"}) == "khu vực: nông thôn; diện hộ: hộ nghèo"


def test_the_boxes_of_every_shipped_group_are_its_conditions_again() -> None:
    groups = [row for value in VALUES if value.unit in {"categories", "groups"} and value.value for row in value.value]
    assert len(groups) >= 6
    for group in groups:
        fields, others = boxes(group["all"])
        ages = {name: key for name, key in fields.items() if name.startswith("age_")}
        again = [*conditions([name for name in fields if name not in ages], ages), *others]
        assert sorted(map(str, again)) == sorted(map(str, group["all"])), group["code"]


def test_the_ground_of_a_conclusion_is_a_box_and_a_word_of_its_own() -> None:
    row = {"fact": "health", "is": True, "route": "INJURY_PCT"}
    assert boxes([row]) == ({"health_injury": "1"}, [])
    assert conditions(["health_injury"], {}) == [row]
    assert predicate_words(row) == "Trạm Y tế kết luận đạt theo tỷ lệ tổn thương cơ thể"


def test_a_condition_that_no_box_stands_for_is_kept_apart() -> None:
    rows: list[dict[str, Any]] = [
        {"fact": "health", "is": False},
        {"fact": "age", "under": "A"},
        {"fact": "age", "under": "B"},
    ]
    fields, others = boxes(rows)
    assert (fields, others) == ({"age_under": "A"}, [rows[0], rows[2]])
