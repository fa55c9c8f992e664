"""How much two entries look like one person: points out of a hundred, with the reason of each, for a person to judge.

Serves the cross-check with social assistance, where nothing is merged and nobody refused by a score, and the village
list: there a row may stand for a person whose CMND, name and birth are all its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rules.names import fold_name, same_name

POSSIBLE = 30
"""From this score on somebody must look at the two; below it they are two people."""
CERTAIN = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """What a list says of somebody; ``citizen_id`` is a checked number, None where there is none.

    ``old_id``: the nine digits of a former CMND, which speaks for a person and never against: a move gave another one.
    """

    full_name: str
    birth_date: date | None
    birth_precision: str = "day"
    citizen_id: str | None = None
    village: str = ""
    old_id: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A score of 0 to 100, and what speaks for and against, in Vietnamese and without any number or day."""

    score: int
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        said = "; ".join(self.reasons)
        return f"{said[:1].upper()}{said[1:]} ({self.score}/{CERTAIN} điểm)"


def likeness(one: Entry, other: Entry) -> Likeness:
    """How much the two entries look like one person. The same number is certain, whatever else is written."""
    asked = (_numbers, _old_numbers, _names, _births, _places)
    found = [said for look in asked for said in look(one, other)]
    score = min(CERTAIN, max(0, sum(points for points, _ in found)))
    if one.citizen_id and one.citizen_id == other.citizen_id:
        score = CERTAIN
    return Likeness(score, tuple(reason for _, reason in found))


def _numbers(one: Entry, other: Entry) -> Iterator[tuple[int, str]]:
    if not one.citizen_id or not other.citizen_id:
        return
    if one.citizen_id == other.citizen_id:
        yield CERTAIN, "trùng số định danh"
    elif _one_slip(one.citizen_id, other.citizen_id):
        yield 20, "số định danh chỉ lệch một chữ số hoặc hai chữ số liền nhau đổi chỗ"
    else:
        yield -30, "số định danh khác nhau"


def _old_numbers(one: Entry, other: Entry) -> Iterator[tuple[int, str]]:
    if one.old_id and one.old_id == other.old_id:
        yield 40, "trùng số CMND cũ"


def _one_slip(one: str, other: str) -> bool:
    """Whether one digit is another one, or two neighbours changed places."""
    if len(one) != len(other):
        return False
    places = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(places) == 2 and places[1] == places[0] + 1:
        return one[places[0]] == other[places[1]] and one[places[1]] == other[places[0]]
    return len(places) == 1


def _names(one: Entry, other: Entry) -> Iterator[tuple[int, str]]:
    first, second = fold_name(one.full_name).split(), fold_name(other.full_name).split()
    if same_name(one.full_name, other.full_name):
        yield 40, "trùng họ tên"
    elif first == second:
        yield 30, "họ tên chỉ khác dấu"
    elif first[-1:] == second[-1:] and len(set(first) ^ set(second)) <= 2:
        yield 5, "họ tên khác một chữ"
    else:
        yield -20, "họ tên khác nhau"


def _births(one: Entry, other: Entry) -> Iterator[tuple[int, str]]:
    if one.birth_date is None or other.birth_date is None:
        return
    whole = one.birth_precision == other.birth_precision == "day"
    if one.birth_date.year != other.birth_date.year:
        yield -30, "khác năm sinh"
    elif not whole:
        yield 20, "trùng năm sinh"
    elif one.birth_date == other.birth_date:
        yield 40, "trùng ngày sinh"
    elif (one.birth_date.day, one.birth_date.month) == (other.birth_date.month, other.birth_date.day):
        yield 25, "ngày và tháng sinh đổi chỗ"
    else:
        yield -15, "cùng năm sinh, khác ngày"


def _places(one: Entry, other: Entry) -> Iterator[tuple[int, str]]:
    places = [fold_name(entry.village).removeprefix("thon ").strip() for entry in (one, other)]
    if places[0] and places[0] == places[1]:
        yield 10, "cùng thôn"
