"""A value of the wrong kind is refused where it is written, not where somebody's support is computed."""

from typing import Any

import pytest

from rules.law_files import shipped_parameters
from rules.law_values import faults_of_keys, misfit

GROUP = {"code": "A", "label": "A", "basis": "A", "statuses": ["NGHEO"], "overlap": "EXCLUDE", "health": False}


@pytest.mark.parametrize(
    ("unit", "value"),
    [
        ("VND/month", 1_500_000),
        ("years", "60"),
        ("percent", "4.5"),
        ("percent", 100),
        ("day of month", 31),
        ("date", "2026-05-01"),
        ("A | B", "B"),
        ("set A | B", ["A"]),
        ("set A | B", []),
        ("texts", ["Căn cứ"]),
        ("dates", {"closed": ["2026-01-01"], "open": []}),
        ("categories", [{**GROUP, "all": [{"fact": "age", "under": "NQ04.age.child_under"}]}]),
        ("groups", []),
        ("two letters", "GD"),
        ("resolution", {"number": "04/2026/NQ-HĐND", "issued_on": "2026-04-20", "issuer": "HĐND"}),
    ],
)
def test_a_fitting_value_is_taken(unit: str, value: Any) -> None:
    assert misfit(unit, value) == ""


@pytest.mark.parametrize(
    ("unit", "value", "told"),
    [
        ("VND/month", "1.500.000 đồng", "số"),
        ("VND/month", 1.5, "số nguyên"),
        ("VND/month", -1, "không âm"),
        ("VND/month", True, "số"),
        ("years", "NaN", "không âm"),
        ("percent", 101, "quá 100"),
        ("day of month", 32, "quá 31"),
        ("date", "01/05/2026", "ngày dạng"),
        ("A | B", "C", "A, B"),
        ("set A | B", "A", "danh sách"),
        ("set A | B", ["A", "C"], "A, B"),
        ("texts", [""], "danh sách"),
        ("dates", {"closed": ["hôm nay"], "open": []}, "closed"),
        ("dates", [], "closed"),
        ("categories", [{**GROUP, "all": [{"fact": "age"}]}], "phép so sánh"),
        ("categories", [{**GROUP, "all": [], "overlap": "DOUBLE"}], "overlap"),
        ("categories", [{**GROUP, "all": [{"fact": "disability", "is": True}]}], "chỉ so sánh bằng in"),
        (
            "categories",
            [{**GROUP, "all": [{"fact": "health", "in": "NQ04.disability.accepted"}]}],
            "chỉ so sánh bằng is",
        ),
        ("categories", [{**GROUP, "all": [{"fact": "health", "is": False, "route": "TT50"}]}], "route"),
        ("categories", [{**GROUP, "all": [{"fact": "health", "is": True, "route": "TT99"}]}], "route"),
        (
            "groups",
            [{"code": "A", "label": "A", "share": 1, "all": [{"fact": "age", "is": True}]}],
            "at_least hoặc under",
        ),
        ("groups", [{"code": "A"}], "share"),
        ("two letters", " ", "trống"),
        ("resolution", {"number": "04/2026/NQ-HĐND", "issued_on": "2026-04-20"}, "issuer"),
        ("resolution", {"number": "04/2026/NQ-HĐND", "issued_on": "20/4/2026", "issuer": "HĐND"}, "ngày dạng"),
        ("resolution", {"number": " ", "issued_on": "2026-04-20", "issuer": "HĐND"}, "trống"),
    ],
)
def test_another_value_is_refused_with_the_reason(unit: str, value: Any, told: str) -> None:
    assert told in misfit(unit, value)


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ({"fact": "age", "under": "NQ04.age.child_under"}, []),
        ({"fact": "disability", "in": "NQ04.disability.accepted"}, []),
        ({"fact": "stable_income", "is": False}, []),
        ({"fact": "age", "under": "NQ04.age.chid_under"}, ["không có tham số NQ04.age.chid_under"]),
        (
            {"fact": "age", "under": "NQ04.disability.accepted"},
            ["điều kiện về tuổi không so sánh được với NQ04.disability.accepted"],
        ),
        (
            {"fact": "disability", "in": "NQ04.age.child_under"},
            ["điều kiện về mức độ khuyết tật không so sánh được với NQ04.age.child_under"],
        ),
        (
            {"fact": "disability", "in": "NQ04.residence.accepted"},
            ["điều kiện về mức độ khuyết tật không so sánh được với NQ04.residence.accepted"],
        ),
    ],
)
def test_a_condition_compares_only_with_a_parameter_of_its_kind(condition: dict[str, Any], told: list[str]) -> None:
    units = {parameter.key: parameter.unit for parameter in shipped_parameters()}
    assert list(faults_of_keys("categories", [{**GROUP, "all": [condition]}], units)) == told
