"""`ansinh law` and `ansinh explain` say what is wrong and end with the right status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import Engine, create_engine
from sqlmodel import Session

from rules.parameters import Reference
from rules.workflow import CaseStatus, Role
from services import law, law_proposals
from services.errors import Problem
from tasks import session as task_session
from tests import factories
from tests.cli.command import run

FACTS = """
birth_date: 1960
residence: THUONG_TRU
household: [{status: THOAT_NGHEO, from: 2025-01-10}]
incomes: []
allowances: []
"""
CASE = """
name: Người cao tuổi hộ thoát nghèo
on: 2026-07-31
law: demo
facts: {birth_date: 1960, residence: THUONG_TRU, incomes: [], allowances: [], household: [{status: NGHEO}]}
expect: {outcome: ELIGIBLE, amount: 1500000}
"""


def written(folder: Path, text: str, name: str = "tep.yaml") -> str:
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


def test_cases_that_hold_end_with_zero(tmp_path: Path) -> None:
    assert run("law", "check", written(tmp_path, CASE)) == (0, "1 tình huống, 0 sai.\n")
    assert run("law", "check", str(tmp_path))[0] == 0


def test_a_case_that_fails_shows_expected_and_got(tmp_path: Path) -> None:
    status, said = run("law", "check", written(tmp_path, CASE.replace("1500000", "1600000")))
    assert status == 1
    for word in ("Người cao tuổi hộ thoát nghèo", "amount", "mong đợi 1600000", "nhận được 1500000", "1 sai"):
        assert word in said


@pytest.mark.parametrize("text", ["", "name: [", "- xin chào", CASE.replace("law: demo", "law: khong-co.yaml")])
def test_files_without_readable_cases_end_with_one_and_a_sentence(tmp_path: Path, text: str) -> None:
    status, said = run("law", "check", written(tmp_path, text))
    assert status == 1
    assert said.strip()
    assert "Traceback" not in said


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    status, said = run("law", "check", str(tmp_path / "vang.yaml"))
    assert (status, "vang.yaml" in said) == (1, True)


def test_a_case_may_stand_on_a_set_of_values_beside_it(tmp_path: Path) -> None:
    demo = Path(__file__).parents[2] / "demo" / "law.yaml"
    written(tmp_path, demo.read_text("utf-8"), "bo.yaml")
    assert run("law", "check", written(tmp_path, CASE.replace("law: demo", "law: bo.yaml"), "ca.yml"))[0] == 0


def test_unknown_parameters_are_listed_with_their_source() -> None:
    status, said = run("law", "params", "--status", "UNKNOWN")
    assert status == 0
    assert "NQ04.bhyt.target_share" in said
    assert "04/2026/NQ-HĐND" in said
    assert "CONFIRMED" not in said
    assert run("law", "params", "--status", "PERHAPS")[0] == 1


def test_an_explanation_from_a_file_for_people_and_for_machines(tmp_path: Path) -> None:
    facts = written(tmp_path, FACTS)
    status, said = run("explain", "--facts", facts, "--on", "2026-07-31", "--law", "demo")
    assert (status, "Đủ điều kiện" in said) == (0, True)
    status, said = run("explain", "--facts", facts, "--on", "31/07/2026", "--json")
    answer = json.loads(said)
    assert (status, answer["outcome"]) == (0, "CANNOT_DECIDE")
    assert "NQ04.residence.accepted" in answer["missing"]
    assert {"rule", "answer", "text", "basis", "facts", "parameters"} <= set(answer["findings"][0])


@pytest.mark.parametrize(
    "text",
    ["birth_date: hôm qua", "residence: THUONG_TRU", "xin chào", "birth_date: 1960\nbirthday: 1", "law: la.yaml"],
)
def test_facts_that_cannot_be_read_are_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    status, said = run("explain", "--facts", written(tmp_path, text), "--on", "2026-07-31")
    assert status == 1
    assert said.strip()
    assert "Traceback" not in said


def test_one_of_facts_and_person_must_be_named() -> None:
    assert run("explain", "--on", "2026-07-31")[0] == 1


def test_a_day_that_is_none_is_told_in_words(tmp_path: Path) -> None:
    status, said = run("explain", "--facts", written(tmp_path, FACTS), "--on", "hôm nay")
    assert (status, "không phải ngày" in said) == (1, True)


def test_the_law_says_how_much_of_the_disease_list_is_missing() -> None:
    status, said = run("law", "params", "--find", "danh muc benh")
    assert (status, "TT50.diseases" in said, "thiếu 24/38 mục" in said) == (0, True, True)


@pytest.fixture
def offices(sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> tuple[factories.Office, factories.Office]:
    """Two communes in the database that the commands open; the first has confirmed one value."""
    monkeypatch.setattr(task_session, "engine", lambda: sqlite_engine)
    with Session(sqlite_engine, expire_on_commit=False) as opened, opened.begin():
        here, there = factories.create_office(opened), factories.create_office(opened)
        reference = Reference("12/2026/QĐ-UBND", "UBND đặc khu thử")
        new = law.NewValue("OFFICE.payment_days", 9, factories.FIRST_DAY, reference)
        row = law.propose(opened, commune_id=here.commune.key, new=new, actor=here[Role.economy], now=factories.NOW)
        law.confirm(opened, revision_id=row.key, actor=here[Role.culture], now=factories.NOW)
    return here, there


def test_a_confirmed_law_goes_out_and_comes_in_as_proposals(
    offices: tuple[factories.Office, factories.Office], tmp_path: Path
) -> None:
    here, there = (office.commune.code for office in offices)
    assert run("law", "export")[0] == 1, "which commune?"
    status, text = run("law", "export", "--commune", here)
    assert (status, "OFFICE.payment_days" in text) == (0, True)
    file = written(tmp_path, text)
    status, said = run("law", "import", file, "--commune", there)
    assert (status, "1 đề xuất mới, 0 giá trị đã có" in said) == (0, True)
    assert "0 đề xuất mới, 1 giá trị đã có" in run("law", "import", file, "--commune", there)[1]
    assert "9 ngày làm việc" in run("law", "params", "--commune", here)[1]
    assert "9 ngày làm việc" not in run("law", "params", "--commune", there)[1]
    wrong = written(tmp_path, text.replace("payment_days", "nothing"), "sai.yaml")
    status, said = run("law", "import", wrong, "--commune", there)
    assert (status, "Mục 1 (OFFICE.nothing)" in said) == (1, True)
    assert run("law", "import", str(tmp_path / "vang.yaml"))[0] == 1


def test_what_an_operator_brings_in_needs_two_officers(
    offices: tuple[factories.Office, factories.Office], tmp_path: Path, sqlite_engine: Engine
) -> None:
    here, there = offices
    text = run("law", "export", "--commune", here.commune.code)[1]
    run("law", "import", written(tmp_path, text), "--commune", there.commune.code)
    with Session(sqlite_engine, expire_on_commit=False) as opened, opened.begin():
        (row,) = law_proposals.waiting(opened, there.commune.key)
        assert row.proposed_by is None
        law.confirm(opened, revision_id=row.key, actor=there[Role.culture], now=factories.NOW)
        assert row.confirmed_by is None, "the first officer only takes it over"
        with pytest.raises(Problem, match="two_people"):
            law.confirm(opened, revision_id=row.key, actor=there[Role.culture], now=factories.NOW)
        law.confirm(opened, revision_id=row.key, actor=there[Role.economy], now=factories.NOW)
        assert row.confirmed_by == there[Role.economy].person_id


def test_the_annex_comes_in_from_a_spreadsheet(
    offices: tuple[factories.Office, factories.Office], tmp_path: Path
) -> None:
    code = offices[0].commune.code
    assert "thiếu 24/38 mục" in run("law", "diseases", "--commune", code)[1]
    book = xlsxwriter.Workbook(str(tmp_path / "phu-luc.xlsx"))
    sheet = book.add_worksheet("Phụ lục")
    for place, row in enumerate(
        [("STT", "Tên bệnh", "Mã ICD-10"), (15, "Bệnh hư cấu", "G10"), (16, "Bệnh hư cấu", "?")]
    ):
        sheet.write_row(place, 0, row)
    book.close()
    status, said = run("law", "diseases", str(tmp_path / "phu-luc.xlsx"), "--commune", code)
    assert (status, "C3" in said, "chưa đề xuất gì" in said) == (1, True, True)
    assert run("law", "diseases", written(tmp_path, "x"), "--commune", code)[0] == 1


def test_a_database_that_was_never_made_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = create_engine("sqlite://")
    monkeypatch.setattr(task_session, "engine", lambda: empty)
    for words in (("law", "export"), ("law", "diseases"), ("explain", "--person", "1", "--on", "2026-07-31")):
        status, said = run(*words)
        assert (status, "ansinh migrate" in said, "Traceback" in said) == (1, True, False)


def test_a_person_of_the_records_and_another_law_for_all(
    sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_session, "engine", lambda: sqlite_engine)
    with Session(sqlite_engine) as opened, opened.begin():
        office = factories.create_office(opened)
        person = factories.create_person(opened, office.villages[0], full_name="Thử Thị Riêng")
        factories.create_case(opened, office.cycle, person, status=CaseStatus.REVIEW)
        number, village = person.key, office.villages[0].name
    status, said = run("explain", "--person", str(number), "--on", "2026-07-31")
    assert (status, "Chưa kết luận được" in said, "Riêng" in said) == (0, True, False)
    assert run("explain", "--person", str(number + 1), "--on", "2026-07-31")[0] == 1
    status, said = run("explain", "--person", str(number), "--on", "2026-07-31", "--as-decided")
    assert (status, "chưa có quyết định nào" in said) == (1, True)
    assert run("explain", "--facts", "x", "--on", "2026-07-31", "--as-decided")[0] == 1
    scenario = "name: Thử mức mới\nfrom: 2026-08\nto: 2026-09\nparameters: {NQ04.income.target: 1600000}\n"
    status, said = run("law", "what-if", written(tmp_path, scenario))
    assert (status, "Thử mức mới" in said, village in said) == (0, True, True)
    status, said = run("law", "what-if", written(tmp_path, "name: Thử"))
    assert (status, "Kịch bản" in said) == (1, True)
    assert run("law", "what-if", written(tmp_path, scenario), "--commune", "khong-co")[0] == 1
