"""Two entries are shown to an officer when they may be one person, with what speaks for and against it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.likeness import CERTAIN, POSSIBLE, Entry, likeness

CMND = "031123456"
HOA = Entry("Thử Thị Hoà", date(1950, 3, 2), citizen_id="031150000012", village="Thôn Mẫu 1", old_id=CMND)
NAMES = st.sampled_from(["Thử Thị Hoà", "Thử Thị Hòa", "Thử Thị Hoa", "Thử Văn Hoà", "Mẫu Văn Tý", ""])
BIRTHS = st.sampled_from([None, date(1950, 3, 2), date(1950, 2, 3), date(1950, 7, 9), date(1961, 3, 2)])
NUMBERS = st.sampled_from([None, "031150000012", "031150000021", "031150009999"])
PLACES, OLD = st.sampled_from(["", "Mẫu 1", "Mẫu 2"]), st.sampled_from(["", CMND, "031999999"])
ENTRIES = st.builds(Entry, NAMES, BIRTHS, st.sampled_from(["day", "month", "year"]), NUMBERS, PLACES, OLD)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (replace(HOA, full_name="Mẫu Văn Tý"), "họ tên khác nhau"),
        (replace(HOA, full_name="THỬ THỊ HÒA", citizen_id=None), "trùng họ tên"),
        (replace(HOA, full_name="Thu Thi Hoa", citizen_id=None, village=""), "họ tên chỉ khác dấu"),
        (replace(HOA, full_name="Thử Thị Hồng Hoà", citizen_id=None), "họ tên khác một chữ"),
        (replace(HOA, birth_date=None, citizen_id=None), "trùng họ tên"),
        (replace(HOA, birth_date=date(1950, 1, 1), birth_precision="year", citizen_id=None), "trùng năm sinh"),
        (replace(HOA, birth_date=date(1950, 2, 3), citizen_id=None), "ngày và tháng sinh đổi chỗ"),
        (replace(HOA, birth_date=date(1950, 7, 9), citizen_id=None), "cùng năm sinh, khác ngày"),
        (replace(HOA, citizen_id="031150000021"), "hai chữ số liền nhau đổi chỗ"),
        (replace(HOA, citizen_id="031150000017"), "lệch một chữ số"),
        (replace(HOA, citizen_id="031150009999"), "số định danh khác nhau"),
        (Entry("Mẫu Văn Tý", date(1950, 7, 9), "year", old_id=CMND), "trùng số CMND cũ"),
        (Entry("Thử Thị Hoà", date(1961, 3, 2), old_id=CMND), "trùng số CMND cũ"),
    ],
)
def test_who_may_be_the_same_is_shown_with_the_reason(other: Entry, reason: str) -> None:
    found = likeness(HOA, other)
    assert found.score >= POSSIBLE
    assert any(reason in said for said in found.reasons)


@pytest.mark.parametrize(
    "other",
    [
        replace(HOA, full_name="Mẫu Văn Tý", citizen_id=None),
        replace(HOA, birth_date=date(1961, 3, 2), citizen_id=None),
        replace(HOA, birth_date=date(1950, 7, 9), citizen_id=None, village="Thôn Mẫu 2"),
        replace(HOA, full_name="Thu Thi Hoa", birth_date=date(1950, 1, 1), birth_precision="year", citizen_id="0" * 12),
    ],
)
def test_who_is_somebody_else_is_not_shown(other: Entry) -> None:
    village = other.village if other.village != HOA.village else ""
    assert likeness(HOA, replace(other, village=village, old_id="")).score < POSSIBLE


@given(ENTRIES, ENTRIES)
def test_another_cmnd_says_nothing_against_a_person(one: Entry, other: Entry) -> None:
    """A move to another province gave a new CMND."""
    asked = likeness(replace(one, old_id="031999999"), replace(other, old_id=CMND))
    assert asked == likeness(replace(one, old_id=""), replace(other, old_id=""))


def test_a_cmnd_alone_makes_nobody_one_person() -> None:
    assert likeness(Entry("Mẫu Văn Tý", date(1961, 3, 2), old_id=CMND), replace(HOA, citizen_id=None)).score < POSSIBLE


@given(ENTRIES, ENTRIES)
def test_the_score_stays_within_its_bounds_and_does_not_ask_who_comes_first(one: Entry, other: Entry) -> None:
    found = likeness(one, other)
    assert 0 <= found.score <= CERTAIN
    assert found == likeness(other, one)


@given(ENTRIES, ENTRIES)
def test_one_number_is_one_person_whatever_else_is_written(one: Entry, other: Entry) -> None:
    number = "031150000012"
    assert likeness(replace(one, citizen_id=number), replace(other, citizen_id=number)).score == CERTAIN


@given(ENTRIES, ENTRIES)
def test_the_sentence_holds_no_number_and_no_day(one: Entry, other: Entry) -> None:
    said = str(likeness(one, other)).split(" (")[0]
    assert not any(char.isdigit() for char in said)
