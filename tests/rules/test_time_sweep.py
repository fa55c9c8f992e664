"""Typical people through every month of 2026-2030: one answer each, by the demonstration law and as shipped."""

from datetime import date
from typing import Any

import pytest

from rules.eligibility import assess, needs_health
from rules.facts import HealthFact, PersonFacts, StatusFact
from rules.months import Month
from rules.parameters import LawBook
from rules.workflow import Outcome
from tests.rules import laws

MONTHS = tuple(Month(2026, 1).through(Month(2030, 12)))
AS_NOW: dict[str, Any] = {"residence": "THUONG_TRU", "income_kinds": (), "allowance": 0}
ESCAPED = (StatusFact("THOAT_NGHEO", date(2025, 12, 20)),)
PEOPLE = {
    "trẻ em lớn dần": PersonFacts(birth_date=date(2012, 5, 9), statuses=ESCAPED, **AS_NOW),
    "người sắp 60": PersonFacts(birth_date=date(1967, 2, 28), statuses=ESCAPED, **AS_NOW),
    "người sắp 80, thành thị": PersonFacts(
        birth_date=date(1949, 1, 1), area="THANH_THI", statuses=(StatusFact("CAN_NGHEO", date(2025, 1, 1)),), **AS_NOW
    ),
    "chỉ biết năm sinh": PersonFacts(birth_date=date(1968, 1, 1), birth_precision="year", statuses=ESCAPED, **AS_NOW),
    "khuyết tật có trợ cấp": PersonFacts(
        birth_date=date(1985, 1, 1), disability="NANG", statuses=ESCAPED, **(AS_NOW | {"allowance": 1_050_000})
    ),
    "kết luận sức khỏe hết hạn giữa chừng": PersonFacts(
        birth_date=date(1980, 1, 1), statuses=ESCAPED, health=HealthFact(True, True, date(2028, 6, 15)), **AS_NOW
    ),
    "không rõ gì": PersonFacts(birth_date=date(1950, 6, 1)),
    "chết năm 2028": PersonFacts(
        birth_date=date(1960, 1, 1), statuses=(StatusFact("NGHEO", None),), died_on=date(2028, 3, 3), **AS_NOW
    ),
    "hết diện từ lâu": PersonFacts(
        birth_date=date(1960, 1, 1), statuses=(StatusFact("NGHEO", None, date(2024, 12, 31)),), **AS_NOW
    ),
}
LAWS = {"demo": laws.demonstration, "shipped": laws.shipped}


NO, YES, UNSURE = Outcome.NOT_ELIGIBLE, Outcome.ELIGIBLE, Outcome.CANNOT_DECIDE
# worked out by hand: in force from 01/05/2026, other sums from 01/01/2027, an escape of 12/2025 counts through 11/2028
LIVES: dict[str, list[tuple[str, Outcome, str, int]]] = {
    "trẻ em lớn dần": [
        ("2026-01", NO, "", 0),
        ("2026-05", YES, "TRE_EM", 1_500_000),
        ("2027-01", YES, "TRE_EM", 2_200_000),
        ("2028-06", NO, "", 0),  # 16 years on 09/05/2028
    ],
    "người sắp 60": [
        ("2026-01", NO, "", 0),
        ("2027-03", YES, "CAO_TUOI", 2_200_000),  # 60 years on 28/02/2027
        ("2028-12", NO, "", 0),
    ],
    "người sắp 80, thành thị": [
        ("2026-01", NO, "", 0),
        ("2026-05", YES, "CAO_TUOI", 2_000_000),
        ("2027-01", YES, "CAO_TUOI", 2_800_000),
        ("2029-01", NO, "", 0),  # 80 years on 01/01/2029
    ],
    "chỉ biết năm sinh": [
        ("2026-01", NO, "", 0),
        ("2028-01", UNSURE, "", 0),  # 60 years on some day of 2028
        ("2028-12", NO, "", 0),
    ],
    "khuyết tật có trợ cấp": [
        ("2026-01", NO, "", 0),
        ("2026-05", YES, "TGXH", 450_000),
        ("2027-01", YES, "TGXH", 1_150_000),
        ("2028-12", NO, "", 0),
    ],
    "kết luận sức khỏe hết hạn giữa chừng": [
        ("2026-01", NO, "", 0),
        ("2026-05", YES, "BENH", 1_500_000),
        ("2027-01", YES, "BENH", 2_200_000),
        ("2028-07", UNSURE, "", 0),  # the conclusion held through 15/06/2028
        ("2028-12", NO, "", 0),
    ],
    "không rõ gì": [("2026-01", NO, "", 0), ("2026-05", UNSURE, "", 0)],
    "chết năm 2028": [
        ("2026-01", NO, "", 0),
        ("2026-05", YES, "CAO_TUOI", 1_500_000),
        ("2027-01", YES, "CAO_TUOI", 2_200_000),
        ("2028-04", NO, "", 0),
    ],
    "hết diện từ lâu": [("2026-01", NO, "", 0)],
}


@pytest.mark.parametrize("person", PEOPLE)
def test_each_life_has_in_each_month_the_answer_worked_out_by_hand(person: str) -> None:
    """Sixty months, judged by their first day: each month named begins what holds until the next one named."""
    begins = {month: rest for month, *rest in LIVES[person]}
    expected: list[object] = []
    for month in MONTHS:
        answer = assess(PEOPLE[person], month.first_day, laws.demonstration())
        expected = begins.get(month.code, expected)
        assert [answer.outcome, answer.category, answer.monthly_amount] == expected, month.code
    assert len(MONTHS) == 60
    assert set(begins) <= {month.code for month in MONTHS}


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("law", LAWS)
def test_every_month_has_exactly_one_answer(person: str, law: str) -> None:
    book = LAWS[law]()
    for month in MONTHS:
        for day in (month.first_day, month.last_day):
            answer = assess(PEOPLE[person], day, book)
            assert answer.outcome in set(Outcome)
            assert (answer.outcome is Outcome.CANNOT_DECIDE) <= bool(answer.missing)
            assert (answer.outcome is Outcome.ELIGIBLE) == (answer.monthly_amount > 0 or answer.bhyt_share > 0)
            assert needs_health(PEOPLE[person], day, book) in {True, False}


def test_under_the_demonstration_law_nothing_is_missing_but_facts() -> None:
    missing = {
        name
        for person in PEOPLE.values()
        for month in MONTHS
        for name in assess(person, month.first_day, laws.demonstration()).missing
    }
    assert missing
    assert all(name.startswith("fact:") for name in missing)


def test_support_ends_and_begins_once_in_the_life_of_a_household_that_escaped() -> None:
    answers = [assess(PEOPLE["trẻ em lớn dần"], month.first_day, laws.demonstration()).outcome for month in MONTHS]
    changes = [month.code for month, one, other in zip(MONTHS[1:], answers, answers[1:], strict=False) if one != other]
    # in force from 01/05/2026; 16 years on 09/05/2028, so the first of June 2028 is the first without
    assert changes == ["2026-05", "2028-06"]


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2031, 1, 1)], ids=str)
@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("person", ["trẻ em lớn dần", "chết năm 2028", "hết diện từ lâu"])
def test_days_before_and_after_the_covered_range_are_refused_by_name(law: str, day: date, person: str) -> None:
    book: LawBook = LAWS[law]()
    answer = assess(PEOPLE[person], day, book)
    assert answer.outcome is Outcome.CANNOT_DECIDE
    assert {"NQ04.residence.accepted", "NQ04.categories"} <= set(answer.missing)
    assert any(f"{day:%d/%m/%Y}" in finding.text for finding in answer.findings)
