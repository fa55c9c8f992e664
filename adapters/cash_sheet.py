"""Cash in hand: one sheet per thôn to sign on, with what was carried over and taken back as their own columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.sheets import SIGN_HERE, Book, NothingToHandOver, OutputError, WrittenFile, written
from rules.money import amount_in_words, format_dong
from rules.months import Month

_COLUMNS = (
    ("STT", 5),
    ("Họ và tên", 23),
    ("Năm sinh", 7),
    ("Số định danh", 14),
    ("Số quyết định", 13),
    ("Mức/tháng", 11),
    ("Truy lĩnh", 10),
    ("Giảm trừ", 10),
    ("Tổng được lĩnh", 12),
    ("Người nhận thay", 17),
    ("Ký nhận", 14),
    ("Ngày nhận", 10),
    ("Ghi chú", 10),
)
_LAST = len(_COLUMNS) - 1
_MONEY = range(5, 9)
_ROW_POINTS = 36  # one page wide it is printed at three quarters: 9 mm leaves room for a signature


@dataclass(frozen=True)
class CashRow:
    """One person paid in cash: `amount` is what is handed over, whole đồng above 0.

    Its parts may be given, then all three: the month's own amount, arrears, and what is taken back (each ≥ 0).
    `citizen_no` comes already masked.
    """

    full_name: str
    birth_year: str
    amount: int
    monthly_amount: int | None = None
    arrears: int | None = None
    deduction: int | None = None
    citizen_no: str = ""
    decision: str = ""
    proxy: str = ""
    note: str = ""

    @property
    def adds_up(self) -> bool:
        """True when the amount can be signed for and its parts, if given, make it up."""
        if self.monthly_amount is None or self.arrears is None or self.deduction is None:
            return self.amount > 0 and (self.monthly_amount, self.arrears, self.deduction) == (None, None, None)
        whole = self.monthly_amount + self.arrears - self.deduction
        return min(self.monthly_amount, self.arrears, self.deduction) >= 0 and self.amount == whole > 0


@dataclass(frozen=True)
class CashSheet:
    """The people of one thôn."""

    village: str
    rows: tuple[CashRow, ...]


def write_cash_sheets(
    sheets: Sequence[CashSheet], *, month: Month, commune_name: str, list_ref: str, mark: str = ""
) -> WrittenFile:
    """Return one workbook with a sheet per thôn; `mark` ("DỮ LIỆU TRÌNH DIỄN …") is printed red on each.

    Raises `OutputError` when there is nobody, or when someone's amount is not above 0 or not the sum of its parts.
    """
    people = [row for sheet in sheets for row in sheet.rows]
    if not people:
        raise NothingToHandOver("Không có ai nhận tiền mặt trong danh sách này.")
    if not all(row.adds_up for row in people):
        raise OutputError("Danh sách chi tiền mặt có khoản không lớn hơn 0 hoặc không bằng tổng các phần của nó.")
    book = Book(f"Danh sách chi trả tiền mặt {list_ref}")
    for sheet in sheets:
        if sheet.rows:
            _write_village(book, sheet, month, commune_name, mark)
    total = sum(row.amount for row in people)
    name = f"chi-tien-mat-{month.code}-{len(people)}-{total}.xlsx"
    return written(name, book.finish(), count=len(people), total=total)


def _write_village(book: Book, village: CashSheet, month: Month, commune_name: str, mark: str) -> None:
    sheet = book.sheet(village.village, [width for _, width in _COLUMNS])
    book.printed(sheet, head=(4, 4))
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
    values: tuple[str | int | None, ...] = (
        number,
        row.full_name,
        row.birth_year,
        row.citizen_no,
        row.decision,
        row.monthly_amount,
        row.arrears,
        row.deduction,
        row.amount,
        row.proxy,
        "",
        "",
        row.note,
    )
    for place, value in enumerate(values):
        style = "int" if place == 0 else "money" if place in _MONEY else "text"
        book.put(sheet, 4 + number, place, value, style)


def _write_foot(book: Book, sheet: Any, village: CashSheet, row: int) -> None:
    total = sum(person.amount for person in village.rows)
    sums = {
        5: _sum(person.monthly_amount for person in village.rows),
        6: _sum(person.arrears for person in village.rows),
        7: _sum(person.deduction for person in village.rows),
        8: total,
    }
    for place in range(_LAST + 1):
        book.put(sheet, row, place, "Cộng" if place == 1 else sums.get(place), "total")
    words = f"Tổng số: {len(village.rows)} người, {format_dong(total)} (bằng chữ: {amount_in_words(total)})."
    book.line(sheet, row + 1, words, "plain", last_column=_LAST)
    unpaid = "Đã chi: …… người, ……………… đồng. Chưa chi: …… người, ……………… đồng, chuyển tháng sau."
    book.line(sheet, row + 2, unpaid, "plain", last_column=_LAST)
    for place, title in ((1, "Người lập"), (4, "Người chi tiền"), (8, "Kế toán"), (11, "Thủ trưởng đơn vị")):
        book.put(sheet, row + 4, place, title, "bold_center")
        book.put(sheet, row + 5, place, SIGN_HERE, "italic")


def _sum(parts: Iterable[int | None]) -> int | None:
    """The sum of a column, or a blank where the parts were not given."""
    known = [part for part in parts if part is not None]
    return sum(known) if known else None
