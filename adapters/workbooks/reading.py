"""Bytes of a workbook into plain sheets: values through calamine, font names through openpyxl where they matter."""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import openpyxl
import python_calamine
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from adapters.workbooks.guards import UnreadableFile, check_container, corrupt, locked, too_many_rows

CellValue = str | int | float | bool | date | datetime | None
MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 20_000
_PLAIN = (int, float, date)
_OLD_FONT = re.compile(rb'<name[^>]*\bval="(?:\.Vn|VNI-)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its value, the name of its font where known, and its address ("B7")."""

    value: CellValue
    font: str | None
    address: str


@dataclass(frozen=True, slots=True)
class SheetData:
    """One sheet: rows from the sheet's first row, and fonts of cells (row, column from 0) typed in old fonts."""

    name: str
    hidden: bool
    rows: tuple[tuple[CellValue, ...], ...]
    fonts: Mapping[tuple[int, int], str] = field(default_factory=dict)

    def cell(self, row: int, column: int) -> Cell:
        """The cell at (row, column) from 0; beyond the edge it is blank."""
        cells = self.rows[row] if row < len(self.rows) else ()
        value = cells[column] if column < len(cells) else None
        address = f"{get_column_letter(column + 1)}{row + 1}"
        return Cell(value, self.fonts.get((row, column)), address)


def read_workbook(data: bytes, *, max_bytes: int = MAX_BYTES, max_rows: int = MAX_ROWS) -> list[SheetData]:
    """Every sheet of an .xlsx, .xls or .ods file. Raises `UnreadableFile` with one Vietnamese sentence.

    Blank cells are None. A cell merged down a column repeats its value in every row, as a reader of the paper
    would take it. Formulas give their stored result. `max_rows` holds for each sheet.
    """
    kind = check_container(data, max_bytes=max_bytes, max_rows=max_rows)
    try:
        sheets = _read_values(data, max_rows)
    except python_calamine.PasswordError:
        raise locked() from None
    except UnreadableFile:
        raise
    except Exception as problem:  # noqa: BLE001 -- whatever a broken file makes the reader say, people get one sentence
        raise (locked() if "password" in str(problem).lower() else corrupt()) from None
    if not any(sheet.rows for sheet in sheets):
        raise UnreadableFile("EMPTY", "Bảng tính trống, không có dữ liệu.")
    return _with_fonts(data, sheets) if kind == "xlsx" and _uses_old_fonts(data) else sheets


def _read_values(data: bytes, max_rows: int) -> list[SheetData]:
    with python_calamine.load_workbook(io.BytesIO(data)) as workbook:
        return [
            _read_sheet(workbook.get_sheet_by_name(about.name), about, max_rows)
            for about in workbook.sheets_metadata
            if about.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]


def _read_sheet(sheet: python_calamine.CalamineSheet, about: python_calamine.SheetMetadata, max_rows: int) -> SheetData:
    if sheet.total_height > max_rows:
        raise too_many_rows(max_rows)
    rows = [[_plain(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if left == right and top < len(rows):
            for row in rows[top + 1 : bottom + 1]:
                row[left] = rows[top][left]
    hidden = about.visible != python_calamine.SheetVisibleEnum.Visible
    return SheetData(about.name, hidden, tuple(tuple(row) for row in rows))


def _plain(value: object) -> CellValue:
    if isinstance(value, str):
        return value or None
    return value if isinstance(value, _PLAIN) else str(value)


def _uses_old_fonts(data: bytes) -> bool:
    """Reading fonts costs ten times the values, so only a workbook that names an old font is read for them."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "xl/styles.xml" in archive.namelist() and bool(_OLD_FONT.search(archive.read("xl/styles.xml")))
    except Exception:  # noqa: BLE001 -- as above: a broken part gives a sentence, never a trace
        raise corrupt() from None


def _with_fonts(data: bytes, sheets: list[SheetData]) -> list[SheetData]:
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        fonts = {sheet.title: _fonts(sheet) for sheet in workbook.worksheets}
        workbook.close()
    except Exception:  # noqa: BLE001 -- as above: a broken file gives a sentence, never a trace
        raise corrupt() from None
    return [SheetData(sheet.name, sheet.hidden, sheet.rows, fonts.get(sheet.name, {})) for sheet in sheets]


def _fonts(worksheet: Worksheet) -> dict[tuple[int, int], str]:
    fonts: dict[tuple[int, int], str] = {}
    for row in worksheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.font.name:
                fonts[cell.row - 1, cell.column - 1] = cell.font.name
    return fonts
