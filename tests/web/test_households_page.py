"""The page of the plan's aim: how many households are poor, against how many there may be; nobody by name."""

from __future__ import annotations

from datetime import date

from models.people import HouseholdStatusKind
from rules.workflow import Role
from tests import factories
from tests.web.conftest import World
from tests.web.workbooks import read_sheet


def _poor(world: World) -> str:
    with world.session() as session:
        home = factories.create_household(session, world.here.villages[0])
        factories.create_status(session, home, HouseholdStatusKind.NGHEO, valid_from=date(2026, 6, 1))
        session.commit()
        return home.head_name


def test_the_aim_is_kept_until_a_household_is_poor(world: World) -> None:
    front = world.role(Role.front)
    assert "Đang giữ được mục tiêu: 0 hộ nghèo, mục tiêu nhiều nhất 0 hộ" in front.get("/households").words
    name = _poor(world)
    page = front.get("/households")
    assert "Chưa đạt mục tiêu: đang có 1 hộ nghèo" in page.words
    assert "Năm 2026 duy trì không còn hộ nghèo" in page.words
    assert "<svg" in page.text
    assert name not in page.text


def test_the_thon_are_taken_out_as_they_stand_today(world: World) -> None:
    _poor(world)
    rows = read_sheet(world.role(Role.chairman).get("/households/export").content)
    assert [row[1:] for row in rows if row[1] in {village.name for village in world.here.villages}] == [
        [world.here.villages[0].name, 1, 0, 0],
        [world.here.villages[1].name, 0, 0, 0],
    ]


def test_a_year_without_an_aim_says_so(world: World) -> None:
    world.at(factories.NOW.replace(year=2027))
    browser = world.role(Role.economy)
    browser.renew()
    assert "Kế hoạch không nêu mục tiêu" in browser.get("/households").words
