"""The Excel door: any workbook a thôn may send is read, or refused in one Vietnamese sentence.

Every person here is invented (nhân vật hư cấu).
"""

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.workbooks import (
    SheetData,
    UnreadableFile,
    read_workbook,
    write_marked_copy,
    write_request_workbook,
)
from rules.legacy_fonts import to_tcvn3
from rules.papers.village_request import VillageRequest
from rules.village_sheet import COLUMNS, CellProblem, read_village_sheet

ON = date(2026, 7, 1)
UNPACKED = 201 * 2**20
PERSON = {
    "head_name": "Phạm Văn Giả",
    "full_name": "Phạm Thị Thử",
    "birth_date": "05/09/1950",
    "sex": "Nữ",
    "citizen_id": "031150900001",
    "relation": "Vợ",
    "residence": "Thường trú",
    "household_status": "Thoát nghèo",
    "status_decision_date": "15/12/2024",
    "group_text": "Người cao tuổi",
    "income": "Không",
    "other_allowance": "Không",
    "pay_method": "Tiền mặt",
}
REQUEST = VillageRequest(
    commune_code="11914",
    commune_name="UBND ĐẶC KHU CÁT HẢI",
    village_code="TM01",
    village_name="Thôn Mẫu 1 – Bến Sao",
    period_code="2026-Q3",
    period_name="Quý III/2026",
    resolution="Nghị quyết số 04/2026/NQ-HĐND",
    due_text="Gửi lại trước ngày 10/07/2026.",
    made_on=datetime(2026, 7, 1, 8, 0),  # noqa: DTZ001 -- a workbook's own property carries no zone
    groups=("Người cao tuổi", "Trẻ em"),
    banks=("Agribank", "BIDV"),
    people=(PERSON,),
    mark="DỮ LIỆU TRÌNH DIỄN",
)


def workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 -- the same bytes at each run
    fill(book)
    book.close()
    return stream.getvalue()


