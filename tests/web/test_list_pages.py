"""Every list is searched, filtered, sorted, cut into pages and taken out, and none of these tells what is hidden."""

from __future__ import annotations

import io
import re
from datetime import date, datetime, timedelta

import openpyxl
import pytest
from sqlmodel import select

from adapters.clock import VIETNAM
from models.changes import LifeEvent
from models.lists import ListFile, ListRow, VillageList
from models.payment import PaymentList
from models.places import Village
from models.runs import Run
from models.staff import Account, Mandate
from rules.workflow import PaymentListState, Role
from tests import factories
from tests.factories import NOW, TODAY, save
from tests.web.conftest import Browser, World
from tests.web.everything import Everything
from tests.web.page import Page
from web.pages import load_all
from web.registry import PAGES

load_all()
EXPORTED = {page.path.removesuffix("/export"): page for page in PAGES if page.path.endswith("/export")}
NO_LISTS = {
    "/payment/open": "four lists of what waits, taken out as one",
    "/law": "takes out the values themselves, as a file that another commune reads",
    "/law/diseases": "takes out the list to be completed from the annex",
    "/budget": "twelve months and the thôn of one year",
    "/households": "counts of twelve months and of the thôn",
}
"""Pages with an export that are not a list of records."""
LISTS = sorted(EXPORTED.keys() - NO_LISTS)
WITHOUT_WORDS = {"/payment": "a month is found by its year", "/runs/history": "a run by its work, result and day"}
LOOKERS = (Role.economy, Role.health_station, Role.admin)


def _looker(path: str) -> Role:
    return next(role for role in LOOKERS if role in EXPORTED[path].roles)


def _filled(world: World) -> dict[str, int]:
    """A row in every list, and more than a phone shows at once where a thôn's own short list needs no questions."""
    with world.session() as session:
        rows = Everything(session, world.here, world.settings, "Ở Đây").rows()
        file = session.exec(select(ListFile)).one()
        asked = {"cycle_id": world.here.cycle.key, "requested_at": NOW, "due_on": TODAY}
        for number in range(2, 14):
            village = factories.create_village(session, world.here.commune)
            save(session, VillageList(village_id=village.key, commune_id=world.here.commune.key, **asked))
            person = factories.create_person(session, world.here.villages[0])
            named = {"list_file_id": file.key, "sheet": "A", "row_number": number, "person_id": person.key}
            save(session, ListRow(stated={}, **named))
        session.commit()
    return rows


def _address(path: str, rows: dict[str, int]) -> str:
    return re.sub(r"\{(\w+):int\}", lambda found: str(rows[f"/{path.split('/')[1]} {found[1]}"]), path)


def _names(page: Page) -> set[str]:
    fields = [*page.root.iter("input"), *page.root.iter("select")]
    return {field.attrib["name"] for field in fields if "name" in field.attrib}


def _rows(browser: Browser, path: str) -> list[list[str]]:
    """The rows of an export as text, its own numbering left out."""
    sheet = openpyxl.load_workbook(io.BytesIO(browser.get(path).content)).worksheets[0]
    rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    return [row[1:] for row in rows if row[0].isdigit()]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_searched_sorted_cut_into_pages_and_taken_out(world: World, path: str) -> None:
    rows = _filled(world)
    place = _address(path, rows)
    page = world.role(_looker(path)).get(f"{place}?sort=name&page=1")
    asked = _names(page)
    assert "sort" in asked, "an order to choose"
    assert "q" in asked or path in WITHOUT_WORDS, "words to search by"
    links = [link for link in page.links if link.startswith(f"{place}/export")]
    has_rows = page.root.findall(".//tbody/tr/th[@scope='row']")
    assert links or not has_rows, "what is listed can be taken out"
    assert all("sort=name" in link for link in links), "as it was asked for"


@pytest.fixture
def months(world: World) -> None:
    """Sixty months of paying, all but the newest closed."""
    with world.session() as session:
        for number in range(60):
            year, month = 2021 + (number + 6) // 12, (number + 6) % 12 + 1
            state = PaymentListState.DRAFT if number == 59 else PaymentListState.CLOSED
            made = {"built_at": NOW, "due_on": TODAY + timedelta(days=number), "state": state}
            sums = {"people": number, "total": (60 - number) * 1_000_000}
            commune = world.here.commune.key
            save(session, PaymentList(commune_id=commune, month=f"{year}-{month:02d}", **made, **sums))
        session.commit()


@pytest.mark.usefixtures("months")
def test_months_are_found_by_year_and_state_newest_first_fifty_at_a_time(world: World) -> None:
    economy = world.role(Role.economy)
    page = economy.get("/payment")
    assert "Trang 1 / 2 · 60 dòng" in page.words
    assert page.words.index("06/2026") < page.words.index("05/2026")
    assert "12 tháng" in economy.get("/payment?year=2025").words
    assert "1 tháng" in economy.get("/payment?state=DRAFT").words
    assert [row[0] for row in _rows(economy, "/payment/export?year=2021&sort=total")][:2] == ["07/2021", "08/2021"]


