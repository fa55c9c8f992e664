"""A returned workbook into people, precise errors and warnings: nothing lost on bad input, never half a row."""

from collections.abc import Iterator, Sequence
from datetime import date

from rules.names import same_name
from rules.village_sheet.cells import text_of
from rules.village_sheet.columns import HEADINGS
from rules.village_sheet.headers import Header, find_header, missing_columns
from rules.village_sheet.margins import FOOTER_CELLS, filled_texts, is_footer, is_section
from rules.village_sheet.model import (
    META_SHEET,
    PROBLEM_SHEET,
    CellProblem,
    Known,
    Sheet,
    SheetReading,
    VillageRow,
    cell_address,
)
from rules.village_sheet.person import read_person
from rules.village_sheet.scan import RowScan

_IDENTITY = {"citizen_id", "birth_date", "birth_male", "birth_female"}
_WANTED = ("head_name", "relation", "residence", "status_decision_date", "group_text", "income", "other_allowance")


NOTHING = Known()


def read_village_sheet(sheets: Sequence[Sheet], *, on: date, known: Known = NOTHING) -> SheetReading:
    """Every person of the workbook whose row holds, and every cell that keeps another out.

    `on` is the date against which births and decisions must not lie in the future. Hidden sheets are not read but for
    `_meta`. Never raises on what a person may have typed.
    """
    meta = _read_meta(sheets)
    rows: list[VillageRow] = []
    problems: list[CellProblem] = []
    visible = [sheet for sheet in sheets if not sheet.hidden and sheet.name != PROBLEM_SHEET]
    if not visible:
        text = "Tệp không có trang tính nào để đọc (mọi trang đều bị ẩn)."
        return SheetReading((), (CellProblem("", "", "NO_SHEET", text, "error", "blank"),), (), meta)
    headers = [(sheet, find_header(sheet)) for sheet in visible]
    for sheet, header in headers:
        if header is None:
            problems += _sheet_without_heading(sheet, alone=all(other is None for _, other in headers))
            continue
        found, wrong = _read_rows(sheet, header, on, known, meta.get("village_name"))
        rows += found
        problems += wrong
    by_name = {sheet.name: header for sheet, header in headers if header is not None}
    rows, doubled = _without_doubles(rows, by_name)
    problems += doubled
    errors = tuple(problem for problem in problems if problem.severity == "error")
    warnings = tuple(problem for problem in problems if problem.severity != "error")
    return SheetReading(tuple(rows), errors, warnings, meta)


def _read_meta(sheets: Sequence[Sheet]) -> dict[str, str]:
    for sheet in sheets:
        if sheet.name == META_SHEET:
            pairs = [[text_of(value) for value in row[:2]] for row in sheet.rows]
            return {pair[0]: pair[1] for pair in pairs if len(pair) == 2 and pair[0]}
    return {}


def _sheet_without_heading(sheet: Sheet, *, alone: bool) -> list[CellProblem]:
    if alone:
        text = "Không tìm thấy dòng tiêu đề cột (Họ tên, Ngày sinh, Số định danh…) ở đầu trang tính."
        return [CellProblem(sheet.name, "", "NO_HEADING", text, "error", "blank")]
    if any(value not in (None, "") for row in sheet.rows for value in row):
        text = "Trang tính này không có dòng tiêu đề cột nên không được đọc."
        return [CellProblem(sheet.name, "", "SHEET_SKIPPED", text, "warning", "text")]
    return []


def _read_rows(
    sheet: Sheet, header: Header, on: date, known: Known, village: str | None
) -> tuple[list[VillageRow], list[CellProblem]]:
    missing = missing_columns(header.fields)
    if missing:
        text = f"Thiếu cột bắt buộc: {', '.join(missing)}."
        cell = cell_address(header.row, 0)
        return [], [CellProblem(sheet.name, cell, "COLUMNS_MISSING", text, "error", "text")]
    problems = _wanted_columns(sheet, header)
    rows = []
    for scan in _people(sheet, header):
        person = read_person(scan, on=on, known=known, default_village=village or header.title_village)
        problems += scan.problems
        if person:
            rows.append(person)
    if not rows and not any(problem.severity == "error" for problem in problems):
        text = "Danh sách không có người nào; nếu thôn không phát sinh, hãy báo “không phát sinh”."
        problems.append(CellProblem(sheet.name, "", "NO_PERSON", text, "error", "blank"))
    return rows, problems


def _wanted_columns(sheet: Sheet, header: Header) -> list[CellProblem]:
    absent = [HEADINGS[field] for field in _WANTED if field not in header.fields]
    if not absent:
        return []
    text = f"Bảng không có cột: {', '.join(absent)}; những điều này sẽ để là chưa biết."
    return [CellProblem(sheet.name, cell_address(header.row, 0), "COLUMNS_ABSENT", text, "warning", "text")]


def _people(sheet: Sheet, header: Header) -> Iterator[RowScan]:
    """The rows that are people: no blank rows, section titles, totals, nor what stands below a total or signature."""
    below = False
    for row in range(header.first_data_row, len(sheet.rows)):
        scan = RowScan(sheet, row, header.fields)
        said = {name for name in scan.fields if name not in {"order", "village_name"} and scan.text(name)}
        if said & _IDENTITY:
            yield scan
            continue
        filled = filled_texts(sheet, row)
        below = below or is_footer(filled)
        if said and not (is_section(filled) or (below and len(filled) <= FOOTER_CELLS)):
            yield scan


def _without_doubles(rows: list[VillageRow], headers: dict[str, Header]) -> tuple[list[VillageRow], list[CellProblem]]:
    """The same person twice in one file: the first stays; two people under one number: both go out."""
    kept: list[VillageRow] = []
    problems: list[CellProblem] = []
    first_of: dict[str, VillageRow] = {}
    for row in rows:
        first = first_of.setdefault(row.citizen_id, row)
        if first is row:
            kept.append(row)
        elif same_name(first.full_name, row.full_name):
            text = f"Người này đã có ở dòng {first.row_number}, trang “{first.sheet}”; dòng này không được tính."
            problems.append(_at(row, headers, "DOUBLE", text))
        else:
            text = "Hai người khác nhau ghi cùng một số định danh; kiểm tra lại cả hai dòng {} và {}."
            text = text.format(first.row_number, row.row_number)
            problems += [_at(each, headers, "SHARED_ID", text) for each in (first, row)]
            kept = [each for each in kept if each is not first]
    return kept, problems


def _at(row: VillageRow, headers: dict[str, Header], code: str, text: str) -> CellProblem:
    cell = cell_address(row.row_number - 1, headers[row.sheet].fields["citizen_id"])
    return CellProblem(row.sheet, cell, code, text, "error", "text")
