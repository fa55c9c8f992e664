"""A village head on a phone: hands in a list with mistakes, sees which cells are wrong, hands in the corrected one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, sync_playwright
from sqlmodel import select

from models.lists import VillageList
from models.staff import Account
from rules.workflow import ListState
from services import lists
from tests import factories
from tests.web.conftest import PASSWORD, World
from tests.web.walk import ARGUMENTS, PHONE, fits, serving
from tests.web.workbooks import person, village_list


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """The product of this test's world, served."""
    with serving(world.app) as place:
        yield place


@pytest.fixture
def phone(chromium: str, address: str) -> Iterator[Page]:
    """A page of a narrow screen, at the product's first page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_page(viewport=PHONE, locale="vi-VN")  # type: ignore[arg-type]
        page.goto(address)
        yield page
        browser.close()


def _fits_with(page: Page, landmark: Locator) -> bool:
    """The page that holds the landmark has come, and is no wider than the screen."""
    landmark.wait_for()
    return fits(page)


@pytest.mark.browser
def test_a_village_head_corrects_the_list_on_a_phone(world: World, phone: Page, tmp_path: Path) -> None:
    with world.session() as session:
        cycle = session.merge(world.here.cycle)
        lists.STEP.work(session, cycle, lists.STEP.pending(session, cycle, factories.NOW), factories.NOW)
        username = session.get_one(Account, world.here.heads[0].person_id).username
        session.commit()
    bad, good = tmp_path / "danh-sach.xlsx", tmp_path / "danh-sach-da-sua.xlsx"
    bad.write_bytes(village_list(person(1), person(2, birth="31/02/1950")))
    good.write_bytes(village_list(person(1), person(2)))

    phone.get_by_label("Tên đăng nhập").fill(username)
    phone.get_by_label("Mật khẩu").fill(PASSWORD)
    phone.get_by_role("button", name="Đăng nhập").click()
    link = phone.get_by_role("link", name="Danh sách thôn chờ nộp")
    assert _fits_with(phone, link)
    link.click()
    file = phone.get_by_label("Tệp danh sách")
    assert _fits_with(phone, file)
    file.set_input_files(bad)
    phone.get_by_role("button", name="Gửi danh sách").click()
    assert _fits_with(phone, phone.get_by_role("heading", name="Kết quả đọc tệp"))
    assert phone.get_by_role("rowheader", name="D5").is_visible()
    with phone.expect_download() as marked:
        phone.get_by_role("link", name="Tải bản đã đánh dấu ô sai").click()
    assert marked.value.suggested_filename == "can-sua-danh-sach.xlsx"
    phone.get_by_label("Tệp danh sách đã sửa").set_input_files(good)
    phone.get_by_role("button", name="Gửi lại").click()
    phone.get_by_text("Thôn đã nộp xong danh sách").wait_for()
    assert phone.get_by_role("rowheader", name="D5").count() == 0
    with world.session() as session:
        asked = session.exec(select(VillageList).where(VillageList.village_id == world.here.villages[0].key)).one()
        assert (asked.state, asked.row_count, asked.error_count) == (ListState.RETURNED, 2, 0)
