"""One page of a long list: found without diacritics, in Vietnamese name order, a fixed number of rows at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.people import Person
from rules.names import fold_name

ROWS = 50


@dataclass(frozen=True)
class Slice:
    """The rows of one page, which page it is, and how many rows there are in all."""

    rows: list[Any]
    number: int
    total: int
    asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // ROWS))

    def query(self, number: int) -> str:
        """The address's end for another page of the same question."""
        return "?" + urlencode({**{name: text for name, text in self.asked.items() if text}, "page": str(number)})

    @property
    def question(self) -> str:
        """The address's end for the same question, whole: what an export is asked with."""
        asked = {name: text for name, text in self.asked.items() if text}
        return "?" + urlencode(asked) if asked else ""


def page_number(text: str) -> int:
    """The page asked for, from 1."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def cut(db: Session, query: Any, asked: Mapping[str, str], order: tuple[Any, ...]) -> Slice:
    """The asked page of a query."""
    total = db.exec(select(func.count()).select_from(query.subquery())).one()
    last = max(1, -(-total // ROWS))
    number = min(page_number(asked.get("page", "")), last)
    rows = db.exec(query.order_by(*order).offset((number - 1) * ROWS).limit(ROWS)).all()
    return Slice(list(rows), number, total, {name: text for name, text in asked.items() if name != "page"})


def cut_list(rows: Sequence[Any], asked: Mapping[str, str]) -> Slice:
    """The asked page of rows that are already at hand."""
    last = max(1, -(-len(rows) // ROWS))
    number = min(page_number(asked.get("page", "")), last)
    rest = {name: text for name, text in asked.items() if name != "page"}
    return Slice(list(rows[(number - 1) * ROWS : number * ROWS]), number, len(rows), rest)


def number_of(text: str) -> int | None:
    """A record's number as a filter names it; None when it names none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def by_name(text: str) -> Any:
    """The condition that a person's name contains the words, whatever their tone marks."""
    pattern = fold_name(text).replace("\\", "").replace("%", "").replace("_", "")
    return col(Person.name_key).contains(pattern)
