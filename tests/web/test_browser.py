"""A village head on a phone: hands in a list with mistakes, sees which cells are wrong, hands in the corrected one."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Page, sync_playwright
from sqlmodel import select

from models.lists import VillageList
from models.staff import Account
from rules.workflow import ListState
from services import lists
from tests import factories
from tests.web.conftest import PASSWORD, World
from tests.web.workbooks import person, village_list

PHONE = {"width": 360, "height": 740}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """The product served on a free port of this machine."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(world.app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    for _ in range(200):
        if server.started:
            break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def phone(chromium: str, address: str) -> Iterator[Page]:
    """A page of a narrow screen, at the product's first page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_page(viewport=PHONE, locale="vi-VN")  # type: ignore[arg-type]
        page.goto(address)
        yield page
        browser.close()


def _fits(page: Page) -> bool:
    """Nothing but tables in their own scroll area is wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


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
    assert _fits(phone)
    phone.get_by_role("link", name="Danh sách thôn chờ nộp").click()
    assert _fits(phone)
    phone.get_by_role("link", name=world.here.villages[0].name).click()
    assert _fits(phone)
    phone.get_by_label("Tệp danh sách").set_input_files(bad)
    phone.get_by_role("button", name="Gửi danh sách").click()
    phone.get_by_role("heading", name="Kết quả đọc tệp").wait_for()
    assert _fits(phone)
    assert phone.get_by_role("rowheader", name="D5").is_visible()
    with phone.expect_download() as marked:
        phone.get_by_role("link", name="Tải bản đã đánh dấu ô sai").click()
    assert marked.value.suggested_filename == "can-sua-danh-sach.xlsx"
    phone.get_by_label("Tệp danh sách đã sửa").set_input_files(good)
    phone.get_by_role("button", name="Gửi lại").click()
    phone.get_by_text("Lỗi phải sửa").wait_for()
    assert phone.get_by_role("rowheader", name="D5").count() == 0
    with world.session() as session:
        asked = session.exec(select(VillageList).where(VillageList.village_id == world.here.villages[0].key)).one()
        assert (asked.state, asked.row_count, asked.error_count) == (ListState.RETURNED, 2, 0)
