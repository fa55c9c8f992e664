"""Values of one parameter that meet: which of them cannot be told apart, and what a new one does to those there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from rules.law_words import scope_words
from rules.parameters import Value


def equally_narrow(one: Value, other: Value) -> bool:
    """Two values of different scopes, none narrower than the other, that could both be asked for on one day."""
    if one.scope == other.scope or len(one.scope) != len(other.scope):
        return False
    return _meet(one, other)


def _meet(one: Value, other: Value) -> bool:
    """Whether somebody could be in both scopes on a day on which both hold."""
    apart = any(other.scope.get(name, word) != word for name, word in one.scope.items())
    return not apart and _first_common_day(one, other) <= min(_last_day(one), _last_day(other))


def _first_common_day(one: Value, other: Value) -> date:
    return max(one.valid_from, other.valid_from)


def _last_day(value: Value) -> date:
    return value.valid_to or date.max


def rivals(new: Value, standing: Iterable[Value]) -> Iterator[Value]:
    """Of the office's values, those with which ``new`` would be equally narrow on a day that no narrower one decides.

    Somebody in both scopes would be judged by whichever came later, and nobody would have said so.
    """
    others = list(standing)
    for other in others:
        if equally_narrow(new, other) and not all(
            _decided(new, other, others, day) for day in _days_of_change(new, other, others)
        ):
            yield other


def _days_of_change(new: Value, other: Value, others: Iterable[Value]) -> list[date]:
    """Every day on which the answer for both scopes together may become another one, while both hold."""
    first, last = _first_common_day(new, other), min(_last_day(new), _last_day(other))
    begins = {value.valid_from for value in others}
    after = {value.valid_to + timedelta(days=1) for value in others if value.valid_to}
    return sorted({first, *(day for day in begins | after if first <= day <= last)})


def _decided(new: Value, other: Value, others: Iterable[Value], day: date) -> bool:
    both = {**new.scope, **other.scope}
    fitting = [value for value in others if value.fits(both) and value.holds(day)]
    return max((len(value.scope) for value in fitting), default=0) > len(new.scope)


def hides(over: Value, under: Value) -> bool:
    """Whether ``under`` never counts while ``over``, a later value of the same scope, stands."""
    same = (over.key, over.scope) == (under.key, under.scope)
    return same and over.valid_from <= under.valid_from and _last_day(over) >= _last_day(under)


def effect_words(new: Value, other: Value) -> str:
    """What ``new`` does to another value of its parameter once confirmed, in Vietnamese; "" when they never meet.

    ``version`` 0 is a shipped value; of two of the office's the greater version was proposed later.
    """
    if not _meet(new, other):
        return ""
    days = _days_words(new, other)
    if other.version == 0:
        return f"được thay {days}{_where(new, other)}"
    if len(other.scope) > len(new.scope):
        return f"vẫn áp dụng {days}, riêng cho {scope_words(other.scope)}"
    if len(other.scope) < len(new.scope) or other.version < new.version:
        return f"được thay {days}{_where(new, other)}"
    return f"vẫn áp dụng {days}, vì được đề xuất sau"


def _where(new: Value, other: Value) -> str:
    narrower = {name: word for name, word in new.scope.items() if name not in other.scope}
    return f", riêng cho {scope_words(narrower)}" if narrower else ""


def _days_words(new: Value, other: Value) -> str:
    last = min(_last_day(new), _last_day(other))
    until = "" if last == date.max else f" đến hết ngày {last:%d/%m/%Y}"
    return f"từ ngày {_first_common_day(new, other):%d/%m/%Y}{until}"
