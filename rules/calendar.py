"""Working days: weekends, public holidays and swapped days as data of each year."""

from __future__ import annotations

from datetime import date, timedelta

from rules.parameters import LawBook

CALENDAR_KEY = "OFFICE.calendar"
SATURDAY = 5


def is_working_day(day: date, book: LawBook) -> bool:
    """Whether offices work that day. Raises LawGap for a year whose calendar is not in the law files."""
    year = book.get(CALENDAR_KEY, on=day).value
    iso = day.isoformat()
    if iso in year["open"]:
        return True
    return day.weekday() < SATURDAY and iso not in year["closed"]


def add_working_days(day: date, count: int, book: LawBook) -> date:
    """The ``count``-th working day after ``day`` (which itself does not count). ``count`` 0 gives ``day``."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day, book)
    return day


def working_days_between(first: date, last: date, book: LawBook) -> int:
    """Working days after ``first`` up to and including ``last``; negative when ``last`` comes first."""
    if last < first:
        return -working_days_between(last, first, book)
    days = (first + timedelta(days=step) for step in range(1, (last - first).days + 1))
    return sum(is_working_day(day, book) for day in days)
