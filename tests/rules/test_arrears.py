"""Judging earlier months again: the day to judge by, stretches of months, and why the amount is another one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.arrears import Stretch, changed, judging_day, stretches, why, why_ended
from rules.eligibility import assess
from rules.facts import HealthFact, PersonFacts, StatusFact
from rules.months import Month
from rules.workflow import StopReason
from tests.rules import laws
from tests.rules.test_eligibility_properties import ADULT, ELDER

AFTER, WITHIN = "MONTH_AFTER_EVENT", "MONTH_OF_EVENT"
JULY = Month(2026, 7)
ON = date(2026, 10, 1)
MONTHS = st.integers(0, 30).map(JULY.plus)
WORDS = st.tuples(st.sampled_from([0, 1, 2]), st.sampled_from(["a", "b"]))


@pytest.mark.parametrize(
    ("rule", "not_before", "day"),
    [
        (AFTER, None, date(2026, 7, 1)),
        (WITHIN, None, date(2026, 7, 31)),
        (AFTER, date(2026, 7, 18), date(2026, 7, 18)),
        (AFTER, date(2026, 6, 30), date(2026, 7, 1)),
        (WITHIN, date(2026, 7, 18), date(2026, 7, 31)),
        (AFTER, date(2026, 8, 2), date(2026, 7, 31)),
    ],
)
def test_the_day_to_judge_a_month_by(rule: str, not_before: date | None, day: date) -> None:
    assert judging_day(JULY, rule, not_before) == day


@given(st.dictionaries(MONTHS, WORDS))
def test_stretches_say_every_month_once_and_nothing_else(months: dict[Month, tuple[int, str]]) -> None:
    found = stretches(months)
    said = {month: (one.amount, one.reason) for one in found for month in one.first.through(one.last)}
    assert said == months
    assert sum(one.last.months_since(one.first) + 1 for one in found) == len(months)
    for one, other in pairwise(found):
        assert one.last < other.first
        assert one.last.plus(1) < other.first or (one.amount, one.reason) != (other.amount, other.reason)


def test_months_that_follow_with_the_same_amount_are_one_stretch() -> None:
    months = {JULY: (5, "a"), JULY.plus(1): (5, "a"), JULY.plus(3): (5, "a")}
    assert stretches(months) == (Stretch(JULY, JULY.plus(1), 5, "a"), Stretch(JULY.plus(3), JULY.plus(3), 5, "a"))


def test_only_what_differs_changes_and_what_cannot_be_judged_stays() -> None:
    given_ = {JULY: 5, JULY.plus(1): 5, JULY.plus(2): 5}
    judged = {JULY: (5, ""), JULY.plus(1): (7, "more"), JULY.plus(2): None, JULY.plus(3): (9, "never given")}
    assert changed(given_, judged) == {JULY.plus(1): (7, "more")}


@pytest.mark.parametrize(
    ("person", "group", "reason"),
    [
        (replace(ELDER, died_on=date(2026, 9, 9)), "CAO_TUOI", StopReason.DEATH),
        (replace(ELDER, income_kinds=("LUONG",)), "CAO_TUOI", StopReason.INCOME_BEGAN),
        (replace(ELDER, birth_date=date(1980, 3, 2)), "CAO_TUOI", StopReason.AGE_LIMIT),
        (
            replace(ELDER, statuses=(StatusFact("THOAT_NGHEO", date(2020, 1, 1)),)),
            "CAO_TUOI",
            StopReason.MONTHS_ENDED,
        ),
        (
            replace(ELDER, statuses=(StatusFact("THOAT_NGHEO", date(2025, 1, 1), date(2026, 8, 31)),)),
            "CAO_TUOI",
            StopReason.STATUS_CHANGED,
        ),
        (replace(ELDER, allowance=9_000_000), "CAO_TUOI", StopReason.OTHER_SUPPORT),
        (replace(ADULT, disability="NHE"), "KHUYET_TAT", StopReason.HEALTH_CHANGED),
        (replace(ADULT, health=HealthFact(True, False)), "BENH", StopReason.HEALTH_CHANGED),
    ],
    ids=range(8),
)
def test_why_support_ended(person: PersonFacts, group: str, reason: StopReason) -> None:
    assert why_ended(person, ON, laws.demonstration(), group=group) is reason


def test_why_an_amount_is_another_one() -> None:
    book = laws.demonstration()
    less = replace(ELDER, allowance=500_000)
    answer = assess(less, ON, book)
    assert answer.monthly_amount == 1_000_000
    assert why(answer, less, ON, book, group="CAO_TUOI", allowance=0) == "khoản trợ cấp đang hưởng thay đổi"
    assert why(answer, less, ON, book, group="TRE_EM", allowance=500_000) == "chuyển nhóm đối tượng"
    assert why(answer, less, ON, book, group="TGXH", allowance=500_000) == "mức theo quy định thay đổi"
    nothing = replace(ELDER, income_kinds=("LUONG",))
    told = why(assess(nothing, ON, book), nothing, ON, book, group="CAO_TUOI", allowance=0)
    assert told == "bắt đầu có thu nhập ổn định"
