"""Values laid over the law without becoming law: for law cases, for "what if", and for a set kept in a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from rules.law_revisions import faults_of_scope
from rules.law_values import faults_of_keys, misfit
from rules.parameters import LawBook, LawStatus, Parameter, Reference, Value

ALWAYS = date(1900, 1, 1)
TRIAL = Reference("Giá trị thử", "người dùng")


class TrialError(ValueError):
    """The values cannot be read; the message names the key, in Vietnamese."""


def trial_values(raw: Mapping[str, Any]) -> tuple[Value, ...]:
    """The values of a ``parameters:`` block: key → a bare value, or one or more ``{value, from, to, scope, status}``.

    A bare value holds always and everywhere; ``status: UNKNOWN`` makes a key unknown. Raises TrialError.
    """
    return tuple(_value(key, entry) for key, entries in raw.items() for entry in _entries(entries))


def lay_over(book: LawBook, raw: Mapping[str, Any]) -> LawBook:
    """The book under the values of a ``parameters:`` block. Raises TrialError, LawGap for an unknown key."""
    values = trial_values(raw)
    known = {parameter.key: parameter for parameter in book.parameters}
    for value in values:
        for fault in _faults(value, known):
            raise TrialError(f"{value.key}: {fault}")
    return book.overlaid(values)


def _faults(value: Value, known: Mapping[str, Parameter]) -> Iterator[str]:
    """Why the value would never count, or could not be computed with; a strange key is refused by the book."""
    parameter = known.get(value.key)
    if parameter is None:
        return
    if value.value is None:
        yield from () if value.status is LawStatus.UNKNOWN else ("thiếu giá trị; chưa biết thì ghi status: UNKNOWN",)
    elif wrong := misfit(parameter.unit, value.value):
        yield f"giá trị {wrong}"
    else:
        yield from faults_of_keys(parameter.unit, value.value, {key: one.unit for key, one in known.items()})
    if value.valid_to is not None and value.valid_to < value.valid_from:
        yield f"to {value.valid_to} đứng trước from {value.valid_from}"
    yield from faults_of_scope(parameter, value.scope)


def _entries(raw: Any) -> list[dict[str, Any]]:
    if _is_dated(raw):
        return [raw]
    if isinstance(raw, list) and raw and all(_is_dated(entry) for entry in raw):
        return raw
    return [{"value": raw}]


def _is_dated(raw: Any) -> bool:
    return isinstance(raw, dict) and ("value" in raw or raw.get("status") == LawStatus.UNKNOWN)


def _value(key: str, entry: Mapping[str, Any]) -> Value:
    strange = set(entry) - {"value", "from", "to", "scope", "status"}
    if strange:
        raise TrialError(f"{key}: không hiểu {', '.join(sorted(map(str, strange)))}")
    start, end = entry.get("from", ALWAYS), entry.get("to")
    if not isinstance(start, date) or not (end is None or isinstance(end, date)):
        raise TrialError(f"{key}: from và to phải là ngày dạng 2026-07-01")
    try:
        status = LawStatus(entry.get("status", LawStatus.CONFIRMED))
    except ValueError as error:
        raise TrialError(f"{key}: status phải là CONFIRMED, ASSUMED hoặc UNKNOWN") from error
    scope = {str(name): str(word) for name, word in (entry.get("scope") or {}).items()}
    return Value(key, entry.get("value"), "", status, TRIAL, start, end, scope)


def law_set(content: Mapping[str, Any], parameters: Mapping[str, Parameter]) -> Iterator[Value]:
    """The values of a set kept in a file: ``values`` as given, ``confirm_as_shipped`` as the law files assume them."""
    reference = Reference(**content["reference"])
    for row in content["values"]:
        start = row.get("from", content["from"])
        key = row["key"]
        unit = parameters[key].unit if key in parameters else ""  # a strange key is refused by the book
        yield Value(key, row["value"], unit, LawStatus.CONFIRMED, reference, start, None, is_demo=True)
    for key in content["confirm_as_shipped"]:
        for value in parameters[key].values:
            yield Value(
                key,
                value.value,
                value.unit,
                LawStatus.CONFIRMED,
                reference,
                value.valid_from,
                value.valid_to,
                value.scope,
                is_demo=True,
            )


def book_of_set(content: Mapping[str, Any], parameters: tuple[Parameter, ...]) -> LawBook:
    """The shipped law under such a set, as an office that confirmed the whole set applies it."""
    return LawBook(parameters, law_set(content, {parameter.key: parameter for parameter in parameters}))
