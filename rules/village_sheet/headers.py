"""Where the columns of a returned sheet are: headings are found by what they say, in the first rows, in any order."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.names import fold_name
from rules.village_sheet.cells import repaired_text
from rules.village_sheet.columns import BIRTH_FEMALE, BIRTH_MALE, FIELD_BY_LABEL, HEADINGS, REQUIRED, label_key
from rules.village_sheet.model import CellProblem, Sheet, cell_address

_SEARCHED_ROWS = 20
_LEAST_FIELDS = 3


@dataclass(frozen=True, slots=True)
class Header:
    """The columns found (field → column from 0), the heading's row, the first data row, the title's thôn."""

    fields: dict[str, int]
    row: int
    first_data_row: int
    title_village: str | None


def find_header(sheet: Sheet, labels: dict[str, str] = FIELD_BY_LABEL) -> Header | None:
    """The best heading row, alone or with the row under it; None when no row names three known columns."""
    best: tuple[int, int, dict[str, int], int] | None = None
    said = [_labels(sheet, row) for row in range(min(_SEARCHED_ROWS + 1, len(sheet.rows)))]
    for row in range(min(_SEARCHED_ROWS, len(sheet.rows))):
        for height in (1, 2):
            fields = _fields(said[row : row + height], labels)
            score = len(fields) * 2 - height
            if len(fields) >= _LEAST_FIELDS and (best is None or score > best[0]):
                best = (score, row, fields, height)
    if best is None:
        return None
    _, row, fields, height = best
    first = row + height
    first += _is_numbering(sheet, first)
    return Header(fields, row, first, _title_village(sheet, row))


def headed_sheet(
    sheets: Sequence[Sheet], labels: dict[str, str], required: Mapping[str, str], expected: str
) -> tuple[Sheet, Header] | CellProblem:
    """The first visible sheet with headings, or what is wrong: none has them, or a required column is not there.

    `required`: the heading of each field that must be there. `expected`: the headings as the officer is told them.
    """
    for sheet in sheets:
        header = None if sheet.hidden else find_header(sheet, labels)
        if header is None:
            continue
        missing = [label for field, label in required.items() if field not in header.fields]
        if missing:
            text = f"Thiếu cột bắt buộc: {', '.join(missing)}."
            return CellProblem(sheet.name, cell_address(header.row, 0), "COLUMNS_MISSING", text, "error", "text")
        return sheet, header
    text = f"Không tìm thấy dòng tiêu đề cột ({expected})."
    return CellProblem(sheets[0].name if sheets else "", "", "NO_HEADING", text, "error", "blank")


def missing_columns(fields: dict[str, int]) -> list[str]:
    """Headings of the required columns that are not there; birth years under "Nam" and "Nữ" give sex and birth."""
    given = set(fields)
    if BIRTH_MALE in given or BIRTH_FEMALE in given:
        given |= {"birth_date", "sex"}
    return [HEADINGS[field] for field in REQUIRED if field not in given]


def _labels(sheet: Sheet, row: int) -> list[str]:
    return [
        label_key(repaired_text(value, sheet.fonts.get((row, column)))[1]) if isinstance(value, str) else ""
        for column, value in enumerate(sheet.rows[row])
    ]


def _fields(rows: Sequence[Sequence[str]], labels: dict[str, str]) -> dict[str, int]:
    """The columns that a row's labels name, alone or read together with the row under it."""
    upper, lower = rows[0], list(rows[-1])
    if len(rows) == 1:
        return _match([[label] for label in upper], labels)
    lower += [""] * (len(upper) - len(lower))
    candidates: list[list[str]] = []
    parent = ""
    for column, child in enumerate(lower):
        own = upper[column] if column < len(upper) else ""
        parent = own or (parent if child else "")
        candidates.append([f"{parent} {child}".strip(), child, own] if child else [own])
    return _match(candidates, labels)


def _match(candidates: list[list[str]], labels: dict[str, str]) -> dict[str, int]:
    fields: dict[str, int] = {}
    for column, names in enumerate(candidates):
        field = next((labels[name] for name in names if name in labels), None)
        if field and field not in fields:
            fields[field] = column
    return fields


def _is_numbering(sheet: Sheet, row: int) -> bool:
    """Whether the row only numbers the columns: "(1) (2) (3)" or "A B 1 2"."""
    if row >= len(sheet.rows):
        return False
    texts = [repaired_text(value, None)[1].strip("() ") for value in sheet.rows[row]]
    filled = [text for text in texts if text]
    return len(filled) >= 3 and all(re.fullmatch(r"[A-Z]|\d{1,2}", text) for text in filled)


def _title_village(sheet: Sheet, header_row: int) -> str | None:
    for row in range(header_row):
        for column, value in enumerate(sheet.rows[row]):
            text = repaired_text(value, sheet.fonts.get((row, column)))[1] if isinstance(value, str) else ""
            if fold_name(text).startswith("thon") and len(text) <= 60:
                return re.sub(r"^thôn\s*:\s*", "", text, flags=re.IGNORECASE)
    return None
