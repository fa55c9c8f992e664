"""Further facts of a person that a group may name ("hoàn cảnh"): a list that the office extends, each so or not so.

What is a condition of health is none of them: an illness is the health station's to conclude, and only đạt or không đạt
leaves it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from rules.names import fold_name
from rules.parameters import LawBook, LawGap, Value

TRAITS_KEY = "NQ04.person.traits"
MISSING = "fact:trait:"
"""Begins the name of a missing fact; the trait's code follows."""
SEPARATOR = ";"
_ILLNESS = re.compile(r"\b(hiv|aids|benh|ung thu|tam than|om dau|thuong tat)\b")


class Trait(BaseModel):
    """One such fact: a code for the records, and the words by which thôn and officers state it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^[A-Z][A-Z0-9_]{0,29}$")
    label: str = Field(min_length=2, max_length=120)


def traits(book: LawBook, on: date) -> tuple[Mapping[str, str], Value]:
    """Code → label of what may be stated on a day, and the value it came from. Raises LawGap."""
    value = book.get(TRAITS_KEY, on=on)
    return book.once(value, _read), value


def _read(value: Value) -> Mapping[str, str]:
    return {row["code"]: row["label"] for row in value.value}


def trait_labels(book: LawBook, on: date) -> Mapping[str, str]:
    """Code → label for pick lists and pages; empty when none are known."""
    try:
        return traits(book, on)[0]
    except LawGap:
        return {}


def faults_of_traits(found: Sequence[Trait]) -> str:
    """Why the list may not be one, in Vietnamese; "" when it may."""
    for one in found:
        if _ILLNESS.search(fold_name(one.label)):
            return f"“{one.label}” nói về sức khỏe: theo kết luận của Trạm Y tế, không ghi thành hoàn cảnh"
        if SEPARATOR in one.label:
            return f"“{one.label}” có dấu chấm phẩy, dấu ấy dùng để tách các hoàn cảnh"
    for names in ([one.code for one in found], [fold_name(one.label) for one in found]):
        if len(set(names)) < len(names):
            return "có hoàn cảnh ghi hai lần"
    return ""


def read_traits(text: str, known: Mapping[str, str]) -> tuple[dict[str, bool], bool]:
    """(code → whether it is so, everything understood) of an answer: "Không", or all that are so, parted by ";".

    A full answer says of every trait whether it is so; one that is not understood whole says nothing of the others.
    """
    if fold_name(text) in {"khong", "khong co", "ko", "0"}:
        return dict.fromkeys(known, False), True
    parts = [part for part in text.split(SEPARATOR) if part.strip()]
    codes = [_code_of(part, known) for part in parts]
    whole = None not in codes
    named = {code: True for code in codes if code}
    return (dict.fromkeys(known, False) | named if whole and named else named), whole


def _code_of(part: str, known: Mapping[str, str]) -> str | None:
    said = fold_name(part).strip(" .")
    near = [code for code, label in known.items() if said == fold_name(label) or said == code.lower()]
    near = near or [code for code, label in known.items() if fold_name(label).startswith(said)]
    return near[0] if len(near) == 1 else None


def write_traits(said: Mapping[str, bool], known: Mapping[str, str]) -> str:
    """The answer in words as ``read_traits`` reads it; "" while something of it is not known."""
    if not known or not set(known) <= set(said):
        return ""
    return f"{SEPARATOR} ".join(label for code, label in known.items() if said[code]) or "Không"
