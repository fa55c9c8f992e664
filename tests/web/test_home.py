"""The first page names what waits for this person, until when, and leads to where it is done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from models.cycles import Cycle
from models.eligibility import Posting
from models.lists import ListFile, ListRow, VillageList
from rules.workflow import ListState, Role, Step
from services import lists
from tests import factories
from tests.factories import NOW, TODAY, save
from tests.web.conftest import Browser, World
from tests.web.quarter import Quarter, begin, july

SIGN, WRITE, POST = "Biên bản họp xét duyệt chờ ký", "Biên bản họp xét duyệt chờ lập", "Danh sách chờ niêm yết"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
def reach(request: pytest.FixtureRequest) -> Step:
    return Step(getattr(request, "param", Step.eligibility))


def _work(browser: Browser) -> str:
    """What stands under "Đang chờ anh/chị"."""
    page = browser.get("/")
    panel = page.root.find(".//section[@aria-labelledby='viec']")
    assert panel is not None
    return " ".join(" ".join(panel.itertext()).split())


def test_each_office_sees_the_one_thing_for_which_the_review_waits_on_it(world: World) -> None:
    quarter = begin(world)
    assert "Danh sách hưởng trợ giúp xã hội chờ nhập 1" in _work(quarter.culture)
    quarter.cross_check()
    quarter.economy.post(f"/eligibility/{quarter.cycle_id}/propose-all")
    assert WRITE in _work(quarter.economy)
    quarter.go_to(july(14))
    minutes = {"held_on": "14/07/2026", "place": "Hội trường UBND", "conclusion": "Thống nhất"}
    quarter.economy.post(f"/eligibility/{quarter.cycle_id}/minutes", **minutes)
    assert SIGN in _work(quarter.economy)
    quarter.economy.post(f"/eligibility/{quarter.cycle_id}/minutes/sign")
    assert SIGN not in _work(quarter.economy)
    assert SIGN in _work(quarter.culture)
    quarter.culture.post(f"/eligibility/{quarter.cycle_id}/minutes/sign")
    assert SIGN not in _work(quarter.culture)
    assert POST in _work(quarter.economy)
    _while_it_hangs(quarter)


def _while_it_hangs(quarter: Quarter) -> None:
    """The thôn is asked for a photo until it sent one, the broadcaster and Mặt trận know until when the list hangs."""
    quarter.economy.post(
        f"/eligibility/{quarter.cycle_id}/posting", starts_on="14/07/2026", posting_place="Nhà văn hóa thôn"
    )
    assert POST not in _work(quarter.economy)
    world = quarter.world
    with world.session() as session:
        posting = session.exec(select(Posting)).one()
    until = f"hạn {posting.ends_on:%d/%m/%Y}"
    for role, words in ((Role.media, "Bản tin niêm yết cần phát"), (Role.front, "Danh sách đang niêm yết")):
        assert words in _work(world.role(role))
        assert until in _work(world.role(role))
    head = world.role(Role.village_head)
    assert "Ảnh bảng niêm yết của thôn chờ chụp, gửi 1" in _work(head)
    village = world.here.villages[0].key
    photo = {"file": ("bang-tin.png", PNG, "image/png")}
    head.post(f"/posting/{posting.key}/photos", files=photo, village_id=village, taken_on="14/07/2026")
    assert "Ảnh bảng niêm yết" not in _work(head)
    quarter.go_to(july(14) + timedelta(days=30))
    assert "Bản tin niêm yết" not in _work(world.role(Role.media))


@pytest.mark.parametrize("reach", [Step.lists], indirect=True)
def test_a_phone_is_led_to_its_only_list_at_once(world: World) -> None:
    with world.session() as session:
        cycle = session.merge(world.here.cycle)
        lists.STEP.work(session, cycle, lists.STEP.pending(session, cycle, NOW), NOW)
        session.commit()
        own = session.exec(select(VillageList).where(VillageList.village_id == world.here.villages[0].key)).one().key
    assert f"/lists/{own}" in world.role(Role.village_head).get("/").links


@pytest.mark.parametrize("reach", [Step.lists], indirect=True)
def test_changes_against_the_quarter_before_wait_for_the_village_head(world: World) -> None:
    village, commune = world.here.villages[0], world.here.commune.key
    with world.session() as session:
        before = save(session, Cycle(commune_id=commune, year=2026, quarter=2, opened_on=TODAY, opened_at=NOW))
        given = {"village_id": village.key, "commune_id": commune, "requested_at": NOW, "due_on": TODAY}
        person = factories.create_person(session, village)
        for cycle_id in (before.key, world.here.cycle.key):
            asked = save(session, VillageList(cycle_id=cycle_id, state=ListState.RETURNED, **given))
            handed = {"file_name": "a.xlsx", "sha256": str(cycle_id), "size": 1, "uploaded_at": NOW}
            uploaded_by = world.here.heads[0].person_id
            file = save(session, ListFile(village_list_id=asked.key, uploaded_by=uploaded_by, **handed))
            save(session, ListRow(list_file_id=file.key, sheet="A", row_number=1, stated={}, person_id=person.key))
        session.commit()
    head = world.role(Role.village_head)
    assert "Thay đổi so với quý trước chờ xác nhận" in _work(head)
    page = head.get(f"/lists/{asked.key}")
    head.post(f"/lists/{asked.key}/diff", sha256=page.hidden["sha256"])
    assert "Thay đổi so với quý trước" not in _work(head)
    assert "Thay đổi so với quý trước" not in _work(world.browser(world.here.heads[1]))
