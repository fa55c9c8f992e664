"""ICD-10 codes: one spelling, and the ranges that a cell of a printed table means."""

from __future__ import annotations

import re

from rules.names import clean_name

_ICD = re.compile(r"([A-Z])(\d{2})(?:\.?(\d{1,2}))?[*†+]?")
_INSIDE = re.compile(r"^[A-Z]\d{2}\s*\((.*)\)$")
# a line break of the cell is a space by now: two codes with nothing but a space between them are two codes
_SPLIT = re.compile(r"[;,/\n]|\bvà\b|(?<=\d)\s+(?=[A-Z]\d)", re.IGNORECASE)
_TO = re.compile(r"\s*(?:\bđến\b|\btới\b|[-–—])\s*", re.IGNORECASE)
_FROM = re.compile(r"^\s*(?:\btừ\b|\bgồm\b|:)\s*", re.IGNORECASE)


class IcdError(ValueError):
    """The text names no codes; the message says which part, in Vietnamese."""


def normalise_icd(text: str) -> str | None:
    """An ICD-10 code in one spelling ("c349" → "C34.9"; dagger and asterisk dropped); None when it is none."""
    match = _ICD.fullmatch(clean_name(text).upper())
    if match is None:
        return None
    return f"{match[1]}{match[2]}" + (f".{match[3]}" if match[3] else "")


def icd_ranges(text: str) -> tuple[tuple[str, str], ...]:
    """The ranges, both ends included, of a cell like "B20 đến B23", "A39; A40" or "D61 (từ D61.0 đến D61.3)".

    A code before brackets is narrowed by what they hold. Raises IcdError naming the part that is no code.
    """
    written = clean_name(text.replace("\n", ";"))
    narrowed = _INSIDE.match(written)
    parts = [part for part in _SPLIT.split(narrowed[1] if narrowed else written) if part.strip()]
    if not parts:
        raise IcdError("chưa ghi mã ICD-10 nào")
    return tuple(_range(part, written[:1]) for part in parts)


def _range(part: str, letter: str) -> tuple[str, str]:
    ends = [end.strip() for end in _TO.split(_FROM.sub("", part), maxsplit=1)]
    first = normalise_icd(ends[0]) or normalise_icd(f"{letter}{ends[0]}")
    last = first if len(ends) == 1 else normalise_icd(ends[1]) or normalise_icd(f"{(first or letter)[0]}{ends[1]}")
    if first is None or last is None:
        raise IcdError(f"“{part.strip()}” không phải mã ICD-10 (ví dụ đúng: C00 đến C97; D61.3)")
    if first[0] > last[0] or (first[0] == last[0] and last[: len(first)] < first[: len(last)]):
        raise IcdError(f"“{part.strip()}” có mã cuối đứng trước mã đầu")
    return first, last