@pytest.mark.usefixtures("months")
def test_no_order_and_no_export_tells_a_village_head_the_sums(world: World) -> None:
    head = world.role(Role.village_head)
    page = head.get("/payment?sort=total")
    assert "Tổng tiền" not in page.words
    assert page.words.index("06/2026") < page.words.index("05/2026"), "the order of sums would tell them"
    rows = _rows(head, "/payment/export?sort=total")
    assert rows[0][0] == "06/2026"
    assert not [row for row in rows if any("000000" in cell for cell in row)]


def _staff(world: World, name: str, *, ended: bool = False) -> None:
    with world.session() as session:
        username = f"nguoi{len(session.exec(select(Account)).all())}"
        account = save(session, Account(username=username, full_name=name, created_at=NOW))
        held = {"commune_id": world.here.commune.key, "valid_from": TODAY - timedelta(days=90), "reference": "12/QĐ"}
        end = TODAY - timedelta(days=1) if ended else None
        save(session, Mandate(account_id=account.key, role=Role.culture, valid_to=end, **held))
        session.commit()


def test_staff_are_found_without_tone_marks_by_role_and_by_whether_they_still_work(world: World) -> None:
    for name, ended in (("Thử Văn Đượm", False), ("Thử Thị Ấm", False), ("Thử Thị Ân", True)):
        _staff(world, name, ended=ended)
    admin = world.role(Role.admin)
    assert "1 người" in admin.get("/staff?q=duom").words
    assert [row[0] for row in _rows(admin, "/staff/export?q=thu+thi&sort=name")] == ["Thử Thị Ấm", "Thử Thị Ân"]
    assert [row[0] for row in _rows(admin, "/staff/export?q=thu+thi&state=ended")] == ["Thử Thị Ân"]
    assert "Phòng Văn hóa - Xã hội" in _rows(admin, "/staff/export?q=duom")[0][3]
    assert "0 người" in admin.get("/staff?q=duom&role=front").words


def test_villages_are_found_without_tone_marks_and_by_area(world: World) -> None:
    with world.session() as session:
        made = {"commune_id": world.here.commune.key, "area_reference": "5/QĐ-UBND"}
        save(session, Village(code="T88", name="Phố Đảo Ngọc", area="THANH_THI", **made))
        session.commit()
    admin = world.role(Role.admin)
    assert "1 thôn" in admin.get("/villages?q=dao+ngoc").words
    assert [row[:3] for row in _rows(admin, "/villages/export?area=THANH_THI")] == [
        ["T88", "Phố Đảo Ngọc", "Thành thị"]
    ]


def test_changes_wait_first_are_found_by_name_and_stay_in_the_own_thon(world: World) -> None:
    with world.session() as session:
        told = {"commune_id": world.here.commune.key, "reported_by": world.here[Role.economy].person_id}
        for place, (name, state) in enumerate((("Thử Thị Đượm", "NOTED"), ("Thử Văn Ấm", "WAITING"))):
            person = factories.create_person(session, world.here.villages[place], full_name=name)
            happened = {"reason": "MOVED_AWAY", "happened_on": date(2026, 7, 1), "recorded_at": NOW}
            save(session, LifeEvent(person_id=person.key, state=state, **happened, **told))
        session.commit()
    economy = world.role(Role.economy)
    words = economy.get("/changes").words
    assert words.index("Thử Văn Ấm") < words.index("Thử Thị Đượm"), "what waits comes first"
    assert "1 biến động" in economy.get("/changes?q=duom").words
    assert [row[0] for row in _rows(economy, "/changes/export?state=WAITING")] == ["Thử Văn Ấm"]
    assert [row[0] for row in _rows(world.role(Role.village_head), "/changes/export")] == ["Thử Thị Đượm"]
    assert "Thử Văn Ấm" not in world.role(Role.village_head).get("/changes/people").words


def test_runs_are_found_by_work_result_and_day_each_commune_its_own(world: World) -> None:
    with world.session() as session:
        for office, flow, outcome, day in (
            (world.here, "monthly-payment", "FAILED", 5),
            (world.here, "quarterly-cycle", "DONE", 6),
            (world.there, "monthly-payment", "FAILED", 5),
        ):
            at = datetime(2026, 7, day, 23, 30, tzinfo=VIETNAM)
            ran = {"started_by": "schedule", "started_at": at, "beat_at": at, "outcome": outcome}
            save(session, Run(commune_id=office.commune.key, flow=flow, message="Hỏng", **ran))
        session.commit()
    economy = world.role(Role.economy)
    assert "2 lượt chạy" in economy.get("/runs/history").words
    assert "1 lượt chạy" in economy.get("/runs/history?day=05/07/2026").words
    assert "2 lượt chạy" in economy.get("/runs/history?day=45/07").words, "what is no day filters nothing"
    rows = _rows(economy, "/runs/history/export?outcome=FAILED")
    assert [(row[1], row[8]) for row in rows] == [("Chi trả hằng tháng", "Lỗi")]


def test_the_menu_shows_where_one_is_and_nothing_where_no_entry_leads(world: World) -> None:
    economy = world.role(Role.economy)
    for path, entry in (
        ("/", "Việc cần làm"),
        ("/register", "Văn bản"),
        ("/changes/people", "Biến động"),
        ("/help", ""),
    ):
        marked = [link for link in economy.get(path).root.iter("a") if link.attrib.get("aria-current") == "page"]
        assert {"".join(link.itertext()) for link in marked} == ({entry} if entry else set()), path
