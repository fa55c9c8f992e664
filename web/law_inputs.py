"""A law value as an officer types it: the field that fits its unit, and what was typed read back; no code to learn."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from rules.fact_words import AREA_WORDS, STATUS_WORDS
from rules.law_values import vocabulary
from rules.law_words import SCOPE_LABELS, choices, word
from rules.names import fold_name
from rules.parameters import Parameter, Value, scope_text
from web.forms import Form, parse_day

TEXTS = {"text", "code", "two letters", "form"}
LINES = {"codes", "fields", "kinds", "texts"}
PAGES = {"categories": "/law/groups", "groups": "/law/groups", "diseases": "/law/diseases"}
"""Values with a page of their own: too rich for one field."""
_OWN_FIELD = {
    "VND/month": "money",
    "date": "day",
    "month-day": "month_day",
    "dates": "calendar",
    "coefficients": "pairs",
    "resolution": "resolution",
    "traits": "traits",
}


def input_kind(unit: str) -> str:
    """Which field fits: one of the kinds in ``_READERS``."""
    if unit in _OWN_FIELD or unit in PAGES:
        return _OWN_FIELD.get(unit, "page")
    if vocabulary(unit):
        return "many" if unit.startswith("set ") else "one"
    return "lines" if unit in LINES else "text" if unit in TEXTS else "number"


@dataclass(frozen=True)
class ScopeField:
    """One way in which the parameter tells its cases apart, as a list to choose from."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]


def scope_fields(parameter: Parameter, values: Iterable[Value], groups: Mapping[str, str]) -> list[ScopeField]:
    """A list for each scope of the parameter; ``groups`` are the beneficiary groups in force, code → label."""
    known: dict[str, Mapping[str, str]] = {"area": AREA_WORDS, "status": STATUS_WORDS, "category": groups}
    fields = []
    for name in parameter.scopes:
        used = sorted({value.scope[name] for value in values if name in value.scope})
        words = known.get(name) or {code: word(code) for code in used}
        fields.append(ScopeField(name, SCOPE_LABELS.get(name, name).capitalize(), tuple(words.items())))
    return fields


def read_scope(form: Form, fields: Iterable[ScopeField]) -> str:
    """The scope chosen, in canonical text; "" for all cases."""
    chosen = {field.name: form.choice(f"scope-{field.name}", [code for code, _ in field.options]) for field in fields}
    return scope_text({name: code for name, code in chosen.items() if code})


def read_value(form: Form, unit: str) -> Any:
    """The value typed under ``value``; what cannot be read is noted in the form with what to type instead."""
    return _READERS[input_kind(unit)](form, unit)


def _money(form: Form, _unit: str) -> Any:
    return form.amount("value", need="Nhập số tiền.")


def _number(form: Form, _unit: str) -> Any:
    text = form.text("value", need="Nhập một số.", most=20).replace(" ", "").replace(",", ".")
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        form.errors["value"] = "Nhập một số, ví dụ 36 hoặc 4,5."
        return None
    return int(number) if number.is_finite() and number == number.to_integral_value() else text


def _one(form: Form, unit: str) -> Any:
    return form.choice("value", vocabulary(unit), need="Chọn một mục.")


def _many(form: Form, unit: str) -> Any:
    return [code for code in vocabulary(unit) if form.ticked(f"value-{code}")]


def _lines(form: Form, unit: str) -> Any:
    text = form.text("value", need="Ghi mỗi mục một dòng.", most=8000)
    parts = text.splitlines() if unit == "texts" else re.split(r"[\n,;]", text)
    return [part.strip() for part in parts if part.strip()]


def _day(form: Form, _unit: str) -> Any:
    day = form.day("value", need="Nhập ngày.")
    return day.isoformat() if day else None


def _month_day(form: Form, _unit: str) -> Any:
    text = form.text("value", need="Nhập ngày và tháng, ví dụ 14/12.", most=10)
    found = re.fullmatch(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})", text)
    if text and not found:
        form.errors["value"] = "Nhập ngày và tháng, ví dụ 14/12."
    return f"{int(found[2]):02d}-{int(found[1]):02d}" if found else None


def _calendar(form: Form, _unit: str) -> Any:
    return {name: _days(form, f"value-{name}") for name in ("closed", "open")}


