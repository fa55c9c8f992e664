"""Deadlines counted in working days: over a weekend, over Tết, over days swapped for others, forwards and back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import add_working_days, is_working_day, working_days_between
from rules.parameters import LawGap
from tests.rules import laws

DAYS = st.dates(date(2026, 1, 1), date(2030, 10, 1))


@pytest.mark.parametrize(
    ("day", "count", "due"),
    [
        (date(2026, 7, 6), 0, date(2026, 7, 6)),
        (date(2026, 7, 6), 1, date(2026, 7, 7)),
        (date(2026, 7, 10), 1, date(2026, 7, 13)),  # over a weekend
        (date(2026, 2, 13), 1, date(2026, 2, 23)),  # Tết Bính Ngọ: the week of 16/02 is off
        (date(2027, 2, 3), 1, date(2027, 2, 11)),  # Tết Đinh Mùi
        (date(2026, 4, 29), 1, date(2026, 5, 4)),  # 30/04 and 01/05
        (date(2025, 12, 31) + timedelta(days=1), 1, date(2026, 1, 5)),  # 02/01/2026 is off ...
        (date(2026, 1, 9), 1, date(2026, 1, 10)),  # ... and Saturday 10/01 is worked for it
        (date(2026, 8, 21), 1, date(2026, 8, 22)),  # Saturday 22/08 is worked for Monday 31/08
        (date(2026, 8, 28), 1, date(2026, 9, 3)),  # 31/08, 01/09 and 02/09
        (date(2026, 12, 31), 1, date(2027, 1, 4)),  # into the next year's calendar
    ],
)
def test_the_day_on_which_so_many_working_days_have_passed(day: date, count: int, due: date) -> None:
    assert add_working_days(day, count, laws.shipped()) == due


@given(DAYS, st.integers(1, 40))
def test_a_deadline_is_a_working_day_and_counts_back_to_the_same_number(day: date, count: int) -> None:
    due = add_working_days(day, count, laws.shipped())
    assert is_working_day(due, laws.shipped())
    assert working_days_between(day, due, laws.shipped()) == count
    assert working_days_between(due, day, laws.shipped()) == -count


def test_a_deadline_beyond_the_known_calendar_is_refused_by_name() -> None:
    with pytest.raises(LawGap, match=r"OFFICE\.calendar.*01/01/2031"):
        add_working_days(date(2030, 12, 27), 5, laws.shipped())
