"""A bank's own layout is a file of the office: what it may say, and what is said when it is wrong."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from adapters.bank_file import write_bank_file
from adapters.bank_profiles import FOLDER, NEUTRAL, BankProfile, bank_profiles, profile
from adapters.sheets import OutputError
from rules.months import Month
from tests.adapters.test_bank_file import FIRST, SECOND

JULY = Month(2026, 7)
OWN = """
name: Agribank chi nhánh (ví dụ)
format: xlsx
sheet: Sheet1
header_row: 2
first_data_row: 4
columns:
  - {header: STT, field: number, kind: int}
  - {header: TK, field: account_no, max: 13}
  - {header: TIEN, field: amount, kind: money}
  - {header: LOAI, value: VND}
trailer: {label: Cộng, count: TK, total: TIEN}
"""


@pytest.fixture
def office(tmp_path: Path) -> Path:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "chi-nhanh.yaml").write_text(OWN, encoding="utf-8")
    return tmp_path


def _cells(layout: BankProfile) -> list[list[object]]:
    file = write_bank_file([FIRST, SECOND], month=JULY, list_ref="DS-12", layout=layout)
    sheet = openpyxl.load_workbook(io.BytesIO(file.data))["Sheet1"]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_office_adds_a_layout_beside_the_neutral_ones(office: Path) -> None:
    found = bank_profiles(office)
    assert list(found) == [NEUTRAL, "csv", "chi-nhanh"]
    assert found["chi-nhanh"].name == "Agribank chi nhánh (ví dụ)"


def test_rows_stand_where_the_bank_wants_them_and_the_last_line_counts(office: Path) -> None:
    blank, head, between, first, second, last = _cells(profile("chi-nhanh", office))
    assert blank == between == [None] * 4
    assert head == ["STT", "TK", "TIEN", "LOAI"]
    assert first == [1, "0031000123456", 2_000_000, "VND"]
    assert second[0] == 2
    assert last == ["Cộng", "2", 3_500_000, None]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"max_rows": 1}, "nhiều nhất 1 khoản"),
        ({"same_bank_only": True}, "2 khoản ở ngân hàng khác"),
    ],
)
def test_what_the_bank_would_refuse_is_said_before_it_is_sent(office: Path, change: dict, reason: str) -> None:
    layout = profile("chi-nhanh", office).model_copy(update=change)
    with pytest.raises(OutputError, match=reason):
        write_bank_file([FIRST, SECOND], month=JULY, list_ref="DS-12", layout=layout, payer_bin="970405")


def test_a_value_longer_than_the_column_is_refused_and_never_cut(office: Path) -> None:
    long = replace(FIRST, account_no="00310001234567")
    with pytest.raises(OutputError, match="dài quá 13 ký tự"):
        write_bank_file([long], month=JULY, list_ref="DS-12", layout=profile("chi-nhanh", office))


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (OWN + "la: 1\n", "la"),
        (OWN.replace("field: amount", "field: so_tien"), "columns"),
        (OWN.replace("account_no", "holder"), "số tài khoản"),
        (OWN.replace("first_data_row: 4", "first_data_row: 2"), "dòng tiêu đề"),
        (OWN + "name: Lần hai\n", "không đọc được"),
        ("- a\n", "cả tệp"),
    ],
)
def test_a_wrong_layout_says_what_is_wrong_and_is_not_offered(office: Path, wrong: str, place: str) -> None:
    (office / FOLDER / "chi-nhanh.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(OutputError, match=place):
        profile("chi-nhanh", office)
    assert "chi-nhanh" not in bank_profiles(office)


def test_a_layout_that_is_gone_is_said(office: Path) -> None:
    with pytest.raises(OutputError, match="chọn mẫu khác"):
        profile("mat-roi", office)
