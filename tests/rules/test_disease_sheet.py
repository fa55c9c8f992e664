"""The annex of TT 50/2024 as people type it: headings anywhere and in any words, each wrong cell named."""

from __future__ import annotations

from typing import Any

import pytest

from rules.disease_sheet import changes, merged, read_disease_sheet
from rules.diseases import Disease
from rules.law_values import misfit
from rules.parameters import LawStatus
from tests.rules.sheets import Page

HEAD = ("STT", "Tên bệnh", "Mã ICD-10", "Ghi chú mức độ")
GOOD = (15, "Bệnh hư cấu mười lăm", "G20 đến G22", "Mức độ nặng")


def read(*rows: tuple[Any, ...]) -> tuple[tuple[Disease, ...], list[tuple[str, str]]]:
    items, problems = read_disease_sheet([Page(rows, "Phụ lục")], total=38)
    return items, [(problem.cell, problem.message_vi) for problem in problems]


def test_items_are_read_with_their_ranges_and_severity() -> None:
    (item,), problems = read(("PHỤ LỤC",), (), HEAD, ("(1)", "(2)", "(3)", "(4)"), GOOD)
    assert not problems
    assert (item.number, item.name, item.icd) == (15, "Bệnh hư cấu mười lăm", "G20 đến G22")
    assert (item.ranges, item.severity, item.status) == ((("G20", "G22"),), "Mức độ nặng", LawStatus.CONFIRMED)


@pytest.mark.parametrize(
    "head",
    [
        ("TT", "Danh mục bệnh", "Mã bệnh theo ICD 10", "Ghi chú"),
        ("Số thứ tự", "TÊN BỆNH", "ICD-10", "Điều kiện, mức độ"),
        ("Mục", "Bệnh", "Mã ICD 10", "Mức độ (nếu có)"),
    ],
)
def test_headings_in_other_words_are_understood(head: tuple[str, ...]) -> None:
    (item,), problems = read(head, GOOD)
    assert (problems, item.severity) == ([], "Mức độ nặng")


def test_columns_in_another_order_and_blank_rows_do_no_harm() -> None:
    items, problems = read(
        (None, "Mã ICD-10", "STT", "Tên bệnh"),
        (),
        (None, "G20", "16.", "B"),
        (None, None, 17, None),
        (None, "G10", 15, "A"),
    )
    assert ([item.number for item in items], problems) == ([15, 16], [])
    assert {item.severity for item in items} == {""}


@pytest.mark.parametrize(
    ("row", "cell", "told"),
    [
        ((39, "A", "G20", ""), "A3", "từ 1 đến 38"),
        (("mười", "A", "G20", ""), "A3", "từ 1 đến 38"),
        ((None, "A", "G20", ""), "A3", "từ 1 đến 38"),
        ((15, "A", "G20", ""), "A3", "đã có ở dòng trên"),
        ((16, None, "G20", ""), "B3", "Thiếu tên bệnh"),
        ((16, "A", "ung thư", ""), "C3", "không phải mã ICD-10"),
        ((16, "A", None, "nặng"), "C3", "chưa ghi mã"),
        ((16, "A", "G22 đến G20", ""), "C3", "đứng trước"),
    ],
)
def test_a_wrong_cell_is_named_and_its_row_stays_out(row: tuple[Any, ...], cell: str, told: str) -> None:
    items, problems = read(HEAD, GOOD, row)
    assert [item.number for item in items] == [15]
    assert any(place == cell and told in message for place, message in problems), problems


def test_names_of_chapters_between_the_items_are_no_items() -> None:
    items, problems = read(HEAD, ("VI", "Bệnh hệ thần kinh"), GOOD, ("Chương IX.", "Bệnh hệ tuần hoàn", None, ""))
    assert ([item.number for item in items], problems) == ([15], [])
    _, problems = read(HEAD, GOOD, ("VI", "Bệnh hư cấu", "G30", ""))
    assert [cell for cell, _ in problems] == ["A3"], "what has a code is an item, and its number is wrong"


@pytest.mark.parametrize(
    ("number", "codes", "ranges"),
    [
        ("Mục 16", "G20\nG22", (("G20", "G20"), ("G22", "G22"))),
        ("16.", "Z94.0/Z94.4", (("Z94.0", "Z94.0"), ("Z94.4", "Z94.4"))),
        (16.0, "G35 G36", (("G35", "G35"), ("G36", "G36"))),
        ("16)", "I60 – I64", (("I60", "I64"),)),
    ],
)
def test_numbers_and_codes_are_read_as_people_type_them(
    number: Any, codes: str, ranges: tuple[tuple[str, str], ...]
) -> None:
    (item,), problems = read(HEAD, (number, "Bệnh hư cấu", codes, ""))
    assert (problems, item.number, item.ranges) == ([], 16, ranges)


def test_a_doubtful_item_sent_back_as_it_was_stays_doubtful() -> None:
    (item,), _ = read(HEAD, GOOD)
    doubtful = item.model_copy(update={"status": LawStatus.ASSUMED, "note": "bị cắt"})
    assert [change.kind for change in changes([doubtful], [item])] == ["giữ nguyên"]
    assert merged([doubtful], [item])[0]["status"] == LawStatus.ASSUMED
    (mended,), _ = read(HEAD, (*GOOD[:3], "Mức độ nặng, cần người giúp đỡ"))
    assert merged([doubtful], [mended])[0]["status"] == LawStatus.CONFIRMED


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ((("Không", "có", "gì"),), "Không tìm thấy dòng tiêu đề"),
        ((("STT", "Tên bệnh", "Ghi chú"), (15, "A", "b")), "Thiếu cột bắt buộc: Mã ICD-10"),
        ((HEAD,), "Không có dòng bệnh nào"),
    ],
)
def test_a_sheet_that_is_no_annex_is_refused_in_one_sentence(rows: tuple[Any, ...], told: str) -> None:
    items, problems = read(*rows)
    assert (items, len(problems)) == ((), 1)
    assert told in problems[0][1]


def test_the_sheet_goes_over_what_is_known_and_the_rest_stays() -> None:
    (known,), _ = read(HEAD, GOOD)
    (other, new), _ = read(HEAD, (15, "Tên khác", "G20 đến G22", "Mức độ nặng"), (16, "B", "G30", ""))
    assert [change.kind for change in changes([known], [known])] == ["giữ nguyên"]
    assert [change.kind for change in changes([known], [other, new])] == ["thay đổi", "mới"]
    rows = merged([known], [other, new])
    assert [(row["number"], row["name"]) for row in rows] == [(15, "Tên khác"), (16, "B")]
    assert misfit("diseases", rows) == ""
