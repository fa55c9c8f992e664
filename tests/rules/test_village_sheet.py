"""Village lists as they really come: any column order, any heading, and precise errors where a cell is wrong.

Every person here is invented (nhân vật hư cấu).
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.legacy_fonts import to_tcvn3
from rules.likeness import Entry
from rules.village_sheet import COLUMNS, HEADINGS, Known, SheetReading, cell_address, read_village_sheet
from rules.village_sheet.cells import DateProblem, read_date, read_income, read_yes_no
from tests.rules.sheets import Page

ON = date(2026, 7, 1)
GOOD: dict[str, Any] = {
    "order": 1,
    "household_code": "H-01",
    "head_name": "Phạm Văn Giả",
    "full_name": "Phạm Thị Thử",
    "birth_date": "05/09/1950",
    "sex": "Nữ",
    "citizen_id": "031150900001",
    "relation": "Vợ",
    "village_name": "Thôn Mẫu 1",
    "residence": "Thường trú",
    "household_status": "Thoát nghèo",
    "status_decision_no": "12/QĐ-UBND",
    "status_decision_date": "15/12/2024",
    "group_text": "Người cao tuổi",
    "disability": "Nặng",
    "income": "Không",
    "other_allowance": "Không",
    "bhyt_object": "CN",
    "pay_method": "Tài khoản",
    "account_no": "2100900000001",
    "bank_name": "Agribank",
    "account_holder": "PHAM THI THU",
    "phone": "0900000001",
}
OTHER = {**GOOD, "full_name": "Lê Văn Mẫu", "sex": "Nam", "citizen_id": "031050900002", "relation": "Chủ hộ"}


def page(*people: dict[str, Any], order: Sequence[str] | None = None, title: int = 4, **more: Any) -> Page:
    names = order or [column.field for column in COLUMNS]
    titles: list[list[Any]] = [["UBND ĐẶC KHU (HƯ CẤU)"]] * title
    rows = [*titles, [HEADINGS[name] for name in names]]
    rows += [[person.get(name) for name in names] for person in people]
    return Page(rows, **more)


def read(*pages: Page, **more: Any) -> SheetReading:
    return read_village_sheet(pages, on=ON, **more)


def errors(reading: SheetReading) -> list[tuple[str, str]]:
    return [(problem.cell, problem.code) for problem in reading.problems]


def column_of(name: str) -> int:
    return [column.field for column in COLUMNS].index(name)


def test_a_full_row_comes_out_as_checked_values() -> None:
    reading = read(page(GOOD))
    (row,) = reading.rows
    assert (reading.problems, reading.warnings) == ((), ())
    assert (row.full_name, row.birth_date, row.birth_precision) == ("Phạm Thị Thử", date(1950, 9, 5), "day")
    assert (row.sex, row.citizen_id, row.household_status) == ("NU", "031150900001", "THOAT_NGHEO")
    assert (row.status_decision_date, row.residence, row.row_number) == (date(2024, 12, 15), "THUONG_TRU", 6)
    assert (row.disability, row.income) == ("NANG", "KHONG")
    assert (row.pay_method, row.bank_bin, row.other_allowance, row.bhyt_object) == ("ACCOUNT", "970405", False, "CN")


@given(st.permutations([column.field for column in COLUMNS]), st.integers(0, 10))
def test_columns_may_stand_in_any_order_under_any_number_of_title_rows(order: list[str], title: int) -> None:
    usual = read(page(GOOD)).rows[0]
    moved = read(page(GOOD, order=order, title=title)).rows[0]
    assert (moved.citizen_id, moved.account_no, moved.status_decision_date, moved.group_text) == (
        usual.citizen_id,
        usual.account_no,
        usual.status_decision_date,
        usual.group_text,
    )


def test_two_row_headings_with_birth_years_under_the_sex() -> None:
    rows: list[list[Any]] = [
        ["DANH SÁCH NGƯỜI ĐỀ NGHỊ"],
        ["Thôn Mẫu 7 – Bãi Vắng"],
        [
            "TT",
            "Họ và tên",
            "Năm sinh",
            None,
            "Số CCCD",
            "Chủ hộ",
            "Loại hộ",
            "QĐ công nhận",
            None,
            "Hình thức nhận tiền",
        ],
        [None, None, "Nam", "Nữ", None, None, None, "Số", "Ngày", None],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)", "(10)"],
        [1, "Phạm Thị Thử", None, 1950, "031150900001", "Phạm Văn Giả", "Hộ mới thoát nghèo", "12", "15/12/2024", "TM"],
        [2, "Lê Văn Mẫu", 1950, None, "031050900002", "Lê Văn Mẫu", "cận nghèo", None, None, "tiền mặt"],
    ]
    reading = read(Page(rows))
    assert errors(reading) == []
    first, second = reading.rows
    assert (first.sex, first.birth_date, first.birth_precision) == ("NU", date(1950, 1, 1), "year")
    assert (first.status_decision_no, first.status_decision_date) == ("12", date(2024, 12, 15))
    assert (second.sex, second.household_status, second.pay_method) == ("NAM", "CAN_NGHEO", "CASH")
    assert first.village_name == "Thôn Mẫu 7 – Bãi Vắng"
    assert [warning.code for warning in reading.warnings] == ["COLUMNS_ABSENT"]


def test_text_in_pieces_and_stray_spaces_become_one_spelling() -> None:
    spelled = unicodedata.normalize("NFD", "  Phạm\u00a0Thị  Thử ")
    assert read(page({**GOOD, "full_name": spelled})).rows[0].full_name == "Phạm Thị Thử"


def test_old_fonts_are_repaired_and_shown_before_and_after() -> None:
    typed = {**GOOD, "full_name": to_tcvn3("Phạm Thị Ánh Thử"), "sex": to_tcvn3("Nữ")}
    where = {(5, column_of(name)): ".VnTime" for name in ("full_name", "sex")}
    (row,) = read(page(typed, fonts=where)).rows
    assert row.full_name == "Phạm Thị Ánh Thử"
    assert ("full_name", to_tcvn3("Phạm Thị Ánh Thử"), "Phạm Thị ánh Thử") in row.repaired


@pytest.mark.parametrize("typed", [31150900001, 31150900001.0, "31150900001"])
def test_a_lost_zero_is_restored_and_a_person_is_asked(typed: Any) -> None:
    reading = read(page({**GOOD, "citizen_id": typed}))
    assert reading.rows[0].citizen_id == "031150900001"
    assert reading.rows[0].repaired == (("citizen_id", "31150900001", "031150900001"),)
    assert [warning.code for warning in reading.warnings] == ["CITIZEN_ID_PADDED"]


@pytest.mark.parametrize(
    ("said", "traits", "warned"),
    [
        (None, None, []),
        ("Không", (("CO_DON", False), ("MO_COI", False)), []),
        ("Cô đơn", (("CO_DON", True), ("MO_COI", False)), []),
        ("Cô đơn; nhà dột", (("CO_DON", True),), ["CIRCUMSTANCES_UNKNOWN"]),
    ],
)
def test_further_facts_are_read_by_the_list_of_the_law(
    said: str | None, traits: tuple[tuple[str, bool], ...] | None, warned: list[str]
) -> None:
    known = Known(traits={"CO_DON": "Cô đơn, không nơi nương tựa", "MO_COI": "Trẻ em mồ côi"})
    reading = read(page({**GOOD, "circumstances": said}), known=known)
    assert reading.rows[0].traits == traits
    assert [warning.code for warning in reading.warnings] == warned


CMND = "031123456"
HELD = Entry("Phạm Thị Thử", date(1950, 9, 5), citizen_id="031150900001", old_id=CMND)


@pytest.mark.parametrize(
    "said",
    [
        {"citizen_id": None, "old_id": CMND},
        {"citizen_id": "031 123 456"},
        {"citizen_id": 31123456},
        {"citizen_id": CMND, "birth_date": "1950"},
        {"citizen_id": CMND, "full_name": "PHAM THI THU"},
    ],
)
def test_a_row_with_only_a_cmnd_is_the_known_person_of_that_cmnd_name_and_birth(said: dict[str, Any]) -> None:
    reading = read(page({**GOOD, **said}), known=Known(holders={CMND: [HELD]}))
    assert [(row.citizen_id, row.old_id) for row in reading.rows] == [("031150900001", CMND)]
    assert [warning.code for warning in reading.warnings] == ["CITIZEN_ID_BY_OLD_ID"]


@pytest.mark.parametrize(
    ("said", "holders"),
    [
        ({"citizen_id": CMND}, []),
        ({"citizen_id": CMND, "full_name": "Lê Thị Khác"}, [HELD]),
        ({"citizen_id": CMND, "birth_date": "1951"}, [HELD]),
        ({"citizen_id": CMND, "birth_date": "06/09/1950"}, [HELD]),
        ({"citizen_id": CMND}, [HELD, replace(HELD, citizen_id="031150900009")]),
        ({"citizen_id": "0311509", "old_id": CMND}, [HELD]),
    ],
)
def test_a_cmnd_that_does_not_say_who_it_is_never_stands_for_a_citizen_number(
    said: dict[str, Any], holders: list[Entry]
) -> None:
    reading = read(page({**GOOD, **said}), known=Known(holders={CMND: holders}))
    assert reading.rows == ()
    assert [cell for cell, _ in errors(reading)] == [cell_address(5, column_of("citizen_id"))]


@pytest.mark.parametrize(
    ("field_name", "typed", "code"),
    [
        ("full_name", None, "NAME_MISSING"),
        ("full_name", "Thử", "NAME_WRONG"),
        ("head_name", "", "HEAD_MISSING"),
        ("birth_date", "31/02/1950", "BIRTH_WRONG"),
        ("birth_date", "09/15/1950", "BIRTH_WRONG"),
        ("birth_date", "05/09/2050", "BIRTH_WRONG"),
        ("birth_date", None, "BIRTH_MISSING"),
        ("sex", "?", "SEX_WRONG"),
        ("citizen_id", None, "CITIZEN_ID_MISSING"),
        ("citizen_id", "0311509", "CITIZEN_ID_LENGTH"),
        ("citizen_id", "123456789", "CITIZEN_ID_OLD_NUMBER"),
        ("citizen_id", "031050900001", "CITIZEN_ID_SEX"),
        ("household_status", "khá giả", "HOUSEHOLD_STATUS_WRONG"),
        ("status_decision_date", "32/01/2025", "DECISION_DATE_WRONG"),
        ("pay_method", None, "PAY_METHOD_MISSING"),
        ("account_no", "123", "ACCOUNT_WRONG"),
        ("account_no", 2.1002051234567890e18, "ACCOUNT_ROUNDED"),
    ],
)
def test_a_wrong_cell_is_named_and_only_its_row_stays_out(field_name: str, typed: Any, code: str) -> None:
    reading = read(page({**GOOD, field_name: typed}, OTHER))
    assert [row.full_name for row in reading.rows] == ["Lê Văn Mẫu"]
    assert (cell_address(5, column_of(field_name)), code) in errors(reading)


@pytest.mark.parametrize(
    ("field_name", "code"),
    [
        ("status_decision_date", "DECISION_DATE_MISSING"),
        ("residence", "RESIDENCE_UNKNOWN"),
        ("other_allowance", "ALLOWANCE_MISSING"),
        ("income", "INCOME_MISSING"),
        ("group_text", "GROUP_MISSING"),
        ("bank_name", "BANK_UNKNOWN"),
    ],
)
def test_what_the_law_needs_later_is_a_warning_not_an_error(field_name: str, code: str) -> None:
    reading = read(page({**GOOD, field_name: None}))
    assert len(reading.rows) == 1
    assert [warning.code for warning in reading.warnings] == [code]


def test_messages_never_repeat_what_the_cell_holds() -> None:
    wrong = {**GOOD, "citizen_id": "99912345", "account_no": "77", "phone": "4321", "birth_date": "1/1/1"}
    reading = read(page(wrong))
    told = " ".join(problem.message_vi for problem in reading.problems + reading.warnings)
    assert not any(value in told for value in ("99912345", "Thử", "4321", "1/1/1"))


def test_blank_rows_totals_and_signatures_are_no_people() -> None:
    rows = [*page(GOOD).rows, [], [None] * 5, [2], [None, None, "II. Hộ cận nghèo"], *page(OTHER).rows[5:]]
    rows += [["Tổng cộng: 2 người"], [None] * 9 + ["Cát Hải, ngày 05 tháng 7 năm 2026"], [None, None, "TRƯỞNG THÔN"]]
    rows += [[None, None, "(Ký, ghi rõ họ tên)"], [None, None, "Phạm Văn Ký"]]
    reading = read(Page(rows))
    assert (len(reading.rows), reading.problems) == (2, ())


def test_a_name_alone_between_people_is_an_error_and_not_lost() -> None:
    alone = read(page(GOOD, {"full_name": "Vũ Thị Dở"}, OTHER))
    assert len(alone.rows) == 2
    assert {code for _, code in errors(alone)} >= {"CITIZEN_ID_MISSING", "BIRTH_MISSING"}


def test_the_same_person_twice_counts_once_and_two_people_under_one_number_not_at_all() -> None:
    doubled = read(page(GOOD, GOOD, OTHER))
    assert [row.full_name for row in doubled.rows] == ["Phạm Thị Thử", "Lê Văn Mẫu"]
    assert errors(doubled) == [(cell_address(6, column_of("citizen_id")), "DOUBLE")]
    shared = read(page(GOOD, {**GOOD, "full_name": "Vũ Thị Khác"}, OTHER))
    assert [row.full_name for row in shared.rows] == ["Lê Văn Mẫu"]
    assert [code for _, code in errors(shared)] == ["SHARED_ID", "SHARED_ID"]


def test_missing_columns_are_named_in_one_problem() -> None:
    kept = [column.field for column in COLUMNS if column.field not in {"citizen_id", "pay_method"}]
    reading = read(page(GOOD, order=kept))
    (problem,) = reading.problems
    assert problem.message_vi == "Thiếu cột bắt buộc: Số định danh, Hình thức nhận."
    assert reading.rows == ()


def test_a_sheet_without_headings_and_a_list_without_people_say_so() -> None:
    assert [code for _, code in errors(read(Page([["xin chào"]])))] == ["NO_HEADING"]
    assert [code for _, code in errors(read(page()))] == ["NO_PERSON"]
    assert [code for _, code in errors(read())] == ["NO_SHEET"]
    extra = read(page(GOOD), Page([["ghi chép riêng"]], name="Nháp"), Page([["x"]], name="Ẩn", hidden=True))
    assert ([w.code for w in extra.warnings], len(extra.rows)) == (["SHEET_SKIPPED"], 1)


def test_the_workbooks_own_meta_comes_back_and_gives_the_village() -> None:
    meta = Page([["village_code", "TM01"], ["village_name", "Thôn Mẫu 1"]], name="_meta", hidden=True)
    order = [column.field for column in COLUMNS if column.field != "village_name"]
    reading = read(page(GOOD, order=order), meta)
    assert reading.meta == {"village_code": "TM01", "village_name": "Thôn Mẫu 1"}
    assert reading.rows[0].village_name == "Thôn Mẫu 1"


def test_groups_of_the_law_in_force_are_recognised_by_code_or_label() -> None:
    groups = {"ELDERLY": "Người cao tuổi", "CHILD": "Trẻ em"}
    by_label = read(page({**GOOD, "group_text": "người cao tuổi, neo đơn"}), known=Known(groups)).rows[0]
    by_code = read(page({**GOOD, "group_text": "CHILD - Trẻ em dưới tuổi"}), known=Known(groups)).rows[0]
    unknown = read(page({**GOOD, "group_text": "Khác"}), known=Known(groups))
    assert (by_label.group_code, by_code.group_code, unknown.rows[0].group_code) == ("ELDERLY", "CHILD", None)
    assert [warning.code for warning in unknown.warnings] == ["GROUP_UNKNOWN"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("5/9/1950", (date(1950, 9, 5), "day")),
        ("05-09-1950", (date(1950, 9, 5), "day")),
        ("05.09.1950", (date(1950, 9, 5), "day")),
        ("09/1950", (date(1950, 9, 1), "month")),
        ("1950", (date(1950, 1, 1), "year")),
        (1950, (date(1950, 1, 1), "year")),
        (1950.0, (date(1950, 1, 1), "year")),
        ("00/00/1950", (date(1950, 1, 1), "year")),
        (18264, (date(1950, 1, 1), "day")),
        (date(1950, 9, 5), (date(1950, 9, 5), "day")),
        ("1950-09-05", (date(1950, 9, 5), "day")),
    ],
)
def test_dates_are_day_month_year(typed: Any, expected: tuple[date, str]) -> None:
    assert read_date(typed, on=ON) == expected


@pytest.mark.parametrize(
    "typed", ["13/13/1950", "5/9/50", "năm 1950", "02/07/2026", "1899", 0, 5.5, "05/00/1950", "", None]
)
def test_what_is_no_date_is_refused(typed: Any) -> None:
    with pytest.raises(DateProblem):
        read_date(typed, on=ON)


@given(st.dates(date(1900, 1, 1), ON))
def test_every_written_date_reads_back(day: date) -> None:
    assert read_date(f"{day.day}/{day.month}/{day.year}", on=ON) == (day, "day")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Không", (False, None)),
        ("khong co", (False, None)),
        ("Có", (True, None)),
        ("Có – Trợ cấp khuyết tật", (True, "Trợ cấp khuyết tật")),
        ("Trợ cấp tuổi già", (True, "Trợ cấp tuổi già")),
        ("", (None, None)),
    ],
)
def test_other_allowances_are_yes_no_or_unknown(typed: str, expected: tuple[bool | None, str | None]) -> None:
    assert read_yes_no(typed) == expected


@pytest.mark.parametrize(
    ("typed", "income"),
    [
        ("Không", "KHONG"),
        ("Có – lương hưu", "LUONG_HUU"),
        ("có lương", "LUONG"),
        ("Có – trợ cấp BHXH", "BHXH"),
        ("Có", "KHAC"),
        ("", None),
    ],
)
def test_stable_income_is_told_by_its_kind(typed: str, income: str | None) -> None:
    assert read_income(typed) == income


CELLS = st.one_of(st.none(), st.text(max_size=15), st.integers(), st.floats(), st.booleans(), st.dates())


@given(st.dictionaries(st.sampled_from([column.field for column in COLUMNS]), CELLS))
def test_no_content_of_cells_ever_breaks_the_reading(typed: dict[str, Any]) -> None:
    reading = read(page(OTHER, {**GOOD, **typed}))
    assert len(reading.rows) == 2 or reading.problems


@given(st.lists(st.lists(CELLS, max_size=len(COLUMNS)), max_size=25))
def test_no_shape_of_a_sheet_ever_breaks_the_reading(rows: list[list[Any]]) -> None:
    reading = read(Page(rows))
    assert reading.problems
    assert reading.rows == ()
