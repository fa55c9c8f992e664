"""What bank and insurance office send back, read into plain rows; what cannot be read is a problem with its cell."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from openpyxl.utils import get_column_letter

from adapters.workbooks import UnreadableFile, other_kind, read_workbook
from rules.names import strip_marks_upper

Value = str | int | float | bool | date | datetime | None
MAX_ROWS = 200_000
MAX_BYTES = 40 * 1024 * 1024
_HEADER_WITHIN = 30
_DELIMITERS = ";,\t|"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


@dataclass(frozen=True)
class AnswerProblem:
    """A row that settles nothing: where ("Sheet1!B7"), its row number in the file, and why, in one sentence."""

    address: str
    row_number: int
    reason: str


@dataclass(frozen=True)
class AnswerTable:
    """The rows below the heading: for each field the column it stands in (from 0)."""

    sheet: str
    columns: Mapping[str, int]
    first_row: int
    rows: Sequence[Sequence[Value]]

    def lines(self) -> Iterator[tuple[int, dict[str, Value]]]:
        """Yield each row that is not blank: its number in the file (from 1) and its values by field."""
        for number, row in enumerate(self.rows, start=self.first_row):
            if any(value not in (None, "") for value in row):
                yield number, {field: row[place] if place < len(row) else None for field, place in self.columns.items()}

    def problem(self, row_number: int, field: str, reason: str) -> AnswerProblem:
        """Return a problem at one cell of a row."""
        letter = get_column_letter(self.columns.get(field, 0) + 1)
        return AnswerProblem(f"{self.sheet}!{letter}{row_number}", row_number, reason)


def read_answer_table(data: bytes, profile: Mapping[str, Any]) -> AnswerTable:
    """Find the table a profile describes, in Excel or CSV. Raises `UnreadableFile` with one Vietnamese sentence.

    Columns may stand in any order and under one or two heading rows; the first sheet that has all required ones
    is taken.
    """
    for name, rows in _sheets(data):
        for place in range(min(_HEADER_WITHIN, len(rows))):
            for height in (1, 2):
                columns = _match(rows[place : place + height], profile["columns"])
                if all(field in columns for field in profile["required"]):
                    return AnswerTable(name, columns, place + height + 1, rows[place + height :])
    wanted = ", ".join(f"“{profile['headings'][field]}”" for field in profile["required"])
    raise UnreadableFile("NOT_EXCEL", f"Không tìm thấy dòng tiêu đề có đủ các cột {wanted}.")


def fold(value: Value) -> str:
    """Capitals without marks or punctuation, for comparing headings and words."""
    words = re.sub(r"[_/.,;:()\[\]\n-]+", " ", text_of(value))
    return " ".join(re.sub(r"[^A-Z0-9]+", " ", strip_marks_upper(words)).split())


def text_of(value: Value) -> str:
    """A cell as text: a whole number without ".0", nothing for a blank."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def date_of(value: Value) -> date | None:
    """A cell as a day: a real date, an Excel day number, or dd/mm/yyyy; None for anything else, never mm/dd."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and 20_000 < value < 80_000:
        return _EXCEL_DAY_ZERO + timedelta(days=int(value))
    found = _DATE.fullmatch(text_of(value))
    if found is None:
        return None
    day, month, year = map(int, found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _match(heading: Sequence[Sequence[Value]], synonyms: Mapping[str, Sequence[str]]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place in range(max((len(row) for row in heading), default=0)):
        parts = [fold(row[place]) for row in heading if place < len(row)]
        for label in (" ".join(filter(None, parts)), parts[-1] if parts else ""):
            field = next((name for name, labels in synonyms.items() if label in labels), None)
            if field is not None:
                columns.setdefault(field, place)
                break
    return columns


def _sheets(data: bytes) -> Iterator[tuple[str, Sequence[Sequence[Value]]]]:
    looks_binary = data[:4] in {b"PK\x03\x04", b"\xd0\xcf\x11\xe0"} or other_kind(data) or b"\0" in data[:4096]
    if data[:2] not in _UTF_16 and (looks_binary or not data.strip()):
        for sheet in read_workbook(data, max_bytes=MAX_BYTES, max_rows=MAX_ROWS):
            yield sheet.name, sheet.rows
    else:
        text = _csv_text(data)
        for delimiter in _delimiters(text):
            yield "CSV", _csv_rows(text, delimiter)


def _csv_text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise UnreadableFile("TOO_BIG", "Tệp quá lớn.")
    try:
        return data.decode("utf-16" if data[:2] in _UTF_16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFile(
            "CORRUPT", "Tệp CSV không dùng mã UTF-8; hãy lưu lại dưới dạng CSV UTF-8 hoặc Excel."
        ) from None


def _delimiters(text: str) -> list[str]:
    """The likeliest first; the heading decides, because lines above it (the bank's name, a day) hold any sign."""
    head = "".join(islice(io.StringIO(text), _HEADER_WITHIN))
    return sorted(_DELIMITERS, key=head.count, reverse=True)


def _csv_rows(text: str, delimiter: str) -> list[list[Value]]:
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error:
        raise UnreadableFile("CORRUPT", "Tệp CSV bị hỏng, không đọc được.") from None
