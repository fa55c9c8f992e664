"""The lists and tables of an official paper: a head row that repeats, one row per item, a total that stays whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from docx.document import Document as DocumentType
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.shared import Cm
from docx.table import _Row

from deploy.styles import Style
from deploy.word import keep_whole, mark_repeated, set_widths, write

MIDDLE = WD_CELL_VERTICAL_ALIGNMENT.CENTER


LEFT, CENTER, RIGHT = Style.CELL, Style.CELL_CENTER, Style.CELL_RIGHT


class Column(NamedTuple):
    """A column of a list: heading, width in cm, what stands in each row (of `r`), its style, what the last row says."""

    heading: str
    width: float
    value: str
    look: Style = LEFT
    total: str = ""


def gap(document: DocumentType) -> None:
    """Six points of room below a table."""
    document.add_paragraph(style=Style.GAP)


def list_table(
    document: DocumentType,
    columns: Sequence[Column],
    *,
    rows: str = "rows",
    total: str = "",
    total_span: int = 0,
    words: str = "",
    whole: bool = False,
) -> None:
    """A list with a head row that repeats on each page, one row per item of `rows`, and a last row over the first
    `total_span` columns when `total` is given; `words`: below it in the same cell, so that no page parts them.

    `whole`: a short table that a page does not part at all.
    """
    table = document.add_table(rows=5 if total else 4, cols=len(columns))
    table.style = "Table Grid"
    header, opening, line, closing = table.rows[0], table.rows[1], table.rows[2], table.rows[3]
    for place, column in enumerate(columns):
        write(header.cells[place].paragraphs[0], column.heading, Style.CELL_HEAD)
        header.cells[place].vertical_alignment = line.cells[place].vertical_alignment = MIDDLE
        write(line.cells[place].paragraphs[0], column.value, column.look)
    write(opening.cells[0].paragraphs[0], f"{{%tr for r in {rows} %}}", Style.COMMAND)
    write(closing.cells[0].paragraphs[0], "{%tr endfor %}", Style.COMMAND)
    set_widths(table, [Cm(column.width) for column in columns])
    if total:
        _total(table.rows[4], columns, total, total_span, words)
    mark_repeated(header._tr)
    for row in table.rows:
        keep_whole(row._tr)
    if whole:
        _hold_together(table.rows[:-1])


def _total(last: _Row, columns: Sequence[Column], label: str, span: int, words: str) -> None:
    merged = last.cells[0].merge(last.cells[span - 1])
    write(merged.paragraphs[0], label, Style.CELL_TOTAL)
    if words:
        write(merged.add_paragraph(), words, Style.CELL_WORDS)
    for place, column in enumerate(columns):
        if column.total:
            write(last.cells[place].paragraphs[0], column.total, Style.CELL_SUM)


def _hold_together(rows: Sequence[_Row]) -> None:
    for paragraph in (paragraph for row in rows for cell in row.cells for paragraph in cell.paragraphs):
        paragraph.paragraph_format.keep_with_next = True
