"""Cash in hand: one sheet per thôn to sign on, with what was carried over and taken back as their own columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adapters.sheets import Book, OutputError, WrittenFile, written
from rules.money import amount_in_words, format_dong
from rules.months import Month

_COLUMNS = (
    ("STT", 5),
    ("Họ và tên", 24),
    ("Năm sinh", 8),
    ("Số định danh", 15),
    ("Số quyết định", 13),
    ("Mức/tháng", 12),
    ("Truy lĩnh", 12),
    ("Giảm trừ", 12),
    ("Tổng được lĩnh", 14),
    ("Người nhận thay", 20),
    ("Ký nhận", 14),
    ("Ngày nhận", 11),
    ("Ghi chú", 14),
)
_LAST = len(_COLUMNS) - 1
_ROW_POINTS = 27  # 9 mm leaves room for a signature


@dataclass(frozen=True)
class CashRow:
    """One person paid in cash. `citizen_no` already masked; whole đồng; `deduction` is what is taken back, ≥ 0."""

    full_name: str
    birth_year: str
    citizen_no: str
    decision: str
    monthly_amount: int
    arrears: int
    deduction: int
    proxy: str = ""
    note: str = ""

    @property
    def total(self) -> int:
        """What is handed over."""
        return self.monthly_amount + self.arrears - self.deduction


@dataclass(frozen=True)
class CashSheet:
    """The people of one thôn."""

    village: str
    rows: tuple[CashRow, ...]


def write_cash_sheets(
    sheets: Sequence[CashSheet], *, month: Month, commune_name: str, list_ref: str, mark: str = ""
) -> WrittenFile:
    """Return one workbook with a sheet per thôn; `mark` ("DỮ LIỆU TRÌNH DIỄN …") is printed red on each.

    Raises `OutputError` when there is nobody, or when someone would be handed nothing or less.
    """
    people = [row for sheet in sheets for row in sheet.rows]
    if not people:
        raise OutputError("Không có ai nhận tiền mặt trong danh sách này.")
    if any(row.total <= 0 or min(row.arrears, row.deduction, row.monthly_amount) < 0 for row in people):
        raise OutputError("Danh sách chi tiền mặt có khoản không lớn hơn 0.")
    book = Book(f"Danh sách chi trả tiền mặt {list_ref}")
    for sheet in sheets:
        if sheet.rows:
            _write_village(book, sheet, month, commune_name, mark)
    total = sum(row.total for row in people)
    name = f"chi-tien-mat-{month.code}-{len(people)}-{total}.xlsx"
    return written(name, book.finish(), count=len(people), total=total)


def _write_village(book: Book, village: CashSheet, month: Month, commune_name: str, mark: str) -> None:
    sheet = book.sheet(village.village, [width for _, width in _COLUMNS])
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(4)
    book.line(sheet, 0, mark, "mark", last_column=_LAST)
    book.line(sheet, 1, f"ỦY BAN NHÂN DÂN {commune_name.upper()}", "bold_center", last_column=_LAST)
    book.line(sheet, 2, f"DANH SÁCH CHI TRẢ TIỀN MẶT THÁNG {month}", "title", last_column=_LAST)
    book.line(sheet, 3, f"Thôn: {village.village}", "center", last_column=_LAST)
    for place, (title, _) in enumerate(_COLUMNS):
        book.put(sheet, 4, place, title, "head")
    for number, row in enumerate(village.rows, start=1):
        sheet.set_row(4 + number, _ROW_POINTS)
        _write_person(book, sheet, number, row)
    _write_foot(book, sheet, village, 5 + len(village.rows))


def _write_person(book: Book, sheet: Any, number: int, row: CashRow) -> None:
    values: tuple[str | int, ...] = (
        number,
        row.full_name,
        row.birth_year,
        row.citizen_no,
        row.decision,
        row.monthly_amount,
        row.arrears,
        row.deduction,
        row.total,
        row.proxy,
        "",
        "",
        row.note,
    )
    for place, value in enumerate(values):
        style = "int" if place == 0 else "money" if isinstance(value, int) else "text"
        book.put(sheet, 4 + number, place, value, style)


def _write_foot(book: Book, sheet: Any, village: CashSheet, row: int) -> None:
    sums = {
        5: sum(person.monthly_amount for person in village.rows),
        6: sum(person.arrears for person in village.rows),
        7: sum(person.deduction for person in village.rows),
        8: sum(person.total for person in village.rows),
    }
    for place in range(_LAST + 1):
        book.put(sheet, row, place, "Cộng" if place == 1 else sums.get(place), "total")
    words = f"Tổng số: {len(village.rows)} người, {format_dong(sums[8])} (bằng chữ: {amount_in_words(sums[8])})."
    book.line(sheet, row + 1, words, "plain", last_column=_LAST)
    unpaid = "Đã chi: …… người, ……………… đồng. Chưa chi: …… người, ……………… đồng, chuyển tháng sau."
    book.line(sheet, row + 2, unpaid, "plain", last_column=_LAST)
    for place, title in ((1, "Người lập"), (4, "Người chi tiền"), (8, "Kế toán"), (11, "Thủ trưởng đơn vị")):
        book.put(sheet, row + 4, place, title, "bold_center")
