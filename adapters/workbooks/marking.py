"""The returned workbook with its wrong cells coloured and explained, to be corrected and sent again."""

import io
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from adapters.workbooks.guards import check_container, corrupt
from adapters.workbooks.reading import MAX_BYTES, MAX_ROWS, read_workbook
from rules.village_sheet.model import PROBLEM_SHEET

_AUTHOR = "An Sinh"
_COLOURS = {"error": "FFF4B6B6", "warning": "FFFFF2B3"}
_WORDS = {"error": "Lỗi", "warning": "Cần xem lại"}


class Problem(Protocol):
    """What is wrong in one cell; `cell` "" means the whole sheet; `severity` is "error" or "warning"."""

    @property
    def sheet(self) -> str: ...
    @property
    def cell(self) -> str: ...
    @property
    def message_vi(self) -> str: ...
    @property
    def severity(self) -> str: ...


def write_marked_copy(data: bytes, problems: Sequence[Problem]) -> bytes:
    """The same workbook as .xlsx: wrong cells coloured, with a comment each, and a last sheet listing all of them.

    Marks of an earlier copy are taken away first. An .xls or .ods comes back as .xlsx with its values. Raises
    `UnreadableFile` for what cannot be read at all.
    """
    kind = check_container(data, max_bytes=MAX_BYTES, max_rows=MAX_ROWS)
    workbook = _open(data) if kind == "xlsx" else _rebuild(data)
    for sheet in workbook.worksheets:
        _unmark(sheet)
    for problem in sorted(problems, key=lambda each: each.severity, reverse=True):
        if problem.sheet in workbook.sheetnames and problem.cell:
            _mark(workbook[problem.sheet], problem)
    _list_problems(workbook, problems)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _open(data: bytes) -> openpyxl.Workbook:
    try:
        return openpyxl.load_workbook(io.BytesIO(data))
    except Exception:  # noqa: BLE001 -- whatever a broken file makes the library say, people get one sentence
        raise corrupt() from None


def _rebuild(data: bytes) -> openpyxl.Workbook:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for sheet in read_workbook(data):
        target = workbook.create_sheet(sheet.name)
        target.sheet_state = "hidden" if sheet.hidden else "visible"
        for row, values in enumerate(sheet.rows, start=1):
            for column, value in enumerate(values, start=1):
                if value is not None:
                    _write(target, row, column, value)
    return workbook


def _write(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    """A value as a value: openpyxl would take a text that begins with "=" for a formula."""
    cell = sheet.cell(row=row, column=column)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def _unmark(sheet: Worksheet) -> None:
    ours = set(_COLOURS.values())
    for row in sheet.iter_rows():
        for cell in row:
            if cell.comment is not None and cell.comment.author == _AUTHOR:
                cell.comment = None
            if cell.fill.fgColor.rgb in ours:
                cell.fill = PatternFill()


def _mark(sheet: Worksheet, problem: Problem) -> None:
    cell = _anchor(sheet, problem.cell)
    text = f"{_WORDS[problem.severity]}: {problem.message_vi}"
    if cell.comment is not None:
        text = f"{cell.comment.text}\n{text}"
    comment = Comment(text, _AUTHOR, height=90, width=320)
    cell.comment = comment
    cell.fill = PatternFill("solid", fgColor=_COLOURS[problem.severity])


def _anchor(sheet: Worksheet, address: str) -> Any:
    """The cell itself, or the first cell of the merged area it lies in: only that one can be written."""
    for area in sheet.merged_cells.ranges:
        if address in area:
            return sheet.cell(row=area.min_row, column=area.min_col)
    return sheet[address]


def _list_problems(workbook: openpyxl.Workbook, problems: Iterable[Problem]) -> None:
    if PROBLEM_SHEET in workbook.sheetnames:
        workbook.remove(workbook[PROBLEM_SHEET])
    sheet = workbook.create_sheet(PROBLEM_SHEET)
    for column, (heading, width) in enumerate((("Trang", 20), ("Ô", 8), ("Mức", 14), ("Lý do", 90)), start=1):
        _write(sheet, 1, column, heading)
        sheet.cell(row=1, column=column).font = Font(bold=True)
        sheet.column_dimensions["ABCD"[column - 1]].width = width
    for row, problem in enumerate(problems, start=2):
        for column, text in enumerate(
            (problem.sheet, problem.cell, _WORDS[problem.severity], problem.message_vi), start=1
        ):
            _write(sheet, row, column, text)
