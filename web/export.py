"""Lists as Excel files: the same question as on the page, every row; text stays text; who took it is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from fastapi import Response

from adapters.sheets import Book
from rules.workflow import Role
from services import ledger
from web.visit import Visit

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 100_000
_FIRST_LINES = 3

Value = str | int | date | datetime | None


@dataclass(frozen=True)
class Column:
    """One column: its heading, its width in characters, and "text" or "money" (whole đồng, summed up below)."""

    heading: str
    width: float = 16
    style: str = "text"


NAME = Column("Họ tên", 28)
BIRTH = Column("Ngày sinh", 12)
VILLAGE = Column("Thôn", 22)


def export(
    visit: Visit,
    *,
    title: str,
    file_name: str,
    subject: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
) -> Response:
    """The rows as a workbook with STT, title and sums; the page must declare ``logs_read``, for the taking is recorded.

    ``rows`` are already limited to what this person may see and hold neither diagnoses nor account numbers.
    """
    book = Book(title)
    sheet = book.sheet("Danh sách", [6, *(column.width for column in columns)])
    last = len(columns)
    head = f"UBND {visit.commune.full_name} – lập {visit.now:%d/%m/%Y %H:%M}"
    book.line(sheet, 0, head + (" – DỮ LIỆU TRÌNH DIỄN" if visit.commune.is_demo else ""), "italic", last_column=last)
    book.line(sheet, 1, title, "title", last_column=last)
    for place, heading in enumerate(["STT", *(column.heading for column in columns)]):
        book.put(sheet, _FIRST_LINES - 1, place, heading, "head")
    count, sums = _FIRST_LINES, [0] * len(columns)
    for count, row in enumerate(rows, start=_FIRST_LINES + 1):
        book.put(sheet, count - 1, 0, count - _FIRST_LINES, "int")
        for place, value in enumerate(row):
            book.put(sheet, count - 1, place + 1, _plain(value), columns[place].style)
            sums[place] += value if isinstance(value, int) else 0
    for place, column in enumerate(columns):
        if column.style == "money":
            book.put(sheet, count, place + 1, sums[place], "total")
    role = visit.actor.require(tuple(visit.page.roles), visit.commune.key)
    ledger.log_read(visit.db, actor=visit.actor, role=Role(role), what="export", subject=subject, now=visit.now)
    return visit.download(book.finish(), file_name, XLSX)


def _plain(value: Value) -> str | int | None:
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return value if value is None or isinstance(value, int) else str(value)
