"""Whether a value is of the kind its parameter asks for, so that a slip is refused where it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rules.bhyt_groups import ShareGroup
from rules.categories import Category
from rules.condition_words import FACT_LABELS
from rules.diseases import Disease, faults_of_list
from rules.fact_words import DISABILITY_WORDS
from rules.faults import in_words
from rules.traits import Trait, faults_of_traits

_MOST = {"percent": 100, "day of month": 31}
_WHOLE = {
    *("VND/month", "years", "months", "days", "working days", "hours", "day of month"),
    *("indicators", "dimensions", "points", "copies", "items", "households"),
}
_FRACTION = {"percent", "coefficient"}
_WORD_LISTS = {"codes", "fields", "kinds", "texts"}
_GROUPS: dict[str, TypeAdapter[Any]] = {
    "categories": TypeAdapter(list[Category]),
    "groups": TypeAdapter(list[ShareGroup]),
}
_DISEASES = TypeAdapter(list[Disease])
_TRAITS = TypeAdapter(list[Trait])


def misfit(unit: str, value: Any) -> str:
    """Why ``value`` cannot be a value of a parameter of that unit, in Vietnamese; "" when it can.

    Units: numbers (years, percent, VND/month …), "date", "A | B" (one of), "set A | B" (some of), lists of words,
    "dates" (a calendar), "month-day", "categories", "groups", "diseases", "coefficients", "resolution", "traits". Of
    any other unit the value must be a word.
    """
    return _test_of(unit)(unit, value)


def _test_of(unit: str) -> Callable[[str, Any], str]:
    if unit in _WHOLE or unit in _FRACTION:
        return _number
    if unit in _GROUPS:
        return _groups
    if unit in _WORD_LISTS or unit.startswith("set ") or vocabulary(unit):
        return _words
    special = {"date": _day, "dates": _calendar, "month-day": _month_day, "diseases": _diseases}
    return (special | {"coefficients": _coefficients, "resolution": _resolution, "traits": _traits}).get(unit, _text)


def _number(unit: str, value: Any) -> str:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return "phải là một số"
    if isinstance(value, bool) or not number.is_finite() or number < 0:
        return "phải là một số không âm"
    if unit in _WHOLE and number != int(number):
        return "phải là số nguyên"
    most = _MOST.get(unit)
    return f"không được quá {most}" if most is not None and number > most else ""


def vocabulary(unit: str) -> tuple[str, ...]:
    """The words of a unit "A | B", "set A | B" or "A"; none for other units."""
    words = unit.removeprefix("set ")
    return tuple(word.strip() for word in words.split("|")) if "|" in words or words.isupper() else ()


def _words(unit: str, value: Any) -> str:
    allowed = vocabulary(unit)
    if allowed and not unit.startswith("set "):
        return "" if value in allowed else f"phải là một trong: {', '.join(allowed)}"
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        return "phải là một danh sách các từ"
    strange = [word for word in value if allowed and word not in allowed]
    return f"chỉ được gồm: {', '.join(allowed)}" if strange else ""


def _groups(unit: str, value: Any) -> str:
    try:
        codes = [group.code for group in _GROUPS[unit].validate_python(value)]
    except ValidationError as error:
        return f"nhóm viết sai: {in_words(error)}"
    twice = sorted({code for code in codes if codes.count(code) > 1})
    return f"mã nhóm bị trùng: {', '.join(twice)}" if twice else ""


def faults_of_keys(unit: str, value: Any, units: Mapping[str, str]) -> Iterator[str]:
    """Why the conditions of groups cannot compare with the parameters they name; ``units``: every key's unit.

    ``value`` fits its unit; nothing is told of other units than those of groups.
    """
    groups = _GROUPS[unit].validate_python(value) if unit in _GROUPS else ()
    for key, fact in dict.fromkeys((one.key, one.fact) for group in groups for one in group.all if one.key):
        if key not in units:
            yield f"không có tham số {key}"
        elif not _comparable(fact, units[key]):
            yield f"điều kiện về {FACT_LABELS[fact]} không so sánh được với {key}"


def _comparable(fact: str, unit: str) -> bool:
    if fact == "age":
        return unit == "years"
    return unit.startswith("set ") and set(vocabulary(unit)) <= set(DISABILITY_WORDS)


def _day(_unit: str, value: Any) -> str:
    return "" if _is_day(value) else "phải là ngày dạng 2026-05-01"


def _month_day(_unit: str, value: Any) -> str:
    return "" if isinstance(value, str) and _is_day(f"2024-{value}") else "phải là tháng và ngày dạng 09-01"


def _diseases(_unit: str, value: Any) -> str:
    try:
        items = _DISEASES.validate_python(value)
    except ValidationError as error:
        return f"danh mục viết sai: {in_words(error)}"
    return faults_of_list(items)


def _traits(_unit: str, value: Any) -> str:
    try:
        found = _TRAITS.validate_python(value)
    except ValidationError as error:
        return f"danh mục viết sai: {in_words(error)}"
    return faults_of_traits(found)


def _coefficients(_unit: str, value: Any) -> str:
    if not isinstance(value, dict) or not value:
        return "phải gồm từng nhóm và hệ số của nhóm"
    return next((wrong for amount in value.values() if (wrong := _number("coefficient", amount))), "")


def _calendar(_unit: str, value: Any) -> str:
    right = isinstance(value, dict) and set(value) == {"closed", "open"}
    right = right and all(isinstance(days, list) and all(map(_is_day, days)) for days in value.values())
    return "" if right else "phải gồm closed và open, mỗi mục là danh sách ngày dạng 2026-05-01"


def _resolution(_unit: str, value: Any) -> str:
    if not isinstance(value, dict) or set(value) != {"number", "issued_on", "issuer"}:
        return "phải gồm số (number), ngày ban hành (issued_on) và cơ quan ban hành (issuer)"
    if wrong := next((_text("text", value[name]) for name in ("number", "issuer") if _text("text", value[name])), ""):
        return f"số và cơ quan ban hành {wrong}"
    return _day("date", value["issued_on"])


def _is_day(value: Any) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def _text(_unit: str, value: Any) -> str:
    return "" if isinstance(value, str) and value.strip() else "không được để trống"
