"""What the form of a citizen number, an account and a telephone number can prove, and what not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.identity import (
    CitizenNumber,
    check_bank_account,
    check_citizen_number,
    check_phone,
    mask_citizen_number,
    old_identity_number,
    pad_if_valid,
)
from rules.lookups import banks, birth_provinces, find_bank

ON = date(2026, 7, 1)


def codes(text: str, sex: str | None = "NU", year: int | None = 1950) -> list[str]:
    found = check_citizen_number(text, sex=sex, birth_year=year, on=ON)
    return [] if isinstance(found, CitizenNumber) else [problem.code for problem in found]


def test_a_good_number_tells_province_sex_and_year() -> None:
    found = check_citizen_number("031150900001", sex="NU", birth_year=1950, on=ON)
    assert found == CitizenNumber("031150900001", "031", "NU", 1950)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("031050900001", ["SEX"]),
        ("031151900001", ["BIRTH_YEAR"]),
        ("003150900001", ["PROVINCE"]),
        ("031350900001", ["BIRTH_YEAR", "FUTURE"]),
        ("31150900001", ["LENGTH"]),
        ("123456789", ["OLD_NUMBER"]),
        ("03115090000A", ["NOT_DIGITS"]),
        ("٠٣١١٥٠٩٠٠٠٠١", ["NOT_DIGITS"]),
        ("", ["NOT_DIGITS"]),
    ],
)
def test_every_wrong_number_says_why(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize("text", ["'031150900001", "031 150 900 001", "031.150.900.001", "031-150-900001"])
def test_what_people_put_between_the_digits_is_no_part_of_the_number(text: str) -> None:
    found = check_citizen_number(text, sex="NU", birth_year=1950, on=ON)
    assert isinstance(found, CitizenNumber)
    assert found.value == "031150900001"


def test_unknown_sex_and_year_are_not_held_against_a_number_but_the_future_is() -> None:
    assert codes("031150900001", sex=None, year=None) == []
    assert codes("031350900001", sex=None, year=None) == ["FUTURE"]


def test_no_message_repeats_the_number() -> None:
    found = check_citizen_number("003351900007", sex="NAM", birth_year=1950, on=ON)
    assert isinstance(found, tuple)
    assert all("003351900007" not in problem.message_vi for problem in found)


def test_a_lost_zero_comes_back_only_when_everything_else_agrees() -> None:
    padded = pad_if_valid("31150900001", sex="NU", birth_year=1950, on=ON)
    assert padded is not None
    assert (padded.value, padded.padded) == ("031150900001", True)
    assert pad_if_valid("31150900001", sex="NAM", birth_year=1950, on=ON) is None
    assert pad_if_valid("31150900001", sex="NU", birth_year=None, on=ON) is None
    assert pad_if_valid("1150900001", sex="NU", birth_year=1950, on=ON) is None


@given(
    province=st.sampled_from(sorted(birth_provinces())),
    sex=st.sampled_from(["NAM", "NU"]),
    year=st.integers(1900, 2026),
    serial=st.integers(0, 999_999),
)
def test_any_number_built_by_the_rule_is_accepted_and_masking_hides_its_middle(
    province: str, sex: str, year: int, serial: int
) -> None:
    digit = (year // 100 - 19) * 2 + (sex == "NU")
    number = f"{province}{digit}{year % 100:02d}{serial:06d}"
    assert isinstance(check_citizen_number(number, sex=sex, birth_year=year, on=ON), CitizenNumber)
    assert mask_citizen_number(number) == number[:4] + "*****" + number[-3:]


def test_masked_form_is_the_one_for_posted_lists() -> None:
    assert mask_citizen_number("031150000012") == "0311*****012"
    assert mask_citizen_number("123456789") == "*********"
    assert mask_citizen_number(None) == ""


def test_old_numbers_are_known_for_matching_only() -> None:
    assert old_identity_number("031 123 456") == "031123456"
    assert old_identity_number("31123456") == "031123456"
    assert old_identity_number("1123456") is None
    assert old_identity_number("031150900001") is None


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("2100 2051 2345 6", "2100205123456"),
        ("0012345", "0012345"),
        ("12345", None),
        ("1" * 20, None),
        ("=1+1", None),
        ("khongcoso", None),
    ],
)
def test_accounts_have_6_to_19_characters_and_keep_their_zeros(text: str, account: str | None) -> None:
    assert check_bank_account(text) == account


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("0912 345 678", "0912345678"),
        ("+84912345678", "0912345678"),
        ("912345678", "0912345678"),
        ("091234567", None),
    ],
)
def test_phones_have_ten_digits(text: str, phone: str | None) -> None:
    assert check_phone(text) == phone


def test_the_tables_are_whole() -> None:
    assert len(birth_provinces()) == 63
    assert (birth_provinces()["031"], birth_provinces()["030"]) == ("Hải Phòng", "Hải Dương")
    assert len({bank.bin for bank in banks()}) == len(banks()) == 41


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Agribank", "970405"),
        ("NHNo&PTNT", "970405"),
        ("Ngân hàng Agribank CN Cát Hải", "970405"),
        ("VietinBank - PGD Cát Bà", "970415"),
        ("MB Bank", "970422"),
        ("970436", "970436"),
        ("Ngân hàng Không Có Thật", None),
        ("Agribank hoặc BIDV", None),
        ("", None),
    ],
)
def test_a_bank_is_found_by_what_people_write(text: str, code: str | None) -> None:
    found = find_bank(text)
    assert (found.bin if found else None) == code