def _days(form: Form, name: str) -> list[str]:
    days: list[date] = []
    for part in re.split(r"[\n,;]", form.text(name, most=8000)):
        try:
            day = parse_day(part)
        except ValueError:
            form.errors[name] = f"“{part.strip()}” không phải ngày dạng ngày/tháng/năm, ví dụ 30/04/2027."
            return []
        days += [day] if day else []
    return [day.isoformat() for day in sorted(set(days))]


def _pairs(form: Form, _unit: str) -> Any:
    pairs: dict[str, Any] = {}
    for line in form.text("value", need="Ghi mỗi nhóm một dòng.", most=8000).splitlines():
        name, colon, number = line.rpartition(":")
        if line.strip() and not (colon and name.strip() and number.strip()):
            form.errors["value"] = f"Dòng “{line.strip()}” phải có dạng nhóm: hệ số."
        elif line.strip():
            pairs[name.strip()] = number.strip().replace(",", ".")
    return pairs


def _resolution(form: Form, _unit: str) -> Any:
    day = form.day("value-issued_on", need="Nhập ngày ban hành.")
    return {
        "number": form.text("value-number", need="Ghi số nghị quyết.", most=120),
        "issued_on": day.isoformat() if day else None,
        "issuer": form.text("value-issuer", need="Ghi cơ quan ban hành.", most=200),
    }


def _traits(form: Form, _unit: str) -> Any:
    lines = form.text("value", need="Ghi mỗi hoàn cảnh một dòng.", most=8000).splitlines()
    return [_trait(line.strip()) for line in lines if line.strip()]


def _trait(line: str) -> dict[str, str]:
    """ "CO_DON: Cô đơn, không nơi nương tựa", or the words alone, out of which the code is made."""
    code, colon, label = (part.strip() for part in line.partition(":"))
    if colon and code_of(code) == code:
        return {"code": code, "label": label}
    return {"code": code_of(line)[:30], "label": line}


def code_of(text: str) -> str:
    """A code out of what was typed: "Nhóm mới" → NHOM_MOI."""
    return re.sub(r"[^A-Z0-9]+", "_", fold_name(text).upper()).strip("_")


def _text(form: Form, _unit: str) -> Any:
    return form.text("value", need="Nhập giá trị.", most=2000)


_READERS = {
    "money": _money,
    "number": _number,
    "one": _one,
    "many": _many,
    "lines": _lines,
    "day": _day,
    "month_day": _month_day,
    "calendar": _calendar,
    "pairs": _pairs,
    "resolution": _resolution,
    "traits": _traits,
    "text": _text,
    "page": _text,
}


def typed_from(unit: str, value: Any) -> dict[str, str]:
    """The fields filled with a value that is there already, to be changed instead of written anew."""
    kind = input_kind(unit)
    if value is None or kind == "page":
        return {}
    if kind in _PARTS:
        return {f"value-{name}": said for name, said in _PARTS[kind](value).items()}
    return {"value": _WRITTEN[kind](value) if kind in _WRITTEN else str(value)}


def _day_typed(day: Any) -> str:
    return f"{date.fromisoformat(str(day)):%d/%m/%Y}"


_PARTS: dict[str, Callable[[Any], dict[str, str]]] = {
    "many": lambda value: dict.fromkeys(value, "1"),
    "calendar": lambda value: {name: "\n".join(map(_day_typed, value[name])) for name in value},
    "resolution": lambda value: value | {"issued_on": _day_typed(value["issued_on"])},
}
"""Values of several fields, each written as it is typed."""
_WRITTEN: dict[str, Callable[[Any], str]] = {
    "pairs": lambda value: "\n".join(f"{name}: {number}" for name, number in value.items()),
    "lines": "\n".join,
    "traits": lambda value: "\n".join(f"{row['code']}: {row['label']}" for row in value),
    "month_day": lambda value: "/".join(reversed(str(value).split("-"))),
    "day": _day_typed,
    "number": lambda value: str(value).replace(".", ","),
}


def options_of(unit: str) -> list[tuple[str, str]]:
    """The codes of a vocabulary with their words, for radio buttons and tick boxes."""
    return [(code, words[:1].upper() + words[1:]) for code, words in choices(unit)]
