"""BHYT: the D03-TS list as the insurance office lays it out, and the cards or refusals it returns."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from adapters.card_answer import CardAnswerRow, read_card_answer
from adapters.d03ts import write_d03ts
from adapters.d03ts_layout import FILE, FOLDER, d03ts_layout
from adapters.sheets import OutputError, load_profile
from adapters.workbooks import UnreadableFile
from rules.papers.d03ts import D03Header, D03Person

CARD_2026 = (date(2026, 7, 1), date(2026, 12, 31))
HEADER = D03Header(
    unit_name="UBND đặc khu Cát Hải",
    unit_code="BH0001Z",
    object_name="Theo Nghị quyết 04/2026/NQ-HĐND",
    funding_source="Ngân sách thành phố",
    number="01",
    month=7,
    year=2026,
)
PERSON = D03Person(
    full_name="Nguyễn Thị Hư Cấu",
    citizen_no="031150000012",
    birth_date="02/09/1950",
    sex="Nữ",
    address="Thôn Phù Long, đặc khu Cát Hải, TP Hải Phòng",
    facility="31999 – Trạm Y tế (hư cấu)",
    amount=631_800,
    from_month="07/2026",
    months=6,
    note="QĐ 35/QĐ-UBND",
)


def _form(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))["D03-TS"]


def test_the_form_has_the_columns_a_to_q_and_people_from_row_15() -> None:
    sheet = _form(write_d03ts(HEADER, [PERSON, replace(PERSON, full_name="Trần Văn Đặt Ra")]).data)
    assert [sheet.cell(13, place).value for place in range(1, 18)] == ["A", "B", *map(str, range(1, 16))]
    assert sheet["B12"].value == "Họ và tên"
    assert sheet["Q12"].value == "Ghi chú"
    assert sheet["B14"].value == "I. Tăng"
    assert [sheet[f"{column}15"].value for column in "ABDEFNOQ"] == [
        1,
        "Nguyễn Thị Hư Cấu",
        "031150000012",
        "02/09/1950",
        "Nữ",
        "07/2026",
        6,
        "QĐ 35/QĐ-UBND",
    ]
    assert (sheet["A16"].value, sheet["B16"].value) == (2, "Trần Văn Đặt Ra")


def test_one_page_wide_its_letters_stay_large_enough_to_read() -> None:
    points = sum(column["width"] for column in load_profile("d03ts")["columns"]) * 5.6
    landscape, letters = 842 - 2 * 0.4 * 72, 12
    assert letters * landscape / points > 8.5


def test_each_group_is_numbered_from_one_and_totalled() -> None:
    file = write_d03ts(HEADER, [PERSON, PERSON], [replace(PERSON, amount=100, note="Mất")], mark="TRÌNH DIỄN")
    sheet = _form(file.data)
    assert (sheet["B17"].value, sheet["K17"].value) == ("Cộng tăng", 1_263_600)
    assert (sheet["B18"].value, sheet["A19"].value, sheet["Q19"].value) == ("II. Giảm", 1, "Mất")
    assert (sheet["B20"].value, sheet["K20"].value) == ("Cộng giảm", 100)
    assert sheet["A1"].value == "TRÌNH DIỄN"
    assert (file.count, file.total) == (3, 1_263_600)
    assert "-3-1263600" in file.file_name


def test_identity_numbers_are_text_and_a_formula_stays_a_name() -> None:
    odd = replace(PERSON, full_name="=1+1", bhxh_code="0123456789")
    sheet = _form(write_d03ts(HEADER, [odd]).data)
    assert (sheet["B15"].data_type, sheet["B15"].value) == ("s", "=1+1")
    assert (sheet["C15"].value, sheet["C15"].data_type, sheet["D15"].number_format) == ("0123456789", "s", "@")


def test_the_data_sheet_repeats_the_rows_under_plain_headings() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_d03ts(HEADER, [PERSON], [PERSON]).data))
    rows = list(book["Dữ liệu"].iter_rows(values_only=True))
    assert rows[0][:3] == ("Loại", "Họ và tên", "Mã số BHXH")
    assert [row[0] for row in rows[1:]] == ["Tăng", "Giảm"]


def test_a_second_export_is_byte_equal() -> None:
    assert write_d03ts(HEADER, [PERSON]) == write_d03ts(HEADER, [PERSON])


@pytest.mark.parametrize(
    "wrong",
    [{"full_name": " "}, {"citizen_no": ""}, {"months": 0}, {"months": 13}, {"amount": -1}, {"local_support": -1}],
)
def test_a_row_the_insurance_office_would_send_back_stops_the_file(wrong: dict) -> None:
    with pytest.raises(OutputError, match="người thứ 2"):
        write_d03ts(HEADER, [PERSON, replace(PERSON, **wrong)])
    with pytest.raises(OutputError):
        write_d03ts(HEADER, [])


def test_every_column_of_the_profile_names_a_field_of_the_row() -> None:
    fields = {*D03Person.__dataclass_fields__, "number"}
    assert {column["field"] for column in load_profile("d03ts")["columns"]} == fields


# ---------------------------------------------------------------- D10a-TS


def _d10a(tmp_path: Path, *rows: list) -> bytes:
    """The printed form: two heading rows, a numbering row, groups; invented people."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "D10a"
    lines: list[list[Any]] = [
        ["BẢO HIỂM XÃ HỘI CƠ SỞ", None],
        ["DANH SÁCH CẤP THẺ BHYT"],
        [
            "STT",
            "Họ tên",
            "Mã số",
            "Ngày sinh",
            "Cơ sở KCB ban đầu",
            None,
            "Nơi ở",
            "Giá trị sử dụng",
            None,
            "Ghi chú",
        ],
        [None, None, None, None, "Mã", "Tên", None, "Từ ngày", "Đến ngày", None],
        ["A", "B", "C", 1, 2, 3, 4, 5, 6, 7],
        *rows,
    ]
    for line in lines:
        sheet.append(line)
    book.save(tmp_path / "d10a.xlsx")
    return (tmp_path / "d10a.xlsx").read_bytes()


