"""New Excel files for other offices: text stays text, same rows give same bytes, totals travel with the file."""

from __future__ import annotations

import hashlib
import io
import textwrap
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import xlsxwriter
import yaml

from adapters.archive import repack

PROFILES = Path(__file__).resolve().parent / "profiles"
# a file says when its list was frozen, not when it was written; a fixed property keeps a second export equal
_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - XlsxWriter takes a naive moment
_BASE = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
STYLES: dict[str, dict[str, Any]] = {
    "plain": {},
    "title": {"bold": True, "align": "center", "font_size": 14},
    "center": {"align": "center"},
    "italic": {"italic": True, "align": "center"},
    "bold": {"bold": True},
    "bold_center": {"bold": True, "align": "center"},
    "mark": {"bold": True, "align": "center", "font_color": "#B01E1E"},
    "head": {"bold": True, "align": "center", "text_wrap": True, "border": 1, "bg_color": "#F2F2F2"},
    "group": {"bold": True, "border": 1},
    "text": {"border": 1, "num_format": "@", "text_wrap": True, "indent": 1},
    "code": {"border": 1, "num_format": "@", "text_wrap": True, "align": "center"},
    "int": {"border": 1, "num_format": "0", "align": "center"},
    "money": {"border": 1, "num_format": "#,##0"},
    "total": {"bold": True, "border": 1, "num_format": "#,##0"},
}


SIGN_HERE = "(Ký, ghi rõ họ tên)"
LINE, NARROW = 16.5, 1.15
"""Points of one line of text; how many letters of running text stand where a column counts one figure."""


class OutputError(ValueError):
    """The rows cannot be handed over as they are; the message is one Vietnamese sentence without personal data."""


class NothingToHandOver(OutputError):
    """Nobody is left for this file, for instance because everybody's money is held: there is nothing to write."""


@dataclass(frozen=True)
class WrittenFile:
    """A file to hand over: its bytes and fingerprint, the number of people and the sum in đồng it carries."""

    file_name: str
    data: bytes
    count: int
    total: int
    sha256: str


def written(file_name: str, data: bytes, *, count: int, total: int) -> WrittenFile:
    """Return the file with its fingerprint."""
    return WrittenFile(file_name, data, count, total, hashlib.sha256(data).hexdigest())


class Book:
    """One new workbook. Cells are written by kind: `text` and `code` never become a formula or a number."""

    def __init__(self, title: str) -> None:
        self._stream = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(self._stream, options)
        self._book.set_properties({"title": title, "author": "An Sinh", "created": _CREATED})
        self._widths: dict[Any, list[float]] = {}
        self._heights: dict[tuple[Any, int], int] = {}
        self.styles = {name: self._book.add_format(_BASE | style) for name, style in STYLES.items()}

    def sheet(self, name: str, widths: list[float]) -> Any:
        """Add a sheet with the given column widths (characters); Excel's limits on a sheet's name are kept."""
        sheet = self._book.add_worksheet("".join(" " if mark in r"[]:*?/\'" else mark for mark in name)[:31])
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        self._widths[sheet] = widths
        return sheet

    def printed(self, sheet: Any, *, head: tuple[int, int] | None = None) -> None:
        """Printed on A4 landscape, one page wide, pages counted; the rows from ``head[0]`` to ``head[1]`` on each."""
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer('&C&"Times New Roman,Regular"Trang &P/&N')
        if head is not None:
            sheet.repeat_rows(*head)

    def put(self, sheet: Any, row: int, column: int, value: str | int | None, style: str) -> None:
        """Write one cell: whole numbers as numbers, everything else as text."""
        if isinstance(value, int):
            sheet.write_number(row, column, value, self.styles[style])
        elif value:
            sheet.write_string(row, column, value, self.styles[style])
            self._make_room(sheet, row, column, value, style)
        else:
            sheet.write_blank(row, column, None, self.styles[style])

    def line(self, sheet: Any, row: int, text: str, style: str, *, last_column: int) -> None:
        """Write one text across the columns from the first to `last_column`."""
        sheet.merge_range(row, 0, row, last_column, "", self.styles[style])
        sheet.write_string(row, 0, text, self.styles[style])

    def _make_room(self, sheet: Any, row: int, column: int, text: str, style: str) -> None:
        """A row is as high as its longest wrapped text needs: not every program finds that out by itself."""
        if not STYLES[style].get("text_wrap"):
            return
        letters = self._widths[sheet][column] - 1 - STYLES[style].get("indent", 0)
        width = int(letters if STYLES[style].get("bold") else letters * NARROW)
        lines = len(textwrap.wrap(text, max(width, 1)))
        if lines > self._heights.get((sheet, row), 1):
            self._heights[sheet, row] = lines
            sheet.set_row(row, LINE * lines)

    def finish(self) -> bytes:
        """Return the workbook's bytes."""
        self._book.close()
        return repack(self._stream.getvalue())


@lru_cache
def load_profile(name: str) -> dict[str, Any]:
    """Return `adapters/profiles/<name>.yaml`: headings and order of columns, which other offices change at will."""
    loaded: dict[str, Any] = yaml.safe_load((PROFILES / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded
