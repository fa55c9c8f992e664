"""The world outside the commune: a bank and a BHXH office that read our files and answer with files of their own."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import openpyxl
import xlsxwriter

BAD_ACCOUNT = "Sai số tài khoản"
MADE = datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed stamp in the file, so that the same answer has the same bytes


def bank_answer(transfer_file: bytes, *, refuses: Callable[[str], bool]) -> bytes:
    """The bank's result file for our transfer file: every row paid, except accounts that it ``refuses``."""
    sheet = openpyxl.load_workbook(io.BytesIO(transfer_file), read_only=True).worksheets[0]
    rows = sheet.iter_rows(values_only=True)
    head = [str(name) for name in next(rows)]
    code, account, amount = (head.index(name) for name in ("ma_giao_dich", "so_tai_khoan", "so_tien"))
    answers = [[row[code], int(str(row[amount])), *_result(refuses(str(row[account])))] for row in rows if row[code]]
    return _workbook("Ket qua", ["Mã giao dịch", "Số tiền", "Trạng thái", "Lý do"], answers)


def _result(refused: bool) -> tuple[str, str]:
    return ("Thất bại", BAD_ACCOUNT) if refused else ("Thành công", "")


def card_answer(d03_file: bytes, *, valid_from: date, valid_to: date, refuses: Callable[[str], str]) -> bytes:
    """BHXH's D10a-TS for our D03-TS: a card for each, unless it ``refuses`` a citizen number with a reason."""
    people = list(_d03_people(d03_file))
    heading = [
        "STT", "Họ và tên", "Mã số BHXH", "Ngày sinh", "Số định danh", "Mã cơ sở KCB", "Tên cơ sở KCB",
        "Mã nơi sinh sống", "Giá trị sử dụng từ ngày", "Giá trị sử dụng đến ngày", "Ghi chú",
    ]  # fmt: skip
    answers = []
    for number, person in enumerate(people, start=1):
        reason = refuses(person["citizen_no"])
        card = "" if reason else f"31{number:08d}"
        span = ["", ""] if reason else [f"{valid_from:%d/%m/%Y}", f"{valid_to:%d/%m/%Y}"]
        facility = ["", ""] if reason else ["31001", "Trạm Y tế (trình diễn)"]
        answers.append(
            [number, person["name"], card, person["born"], person["citizen_no"], *facility, "K3", *span, reason]
        )
    return _workbook("D10a-TS", heading, answers)


def _d03_people(d03_file: bytes) -> Iterator[dict[str, str]]:
    """Everyone under "I. Tăng" of the printed form: columns B (name), D (citizen number), E (birth)."""
    sheet = openpyxl.load_workbook(io.BytesIO(d03_file), read_only=True).worksheets[0]
    for row in sheet.iter_rows(min_row=15, values_only=True):
        text = [str(value or "").strip() for value in row]
        if any(cell.startswith("Cộng tăng") for cell in text):
            return
        if len(text) > 4 and text[0].isdigit():
            yield {"name": text[1], "citizen_no": text[3], "born": text[4]}


def _workbook(name: str, heading: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": MADE})
    sheet = book.add_worksheet(name)
    for place, title in enumerate(heading):
        sheet.write_string(0, place, title)
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, place, value)
            else:
                sheet.write_string(number, place, str(value))
    book.close()
    return buffer.getvalue()
