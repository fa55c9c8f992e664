"""The thôn's list at the counter: good rows kept, wrong cells named, nobody else's list in sight."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from sqlmodel import Session, select

from models.cycles import Case, CycleStep
from models.lists import ListFile, VillageList
from rules.workflow import ListState, Role, Step, StepState
from services import lists
from tests import factories
from tests.web.conftest import World
from tests.web.workbooks import person, upload, village_list

GOOD = village_list(person(1), person(2))
BAD = village_list(person(1), person(2, birth="31/02/1950"), person(3, sex="Nam"))


@pytest.fixture(autouse=True)
def _asked(world: World) -> None:
    """Every thôn of both communes was asked for its list."""
    with world.session() as session:
        for office in (world.here, world.there):
            villages = lists.STEP.pending(session, office.cycle, factories.NOW)
            lists.STEP.work(session, office.cycle, villages, factories.NOW)
        session.commit()


def _list(world: World, place: int = 0, office: factories.Office | None = None) -> VillageList:
    with world.session() as session:
        village = (office or world.here).villages[place]
        return session.exec(select(VillageList).where(VillageList.village_id == village.key)).one()


def _count(session: Session, model: type) -> int:
    return len(session.exec(select(model)).all())


def test_a_bad_list_shows_each_wrong_cell_and_keeps_the_good_rows(world: World) -> None:
    head, asked = world.role(Role.village_head), _list(world)
    head.get(f"/lists/{asked.id}")
    result = head.post(f"/lists/{asked.id}/files", files=upload(BAD))
    assert "Dòng đúng đã giữ 1" in result.words
    cells = [row for row in result.root.iter("tr") if row.find("./th[@data-label='Ô']") is not None]
    said = {"".join(row.find("./th").itertext()): "".join(row.itertext()) for row in cells}  # type: ignore[union-attr]
    assert "D5" in said
    assert any("giới tính" in text.lower() for text in said.values())
    page = head.get(f"/lists/{asked.id}")
    assert factories.invented_name(1) in page.words
    assert factories.invented_name(2) not in page.words
    assert world.flows.asked, "the engine was not asked to go on"


def test_the_marked_copy_colours_the_wrong_cells(world: World) -> None:
    head, asked = world.role(Role.village_head), _list(world)
    head.get(f"/lists/{asked.id}")
    result = head.post(f"/lists/{asked.id}/files", files=upload(BAD))
    link = next(link for link in result.links if link.endswith("/marked"))
    book = openpyxl.load_workbook(io.BytesIO(head.get(link).content))
    assert book["Danh sách"]["D5"].comment is not None


def test_the_same_file_twice_changes_nothing(world: World) -> None:
    head, asked = world.role(Role.village_head), _list(world)
    head.get(f"/lists/{asked.id}")
    head.post(f"/lists/{asked.id}/files", files=upload(GOOD))
    again = head.post(f"/lists/{asked.id}/files", files=upload(GOOD, "ten-khac.xlsx"))
    assert "đã nhận trước đó" in again.words
    with world.session() as session:
        assert (_count(session, ListFile), _count(session, Case)) == (1, 2)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "trong.xlsx"),
        (b"%PDF-1.7 khong phai bang tinh", "danh-sach.pdf"),
        (b"PK\x03\x04 hong", "hong.xlsx"),
        (GOOD[:-400], "cut.xlsx"),
    ],
    ids=["empty", "pdf", "broken", "truncated"],
)
def test_an_unreadable_file_gives_one_sentence_and_changes_nothing(world: World, content: bytes, name: str) -> None:
    head, asked = world.role(Role.village_head), _list(world)
    head.get(f"/lists/{asked.id}")
    page = head.post(f"/lists/{asked.id}/files", status=422, files=upload(content, name))
    assert len(page.errors) == 1
    with world.session() as session:
        assert (_count(session, ListFile), _count(session, Case)) == (0, 0)
    assert not list((world.settings.data_dir / "files").rglob("*")) or not content


def test_a_huge_file_is_refused_before_it_is_read(world: World) -> None:
    head, asked = world.role(Role.village_head), _list(world)
    head.get(f"/lists/{asked.id}")
    object.__setattr__(world.settings, "max_upload_bytes", 1024)
    huge = upload(b"x" * 200_000)
    assert "Tệp lớn hơn mức" in head.post(f"/lists/{asked.id}/files", status=413, files=huge).words


def test_nothing_to_report_needs_a_tick(world: World) -> None:
    head, asked = world.role(Role.village_head), _list(world)
    head.get(f"/lists/{asked.id}")
    refused = head.post(f"/lists/{asked.id}/nothing", status=422)
    assert refused.errors == ["Đánh dấu xác nhận thôn không phát sinh."]
    head.post(f"/lists/{asked.id}/nothing", sure="1")
    assert _list(world).state == ListState.NOTHING


def test_a_village_head_sees_the_own_thon_only(world: World) -> None:
    head = world.role(Role.village_head)
    overview = head.get("/lists")
    assert world.here.villages[0].name in overview.words
    assert world.here.villages[1].name not in overview.words
    for asked in (_list(world, 1), _list(world, 0, world.there)):
        head.get(f"/lists/{asked.id}", status=404)
        head.post(f"/lists/{asked.id}/files", status=404, files=upload(GOOD))
        head.post(f"/lists/{asked.id}/nothing", status=404, sure="1")


def test_phong_kinh_te_extends_closes_and_hands_in_for_a_thon(world: World) -> None:
    economy = world.role(Role.economy)
    first, second = _list(world), _list(world, 1)
    economy.get(f"/lists/{first.id}")
    economy.post(f"/lists/{first.id}/extend", status=422, due_on="31/06/2026")
    economy.post(f"/lists/{first.id}/extend", due_on="31/07/2026")
    assert _list(world).due_on == date(2026, 7, 31)
    economy.post(f"/lists/{first.id}/close", status=422, reason="")
    economy.post(f"/lists/{first.id}/close", reason="Thôn mất liên lạc do bão")
    assert _list(world).state == ListState.CLOSED
    economy.post(f"/lists/{second.id}/files", files=upload(GOOD))
    assert _list(world, 1).state == ListState.RETURNED
    economy.get(f"/lists/{_list(world, 0, world.there).id}", status=404)


def test_what_the_thon_wrote_of_an_illness_is_on_no_page_of_the_offices(world: World) -> None:
    illness = "Giấy ra viện: u ác tính phổi"
    head, asked = world.role(Role.village_head), _list(world)
    head.get(f"/lists/{asked.id}")
    result = head.post(f"/lists/{asked.id}/files", files=upload(village_list(person(1, papers=illness))))
    file_path = result.url.removeprefix("http://testserver")
    for role in (Role.economy, Role.culture, Role.chairman):
        browser = world.role(role)
        for path in (f"/lists/{asked.id}", file_path):
            assert "ác tính" not in browser.get(path).text
        browser.get(f"{file_path}/marked", status=403)


def test_a_list_that_can_no_longer_enter_the_quarter_is_not_asked_for(world: World) -> None:
    head = world.role(Role.village_head)
    path = f"/lists/{_list(world).key}"
    assert f"{path}/files" in head.get(path).actions()
    with world.session() as session:
        query = select(CycleStep).where(CycleStep.cycle_id == world.here.cycle.key, CycleStep.step == Step.health)
        session.exec(query).one().state = StepState.DONE
        session.commit()
    page = head.get(path)
    assert f"{path}/files" not in page.actions()
    assert f"{path}/form" not in page.links
