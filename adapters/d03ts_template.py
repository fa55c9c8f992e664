"""The D03-TS in the insurance office's own workbook: its head and columns stay, the rows are written below them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from copy import copy
from dataclasses import asdict
from datetime import datetime
from typing import Any

import openpyxl
from openpyxl.cell.cell import TYPE_STRING, Cell
from openpyxl.utils.exceptions import InvalidFileException

from adapters.archive import repack
from adapters.d03ts_layout import D03Group, D03Layout
from adapters.sheets import OutputError
from rules.papers.d03ts import D03Person

# as for the files we lay out ourselves: a second export of the same rows has the same bytes
_WRITTEN = datetime(2026, 1, 1)  # noqa: DTZ001 - openpyxl takes a naive moment


def fill(
    template: bytes, form: D03Layout, groups: Sequence[tuple[D03Group, Sequence[D03Person]]], head: dict[str, Any]
) -> bytes:
    """The template with the groups' rows from the layout's first data row on, each cell looking like the template's.

    ``head``: the values that the layout's ``head_cells`` ask for. Raises `OutputError` when the file cannot be read or
    has no sheet of that name.
    """
    try:
        book = openpyxl.load_workbook(io.BytesIO(template))
        sheet: Any = book[form.sheet]
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, InvalidFileException) as error:
        raise OutputError("Không mở được tệp mẫu D03-TS của cơ quan BHXH, hoặc tệp không có trang đúng tên.") from error
    first = form.first_data_row
    cells: list[Any] = [sheet.cell(first, place) for place in range(1, len(form.columns) + 1)]
    looks = [copy(cell._style) for cell in cells]
    for address, field in form.head_cells.items():
        _put(sheet[address], head[field])
    row = first - 1
    for group, people in groups:
        row = _write_group(sheet, form, group, people, row, looks)
    book.properties.created = book.properties.modified = _WRITTEN
    stream = io.BytesIO()
    book.save(stream)
    return repack(_steady(stream.getvalue()))


def _write_group(
    sheet: Any, form: D03Layout, group: D03Group, people: Sequence[D03Person], row: int, looks: Sequence[Any]
) -> int:
    _line(sheet, row, {1: group.title}, looks)
    for number, person in enumerate(people, start=1):
        values = asdict(person) | {"number": number}
        cells = {place: values[column.field] for place, column in enumerate(form.columns) if column.field}
        _line(sheet, row + number, cells, looks)
    row += len(people) + 1
    fields = [column.field for column in form.columns]
    total = sum(getattr(person, form.total_field) for person in people)
    _line(sheet, row, {1: group.total, fields.index(form.total_field): total}, looks)
    return row + 1


def _line(sheet: Any, row: int, values: dict[int, Any], looks: Sequence[Any]) -> None:
    for place, look in enumerate(looks):
        cell = sheet.cell(row, place + 1)
        # the whole look at once, as openpyxl itself copies it
        cell._style = copy(look)
        _put(cell, values.get(place))


def _put(cell: Cell, value: Any) -> None:
    """Text stays text: a name that begins with "=" is no formula, a number with zeros in front keeps them."""
    cell.value = value if isinstance(value, int) else str(value) if value else None
    if isinstance(value, str) and value:
        cell.data_type = TYPE_STRING


def _steady(data: bytes) -> bytes:
    """openpyxl writes the moment of saving: put the fixed one back."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(
                    rb">[0-9T:-]+Z</dcterms:modified>", b">2026-01-01T00:00:00Z</dcterms:modified>", content
                )
            new.writestr(name, content)
    return made.getvalue()
