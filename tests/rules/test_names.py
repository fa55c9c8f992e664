"""Names are stored in one spelling, found in any, and sorted as Vietnamese lists are."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.names import clean_name, fold_name, place_key, same_name, sort_key, strip_marks_upper

SYLLABLES = st.sampled_from(["Nguyễn", "Hoà", "Hòa", "Đức", "Ánh", "Yến", "Thuỷ", "An", "Ân", "Ứng", "Quốc", "Ước"])
NAMES = st.lists(SYLLABLES, min_size=2, max_size=5).map(" ".join)


def test_decomposed_and_composed_spellings_become_one() -> None:
    composed = "Nguyễn Thị Hoà"
    decomposed = unicodedata.normalize("NFD", composed)
    assert (len(decomposed), len(clean_name(decomposed))) == (18, 14)
    assert clean_name(f"  {decomposed.replace(' ', chr(0xA0) + ' ')}\u200b\n") == composed


@pytest.mark.parametrize("typed", ["\u00d0ỗ \u00d0ức", "\u0189ỗ \u0189ức"], ids=["Icelandic", "African"])
def test_a_letter_that_only_looks_like_one_is_the_vietnamese_one(typed: str) -> None:
    assert clean_name(typed) == "Đỗ Đức"
    assert fold_name(typed.lower()) == "do duc"
    assert same_name(typed, "ĐỖ ĐỨC")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Nguyễn Thị Hoà", "NGUYỄN THỊ HÒA", True),
        ("Thuỷ", "Thủy", True),
        ("Hoá", "Hòa", False),
        ("Đức", "Dức", False),
    ],
)
def test_where_the_tone_stands_does_not_make_another_name(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same
    assert fold_name(one) == fold_name(other)


def test_lists_sort_by_given_name_then_family_then_middle() -> None:
    expected = [
        "Nguyễn Văn An",
        "Trần Văn An",
        "Lê Thị Ánh",
        "Đỗ Thị Ân",
        "Dương Văn Bình",
        "Đoàn Văn Bình",
        "Lê Dũng",
        "Lê Đức",
        "Bùi Thị Hoa",
        "Bùi Thị Hòa",
        "Bùi Văn Hòa",
        "Bùi Thị Hóa",
        "Phạm Thị Yến",
    ]
    jumbled = expected[::2] + expected[1::2]
    assert sorted(jumbled, key=sort_key) == expected
    assert sorted(jumbled, key=lambda name: sort_key(name).encode()) == expected


def test_places_sort_as_they_are_read_and_numbers_as_numbers() -> None:
    expected = ["Thôn 1", "Thôn 2", "Thôn 2A", "Thôn 10", "Thôn Dâu", "Thôn Đá", "Thôn Đồng 2", "Thôn Đồng 11", "Tổ 3"]
    assert sorted(expected[::2] + expected[1::2], key=place_key) == expected


@given(NAMES)
def test_keys_do_not_depend_on_spelling(name: str) -> None:
    spelled = "  ".join(unicodedata.normalize("NFD", word) for word in name.split())
    assert sort_key(spelled) == sort_key(name)
    assert fold_name(spelled) == fold_name(name)
    assert fold_name(name).isascii()


@given(st.text(max_size=40))
def test_any_text_gives_keys_without_an_error(text: str) -> None:
    assert clean_name(clean_name(text)) == clean_name(text)
    sort_key(text)
    place_key(text)
    assert all(char.isascii() for char in strip_marks_upper(text))


def test_the_bank_form_has_capitals_without_marks() -> None:
    assert strip_marks_upper("Nguyễn Thị Ước – Đặng") == "NGUYEN THI UOC DANG"
