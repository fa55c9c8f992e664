"""The social-assistance list is read for matching; what it lacks never hides a person. Every person is invented."""

from datetime import date
from typing import Any

import pytest

from rules.assistance_sheet import AssistanceRow, read_assistance_sheet
from tests.rules.sheets import Page

ON = date(2026, 7, 6)
HEADS = ["STT", "Họ tên", "Ngày sinh", "Số định danh", "Thôn", "Loại trợ cấp", "Mức hưởng"]
GOOD: list[Any] = [1, "Tô Thị Lẻ", "1946", "031146900912", "Thôn Mẫu 2", "Trợ cấp hưu trí xã hội", "700.000 đ"]


def read(*rows: list[Any]) -> tuple[tuple[AssistanceRow, ...], list[tuple[str, str]]]:
    page = Page([["PHÒNG VĂN HÓA - XÃ HỘI"], HEADS, *rows, ["", "Cộng: 1 người"]])
    found, problems = read_assistance_sheet([page], on=ON)
    return found, [(problem.cell, problem.code) for problem in problems]


def changed(column: int, value: Any) -> list[Any]:
    return [*GOOD[:column], value, *GOOD[column + 1 :]]


def test_a_line_of_the_list_comes_out_as_checked_values() -> None:
    (row,), problems = read(GOOD)
    assert problems == []
    assert row == AssistanceRow(
        row_number=3,
        full_name="Tô Thị Lẻ",
        birth_date=date(1946, 1, 1),
        birth_precision="year",
        citizen_id="031146900912",
        village_name="Thôn Mẫu 2",
        kind="Trợ cấp hưu trí xã hội",
        monthly_amount=700_000,
    )


def test_a_person_without_a_good_number_stays_to_be_matched_by_name() -> None:
    assert read(changed(3, None))[0][0].citizen_id is None
    (row,), problems = read(changed(3, "12345"))
    assert (row.citizen_id, problems) == (None, [("D3", "CITIZEN_ID_WRONG")])
    (row,), problems = read(changed(3, 31146900912))
    assert (row.citizen_id, problems) == ("031146900912", [("D3", "CITIZEN_ID_PADDED")])


def test_a_former_cmnd_stands_beside_the_citizen_number_and_never_for_it() -> None:
    (row,), problems = read(changed(3, "31123456"))
    assert (row.citizen_id, row.old_id, problems) == (None, "031123456", [("D3", "CITIZEN_ID_OLD")])
    heads = [*HEADS, "Số CMND"]
    (row,), _ = read_assistance_sheet([Page([heads, [*GOOD, "031 123 456"]])], on=ON)
    assert (row.citizen_id, row.old_id) == ("031146900912", "031123456")


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        (1, None, ("B3", "NAME_MISSING")),
        (2, "13/13/1946", ("C3", "BIRTH_WRONG")),
        (5, None, ("F3", "KIND_MISSING")),
        (6, "1,5 triệu", ("G3", "AMOUNT_WRONG")),
    ],
)
def test_a_wrong_cell_is_named_and_its_row_stays_out(column: int, value: Any, problem: tuple[str, str]) -> None:
    assert read(changed(column, value)) == ((), [problem])


def test_missing_columns_and_headings_are_said() -> None:
    found, problems = read_assistance_sheet([Page([["STT", "Họ tên", "Thôn"], [1, "Tô Thị Lẻ", "x"]])], on=ON)
    assert (found, [problem.code for problem in problems]) == ((), ["COLUMNS_MISSING"])
    assert [problem.code for problem in read_assistance_sheet([], on=ON)[1]] == ["NO_HEADING"]
