"""How far the law is known: which values run out, or become less certain, within the days ahead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from rules.parameters import LawBook, LawGap, LawStatus, Parameter, worst

WARNING_KEY = "OFFICE.law_warning_days"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Ending:
    """A value that holds now and what comes after its last day: a less trusted one, or (UNKNOWN) none."""

    key: str
    scope: Mapping[str, str]
    """Empty when it is the same for every scope of the parameter."""
    last_day: date
    after: LawStatus


def warning_until(book: LawBook, on: date) -> date:
    """The last day to look ahead to, by the office's own parameter; ``on`` itself when that has no value."""
    try:
        return on + timedelta(days=int(book.get(WARNING_KEY, on=on).value))
    except LawGap:
        return on


def endings(book: LawBook, on: date, until: date) -> tuple[Ending, ...]:
    """What is known on ``on`` and no longer, or less surely, on a day up to ``until``; the earliest first."""
    found = [one for parameter in book.parameters for one in _of_parameter(book, parameter, on, until)]
    return tuple(sorted(found, key=lambda one: (one.last_day, one.key)))


def _of_parameter(book: LawBook, parameter: Parameter, on: date, until: date) -> list[Ending]:
    days = _days_of_change(book, parameter, on, until)
    if not days:
        return []
    values = book.values_of(parameter.key)
    scopes = [dict(scope) for scope in dict.fromkeys(tuple(sorted(value.scope.items())) for value in values)]
    known = [scope for scope in scopes if status_on(book, parameter.key, on, scope) is not LawStatus.UNKNOWN]
    found = [one for scope in known for one in _first_loss(book, parameter.key, scope, on, days)]
    alike = {(one.last_day, one.after) for one in found}
    if len(found) == len(known) and len(alike) == 1:
        return [Ending(parameter.key, {}, found[0].last_day, found[0].after)]
    return found


def _days_of_change(book: LawBook, parameter: Parameter, on: date, until: date) -> list[date]:
    values = book.values_of(parameter.key)
    ends = {value.valid_to for value in values if value.valid_to and value.valid_to < date.max}
    days = {value.valid_from for value in values} | {end + _DAY for end in (*ends, parameter.reviewed_until)}
    return sorted(day for day in days if on < day <= until)


def _first_loss(book: LawBook, key: str, scope: Mapping[str, str], on: date, days: list[date]) -> Iterator[Ending]:
    now = status_on(book, key, on, scope)
    for day in days:
        then = status_on(book, key, day, scope)
        if worst((now, then)) is not now:
            yield Ending(key, scope, day - _DAY, then)
            return


def status_on(book: LawBook, key: str, day: date, scope: Mapping[str, str]) -> LawStatus:
    """How far the value of a day can be trusted; UNKNOWN where the law gives none."""
    try:
        return book.get(key, on=day, **scope).status
    except LawGap:
        return LawStatus.UNKNOWN
