"""The posting through the pages: photos as proof, the day it came down; objections hold back one person."""

from __future__ import annotations

import pytest
from sqlmodel import select

from models.cycles import Case
from models.eligibility import Posting, PostingPhoto
from rules.workflow import CaseStatus, Role, Step
from tests.web.conftest import World
from tests.web.quarter import Quarter, begin, july

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
def reach() -> Step:
    return Step.eligibility


@pytest.fixture
def quarter(world: World) -> Quarter:
    made = begin(world)
    made.cross_check()
    return made


def _post(quarter: Quarter) -> int:
    """Proposed, signed by two, posted from 14/07; returns the posting's number."""
    quarter.economy.get("/eligibility")
    quarter.economy.post(f"/eligibility/{quarter.cycle_id}/propose-all")
    quarter.go_to(july(14))
    quarter.economy.get("/eligibility")
    minutes = {"held_on": "14/07/2026", "place": "Hội trường UBND", "conclusion": "Thống nhất"}
    quarter.economy.post(f"/eligibility/{quarter.cycle_id}/minutes", **minutes)  # type: ignore[arg-type]
    quarter.economy.post(f"/eligibility/{quarter.cycle_id}/minutes/sign")
    quarter.culture.get("/eligibility")
    quarter.culture.post(f"/eligibility/{quarter.cycle_id}/minutes/sign")
    quarter.economy.post(
        f"/eligibility/{quarter.cycle_id}/posting", starts_on="14/07/2026", posting_place="Nhà văn hóa thôn"
    )
    with quarter.world.session() as session:
        return session.exec(select(Posting)).one().key


def _photo(content: bytes = PNG) -> dict[str, tuple[str, bytes, str]]:
    return {"file": ("anh.png", content, "image/png")}


def test_a_village_head_shows_the_own_board_and_nobody_elses(quarter: Quarter) -> None:
    number = _post(quarter)
    here = quarter.world.here
    head = quarter.world.role(Role.village_head)
    page = head.get("/posting")
    assert "Chưa có ảnh nào" in page.words
    own, other = here.villages[0].key, here.villages[1].key
    url = f"/posting/{number}/photos"
    for _ in range(2):
        page = head.post(url, files=_photo(), village_id=own, taken_on="14/07/2026")
    assert "Ảnh chụp nơi niêm yết (1)" in page.words
    head.post(url, status=403, files=_photo(PNG + b"1"), village_id=other, taken_on="14/07/2026")
    head.post(url, status=422, files=_photo(b"MZ-not-a-photo"), village_id=own, taken_on="14/07/2026")
    head.post(url, status=422, files=_photo(PNG + b"2"), village_id=own, taken_on="01/07/2026")
    with quarter.world.session() as session:
        photo = session.exec(select(PostingPhoto)).one()
    shown = head.client.get(f"/posting/photos/{photo.key}")
    assert (shown.status_code, shown.content) == (200, PNG)
    assert quarter.world.browser(here.heads[1]).client.get(f"/posting/photos/{photo.key}").status_code == 404


def test_each_thon_has_the_list_to_hang_and_the_words_to_read_out(quarter: Quarter) -> None:
    _post(quarter)
    for place in (0, 1):
        head = quarter.world.browser(quarter.world.here.heads[place])
        page = head.get("/posting")
        assert "Thông báo niêm yết Quý III/2026" in page.words
        assert "Bản tin phát thanh niêm yết Quý III/2026" in page.words
        assert "Thông báo niêm yết Quý III/2026" in head.get("/documents").words
    theirs = quarter.world.role(Role.village_head, quarter.world.there)
    assert "Thông báo niêm yết Quý III/2026" not in theirs.get("/documents").words


def test_a_list_taken_down_too_early_is_posted_anew(quarter: Quarter) -> None:
    _post(quarter)
    url = f"/posting/{quarter.cycle_id}/take-down"
    quarter.economy.get("/posting")
    refused = quarter.economy.post(url, status=422, taken_down_on="14/07/2026")
    assert any("phải ghi lý do" in sentence for sentence in refused.errors)
    page = quarter.economy.post(url, taken_down_on="14/07/2026", taken_down_note="In nhầm một dòng")
    assert "bị gỡ sớm, phải niêm yết lại" in page.words
    quarter.economy.post(url, status=409, taken_down_on="14/07/2026", taken_down_note="lần nữa")
    again = quarter.economy.get("/eligibility")
    assert f"/eligibility/{quarter.cycle_id}/posting" in again.actions()


def test_after_its_window_the_day_it_came_down_closes_the_file(quarter: Quarter) -> None:
    _post(quarter)
    quarter.go_to(july(22))
    asked = "Đã hết thời gian niêm yết, chờ ghi ngày gỡ"
    for office in (quarter.economy, quarter.culture):
        assert asked in office.get("/").words
    assert asked not in quarter.world.role(Role.media).get("/").words
    quarter.economy.get("/posting")
    page = quarter.economy.post(f"/posting/{quarter.cycle_id}/take-down", taken_down_on="22/07/2026")
    assert "Gỡ niêm yết ngày 22/07/2026" in page.words
    assert "phải niêm yết lại" not in page.words
    assert asked not in quarter.economy.get("/").words


def test_one_press_holds_back_whom_an_objection_is_about_and_nobody_else(quarter: Quarter) -> None:
    _post(quarter)
    said = {"kind": "PHAN_ANH", "content": "Đề nghị xem lại", "received_on": "14/07/2026"}
    quarter.economy.get("/feedback")
    quarter.economy.post("/feedback", case_id=quarter.cases[0], **said)
    page = quarter.economy.get("/eligibility")
    assert "1 hồ sơ đang có ý kiến" in page.words
    page = quarter.economy.post(f"/eligibility/{quarter.cycle_id}/objected-aside")
    assert "đang có ý kiến" not in page.words.replace("hồ sơ đang có ý kiến; các hồ sơ khác đi tiếp", "")
    with quarter.world.session() as session:
        states = [session.get_one(Case, number).status for number in quarter.cases]
    assert states == [CaseStatus.SET_ASIDE, CaseStatus.PROPOSED, CaseStatus.PROPOSED]


def test_the_dossier_tells_the_whole_history_in_words(quarter: Quarter) -> None:
    _post(quarter)
    said = {"kind": "PHAN_ANH", "content": "Đề nghị xem lại", "received_on": "14/07/2026"}
    quarter.economy.get("/feedback")
    quarter.economy.post("/feedback", case_id=quarter.cases[0], **said)
    page = quarter.economy.get(f"/eligibility/cases/{quarter.cases[0]}")
    assert "Nhận ý kiến về hồ sơ" in page.words
    assert "Đề xuất" in page.words
    assert "receive_feedback" not in page.text
