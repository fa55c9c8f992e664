"""Two communes with all nine roles, and a browser for each person that checks every page it is given."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session, select

from adapters import clock
from adapters.orchestrator import PlannedRun
from adapters.secrets import hash_password
from adapters.settings import Settings, get_settings
from models.staff import Account
from rules.workflow import Role, Step
from services.staff import Actor
from tests import demo_values, factories
from tests.web import page
from tests.web.page import Page
from web import access
from web.app import create_app

with warnings.catch_warnings():  # its client is the one that the other parts of the product use too
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

PASSWORD = "mat-khau-thu-nghiem"


@dataclass
class SilentEngine:
    """Remembers what was asked of it; ``broken`` makes it answer nothing at all."""

    asked: list[tuple[int, str]] = field(default_factory=list)
    broken: bool = False

    def go_on(self, cycle_id: int, key: str) -> None:
        if self.broken:
            raise ConnectionError("engine is down")
        self.asked.append((cycle_id, key))

    def planned(self) -> Sequence[PlannedRun]:
        if self.broken:
            raise ConnectionError("engine is down")
        return [PlannedRun("tick", factories.NOW)]

    def run_url(self, engine_run_id: str) -> str:
        return f"http://127.0.0.1:1/runs/flow-run/{engine_run_id}"


class Browser:
    """One person's browser. Every page it fetches is checked; forms are sent with the token of the last page."""

    loop: ClassVar[BlockingPortal | None] = None
    """Where all browsers are answered; without it the client starts an event loop for each request."""

    def __init__(self, app: FastAPI) -> None:
        self.client = TestClient(app, follow_redirects=False)
        self.client.portal = self.loop
        self._csrf: str | None = ""
        self.sign_in: Callable[[Browser], None] | None = None

    @property
    def csrf(self) -> str:
        """The token of the last page; somebody who has just come in finds it on their own page."""
        if self._csrf is None:
            self.get("/account")
        return self._csrf or ""

    def come_in(self, cookie: str, token: str) -> None:
        """Hold the cookie of a session that was opened without the form."""
        self.client.cookies.set(cookie, token)
        self._csrf = None

    def get(self, path: str, status: int = 200) -> Page:
        """Fetch a page and expect its status; redirects are not followed."""
        return self._seen(self.client.get(path), status)

    def post(self, path: str, status: int = 303, files: dict[str, Any] | None = None, **fields: Any) -> Page:
        """Send a form, the token included; follows the redirect of an act that was done."""
        values = {name: str(value) for name, value in fields.items()}
        sent = self._seen(self.client.post(path, data={"csrf": self.csrf} | values, files=files), status)
        return self.get(sent.headers["location"]) if sent.status == 303 else sent

    def hand_in(self, path: str, files: dict[str, Any]) -> Page:
        """Send a result file, be shown what it would do, confirm that."""
        shown = self.post(f"{path}/preview", status=200, files=files)
        return self.post(f"{path}/confirm", **shown.hidden)

    def renew(self) -> None:
        """Sign in again after the clock went on."""
        assert self.sign_in is not None
        self.sign_in(self)

    def _seen(self, response: Any, status: int) -> Page:
        got = page.read(response)
        shown = got.words[:600] if got.tree is not None else ""
        assert got.status == status, f"{response.request.method} {got.url}: {got.status}, not {status}. {shown}"
        if got.tree is not None:
            self._csrf = got.csrf or self._csrf
        return got


@dataclass
class World:
    """The application with two communes; ``here`` is worked in, ``there`` is the other one."""

    app: FastAPI
    engine: Engine
    settings: Settings
    flows: SilentEngine
    here: factories.Office
    there: factories.Office
    clock_file: Path

    def at(self, moment: datetime) -> None:
        """Let the product's clock say this moment."""
        clock.set_demo_clock(self.clock_file, moment)

    def browser(self, actor: Actor | None = None) -> Browser:
        """A browser, signed in as this person without going through the form."""
        made = Browser(self.app)
        if actor is not None:
            made.sign_in = lambda browser: self._open_session(browser, actor)
            made.renew()
        return made

    def _open_session(self, browser: Browser, actor: Actor) -> None:
        with self.session() as session:
            account = session.get_one(Account, actor.person_id)
            token = access.open_session(session, account, self.settings, clock.now())
            session.commit()
        browser.come_in(self.settings.session_cookie, token)

    def role(self, role: Role, office: factories.Office | None = None) -> Browser:
        """A browser of the person who holds this role (for village heads: the first)."""
        place = office or self.here
        return self.browser(place.heads[0] if role is Role.village_head else place[role])

    def adopt_demo_law(self) -> None:
        """The demonstration values of ``demo/law.yaml``, proposed and confirmed by two officers."""
        with self.session() as session:
            demo_values.adopt(session, self.here)
            session.commit()

    def session(self) -> Session:
        """A session on the database, to arrange or to look."""
        return Session(self.engine, expire_on_commit=False)


@pytest.fixture(scope="session")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def reach() -> Step:
    """The step at which the cycles stand; a test file may override it."""
    return Step.lists


@pytest.fixture(scope="session")
def one_loop() -> Iterator[None]:
    """One event loop for every browser of this process."""
    with start_blocking_portal("asyncio") as Browser.loop:
        yield
    Browser.loop = None


@pytest.fixture
def world(
    one_loop: None,
    sqlite_engine: Engine,
    data_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    password_hash: str,
    reach: Step,
) -> Iterator[World]:
    """The product on a fresh database, at 9 o'clock on 06/07/2026."""
    clock_file = data_dir / "clock"
    monkeypatch.setenv("ANSINH_DEMO_CLOCK", str(clock_file))
    get_settings.cache_clear()
    clock.set_demo_clock(clock_file, factories.NOW)
    with Session(sqlite_engine, expire_on_commit=False) as session:
        here, there = (factories.create_office(session, reach=reach, is_demo=True) for _ in range(2))
        for account in session.exec(select(Account)):
            account.password_hash = password_hash
        session.commit()
    flows = SilentEngine()
    settings = get_settings()
    yield World(create_app(settings, sqlite_engine, flows), sqlite_engine, settings, flows, here, there, clock_file)
    get_settings.cache_clear()


@pytest.fixture
def as_role(world: World) -> Callable[[Role], Browser]:
    """A signed-in browser by role, in the commune worked in."""
    return world.role