def archive(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return stream.getvalue()


def far_cell(row: int, column: int) -> bytes:
    return workbook(lambda book: book.add_worksheet().write_string(row, column, "x"))


@cache
def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        target.writestr("xl/workbook.xml", b"<workbook/>")
        with target.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(UNPACKED // 2**20):
                part.write(b" " * 2**20)
    return stream.getvalue()


def ods(*rows: str) -> bytes:
    space = "urn:oasis:names:tc:opendocument:xmlns"
    head = f'xmlns:office="{space}:office:1.0" xmlns:table="{space}:table:1.0" xmlns:text="{space}:text:1.0"'
    table = f'<table:table table:name="A">{"".join(rows)}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    document = f'<office:document-content {head} office:version="1.2">{body}</office:document-content>'
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return archive(mimetype=kind, content_xml=document.encode(), **{"META-INF__manifest_xml": manifest.encode()})


def ods_row(*, rows: int = 1, columns: int = 1, filled: bool = True) -> str:
    value = 'office:value-type="string"' if filled else ""
    text = "<text:p>Phạm Thị Thử</text:p>" if filled else ""
    cell = f'<table:table-cell {value} table:number-columns-repeated="{columns}">{text}</table:table-cell>'
    return f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>'


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "EMPTY", id="no bytes"),
        pytest.param(workbook(lambda book: book.add_worksheet()), "EMPTY", id="no cells"),
        pytest.param(b"STT,Ho ten\n1,A", "NOT_EXCEL", id="csv renamed"),
        pytest.param(b"%PDF-1.7 ...", "NOT_EXCEL", id="pdf renamed"),
        pytest.param(b"\x89PNG\r\n\x1a\n...", "NOT_EXCEL", id="photo renamed"),
        pytest.param(b"<html><table></table></html>", "NOT_EXCEL", id="web page renamed"),
        pytest.param(archive(word__document_xml=b"<w/>"), "NOT_EXCEL", id="word renamed"),
        pytest.param(archive(readme=b"x"), "NOT_EXCEL", id="zip renamed"),
        pytest.param(OLE, "NOT_EXCEL", id="old word renamed"),
        pytest.param(OLE + "EncryptedPackage".encode("utf-16-le"), "PASSWORD", id="password"),
        pytest.param(OLE + "Workbook".encode("utf-16-le"), "CORRUPT", id="old excel cut short"),
        pytest.param(b"PK\x03\x04 cut short", "CORRUPT", id="cut short"),
        pytest.param(far_cell(0, 0)[:-200], "CORRUPT", id="tail lost"),
        pytest.param(archive(xl__workbook_xml=b"<workbook/>"), "CORRUPT", id="parts missing"),
        pytest.param(archive(xl__workbook_xml=b"", xl__worksheets__a_xml=b"<!DOCTYPE x>"), "CORRUPT", id="entities"),
        pytest.param(far_cell(30_000, 0), "TOO_MANY_ROWS", id="too many rows"),
        pytest.param(far_cell(1_000_000, 0), "TOO_MANY_ROWS", id="far row"),
        pytest.param(far_cell(5, 16_000), "TOO_MANY_ROWS", id="far column"),
        pytest.param(bomb(), "TOO_BIG", id="zip bomb"),
        pytest.param(b"x" * (10 * 1024 * 1024 + 1), "TOO_BIG", id="too many bytes"),
    ],
)
def test_what_is_no_readable_workbook_is_refused_in_one_sentence(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read_workbook(data)
    assert refusal.value.code == code
    assert refusal.value.reason.endswith(".")
    assert "\n" not in refusal.value.reason
    assert ". " not in refusal.value.reason


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", OLE + "EncryptedPackage".encode("utf-16-le"), b"PK\x03\x04"])
def test_what_cannot_be_read_cannot_be_marked_either(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        write_marked_copy(data, [])


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    data = bomb().replace(UNPACKED.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert len(data) < 2**20
    with pytest.raises(UnreadableFile):
        read_workbook(data)


@pytest.mark.parametrize("row", [ods_row(columns=99_999_999), ods_row(rows=99_999_999)])
def test_repeated_cells_of_an_ods_cannot_fill_the_memory(row: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read_workbook(ods(row))
    assert refusal.value.code == "TOO_MANY_ROWS"


def test_an_ods_is_read_like_an_xlsx_and_its_marked_copy_is_an_xlsx() -> None:
    data = ods(ods_row(), ods_row(rows=1_048_000, columns=16_384, filled=False))
    (sheet,) = read_workbook(data)
    assert (sheet.name, sheet.rows) == ("A", (("Phạm Thị Thử",),))
    marked = write_marked_copy(data, [CellProblem("A", "A1", "X", "Thiếu tiêu đề.", "error", "text")])
    assert openpyxl.load_workbook(io.BytesIO(marked))["A"]["A1"].comment is not None


def test_an_xls_is_read_like_an_xlsx() -> None:
    (sheet,) = read_workbook((Path(__file__).parent / "sample.xls").read_bytes())
    assert sheet.rows[1] == ("Phạm Thị Thử", "031150900001", date(1950, 9, 5))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_damage_to_a_workbook_gives_rows_or_a_sentence(data: st.DataObject) -> None:
    good = bytearray(far_cell(3, 3))
    for _ in range(data.draw(st.integers(1, 8))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    with suppress(UnreadableFile):
        assert all(isinstance(sheet, SheetData) for sheet in read_workbook(bytes(good)))


def test_values_dates_and_hidden_sheets_come_out_as_they_are() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Danh sách")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(1, 1, ["chữ", 12, 1.5])
        sheet.write_datetime(1, 4, datetime(1950, 9, 5), day)  # noqa: DTZ001 -- a cell has no zone
        sheet.merge_range(2, 1, 4, 1, "Chủ hộ chung")
        sheet.write_string(4, 2, "người thứ ba")
        book.add_worksheet("Ẩn").hide()

    sheet, hidden = read_workbook(workbook(fill))
    assert sheet.rows[0] == (None,) * 5
    assert sheet.rows[1] == (None, "chữ", 12, 1.5, date(1950, 9, 5))
    assert [row[1] for row in sheet.rows[2:]] == ["Chủ hộ chung"] * 3
    assert (sheet.cell(1, 1).address, sheet.cell(99, 99).value, hidden.hidden) == ("B2", None, True)


def test_the_fonts_of_before_unicode_are_told() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, to_tcvn3("Phạm Thị Thử"), book.add_format({"font_name": ".VnTime"}))
        sheet.write_string(0, 1, "x")

    (sheet,) = read_workbook(workbook(fill))
    assert sheet.cell(0, 0).font == ".VnTime"
    assert sheet.cell(0, 1).font != ".VnTime"


def test_the_request_comes_back_with_its_people_and_its_meta() -> None:
    data = write_request_workbook(REQUEST)
    reading = read_village_sheet(read_workbook(data), on=ON)
    (row,) = reading.rows
    assert (reading.problems, reading.warnings) == ((), ())
    assert (row.full_name, row.village_name, row.row_number) == ("Phạm Thị Thử", "Thôn Mẫu 1 – Bến Sao", 6)
    assert (reading.meta["village_code"], reading.meta["period_code"]) == ("TM01", "2026-Q3")
    assert write_request_workbook(REQUEST) == data


def test_the_request_guards_its_headings_and_keeps_numbers_as_text() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_request_workbook(REQUEST)))
    sheet = book["Danh sách"]
    number = [column.field for column in COLUMNS].index("citizen_id") + 1
    assert sheet.protection.sheet
    assert sheet.cell(5, number).protection.locked
    assert (sheet.cell(7, number).protection.locked, sheet.cell(7, number).number_format) == (False, "@")
    assert book["_meta"].sheet_state == "veryHidden"
    assert len(sheet.data_validations.dataValidation) == 9
    assert sheet["A4"].value == "Gửi lại trước ngày 10/07/2026.  DỮ LIỆU TRÌNH DIỄN"


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    evil = replace(REQUEST, people=({**PERSON, "note": '=HYPERLINK("http://x")', "full_name": "@SUM(A1) Thử"},))
    book = openpyxl.load_workbook(io.BytesIO(write_request_workbook(evil)))
    cells = [cell for row in book["Danh sách"].iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert any(cell.value == '=HYPERLINK("http://x")' for cell in cells)


def test_the_marked_copy_shows_each_wrong_cell_and_reads_back_the_same() -> None:
    wrong = replace(REQUEST, people=({**PERSON, "citizen_id": "0311"}, {**PERSON, "residence": ""}))
    data = write_request_workbook(wrong)
    reading = read_village_sheet(read_workbook(data), on=ON)
    marked = write_marked_copy(data, reading.problems + reading.warnings)
    book = openpyxl.load_workbook(io.BytesIO(marked))
    told = {
        cell.coordinate: cell.comment.text
        for row in book["Danh sách"].iter_rows()
        for cell in row
        if cell.comment is not None
    }
    assert told == {
        "G6": "Lỗi: Số định danh phải có đủ 12 chữ số, ô này có 4 chữ số.",
        "K7": "Cần xem lại: Cư trú: chưa rõ thường trú hay tạm trú.",
    }
    assert [cell.value for cell in book["Lỗi cần sửa"][2]][:3] == ["Danh sách", "G6", "Lỗi"]
    again = read_village_sheet(read_workbook(marked), on=ON)
    assert (again.rows, again.problems, again.meta) == (reading.rows, reading.problems, reading.meta)
    clean = openpyxl.load_workbook(io.BytesIO(write_marked_copy(marked, [])))
    assert all(cell.comment is None for row in clean["Danh sách"].iter_rows() for cell in row)


def test_a_problem_in_a_merged_cell_or_an_unknown_sheet_does_not_stop_the_marking() -> None:
    data = workbook(lambda book: book.add_worksheet("A").merge_range(0, 0, 2, 1, "gộp"))
    problems = [
        CellProblem("A", "B3", "X", "Ô gộp.", "error", "text"),
        CellProblem("Z", "A1", "X", "Lạc.", "error", "text"),
    ]
    book = openpyxl.load_workbook(io.BytesIO(write_marked_copy(data, problems)))
    assert book["A"]["A1"].comment is not None
    assert book["Lỗi cần sửa"].max_row == 3
