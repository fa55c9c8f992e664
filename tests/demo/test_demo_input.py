"""The demonstration input keeps its promises: 73 invented people, every habit of a village head, every story."""

import unicodedata
from collections import Counter
from datetime import date
from functools import cache
from typing import Any

import openpyxl
import pytest

from adapters.workbooks import read_workbook
from demo.make_workbooks import ASSISTANCE_FILE, make_all
from demo.workbook import HERE, load_people
from rules.assistance_sheet import read_assistance_sheet
from rules.legacy_fonts import LegacyFont, repair_text
from rules.names import same_name
from rules.village_sheet import SheetReading, read_village_sheet

ON = date(2026, 7, 6)
PEOPLE = load_people()
MEMBERS: dict[str, dict[str, Any]] = {
    member["citizen_id"]: {**household, **member}
    for household in PEOPLE["households"]
    for member in household["members"]
}
FILES = sorted(path.stem for path in (HERE / "villages").glob("*.xlsx"))


def data(village: str) -> bytes:
    return (HERE / "villages" / f"{village}.xlsx").read_bytes()


@cache
def reading(village: str) -> SheetReading:
    return read_village_sheet(read_workbook(data(village)), on=ON)


def cells(village: str) -> list[Any]:
    return [value for sheet in read_workbook(data(village)) for row in sheet.rows for value in row if value is not None]


def test_ten_thon_send_a_file_and_one_declares_nothing() -> None:
    assert [f"TM{number:02d}" for number in range(1, 11)] == FILES
    assert [village["code"] for village in PEOPLE["villages"] if village["layout"] == "nothing"] == ["TM11"]


def test_exactly_73_people_come_out_and_they_are_the_invented_ones() -> None:
    found = {row.citizen_id for village in FILES for row in reading(village).rows}
    assert len(found) == 73
    assert found == set(MEMBERS)


@pytest.mark.parametrize("village", FILES)
def test_every_person_is_read_as_written_whatever_the_habit(village: str) -> None:
    expected = {number for number, known in MEMBERS.items() if village in {known["village"], known.get("also_in")}}
    assert {row.citizen_id for row in reading(village).rows} == expected
    for row in reading(village).rows:
        known = MEMBERS[row.citizen_id]
        written = f"{row.birth_date:%d/%m/%Y}" if row.birth_precision == "day" else f"{row.birth_date:%Y}"
        decided = f"{row.status_decision_date:%d/%m/%Y}" if row.status_decision_date else None
        assert row.full_name == unicodedata.normalize("NFC", known["name"])
        assert row.head_name == known["head"]
        assert (written, row.sex) == (known["born"], "NAM" if known["sex"] == "Nam" else "NU")
        assert decided == known.get("decision_date")
        assert row.account_no == known.get("account")
        assert row.pay_method == {"Tài khoản": "ACCOUNT", "Tiền mặt": "CASH", "Nhận thay": "PROXY"}.get(
            known["pay"], "VNEID"
        )
        assert row.residence == {"Thường trú": "THUONG_TRU", "Tạm trú": "TAM_TRU"}.get(known.get("residence", ""))
        assert row.income == ("KHONG" if known.get("income") == "Không" else row.income)
        assert row.other_allowance is (known["allowance"] != "Không")
        assert row.group_text == known["group"]
        assert row.village_name in {None, *(home["name"] for home in PEOPLE["villages"] if home["code"] == village)}


def test_one_person_stands_in_the_lists_of_two_thon() -> None:
    seen = Counter(row.citizen_id for village in FILES for row in reading(village).rows)
    assert [number for number, times in seen.items() if times > 1] == [
        number for number, known in MEMBERS.items() if "also_in" in known
    ]
    assert sum(seen.values()) == 74


def test_every_wrong_row_stays_out_with_its_reason() -> None:
    found = {(village, problem.code) for village in FILES for problem in reading(village).problems}
    assert found == {(mistake["village"], mistake["expect"]) for mistake in PEOPLE["mistakes"]} | {("TM10", "DOUBLE")}


def test_each_habit_is_really_in_its_file() -> None:
    merged = openpyxl.load_workbook(HERE / "villages" / "TM02.xlsx").worksheets[0].merged_cells.ranges
    assert len(merged) == 3
    assert all(row.birth_precision == "year" for row in reading("TM03").rows)
    assert all(row.repaired for row in reading("TM04").rows)
    assert any(isinstance(value, int | float) and 10**10 < value < 10**11 for value in cells("TM04"))
    assert any(isinstance(value, date) for value in cells("TM04"))
    assert any(isinstance(value, str) and value != unicodedata.normalize("NFC", value) for value in cells("TM05"))
    (sheet,) = read_workbook(data("TM06"))
    assert ".VnTime" in sheet.fonts.values()
    assert any(isinstance(value, str) and repair_text(value, LegacyFont.TCVN3) != value for value in cells("TM06"))
    rows = read_workbook(data("TM07"))[0].rows
    assert any(not any(row) for row in rows[8:-3])
    assert len(read_workbook(data("TM09"))) == 3
    assert reading("TM01").meta["village_code"] == "TM01"


def test_every_story_the_demonstration_tells_has_its_person() -> None:
    stories = Counter(known["story"] for known in MEMBERS.values())
    assert stories["eligible"] > 40
    assert min(stories[story] for story in ("not_eligible", "cannot_decide", "on_social_assistance", "health_met")) >= 5
    assert (stories["health_refused"], stories["transfer_fails"], stories["dies_mid_quarter"]) == (2, 1, 1)
    statuses = Counter(known["status"] for known in MEMBERS.values())
    assert statuses["Thoát nghèo"] + statuses["Thoát cận nghèo"] > 55
    assert statuses["Cận nghèo"] > statuses["Nghèo"] > 0


def test_the_social_assistance_list_names_exactly_the_people_of_that_story() -> None:
    sheets = read_workbook((HERE / "assistance" / ASSISTANCE_FILE).read_bytes())
    rows, problems = read_assistance_sheet(sheets, on=ON)
    assert problems == ()
    story = {number for number, known in MEMBERS.items() if known["story"] == "on_social_assistance"}
    matched = {row.citizen_id for row in rows} & set(MEMBERS)
    unnumbered = [row for row in rows if row.citizen_id is None]
    by_name = {number for number in MEMBERS for row in unnumbered if same_name(MEMBERS[number]["name"], row.full_name)}
    assert matched | by_name == story
    assert len(unnumbered) == 1
    assert len(rows) == len(story) + len(PEOPLE["assistance_only"])
    assert all(row.monthly_amount >= 700_000 and row.kind and row.village_name for row in rows)


def test_everything_is_visibly_invented() -> None:
    assert "HƯ CẤU" in PEOPLE["mark"]
    assert all(village["name"].startswith("Thôn Mẫu ") for village in PEOPLE["villages"])
    assert all(number[:3] in {"031", "030"} and number[6] == "9" for number in MEMBERS)
    assert all(known.get("account", "9999").startswith("9999") for known in MEMBERS.values())
    assert all(known["phone"].startswith("0900000") for known in MEMBERS.values())
    for village in FILES:
        told = " ".join(
            repair_text(value, LegacyFont.TCVN3) if village == "TM06" else unicodedata.normalize("NFC", value)
            for value in cells(village)
            if isinstance(value, str)
        )
        assert "hư cấu" in told.lower()


def test_the_stored_files_are_what_the_people_file_gives() -> None:
    made = make_all()
    assert {name: (HERE / name).read_bytes() == content for name, content in made.items()} == dict.fromkeys(made, True)
