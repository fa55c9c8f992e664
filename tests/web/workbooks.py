"""Village lists and answers as people send them, made from plain rows."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import openpyxl

from tests import factories

HEADINGS = (
    "STT",
    "Họ tên chủ hộ",
    "Họ tên người đề nghị",
    "Ngày sinh",
    "Giới tính",
    "Số định danh",
    "Diện hộ",
    "Số quyết định công nhận",
    "Ngày quyết định",
    "Giấy tờ y tế kèm theo",
    "Hình thức nhận",
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet(headings: Sequence[str], rows: Sequence[Sequence[Any]], title: str = "Danh sách") -> bytes:
    """A workbook with a title row, headings in row 3 and the rows below."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = title
    page.append(["DANH SÁCH THỬ NGHIỆM – NGƯỜI HƯ CẤU"])
    page.append([])
    page.append(list(headings))
    for row in rows:
        page.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def person(number: int, *, birth: str = "02/03/1950", sex: str = "Nữ", papers: str = "") -> list[Any]:
    """One good row; ``birth`` "31/02/1950" or ``sex`` "Nam" makes it a wrong one."""
    name = factories.invented_name(number)
    return [
        number,
        name,
        name,
        birth,
        sex,
        factories.citizen_number(910_000 + number),
        "Thoát nghèo",
        "12/QĐ-UBND",
        "05/01/2025",
        papers,
        "Tiền mặt",
    ]


def village_list(*rows: list[Any]) -> bytes:
    """The workbook of a thôn."""
    return sheet(HEADINGS, rows)


def upload(content: bytes, name: str = "danh-sach.xlsx") -> dict[str, Any]:
    """The file as a form sends it."""
    return {"file": (name, content, XLSX)}


def read_sheet(content: bytes) -> list[list[Any]]:
    """The rows of a workbook with one sheet."""
    (only,) = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    return [[cell.value for cell in row] for row in only.iter_rows()]