OWN = """
template: mau.xlsx
sheet: Mau moi
first_data_row: 7
columns:
  - {field: number, kind: int}
  - {field: citizen_no}
  - {field: full_name}
  - {}
  - {field: amount, kind: money}
  - {field: months, kind: int}
head_cells: {B4: unit_name}
"""


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A data folder into which the office put the insurance office's own workbook and its layout."""
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Mau moi")
    sheet["A1"], sheet["B4"] = "MẪU CỦA CƠ QUAN BHXH", None
    sheet["C7"].font = openpyxl.styles.Font(name="Arial", bold=True)
    (tmp_path / FOLDER).mkdir()
    book.save(tmp_path / FOLDER / "mau.xlsx")
    (tmp_path / FOLDER / FILE).write_text(OWN, encoding="utf-8")
    return tmp_path


def test_the_insurance_offices_own_file_is_filled_by_the_layout_in_the_data_folder(office: Path) -> None:
    layout, template = d03ts_layout(office)
    leaving = replace(PERSON, full_name="=Lê Văn Công Thức", citizen_no="001", amount=100, months=1)
    made, again = (write_d03ts(HEADER, [PERSON], [leaving], layout=layout, template=template) for _ in range(2))
    assert made.data == again.data
    filled = openpyxl.load_workbook(io.BytesIO(made.data))["Mau moi"]
    assert (filled["A1"].value, filled["B4"].value) == ("MẪU CỦA CƠ QUAN BHXH", HEADER.unit_name)
    rows = [[cell.value for cell in row] for row in filled["A6:F11"]]
    assert rows[:3] == [
        [None, "I. Tăng", None, None, None, None],
        [1, PERSON.citizen_no, PERSON.full_name, None, PERSON.amount, PERSON.months],
        [None, "Cộng tăng", None, None, PERSON.amount, None],
    ]
    assert rows[4] == [1, "001", "=Lê Văn Công Thức", None, 100, 1]
    assert filled["C10"].data_type == "s"
    assert (filled["C7"].font.name, filled["C7"].font.bold) == ("Arial", True)


def test_a_layout_without_a_workbook_says_only_what_is_otherwise(office: Path) -> None:
    (office / FOLDER / FILE).write_text("title: DANH SÁCH MỚI\nfirst_data_row: 16\n", encoding="utf-8")
    layout, template = d03ts_layout(office)
    sheet = _form(write_d03ts(HEADER, [PERSON], layout=layout, template=template).data)
    assert "DANH SÁCH MỚI" in [sheet.cell(row, 1).value for row in range(1, 11)]
    assert (sheet["B15"].value, sheet["B16"].value) == ("I. Tăng", PERSON.full_name)


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (OWN + "la: 1\n", "la"),
        (OWN.replace("field: citizen_no", "field: cccd"), "cccd"),
        (OWN.replace("citizen_no", "sex"), "số định danh"),
        (OWN.replace("{field: full_name}", "{}"), "họ và tên"),
        (OWN.replace("{field: amount, kind: money}", "{}"), "cột tính tổng"),
        (OWN + "total_field: months\n", "cột tính tổng"),
        (OWN.replace("B4: unit_name", "4B: unit_name"), "head_cells"),
        (OWN.replace("unit_name", "ten_don_vi"), "ten_don_vi"),
        (OWN.replace("mau.xlsx", "../mau.xlsx"), "template"),
        (OWN.replace("mau.xlsx", "khac.xlsx"), "khac.xlsx"),
        ("first_data_row: 13\n", "nối tiếp nhau"),
        ("heading_row: 3\n", "heading_row"),
        (OWN + "sheet: Hai lần\n", "không đọc được"),
        ("- a\n", "cả tệp"),
    ],
)
def test_a_wrong_layout_says_in_one_sentence_what_is_wrong(office: Path, wrong: str, place: str) -> None:
    (office / FOLDER / FILE).write_text(wrong, encoding="utf-8")
    with pytest.raises(OutputError, match=place) as refusal:
        d03ts_layout(office)
    assert str(refusal.value).endswith(".")
    assert FILE in str(refusal.value)


