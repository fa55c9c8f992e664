"""The office as a browser meets it: the product on a free port, its clock, and each person's own browser window."""

from __future__ import annotations

import copy
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Locator, Page
from sqlalchemy import Engine
from sqlmodel import Session

from adapters import clock
from adapters.settings import get_settings
from cli.demo import world as demo_world
from cli.demo.play import FIRST_MOMENT
from tasks import session as task_session
from tests.web.conftest import SilentEngine
from web.app import create_app

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
THON = ("TM01", "TM02", "TM11")
PATIENCE = 20_000


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The product on a free port of this machine; gives its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    for _ in range(200):
        if server.started:
            break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


def small_commune(patch: pytest.MonkeyPatch, engine: Engine, url: str, folder: Path) -> FastAPI:
    """The product on ``engine`` with the demonstration's officers, its law, and three of its thôn.

    The machine's steps find the same database, files and clock through the settings.
    """
    patch.setenv("ANSINH_MODE", "demo")
    patch.setenv("ANSINH_DATA_DIR", str(folder))
    patch.setenv("ANSINH_DATABASE_URL", url)
    patch.setenv("ANSINH_DEMO_CLOCK", str(folder / "clock"))
    get_settings.cache_clear()
    patch.setattr(task_session, "engine", lambda: engine)
    script = copy.deepcopy(dict(demo_world.script()))
    script["villages"] = [village for village in script["villages"] if village["code"] in THON]
    patch.setattr(demo_world, "script", lambda: script)
    clock.set_demo_clock(folder / "clock", FIRST_MOMENT)
    with Session(engine, expire_on_commit=False) as session:
        demo_world.build(session, now=FIRST_MOMENT)
        session.commit()
    return create_app(get_settings(), engine, SilentEngine())


@dataclass
class Office:
    """People of the commune, each with a browser window of their own; ``looks`` are made at every page of an act."""

    address: str
    browser: Browser
    password: str = demo_world.PASSWORD
    looks: Sequence[Callable[[Page], None]] = ()
    windows: dict[str, Page] = field(default_factory=dict)

    def at(self, moment: datetime) -> None:
        """Let the product's clock say this moment."""
        place = get_settings().demo_clock
        assert place is not None
        clock.set_demo_clock(place, moment)

    def window(self, username: str) -> Page:
        """This person's own window: a phone for village heads, a desk for the others."""
        if username not in self.windows:
            size = PHONE if username.startswith("truongthon") else DESK
            context = self.browser.new_context(viewport=size, locale="vi-VN")  # type: ignore[arg-type]
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            self.windows[username] = page
        return self.windows[username]

    @contextmanager
    def visit(self, username: str) -> Iterator[Page]:
        """This person signs in, acts, and signs out again."""
        page = self.window(username)
        sign_in(page, self.address, username, self.password)
        yield page
        open_menu(page)
        page.get_by_role("button", name="Đăng xuất").click()
        page.get_by_role("heading", name="Đăng nhập").wait_for()

    def look(self, page: Page) -> None:
        """Look closely at the page as it stands."""
        for each in self.looks:
            each(page)

    def go(self, page: Page, entry: str) -> None:
        """Open a page by its menu entry."""
        open_menu(page)
        menu = page.get_by_role("navigation", name="Chức năng")
        menu.get_by_role("link", name=re.compile(rf"^\s*{re.escape(entry)}")).click()
        page.locator("nav a[aria-current=page]", has_text=entry).first.wait_for(state="attached")
        self.look(page)

    def press(self, inside: Page | Locator, button: str, then: str) -> None:
        """Press a button; the page that comes must say ``then``."""
        page = inside if isinstance(inside, Page) else inside.page
        inside.get_by_role("button", name=button, exact=True).click()
        page.get_by_text(then).first.wait_for()
        self.look(page)


def sign_in(page: Page, address: str, username: str, password: str) -> None:
    """Come in by the front door."""
    page.goto(f"{address}/sign-in")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()
    signed_in(page)


def signed_in(page: Page) -> None:
    """Wait until the page is one of somebody who has signed in."""
    page.locator("form[action='/sign-out']").first.wait_for(state="attached")


def open_menu(page: Page) -> None:
    """On a phone the menu, one's account and the way out stand behind one button."""
    closed = page.locator("details.pocket:not([open]) > summary")
    if closed.is_visible():
        closed.click()


def panel(page: Page, heading: str) -> Locator:
    """The part of the page under this heading."""
    return page.get_by_role("region", name=re.compile(re.escape(heading)))


def download(page: Page, link: str | re.Pattern[str]) -> tuple[str, bytes]:
    """Name and content of the file behind a link."""
    with page.expect_download() as given:
        page.get_by_role("link", name=link).first.click()
    return given.value.suggested_filename, Path(given.value.path()).read_bytes()


def fits(page: Page) -> bool:
    """Nothing but tables in their own scroll area is wider than the screen."""
    page.wait_for_function("document.readyState === 'complete'")
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
