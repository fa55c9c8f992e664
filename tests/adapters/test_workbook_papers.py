"""Workbooks that are papers, as the office opens and prints them: compared with what was read and agreed to."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from adapters.bank_file import TransferRow, write_bank_file
from adapters.budget_sheet import write_budget_sheet
from adapters.cash_sheet import CashRow, CashSheet, write_cash_sheets
from adapters.d03ts import write_d03ts
from adapters.letters.head import MARK_DEMO
from adapters.payment_sheet import ListHead, PaymentDifference, PaymentRow, write_payment_list
from adapters.workbooks import write_request_workbook
from adapters.workbooks.request import LINE_HEIGHT
from rules.months import Month
from rules.papers.d03ts import D03Header, D03Person
from rules.papers.village_request import VillageRequest
from rules.village_sheet import COLUMNS
from tests.golden_files import GOLDEN, check_golden

JULY, COMMUNE = Month(2026, 7), "đặc khu Cát Hải"
PAID = (
    PaymentRow("NGUYỄN THỊ HƯ CẤU", "2200205000011", "Agribank", 1_500_000),
    PaymentRow("VŨ THỊ HƯ CẤU", "2200205000022", "VietinBank", 2_250_000, "gồm truy lĩnh 750.000"),
)
IN_CASH = (PaymentRow("Đỗ Thị Hư Cấu", "", "Tiền mặt", 1_500_000),)
CHANGED = (
    PaymentDifference("Vũ Thị Hư Cấu", 1_500_000, 2_250_000, "Truy lĩnh"),
    PaymentDifference("Phạm Thị Hư Cấu", 1_500_000, 0, "Chết"),
)
PERSON = D03Person(
    full_name="Nguyễn Thị Hư Cấu",
    citizen_no="031150000012",
    birth_date="02/09/1950",
    sex="Nữ",
    address="Thôn Phù Long, đặc khu Cát Hải, Hải Phòng",
    facility="31999 – Trạm Y tế (hư cấu)",
    amount=631_800,
    from_month="07/2026",
    months=6,
)
CELL = {"people": 2, "income": 3_000_000, "cards": 1, "bhyt": 105_300}


def payment_sheet() -> bytes:
    head = ListHead("DANH SÁCH CHI TRẢ HỖ TRỢ HẰNG THÁNG")
    return write_payment_list(
        [*PAID, *IN_CASH], CHANGED, head=head, month=JULY, commune_name=COMMUNE, list_ref="DS-1", mark=MARK_DEMO
    ).data


def treasury_list() -> bytes:
    head = ListHead(
        "DANH SÁCH THANH TOÁN CHO ĐỐI TƯỢNG THỤ HƯỞNG",
        voucher=True,
        from_budget=True,
        unit_code="1234567",
        account_no="9527.3.1234567",
        place_name="Kho bạc Nhà nước khu vực III",
    )
    return write_payment_list(PAID, (), head=head, month=JULY, commune_name=COMMUNE, list_ref="DS-1").data


def cash_sheet() -> bytes:
    rows = (
        CashRow("Đỗ Thị Hư Cấu", "1950", 1_500_000, 1_500_000, 0, 0, "0311*****012", "35/QĐ-UBND"),
        CashRow("Phạm Thị Hư Cấu", "1948", 1_700_000, 2_000_000, 0, 300_000, proxy="Phạm Thị Con (con)"),
    )
    sheets = [CashSheet("Phù Long", rows), CashSheet("Gia Luận", rows[:1])]
    return write_cash_sheets(sheets, month=JULY, commune_name=COMMUNE, list_ref="DS-1", mark=MARK_DEMO).data


def bank_file() -> bytes:
    rows = [
        TransferRow(f"HT2607-000{n}", row.full_name, row.account_no, "970405", row.amount, "HTTN T07/2026", row.bank)
        for n, row in enumerate(PAID, start=1)
    ]
    return write_bank_file(rows, month=JULY, list_ref="DS-1").data


def d03ts() -> bytes:
    header = D03Header(
        unit_name="UBND đặc khu Cát Hải",
        unit_code="BH0001Z",
        object_name="Theo Nghị quyết 04/2026/NQ-HĐND",
        funding_source="Ngân sách thành phố",
        number="01",
        month=7,
        year=2026,
    )
    gone = replace(PERSON, full_name="Phạm Thị Hư Cấu", citizen_no="031150000023", amount=315_900)
    gone = replace(gone, from_month="10/2026", months=3, note="Chết, thôi từ 10/2026")
    return write_d03ts(header, [PERSON], [gone], mark=MARK_DEMO).data


def budget_sheet() -> bytes:
    cells = [
        {"month": month, "village": village, **CELL} for month in ("2027-01", "2027-02") for village in ("Phù Long",)
    ]
    need = {
        "year": 2027,
        "commune": COMMUNE,
        "counted_on": "2026-09-30",
        "people_now": 2,
        "plan_people": 73,
        "kept": 1,
        "is_assumed": True,
        "cells": cells,
        "leaving": [{"month": "2027-02", "reason": "Hết tuổi", "people": 1}],
    }
    return write_budget_sheet(need, mark=MARK_DEMO).data


KNOWN = {"full_name": "Nguyễn Thị Hư Cấu", "birth_date": "02/09/1950", "sex": "Nữ"}


def village_workbook(person: Mapping[str, str] = KNOWN) -> bytes:
    return write_request_workbook(
        VillageRequest(
            commune_code="11914",
            commune_name="UBND ĐẶC KHU CÁT HẢI",
            village_code="TM01",
            village_name="Thôn Phù Long",
            period_code="2026-Q3",
            period_name="Quý III/2026",
            resolution="Nghị quyết số 04/2026/NQ-HĐND",
            due_text="Gửi lại Phòng Kinh tế trước hết ngày 10/07/2026.",
            made_on=datetime(2026, 7, 1),  # noqa: DTZ001 - XlsxWriter takes a naive moment
            groups=("Trẻ em",),
            banks=("Agribank",),
            people=(person,),
            mark="DỮ LIỆU TRÌNH DIỄN",
        )
    )


BOOKS: dict[str, Callable[[], bytes]] = {
    made.__name__: made
    for made in (payment_sheet, treasury_list, cash_sheet, bank_file, d03ts, budget_sheet, village_workbook)
}


def pages_wide(sheet: Any) -> int:
    """How many pages side by side the sheet is fitted to; 0 when it is printed as large as it is."""
    fitted = sheet.sheet_properties.pageSetUpPr
    return (sheet.page_setup.fitToWidth or 1) if fitted and fitted.fitToPage else 0


def said(data: bytes) -> Iterator[str]:
    """Each sheet: how it is printed, then every row that says something."""
    for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets:
        state = "" if sheet.sheet_state == "visible" else f" {sheet.sheet_state}"
        way, repeated = sheet.page_setup.orientation or "portrait", sheet.print_title_rows or "-"
        yield f"== {sheet.title}{state}: {way}, pages wide {pages_wide(sheet)}, on each page {repeated}"
        for row in sheet.iter_rows():
            cells = [f"{cell.coordinate} {cell.value}" for cell in row if cell.value is not None]
            if cells:
                yield " | ".join(cells)


@pytest.mark.parametrize("kind", BOOKS)
def test_the_workbook_says_what_was_agreed(kind: str) -> None:
    check_golden(f"workbooks/{kind}.txt", "\n".join(said(BOOKS[kind]())) + "\n")


@pytest.mark.parametrize("kind", sorted(BOOKS.keys() - {"village_workbook"}))
def test_it_prints_one_page_wide_with_its_headings_on_each_page(kind: str) -> None:
    for sheet in openpyxl.load_workbook(io.BytesIO(BOOKS[kind]())).worksheets:
        if kind == "bank_file" and sheet.print_title_rows is None:
            continue  # the count and total beside the transfers: four lines
        page = sheet.page_setup
        assert (page.orientation, page.paperSize, pages_wide(sheet), page.fitToHeight) == ("landscape", 9, 1, 0)
        assert sheet.print_title_rows


def test_the_thon_s_workbook_prints_on_two_pages_across_in_letters_that_can_be_read() -> None:
    """27 columns of 12 points: on A4 across they must not shrink below 8; who each line is stands on both pages."""
    book = openpyxl.load_workbook(io.BytesIO(village_workbook()))
    sheet = book.worksheets[0]
    page, margins = sheet.page_setup, sheet.page_margins
    assert (page.orientation, page.paperSize, pages_wide(sheet), page.fitToHeight) == ("landscape", 9, 2, 0)
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$5:$5", "$A:$D")
    assert [other.sheet_state for other in book.worksheets[1:]] == ["veryHidden"] * 2
    inches = [(sheet.column_dimensions[get_column_letter(n)].width * 7 + 5) / 96 for n in range(1, len(COLUMNS) + 1)]
    paper = 2 * (297 / 25.4 - margins.left - margins.right)
    assert 12 * paper / (sum(inches) + sum(inches[:4])) >= 8
    foot = sheet.oddFooter
    assert foot is not None
    assert "Thôn Phù Long" in str(foot.left.text)
    assert "&P" in str(foot.right.text)


def test_a_row_is_high_enough_for_what_is_known() -> None:
    """Long groups and names are wrapped; a program that makes no room by itself would print one line over another."""
    person = {"full_name": "Nguyễn Thị Hư Cấu", "group_text": "Người mắc bệnh hiểm nghèo, không có khả năng lao động"}
    sheet = openpyxl.load_workbook(io.BytesIO(village_workbook(person))).worksheets[0]
    assert sheet.row_dimensions[6].height >= 3 * LINE_HEIGHT


def test_every_workbook_has_its_golden_file() -> None:
    assert {file.stem for file in (GOLDEN / "workbooks").iterdir()} == set(BOOKS)
