"""Two values of one parameter that meet: refused when nobody could say which counts, and told apart in words."""

from __future__ import annotations

from datetime import date

import pytest

from rules.law_conflicts import effect_words, hides, rivals
from rules.parameters import LawStatus, Reference, Value

TEXT = Reference("12/2026/QĐ-UBND", "UBND đặc khu thử")
MAY, JULY, NEW_YEAR = date(2026, 5, 1), date(2026, 7, 1), date(2027, 1, 1)
RURAL, CHILD = {"area": "NONG_THON"}, {"category": "TRE_EM"}
TOWN = {"area": "THANH_THI"}


def value(scope: dict[str, str], start: date = MAY, end: date | None = None, version: int = 1) -> Value:
    return Value("NQ04.income.target", 1, "VND/month", LawStatus.CONFIRMED, TEXT, start, end, scope, version)


def test_two_scopes_just_as_narrow_are_rivals_from_the_day_on_which_both_hold() -> None:
    standing = value(RURAL)
    assert list(rivals(value(CHILD, JULY), [standing])) == [standing]


@pytest.mark.parametrize(
    ("new", "standing"),
    [
        (value(CHILD, JULY), [value(RURAL, MAY, date(2026, 6, 30))]),
        (value(CHILD, MAY, date(2026, 6, 30)), [value(RURAL, JULY)]),
        (value(TOWN), [value(RURAL)]),
        (value(RURAL), [value(RURAL)]),
        (value(CHILD), [value({})]),
        (value(CHILD), [value(RURAL), value(RURAL | CHILD)]),
    ],
    ids=[
        "it ended before",
        "it begins after",
        "other areas",
        "the same scope",
        "a wider one",
        "a narrower one decides",
    ],
)
def test_what_can_be_told_apart_has_no_rival(new: Value, standing: list[Value]) -> None:
    assert not list(rivals(new, standing))


def test_a_narrower_value_decides_only_on_its_own_days() -> None:
    standing = [value(RURAL), value(RURAL | CHILD, MAY, date(2026, 12, 31))]
    assert list(rivals(value(CHILD), standing)) == standing[:1]
    assert not list(rivals(value(CHILD, MAY, date(2026, 12, 31)), standing))


def test_a_later_value_hides_one_only_when_it_covers_all_its_days() -> None:
    assert hides(value(RURAL, MAY), value(RURAL, JULY))
    assert not hides(value(RURAL, JULY), value(RURAL, MAY))
    assert not hides(value(RURAL, MAY, date(2026, 12, 31)), value(RURAL, JULY))
    assert not hides(value({}, MAY), value(RURAL, JULY))


@pytest.mark.parametrize(
    ("new", "other", "told"),
    [
        (value(RURAL, JULY, version=2), value(RURAL), "được thay từ ngày 01/07/2026"),
        (value(RURAL, JULY, NEW_YEAR, version=2), value(RURAL), "được thay từ ngày 01/07/2026 đến hết ngày 01/01/2027"),
        (value(RURAL, version=2), value({}), "được thay từ ngày 01/05/2026, riêng cho khu vực: nông thôn"),
        (value({}, version=2), value(RURAL), "vẫn áp dụng từ ngày 01/05/2026, riêng cho khu vực: nông thôn"),
        (value({}, version=2), value(RURAL, version=0), "được thay từ ngày 01/05/2026"),
        (value(RURAL, version=1), value(RURAL, JULY, version=2), "vẫn áp dụng từ ngày 01/07/2026, vì được đề xuất sau"),
        (value(TOWN, version=2), value(RURAL), ""),
        (value(RURAL, JULY, version=2), value(RURAL, MAY, date(2026, 6, 30)), ""),
    ],
    ids=range(8),
)
def test_what_becomes_of_another_value_is_said_with_its_days(new: Value, other: Value, told: str) -> None:
    assert effect_words(new, other) == told
