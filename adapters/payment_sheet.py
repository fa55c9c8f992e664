"""Danh sách thanh toán cho đối tượng thụ hưởng: the month's payments, and part II with what changed since the last one.

Columns as the form of NĐ 11/2020 has them; that of NĐ 347/2025 is expected to be close, so no number is printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adapters.sheets import SIGN_HERE, Book, NothingToHandOver, OutputError, WrittenFile, written
from rules.money import amount_in_words, format_dong
from rules.months import Month

_PAID = (
    ("STT", 6),
    ("Họ và tên", 30),
    ("Số tài khoản người hưởng", 22),
    ("Tên ngân hàng / hình thức", 26),
    ("Tổng số", 16),
    ("Trong đó: phụ cấp và trợ cấp khác", 18),
    ("Ghi chú", 34),
)
_CHANGED = ("STT", "Họ và tên", "Tháng trước", "Tháng này", "Số tiền thay đổi", "", "Ghi chú")
_LAST = len(_PAID) - 1
_DOTS = "……………………………"
_HEAD_ROW = 10


@dataclass(frozen=True)
class PaymentRow:
    """One payment, whole đồng above 0; the account as text, empty when paid in cash."""

    full_name: str
    account_no: str
    bank: str
    amount: int
    note: str = ""


@dataclass(frozen=True)
class PaymentDifference:
    """One person's payment this month and the month before."""

    full_name: str
    before: int
    now: int
    reason: str


@dataclass(frozen=True)
class ListHead:
    """What stands above the rows. ``voucher``: it is the list behind a treasury voucher, with the account it leaves.

    ``from_budget`` ticks tài khoản dự toán (True) or tiền gửi (False); None ticks neither. What is empty is dotted.
    """

    title: str
    voucher: bool = False
    from_budget: bool | None = None
    unit_code: str = ""
    account_no: str = ""
    place_name: str = ""


def write_payment_list(
    rows: Sequence[PaymentRow],
    changes: Sequence[PaymentDifference],
    *,
    head: ListHead,
    month: Month,
    commune_name: str,
    list_ref: str,
    mark: str = "",
) -> WrittenFile:
    """Return the workbook: part I and, on a second sheet, part II; totals in figures and words.

    Raises `OutputError` when there is nobody or an amount is not above 0.
    """
    if not rows:
        raise NothingToHandOver("Không có khoản nào để chi trả trong danh sách này.")
    if any(row.amount <= 0 for row in rows):
        raise OutputError("Danh sách chi trả có khoản không lớn hơn 0.")
    book = Book(f"Danh sách chi trả {list_ref}")
    sheet = book.sheet(f"Tháng {month.code}", [width for _, width in _PAID])
    book.printed(sheet, head=(_HEAD_ROW, _HEAD_ROW))
    _head(book, sheet, head, month, commune_name, mark)
    total = sum(row.amount for row in rows)
    place = _paid(book, sheet, rows, total) + 1
    if changes:  # a sheet of its own: the head rows of the two parts differ
        sheet, place = book.sheet("Thay đổi", [width for _, width in _PAID]), 0
        book.printed(sheet, head=(1, 1))
    place = _changed(book, sheet, changes, place)
    _foot(book, sheet, place + 1)
    name = f"danh-sach-chi-tra-{month.code}-{len(rows)}-{total}.xlsx"
    return written(name, book.finish(), count=len(rows), total=total)


def _head(book: Book, sheet: Any, head: ListHead, month: Month, commune_name: str, mark: str) -> None:
    blank = ("", "plain")
    own = (blank, blank, (f"Đơn vị: Ủy ban nhân dân {commune_name}", "plain"), blank, blank)
    lines = (
        (mark, "mark"),
        (f"ỦY BAN NHÂN DÂN {commune_name.upper()}", "bold_center"),
        (head.title, "title"),
        (f"Hỗ trợ hằng tháng, tháng {month}", "center"),
        *(_voucher_lines(head, commune_name) if head.voucher else own),
        ("I. NỘI DUNG ĐỀ NGHỊ THANH TOÁN", "bold"),
    )
    for place, (text, style) in enumerate(lines):
        book.line(sheet, place, text, style, last_column=_LAST)


