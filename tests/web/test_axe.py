"""axe-core finds no serious or critical issue (WCAG 2.1 AA) on any page that any role can reach."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from adapters import setup_token
from adapters.settings import get_settings
from tests import shared
from tests.web import walk_pages
from tests.web.conftest import SilentEngine
from tests.web.walk import ARGUMENTS, DESK, PHONE, Office, serving
from web.app import create_app
from web.registry import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
FILES = ("/file", "/pdf", "/files/{paper_id:int}", "/photos/{photo_id:int}", "/export", "/marked", "/signed")
"""How addresses end that give a file, not a page."""
WHILE_OPEN = {"/lists/{list_id:int}/form", "/lists/form/{entry_id:int}"}
"""Pages that close with the thôn's list: test_walk looks at them while it is open."""


@pytest.fixture
def played(tmp_path: Path) -> Path:
    """The demonstration's data after its last scene."""
    return shutil.copytree(shared.demonstration(), tmp_path / "demonstration")


@pytest.fixture
def office(played: Path, chromium: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The commune after the demonstration, served."""
    for name, value in walk_pages.demonstration_settings(played).items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    app = create_app(get_settings(), flows=SilentEngine())
    with serving(app) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield Office(address, browser)
        browser.close()
    app.state.engine.dispose()
    get_settings.cache_clear()


def test_no_page_of_any_role_has_a_grave_issue(office: Office) -> None:
    issues: list[str] = []
    seen: set[str] = set()
    for username, also in walk_pages.PEOPLE.items():
        with office.visit(username) as page:
            for pattern in walk_pages.tour(page, office.address, also=also, known=seen):
                seen.add(pattern)
                issues += walk_pages.grave_issues(page)
            page.goto(office.address)
            if page.viewport_size == PHONE:
                page.get_by_text("An Sinh", exact=True).locator("visible=true").first.click()
                page.get_by_role("link", name="Danh sách thôn").locator("visible=true").first.wait_for()
                issues += walk_pages.grave_issues(page)
    assert not issues, "\n".join(sorted(set(issues)))
    pages = {page.path for page in PAGES if page.method == "GET" and page.roles}
    missed = {path for path in pages - seen - WHILE_OPEN if not path.endswith(FILES)}
    assert not missed, f"no link leads to {sorted(missed)}"


def test_pages_before_the_sign_in_have_no_grave_issue(office: Office, played: Path) -> None:
    (played / setup_token.FILE).write_text("ma-khoi-tao", encoding="ascii")
    issues = []
    for size in (PHONE, DESK):
        issues += _outside(office.browser, office.address, size)
    (played / setup_token.FILE).unlink()
    assert not issues, "\n".join(sorted(set(issues)))


def _outside(browser: Browser, address: str, size: dict[str, int]) -> list[str]:
    page = browser.new_context(viewport=size, locale="vi-VN").new_page()  # type: ignore[arg-type]
    issues = []
    public = [page.path for page in PAGES if page.method == "GET" and not page.roles and "{" not in page.path]
    for path in (*public, "/no-such-page", "/setup?token=ma-khoi-tao&province=31", "/setup?token=sai"):
        page.goto(address + path)
        issues += walk_pages.grave_issues(page)
    page.goto(f"{address}/sign-in")
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("alert").wait_for()
    issues += walk_pages.grave_issues(page)
    page.context.close()
    return issues
