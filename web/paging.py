"""One page of a long list: found without diacritics, in the order asked for, a fixed number of rows at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.people import Person
from models.places import Village
from rules.names import fold_name

ROWS = 50


@dataclass(frozen=True)
class Sort:
    """One order that a reader may choose. ``by``: columns of a query, or the key of one row already at hand."""

    label: str
    by: Any


Sorts = Mapping[str, Sort]
"""The orders of one list by the word in its address; the first is the usual one."""

BY_NAME = Sort("Họ tên", (col(Person.sort_key), col(Person.id)))
BY_VILLAGE = Sort("Thôn", (col(Village.code), col(Person.sort_key), col(Person.id)))
BY_AGE = Sort("Cao tuổi trước", (col(Person.birth_date), col(Person.sort_key), col(Person.id)))


@dataclass(frozen=True)
class Slice:
    """The rows of one page, which page it is, how many rows there are in all, and the orders to choose from."""

    rows: list[Any]
    number: int
    total: int
    asked: Mapping[str, str]
    sorts: Sorts

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // ROWS))

    @property
    def sort(self) -> str:
        """The word of the order these rows are in."""
        return sort_of(self.asked, self.sorts)

    def query(self, number: int) -> str:
        """The address's end for another page of the same question."""
        return "?" + urlencode({**{name: text for name, text in self.asked.items() if text}, "page": str(number)})

    @property
    def question(self) -> str:
        """The address's end for the same question, whole: what an export is asked with."""
        asked = {name: text for name, text in self.asked.items() if text}
        return "?" + urlencode(asked) if asked else ""


def sort_of(asked: Mapping[str, str], sorts: Sorts) -> str:
    """The word of the order asked for; the usual one when none or an unknown one is."""
    return asked["sort"] if asked.get("sort") in sorts else next(iter(sorts))


def ordered(query: Any, asked: Mapping[str, str], sorts: Sorts) -> Any:
    """The whole query in the order asked for: what an export takes."""
    return query.order_by(*sorts[sort_of(asked, sorts)].by)


def cut(db: Session, query: Any, asked: Mapping[str, str], sorts: Sorts) -> Slice:
    """The asked page of a query."""
    total = db.exec(select(func.count()).select_from(query.order_by(None).subquery())).one()
    number = _page_number(asked, total)
    rows = db.exec(ordered(query, asked, sorts).offset((number - 1) * ROWS).limit(ROWS)).all()
    return Slice(list(rows), number, total, _question(asked), sorts)


def cut_list(rows: Sequence[Any], asked: Mapping[str, str], sorts: Sorts) -> Slice:
    """The asked page of rows that are already at hand."""
    number = _page_number(asked, len(rows))
    shown = in_order(rows, asked, sorts)[(number - 1) * ROWS : number * ROWS]
    return Slice(shown, number, len(rows), _question(asked), sorts)


def in_order(rows: Sequence[Any], asked: Mapping[str, str], sorts: Sorts) -> list[Any]:
    """Rows at hand in the order asked for; those that are alike stay as they were."""
    return sorted(rows, key=sorts[sort_of(asked, sorts)].by)


def _page_number(asked: Mapping[str, str], total: int) -> int:
    """The page asked for, from 1, never beyond the last."""
    text = asked.get("page", "")
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
    return min(max(1, wanted), max(1, -(-total // ROWS)))


def _question(asked: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in asked.items() if name != "page"}


def number_of(text: str) -> int | None:
    """A record's number as a filter names it; None when it names none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def by_name(text: str) -> Any:
    """The condition that a person's name contains the words, whatever their tone marks."""
    return holds(col(Person.name_key), text)


def holds(folded: Any, text: str) -> Any:
    """The condition that a folded column contains the words, whatever their tone marks."""
    return folded.contains(fold_name(text), autoescape=True)


def village_choices(db: Session, commune_id: int) -> list[tuple[int, str]]:
    """The commune's thôn as a filter offers them; only for who sees the whole commune."""
    query = select(Village).where(Village.commune_id == commune_id).order_by(col(Village.code))
    return [(village.key, village.name) for village in db.exec(query)]