def _voucher_lines(head: ListHead, commune_name: str) -> tuple[tuple[str, str], ...]:
    budget, deposit = ("☒" if tick else "☐" for tick in (head.from_budget is True, head.from_budget is False))
    account = " tại ".join(part for part in (head.account_no, head.place_name) if part)
    return (
        ("(Kèm theo Giấy rút dự toán / Ủy nhiệm chi số ………… ngày …… / …… / ………)", "italic"),
        (f"{budget} Tài khoản dự toán        {deposit} Tài khoản tiền gửi", "center"),
        (f"1. Đơn vị sử dụng ngân sách: Ủy ban nhân dân {commune_name}", "plain"),
        (f"2. Mã đơn vị (mã QHNS): {head.unit_code or _DOTS}", "plain"),
        (f"3. Tài khoản của đơn vị: {account or _DOTS}", "plain"),
    )


def _paid(book: Book, sheet: Any, rows: Sequence[PaymentRow], total: int) -> int:
    """Part I; returns the first free row."""
    for place, (title, _) in enumerate(_PAID):
        book.put(sheet, _HEAD_ROW, place, title, "head")
    for number, row in enumerate(rows, start=1):
        values = (number, row.full_name, row.account_no, row.bank, row.amount, row.amount, row.note)
        _put(book, sheet, _HEAD_ROW + number, values, money=(4, 5))
    last = _HEAD_ROW + len(rows) + 1
    sums: tuple[str | int, ...] = ("", f"Tổng cộng: {len(rows)} khoản", "", "", total, total, "")
    for place, value in enumerate(sums):
        book.put(sheet, last, place, value, "total")
    words = f"Tổng số tiền bằng chữ: {amount_in_words(total)}."
    book.line(sheet, last + 1, words, "bold", last_column=_LAST)
    return last + 2


def _changed(book: Book, sheet: Any, changes: Sequence[PaymentDifference], first: int) -> int:
    """Part II; returns the first free row."""
    book.line(sheet, first, "II. THUYẾT MINH THAY ĐỔI SO VỚI THÁNG TRƯỚC", "bold", last_column=_LAST)
    if not changes:
        book.line(sheet, first + 1, "Không có thay đổi.", "plain", last_column=_LAST)
        return first + 2
    _cells(book, sheet, first + 1, _CHANGED, ("head",) * len(_CHANGED))
    for number, row in enumerate(changes, start=1):
        values = (number, row.full_name, row.before, row.now, row.now - row.before, "", row.reason)
        _cells(book, sheet, first + 1 + number, values, ("int", "text", "money", "money", "money", "text", "text"))
    difference = sum(row.now - row.before for row in changes)
    last = first + 2 + len(changes)
    words = f"Chênh lệch so với tháng trước: {format_dong(difference)}, {len(changes)} người."
    book.line(sheet, last, words, "bold", last_column=_LAST)
    return last + 1


def _cells(book: Book, sheet: Any, row: int, values: Sequence[str | int], styles: Sequence[str]) -> None:
    """A row of part II: the amount of the change spans two columns, so that both parts share their widths."""
    for place, (value, style) in enumerate(zip(values, styles, strict=True)):
        book.put(sheet, row, place, value, style)
    sheet.merge_range(row, 4, row, 5, "", book.styles[styles[4]])
    book.put(sheet, row, 4, values[4], styles[4])


def _put(book: Book, sheet: Any, row: int, values: Sequence[str | int], *, money: tuple[int, ...]) -> None:
    for place, value in enumerate(values):
        style = "int" if place == 0 else "money" if place in money else "text"
        book.put(sheet, row, place, value, style)


def _foot(book: Book, sheet: Any, row: int) -> None:
    for place, title in ((1, "Người lập"), (3, "Kế toán"), (6, "Thủ trưởng đơn vị")):
        book.put(sheet, row, place, title, "bold_center")
        book.put(sheet, row + 1, place, SIGN_HERE, "italic")