@pytest.mark.parametrize("content", [b"khong phai Excel", b"PK\x03\x04 hong", None])
def test_a_workbook_that_cannot_be_filled_is_said_in_a_sentence(office: Path, content: bytes | None) -> None:
    own = office / FOLDER
    if content is None:
        (own / FILE).write_text(OWN.replace("Mau moi", "Trang khac"), encoding="utf-8")
    else:
        (own / "mau.xlsx").write_bytes(content)
    layout, template = d03ts_layout(office)
    with pytest.raises(OutputError, match="tệp mẫu D03-TS"):
        write_d03ts(HEADER, [PERSON], layout=layout, template=template)


def test_cards_and_refusals_are_told_apart(tmp_path: Path) -> None:
    rows, problems = read_card_answer(
        _d10a(
            tmp_path,
            ["I", "Tăng mới"],
            [
                1,
                "Nguyễn Thị Hư Cấu",
                "0123456789",
                "02/09/1950",
                "31999",
                "Trạm Y tế",
                "K3",
                *CARD_2026,
                None,
            ],
            [2, "Tống Văn Đặt Ra", "031144000013", 1944, None, None, None, "01/07/2026", "31/12/2026", "Cấp mới"],
            [3, "Lê Thị Hư Cấu", None, "1950", None, None, None, None, None, "Trùng thẻ XD đang còn hạn"],
            [
                4,
                "Phạm Văn Hư Cấu",
                None,
                None,
                None,
                None,
                None,
                *CARD_2026,
                "Không cấp: sai số định danh",
            ],
            [None, "Tổng cộng", None, None, None, None, None, None, None, None],
        )
    )
    assert problems == []
    assert rows == [
        CardAnswerRow(
            7,
            "CARD",
            "Nguyễn Thị Hư Cấu",
            code="0123456789",
            birth_date="02/09/1950",
            facility="31999 – Trạm Y tế",
            valid_from=date(2026, 7, 1),
            valid_to=date(2026, 12, 31),
        ),
        CardAnswerRow(
            8,
            "CARD",
            "Tống Văn Đặt Ra",
            code="031144000013",
            birth_date="1944",
            valid_from=date(2026, 7, 1),
            valid_to=date(2026, 12, 31),
        ),
        CardAnswerRow(9, "REFUSED", "Lê Thị Hư Cấu", birth_date="1950", reason="Trùng thẻ XD đang còn hạn"),
        CardAnswerRow(10, "REFUSED", "Phạm Văn Hư Cấu", reason="Không cấp: sai số định danh"),
    ]


def test_a_number_that_excel_robbed_of_its_zeros_gets_them_back(tmp_path: Path) -> None:
    day = "01/07/2026", "31/12/2026"
    rows, problems = read_card_answer(
        _d10a(
            tmp_path,
            [1, "Thử Văn Một", 123456789, "1950", "31999", "", "K3", *day, None],
            [2, "Thử Văn Hai", "HN3310123456789", "1951", "31999", "", "K3", *day, None],
        )
    )
    assert problems == []
    assert [row.code for row in rows] == ["0123456789", "HN3310123456789"]


def test_an_answer_that_says_neither_is_a_problem_with_its_cell(tmp_path: Path) -> None:
    rows, problems = read_card_answer(
        _d10a(
            tmp_path,
            [1, "Nguyễn Thị Hư Cấu", "0123456789", "1950", None, None, None, None, None, None],
            [2, "Trần Văn Đặt Ra", "0123456780", "1950", None, None, None, "07/31/2026", "31/12/2026", None],
            [3, "Lê Thị Hư Cấu", "0123456781", "1950", None, None, None, "01/07/2026", "30/06/2026", None],
            [4, None, "0123456782", "1950", None, None, None, "01/07/2026", "31/12/2026", None],
        )
    )
    assert rows == []
    assert [problem.address for problem in problems] == ["D10a!H6", "D10a!H7", "D10a!I8", "D10a!B9"]


def test_a_plain_table_with_identity_numbers_is_read_too() -> None:
    heading = "Số ĐDCN,Họ và tên,Số thẻ,Từ ngày,Đến ngày,Ghi chú"
    person = "031150000012,Nguyễn Thị Hư Cấu,0123456789,01/07/2026,31/12/2026,"
    rows, problems = read_card_answer(f"{heading}\n{person}\n".encode())
    assert problems == []
    assert (rows[0].citizen_no, rows[0].code) == ("031150000012", "0123456789")


def test_a_file_without_such_a_table_gives_one_sentence() -> None:
    with pytest.raises(UnreadableFile, match="Họ và tên"):
        read_card_answer(b"a,b\n1,2\n")
