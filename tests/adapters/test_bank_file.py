"""Money out and its answer back: nothing a bank could misread leaves, nothing it says is lost."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from adapters.bank_answer import BankAnswerRow, read_bank_answer
from adapters.bank_file import TransferRow, transfer_purpose, write_bank_file
from adapters.bank_profiles import profile
from adapters.card_answer import read_card_answer
from adapters.cash_sheet import CashRow, CashSheet, write_cash_sheets
from adapters.sheets import OutputError, WrittenFile
from adapters.workbooks import UnreadableFile
from rules.months import Month

JULY = Month(2026, 7)
FIRST = TransferRow(
    end_to_end_id="HT2607-0001",
    holder="Nguyễn Thị Hư Cấu",
    account_no="0031 000 123456",
    bank_bin="970436",
    bank_name="Vietcombank",
    amount=2_000_000,
    purpose="HTTN T07/2026 QD35",
)
SECOND = replace(FIRST, end_to_end_id="HT2607-0002", holder="Trần Văn Đặt Ra", amount=1_500_000)


def _sheet(file: WrittenFile, name: str | None = None) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(file.data))
    sheet = book[name] if name else book.worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def write_bank_xlsx(rows: list[TransferRow], **said: Any) -> WrittenFile:
    return write_bank_file(rows, **said)


def write_bank_csv(rows: list[TransferRow], **said: Any) -> WrittenFile:
    return write_bank_file(rows, layout=profile("csv"), **said)


def _csv(*lines: str) -> bytes:
    return "\n".join(lines).encode("utf-8-sig")


def test_the_transfer_file_says_what_the_bank_needs_as_the_bank_writes_it() -> None:
    file = write_bank_xlsx([FIRST, SECOND], month=JULY, list_ref="DS-12")
    head, first, second = _sheet(file)
    assert dict(zip(head, first, strict=True)) == {
        "stt": 1,
        "ma_giao_dich": "HT2607-0001",
        "ten_nguoi_huong": "NGUYEN THI HU CAU",
        "so_tai_khoan": "0031000123456",
        "ma_ngan_hang": "970436",
        "ten_ngan_hang": "VIETCOMBANK",
        "so_tien": 2_000_000,
        "noi_dung": "HTTN T07/2026 QD35",
    }
    assert second[head.index("ten_nguoi_huong")] == "TRAN VAN DAT RA"
    assert _sheet(file, "Tong hop")[2:] == [["so_giao_dich", 2], ["tong_so_tien", 3_500_000]]


def test_count_total_and_fingerprint_travel_with_the_file() -> None:
    for write in (write_bank_xlsx, write_bank_csv):
        file = write([FIRST, SECOND], month=JULY, list_ref="DS-12")
        assert (file.count, file.total) == (2, 3_500_000)
        assert f"-{file.count}-{file.total}." in file.file_name
        assert file.sha256 == hashlib.sha256(file.data).hexdigest()


def test_the_csv_carries_the_same_rows() -> None:
    rows = list(csv.reader(io.StringIO(write_bank_csv([FIRST], month=JULY, list_ref="DS-12").data.decode("ascii"))))
    expected = ["1", "HT2607-0001", "NGUYEN THI HU CAU", "0031000123456", "970436", "VIETCOMBANK", "2000000"]
    assert rows[1] == [*expected, "HTTN T07/2026 QD35"]


def test_a_second_export_of_the_same_list_is_byte_equal() -> None:
    cash = [CashSheet("Phù Long", (CashRow("Nguyễn Thị Hư Cấu", "1950", 2_000_000),))]

    def export() -> list[WrittenFile]:
        return [
            write_bank_xlsx([FIRST, SECOND], month=JULY, list_ref="DS-12"),
            write_bank_csv([FIRST, SECOND], month=JULY, list_ref="DS-12"),
            write_cash_sheets(cash, month=JULY, commune_name="đặc khu Cát Hải", list_ref="DS-12"),
        ]

    assert export() == export()
    assert len({file.sha256 for file in export()}) == 3


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+cmd|' /C calc'!A0", "@SUM(1)", "-2+3", "\t=1+1"])
def test_a_name_that_looks_like_a_formula_stays_a_name(text: str) -> None:
    row = replace(FIRST, holder=f"{text} Nguyễn", bank_name=text, purpose=f"{text} HTTN")
    sheet = _sheet(write_bank_xlsx([row], month=JULY, list_ref="DS-12"))
    text = write_bank_csv([row], month=JULY, list_ref="DS-12").data.decode()
    for cell in [*sheet[1], *(cell for line in csv.reader(io.StringIO(text)) for cell in line)]:
        assert not str(cell).startswith(("=", "+", "-", "@", "\t"))


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"amount": 0}, "lớn hơn 0"),
        ({"amount": -5}, "lớn hơn 0"),
        ({"account_no": "12"}, "tài khoản"),
        ({"bank_bin": "VCB"}, "ngân hàng"),
        ({"holder": "  "}, "người hưởng"),
        ({"holder": "Á" * 71}, "người hưởng"),
        ({"purpose": ""}, "nội dung"),
        ({"purpose": "x" * 61}, "nội dung"),
        ({"end_to_end_id": "HT 1"}, "mã giao dịch"),
        ({"end_to_end_id": "HT2607-0002"}, "hai lần"),
    ],
)
def test_a_row_no_bank_could_take_stops_the_whole_file(wrong: dict, reason: str) -> None:
    rows = [SECOND, replace(FIRST, **wrong)]
    for write in (write_bank_xlsx, write_bank_csv):
        with pytest.raises(OutputError, match=reason) as refusal:
            write(rows, month=JULY, list_ref="DS-12")
        assert "Nguyễn" not in str(refusal.value)


def test_an_empty_list_makes_no_file() -> None:
    with pytest.raises(OutputError):
        write_bank_xlsx([], month=JULY, list_ref="DS-12")
    with pytest.raises(OutputError):
        write_cash_sheets([], month=JULY, commune_name="đặc khu Cát Hải", list_ref="DS-12")


def test_the_purpose_is_plain_ascii() -> None:
    assert transfer_purpose(JULY, "QĐ35") == "HTTN T07/2026 QD35"
    assert len(transfer_purpose(JULY, "QĐ" * 60)) <= 60


def test_the_cash_sheet_of_each_thon_adds_up() -> None:
    sheets = [
        CashSheet(
            "Phù Long",
            (
                CashRow("Nguyễn Thị Hư Cấu", "1950", 2_500_000, 2_000_000, 500_000, 0, "0311*****012", "35/QĐ-UBND"),
                CashRow("Trần Văn Đặt Ra", "1948", 1_700_000, 2_000_000, 0, 300_000, proxy="Trần Thị Con (con)"),
            ),
        ),
        CashSheet("Gia Luận", (CashRow("Lê Thị Hư Cấu", "1944", 1_000_000),)),
        CashSheet("Xuân Đám", ()),
    ]
    file = write_cash_sheets(sheets, month=JULY, commune_name="đặc khu Cát Hải", list_ref="DS-12", mark="TRÌNH DIỄN")
    assert (file.count, file.total) == (3, 5_200_000)
    book = openpyxl.load_workbook(io.BytesIO(file.data))
    assert book.sheetnames == ["Phù Long", "Gia Luận"]
    rows = _sheet(file, "Phù Long")
    assert rows[0][0] == "TRÌNH DIỄN"
    assert (
        rows[5][1:9] == ["Nguyễn Thị Hư Cấu", "1950", "0311*****012", "35/QĐ-UBND", 2_000_000, 500_000, None, 2_500_000]
        or rows[5][7] == 0
    )
    assert rows[7][8] == 4_200_000
    assert "Bốn triệu hai trăm nghìn đồng" in rows[8][0]


@pytest.mark.parametrize(
    ("amount", "parts"), [(0, None), (-1, None), (0, (1000, 0, 1000)), (995, (1000, -5, 0)), (5, (4, 0, 0))]
)
def test_nobody_is_asked_to_sign_for_nothing(amount: int, parts: tuple[int, int, int] | None) -> None:
    sheet = CashSheet("Phù Long", (CashRow("Nguyễn Thị Hư Cấu", "1950", amount, *(parts or (None, None, None))),))
    with pytest.raises(OutputError):
        write_cash_sheets([sheet], month=JULY, commune_name="đặc khu Cát Hải", list_ref="DS-12")


# ---------------------------------------------------------------- the answer


def test_an_answer_is_read_whatever_the_order_of_its_columns() -> None:
    rows, problems = read_bank_answer(
        _csv(
            "Trạng thái;Lý do;Mã giao dịch;Số tiền",
            "Thành công;;HT2607-0001;2.000.000",
            "Trả lại;Sai số tài khoản người hưởng;ht2607-0002;1500000",
            "KHÔNG THÀNH CÔNG;Lý do lạ;HT2607-0003;",
            ";;;3.500.000",
            "",
        )
    )
    assert problems == []
    assert rows == [
        BankAnswerRow(2, "HT2607-0001", "PAID", 2_000_000),
        BankAnswerRow(3, "HT2607-0002", "RETURNED", 1_500_000, "Sai số tài khoản người hưởng", "AC01"),
        BankAnswerRow(4, "HT2607-0003", "RETURNED", None, "Lý do lạ", "NARR"),
    ]


def test_an_excel_answer_with_titles_above_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Ket qua"
    for line in (
        ["NGÂN HÀNG", None],
        [],
        ["STT", "Mã tham chiếu", "Số tiền", "Kết quả", "Ghi chú"],
        [1, "HT2607-0001", 2_000_000.0, "Đã chi", "x"],
        [2, "HT2607-0002", 1, "chưa rõ", None],
    ):
        sheet.append(line)
    book.save(tmp_path / "a.xlsx")
    rows, problems = read_bank_answer((tmp_path / "a.xlsx").read_bytes())
    assert rows == [BankAnswerRow(4, "HT2607-0001", "PAID", 2_000_000)]
    assert [(problem.address, problem.row_number) for problem in problems] == [("Ket qua!D5", 5)]


def test_what_cannot_be_understood_is_a_problem_with_its_cell_never_a_guess() -> None:
    rows, problems = read_bank_answer(
        _csv(
            "ma_giao_dich,so_tien,trang_thai",
            "HT1,1.5,Thành công",
            ",100,Thành công",
            "HT3,100,",
            "HT5,100,Thành công",
        )
    )
    assert [row.end_to_end_id for row in rows] == ["HT5"]
    assert [problem.address for problem in problems] == ["CSV!B2", "CSV!A3", "CSV!C4"]


def test_our_code_is_found_within_the_bank_s_reference_or_the_words_of_the_transfer() -> None:
    rows, problems = read_bank_answer(
        _csv(
            "so_tham_chieu,so_tai_khoan,so_tien,noi_dung,trang_thai",
            "FT26193.HT2607-0012-2.0001,1,100,HTTN T07/2026,Thành công",
            "FT26194,2,100,HTTN T07/2026 ht2607-0013 QD35,Thành công",
            "FT26195,3,100,HT2607-0014 va HT2607-0015,Thành công",
            "FT26196HT2607-0016,4,100,,Thành công",
            ",5,100,HT2607-0017,Thành công",
        )
    )
    assert [row.end_to_end_id for row in rows] == [
        "HT2607-0012-2", "HT2607-0013", "FT26195", "FT26196HT2607-0016", "HT2607-0017",
    ]  # fmt: skip
    assert problems == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize(
    "above",
    [
        [],
        ["Ngân hàng Nông nghiệp, chi nhánh Cát Hải, phòng 1, 2, 3, 4", "Ngày 20/07/2026; giờ 10; lập 1; in 2; xem 3"],
        ["Trang\t1\tcủa\t1\tbản\tin", ""],
        [f"Ngày, nơi, người lập; dòng {number}" for number in range(25)],
    ],
    ids=["none", "bank and day", "tabs", "many"],
)
def test_the_heading_tells_the_delimiter_whatever_stands_above_it(
    above: list[str], delimiter: str, encoding: str
) -> None:
    table = [["Mã giao dịch", "Số tiền", "Trạng thái"], ["HT2607-0001", "2.000.000", "Thành công"]]
    lines = [*above, *(delimiter.join(line) for line in table)]
    rows, problems = read_bank_answer("\r\n".join(lines).encode(encoding))
    assert (rows, problems) == ([BankAnswerRow(len(above) + 2, "HT2607-0001", "PAID", 2_000_000)], [])


@pytest.mark.parametrize(
    "data",
    [b"", b"   ", b"%PDF-1.7", b"PK\x03\x04 broken", b"a,b\n1,2\n", "Mã giao dịch".encode("utf-16"), b"\xff\xfe\xfd,"],
)
def test_another_file_gives_one_sentence(data: bytes) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read_bank_answer(data)
    assert refusal.value.reason.endswith(".")


def test_a_photo_is_called_a_photo_and_a_missing_column_by_its_vietnamese_name() -> None:
    with pytest.raises(UnreadableFile) as photo:
        read_bank_answer(b"\x89PNG\r\n\x1a\n anh chup man hinh")
    assert photo.value.reason == "Đây là ảnh, không phải bảng tính Excel; hãy gửi tệp .xlsx, .xls hoặc .ods."
    with pytest.raises(UnreadableFile) as table:
        read_bank_answer("Họ tên;Số tiền\nThử Văn Ấm;500000\n".encode())
    assert "“Mã giao dịch”, “Trạng thái”" in table.value.reason
    with pytest.raises(UnreadableFile) as cards:
        read_card_answer("Họ tên;Ghi chú\nThử Văn Ấm;\n".encode())
    assert "“Họ và tên”, “Từ ngày”, “Đến ngày”" in cards.value.reason


def test_the_product_reads_back_what_it_wrote_once_the_bank_adds_its_column(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_bank_xlsx([FIRST, SECOND], month=JULY, list_ref="DS-12").data))
    for place, text in enumerate(("trang_thai", "Thành công", "Thành công"), start=1):
        book.worksheets[0].cell(place, 9, text)
    book.save(tmp_path / "a.xlsx")
    rows, problems = read_bank_answer((tmp_path / "a.xlsx").read_bytes())
    assert problems == []
    assert [(row.end_to_end_id, row.amount) for row in rows] == [("HT2607-0001", 2_000_000), ("HT2607-0002", 1_500_000)]
