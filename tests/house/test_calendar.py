"""The shipped calendar agrees with an independent one: a wrong day off moves every deadline behind it."""

from datetime import date

import holidays
import pytest

from rules.calendar import CALENDAR_KEY, SATURDAY, is_working_day
from rules.law_files import shipped_parameters
from rules.parameters import LawBook, LawGap

YEARS = range(2026, 2031)


@pytest.fixture(scope="module")
def book() -> LawBook:
    return LawBook(shipped_parameters())


@pytest.mark.parametrize("year", YEARS)
def test_days_off_are_those_of_the_independent_calendar(book: LawBook, year: int) -> None:
    stated = book.get(CALENDAR_KEY, on=date(year, 1, 1)).value
    independent = {day.isoformat() for day in holidays.country_holidays("VN", years=year)}
    assert independent <= set(stated["closed"])
    # what only we know is a day swapped for another, announced by the government: a weekday for a day at the weekend
    ours = [date.fromisoformat(day) for day in set(stated["closed"]) - independent]
    assert all(day.weekday() < SATURDAY for day in ours)
    assert len(ours) <= len(stated["open"])


@pytest.mark.parametrize("year", YEARS)
def test_days_made_up_for_are_weekend_days_of_the_same_year(book: LawBook, year: int) -> None:
    worked = [date.fromisoformat(day) for day in book.get(CALENDAR_KEY, on=date(year, 12, 31)).value["open"]]
    assert all(day.year == year and day.weekday() >= 5 for day in worked)
    assert all(is_working_day(day, book) for day in worked)


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2031, 1, 1)], ids=["before", "after"])
def test_a_year_without_a_calendar_is_refused(book: LawBook, day: date) -> None:
    with pytest.raises(LawGap):
        is_working_day(day, book)
