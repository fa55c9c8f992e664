"""Money in figures and in words: what is printed on a decision must read back to the same number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.money import AmountError, amount_in_words, format_dong, parse_amount

AMOUNTS = st.one_of(st.integers(0, 2_000_000), st.integers(0, 10**15))
WORDS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (10, "Mười đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (11, "Mười một đồng"),
        (105, "Một trăm linh năm đồng"),
        (1_500_000, "Một triệu năm trăm nghìn đồng"),
        (146_000_000, "Một trăm bốn mươi sáu triệu đồng"),
        (523_056, "Năm trăm hai mươi ba nghìn không trăm năm mươi sáu đồng"),
        (10_005_000, "Mười triệu không trăm linh năm nghìn đồng"),
        (2_000_000_005, "Hai tỷ không trăm linh năm đồng"),
        (365_000, "Ba trăm sáu mươi lăm nghìn đồng"),
        (-700_000, "Âm bảy trăm nghìn đồng"),
    ],
)
def test_amounts_read_as_an_accountant_reads_them(amount: int, words: str) -> None:
    assert amount_in_words(amount) == words


def test_the_office_may_say_le_for_linh() -> None:
    assert amount_in_words(105, empty_tens="lẻ") == "Một trăm lẻ năm đồng"


@given(AMOUNTS)
def test_words_read_back_to_the_same_amount(amount: int) -> None:
    assert read_back(amount_in_words(amount)) == amount


@given(AMOUNTS)
def test_figures_read_back_to_the_same_amount(amount: int) -> None:
    assert parse_amount(format_dong(amount)) == amount


@pytest.mark.parametrize("typed", [10**15 + 1, float(10**16), "1" + "0" * 16, "9" * 40, "1" + ".000" * 6])
def test_a_sum_beyond_all_reason_is_a_slip_and_not_taken(typed: str | int | float) -> None:
    with pytest.raises(AmountError):
        parse_amount(typed)


def test_figures_have_dots_between_thousands() -> None:
    assert format_dong(1_234_567) == "1.234.567 đồng"
    assert format_dong(-5_000) == "-5.000 đồng"


@pytest.mark.parametrize("text", ["2.000.000", "2,000,000 đ", "2000000", "2 000 000 VNĐ", 2e6, 2_000_000])
def test_usual_ways_of_writing_an_amount_are_read(text: str | float) -> None:
    assert parse_amount(text) == 2_000_000


@pytest.mark.parametrize("text", ["1.5", "2tr", "", "-5", "2.000,000", "1.2345", 1.5, -1, float("nan"), True, "٢"])
def test_what_could_mean_two_things_is_refused(text: str | float) -> None:
    with pytest.raises(AmountError):
        parse_amount(text)


def read_back(sentence: str) -> int:
    """An independent reader of amounts in words, for the round trip only."""
    words = sentence.lower().removesuffix(" đồng").split()
    return read_number(words)


def read_number(words: list[str]) -> int:
    if "tỷ" in words:
        cut = len(words) - 1 - words[::-1].index("tỷ")
        return read_number(words[:cut]) * 10**9 + read_number(words[cut + 1 :])
    total = 0
    group: list[str] = []
    for word in words:
        if word in {"triệu", "nghìn"}:
            total += read_group(group) * (10**6 if word == "triệu" else 10**3)
            group = []
        else:
            group.append(word)
    return total + read_group(group)


def read_group(words: list[str]) -> int:
    value = 0
    digits = {**{word: digit for digit, word in enumerate(WORDS)}, "mốt": 1, "lăm": 5}
    pending = 0
    for word in words:
        if word in digits:
            pending = digits[word]
        elif word == "trăm":
            value, pending = value + pending * 100, 0
        elif word == "mươi":
            value, pending = value + pending * 10, 0
        elif word == "mười":
            value, pending = value + 10, 0
    return value + pending
