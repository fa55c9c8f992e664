"""The dự toán as a workbook that goes up to the next level: by month, by thôn, and who is expected to leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from adapters.sheets import Book, WrittenFile, written
from rules.months import Month

COLUMNS = (
    ("Số người hưởng hỗ trợ thu nhập", 16, "people", "int"),
    ("Kinh phí hỗ trợ thu nhập (đồng)", 22, "income", "money"),
    ("Số người hỗ trợ BHYT", 16, "cards", "int"),
    ("Kinh phí hỗ trợ BHYT (đồng)", 20, "bhyt", "money"),
)
MARK = "DỰ THẢO – tham số chưa đối chiếu"


def write_budget_sheet(need: Mapping[str, Any], *, mark: str = "") -> WrittenFile:
    """The workbook of a stored need (`services.budget_need`): count is people of today, total the year's đồng.

    The same need gives the same bytes.
    """
    year = int(need["year"])
    book = Book(f"Dự toán kinh phí năm {year}")
    head = _head(need, mark)
    months = _sums(need["cells"], "month")
    _table(book, "Theo tháng", "Tháng", [(str(Month.parse(code)), row) for code, row in months], head)
    _table(book, "Theo thôn", "Thôn", _sums(need["cells"], "village"), head)
    _matrix(book, need["cells"], head)
    _leaving(book, need["leaving"], head)
    total = sum(cell["income"] + cell["bhyt"] for cell in need["cells"])
    name = f"bang-du-toan-{year}-{need['people_now']}-{total}.xlsx"
    return written(name, book.finish(), count=int(need["people_now"]), total=total)


def _head(need: Mapping[str, Any], mark: str) -> list[tuple[str, str]]:
    counted = need["counted_on"]
    day = date.fromisoformat(counted) if isinstance(counted, str) else counted
    lines = [
        (f"ỦY BAN NHÂN DÂN {str(need['commune']).upper()}", "bold"),
        (f"DỰ TOÁN KINH PHÍ NĂM {need['year']}", "title"),
        (
            f"Tính trên {need['people_now']} người đang hưởng ngày {day:%d/%m/%Y}, theo quy định của từng tháng",
            "italic",
        ),
        (f"Số người theo kế hoạch: {need['plan_people']}; chưa tính người phát sinh mới", "italic"),
    ]
    if need["kept"]:
        lines.append((f"{need['kept']} lượt người-tháng chưa đủ căn cứ, tạm giữ mức đang hưởng", "italic"))
    marks = [mark, MARK if need["is_assumed"] else ""]
    return [*((text, "mark") for text in marks if text), *lines]


def _sums(cells: Sequence[Mapping[str, Any]], by: str) -> list[tuple[str, dict[str, int]]]:
    found: dict[str, dict[str, int]] = {}
    for cell in cells:
        row = found.setdefault(cell[by], dict.fromkeys((name for _, _, name, _ in COLUMNS), 0))
        for name in row:
            row[name] += cell[name]
    return sorted(found.items()) if by == "month" else list(found.items())


def _table(
    book: Book,
    name: str,
    first: str,
    rows: Sequence[tuple[str, Mapping[str, int]]],
    head: Sequence[tuple[str, str]],
) -> None:
    sheet = book.sheet(name, [28, *(width for _, width, _, _ in COLUMNS), 22])
    top = _write_head(book, sheet, head, [first, *(title for title, _, _, _ in COLUMNS), "Cộng (đồng)"])
    for place, (label, row) in enumerate(rows, start=top):
        book.put(sheet, place, 0, label, "text")
        for column, (_, _, field, style) in enumerate(COLUMNS, start=1):
            book.put(sheet, place, column, row[field], style)
        book.put(sheet, place, len(COLUMNS) + 1, row["income"] + row["bhyt"], "money")
    end = top + len(rows)
    book.put(sheet, end, 0, "Cộng cả năm", "total")
    for column, (_, _, field, style) in enumerate(COLUMNS, start=1):
        total = sum(row[field] for _, row in rows) if style == "money" else None
        book.put(sheet, end, column, total, "total")
    book.put(sheet, end, len(COLUMNS) + 1, sum(row["income"] + row["bhyt"] for _, row in rows), "total")


def _matrix(book: Book, cells: Sequence[Mapping[str, Any]], head: Sequence[tuple[str, str]]) -> None:
    sheet = book.sheet("Thôn và tháng", [28, 12, *(width for _, width, _, _ in COLUMNS)])
    top = _write_head(book, sheet, head, ["Thôn", "Tháng", *(title for title, _, _, _ in COLUMNS)])
    for place, cell in enumerate(cells, start=top):
        book.put(sheet, place, 0, cell["village"], "text")
        book.put(sheet, place, 1, str(Month.parse(cell["month"])), "text")
        for column, (_, _, field, style) in enumerate(COLUMNS, start=2):
            book.put(sheet, place, column, cell[field], style)


def _leaving(book: Book, rows: Sequence[Mapping[str, Any]], head: Sequence[tuple[str, str]]) -> None:
    sheet = book.sheet("Dự kiến thôi hưởng", [14, 44, 14])
    top = _write_head(book, sheet, head, ["Từ tháng", "Lý do", "Số người"])
    for place, row in enumerate(rows, start=top):
        book.put(sheet, place, 0, str(Month.parse(row["month"])), "text")
        book.put(sheet, place, 1, row["reason"], "text")
        book.put(sheet, place, 2, row["people"], "int")
    if not rows:
        book.put(sheet, top, 0, "Không có ai", "text")


def _write_head(book: Book, sheet: Any, head: Sequence[tuple[str, str]], titles: Sequence[str]) -> int:
    """The lines above a table and its headings; returns the first row of the table."""
    for place, (text, style) in enumerate(head):
        book.line(sheet, place, text, style, last_column=len(titles) - 1)
    book.printed(sheet, head=(len(head) + 1, len(head) + 1))
    for column, title in enumerate(titles):
        book.put(sheet, len(head) + 1, column, title, "head")
    return len(head) + 2
