"""Who gets in, how far, and for how long."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.staff import Account, SignIn, SignInAttempt
from rules.workflow import Role
from tests import factories
from tests.web.conftest import PASSWORD, World
from web import menu
from web.pages import load_all
from web.registry import PAGES, STAFF, Page, Scope

load_all()
ROLES = sorted(STAFF)


def _username(world: World, role: Role) -> str:
    from models.staff import Account

    with world.session() as session:
        return session.get_one(Account, world.here[role].person_id).username


def test_every_route_of_the_application_declares_roles_and_scope(world: World) -> None:
    routes = {
        (method, getattr(route, "path", ""))
        for route in world.app.routes
        for method in getattr(route, "methods", None) or ()
    }
    declared = {(page.method, page.path) for page in PAGES}
    assert routes - {("HEAD", path) for _, path in routes} == declared
    for page in PAGES:
        assert (page.scope is Scope.PUBLIC) == (not page.roles), page.path


def test_every_page_without_a_number_is_in_the_menu_or_says_why_not() -> None:
    in_menu = {entry.path for entry in menu.ENTRIES}
    for page in PAGES:
        if page.method == "GET" and "{" not in page.path:
            assert (page.path in in_menu) != bool(page.hidden), page.path


def test_menu_leads_nobody_to_a_closed_door(world: World) -> None:
    for role in ROLES:
        browser = world.role(role)
        for item in menu.items_for(world.here.heads[0] if role is Role.village_head else world.here[role], "/"):
            assert browser.get(item.path).status == 200, (role, item.path)


def _path(page: Page, number: int) -> str:
    return re.sub(r"\{\w+:int\}", str(number), page.path)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_only_its_own_pages(world: World, role: Role) -> None:
    browser = world.role(role)
    for page in PAGES:
        if page.scope in {Scope.PUBLIC, Scope.ACCOUNT}:
            continue
        path = _path(page, 999_999)
        response = browser.client.request(page.method, path, data={"csrf": browser.csrf} if page.writes else None)
        if role not in page.roles:
            assert response.status_code == 403, f"{page.method} {path}: {response.status_code}"
        elif "{" in page.path:
            assert response.status_code in {404, 422}, f"{page.method} {path}: {response.status_code}"
        else:
            assert response.status_code in {200, 303, 404, 409, 422}, f"{page.method} {path}: {response.status_code}"


def test_no_page_opens_without_sign_in(world: World) -> None:
    browser = world.browser()
    for page in PAGES:
        if page.scope is Scope.PUBLIC:
            continue
        response = browser.client.request(page.method, _path(page, 1))
        assert response.status_code == 303, page.path
        assert response.headers["location"].startswith("/sign-in"), page.path


@pytest.mark.parametrize("page", [page for page in PAGES if page.method == "POST"], ids=lambda page: page.path)
def test_a_form_without_its_token_is_refused(world: World, page: Page) -> None:
    role = min(page.roles, default=Role.economy)
    browser = world.role(role) if page.scope is not Scope.PUBLIC else world.browser()
    for token in ("", "x" * 43):
        response = browser.client.post(_path(page, 1), data={"csrf": token})
        assert response.status_code == 403
        assert "Phiên làm việc của biểu mẫu đã cũ" in response.text


def test_sign_in_and_sign_out(world: World) -> None:
    browser = world.browser()
    browser.get("/sign-in")
    home = browser.post("/sign-in", username=_username(world, Role.economy), password=PASSWORD)
    assert home.heading == "Việc cần làm"
    cookie = browser.client.cookies[world.settings.session_cookie]
    with world.session() as session:
        assert cookie not in {row.token_digest for row in session.exec(select(SignIn))}
    browser.post("/sign-out")
    browser.client.cookies.set(world.settings.session_cookie, cookie)
    assert browser.get("/", status=303).headers["location"] == "/sign-in?ended=page"


def test_session_cookie_is_out_of_reach_of_scripts_and_other_sites(world: World) -> None:
    browser = world.browser()
    browser.get("/sign-in")
    data = {"csrf": browser.csrf, "username": _username(world, Role.economy), "password": PASSWORD}
    header = browser.client.post("/sign-in", data=data).headers["set-cookie"]
    assert "HttpOnly" in header
    assert "SameSite=lax" in header


def test_sign_in_leads_to_no_other_site(world: World) -> None:
    for following in ("//example.test/x", "https://example.test", "/\\example.test"):
        browser = world.browser()
        browser.get("/sign-in")
        data = {"csrf": browser.csrf, "username": _username(world, Role.economy), "password": PASSWORD}
        response = browser.client.post("/sign-in", data=data | {"next": following})
        assert response.headers["location"] == "/"


def test_guessing_is_slowed_down_and_the_right_password_waits_too(world: World) -> None:
    browser, name = world.browser(), _username(world, Role.economy)
    browser.get("/sign-in")
    for _ in range(5):
        page = browser.post("/sign-in", status=422, username=name, password="sai")
        assert page.errors == ["Tên đăng nhập hoặc mật khẩu không đúng."]
    browser.post("/sign-in", status=429, username=name, password=PASSWORD)
    world.at(factories.NOW + timedelta(minutes=16))
    assert browser.post("/sign-in", username=name, password=PASSWORD).heading == "Việc cần làm"
    with world.session() as session:
        assert len(session.exec(select(SignInAttempt)).all()) == 5


def test_a_wrong_password_is_never_shown_again(world: World) -> None:
    browser = world.browser()
    browser.get("/sign-in")
    page = browser.post("/sign-in", status=422, username="ai-do", password="bi-mat-khong-hien")
    assert "bi-mat-khong-hien" not in page.text


@pytest.mark.parametrize(
    ("later", "opens"),
    [(timedelta(minutes=59), True), (timedelta(minutes=61), False), (timedelta(hours=11), False)],
    ids=["in use", "idle", "run out"],
)
def test_session_ends_when_idle_or_run_out(world: World, later: timedelta, opens: bool) -> None:
    browser = world.role(Role.economy)
    world.at(factories.NOW + later)
    expected = 200 if opens else 303
    assert browser.get("/", status=expected).status == expected


def test_use_keeps_a_session_alive_but_not_for_ever(world: World) -> None:
    browser = world.role(Role.economy)
    for minutes in range(0, 600, 40):
        world.at(factories.NOW + timedelta(minutes=minutes))
        assert browser.get("/").status == 200
    world.at(factories.NOW + timedelta(hours=10))
    assert browser.get("/", status=303).headers["location"].startswith("/sign-in")


def test_a_new_password_ends_the_other_sessions(world: World) -> None:
    mine, elsewhere = world.role(Role.economy), world.role(Role.economy)
    mine.get("/account")
    new: dict[str, Any] = {"new_password": "mat-khau-moi-1", "again_password": "mat-khau-moi-1"}
    wrong = mine.post("/account/password", status=422, old_password="khong-phai", **new)
    assert "#old_password" in wrong.links
    mine.post("/account/password", old_password=PASSWORD, **new)
    assert mine.get("/").status == 200
    assert elsewhere.get("/", status=303).headers["location"].startswith("/sign-in")


def test_a_form_sent_after_the_session_ended_says_so_and_leads_back_to_its_page(world: World) -> None:
    browser = world.role(Role.economy)
    browser.get("/budget")
    browser.client.post("/sign-out", data={"csrf": browser.csrf})
    browser.client.cookies.set(world.settings.session_cookie, "da-het")
    asked: dict[str, str] = {"csrf": browser.csrf, "year": "2026"}
    came_from = {"referer": "http://testserver/budget/need"}
    sent = browser.client.post("/budget/need", data=asked, headers=came_from)
    assert sent.headers["location"] == "/sign-in?next=%2Fbudget&ended=act"
    page = browser.get(sent.headers["location"])
    assert "chưa được ghi" in page.words
    assert page.hidden["next"] == "/budget"
    elsewhere = browser.client.post("/budget/need", data=asked, headers={"referer": "http://kho-la.test/budget"})
    assert elsewhere.headers["location"] == "/sign-in?ended=act"


def test_answers_carry_the_headers_that_keep_others_out(world: World) -> None:
    page = world.role(Role.economy).get("/")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["cache-control"] == "no-store"


def test_a_phone_loads_the_looks_of_the_pages_once_and_small(world: World) -> None:
    page = world.role(Role.village_head).get("/")
    sheets = [link.attrib["href"] for link in page.root.iter("link") if link.attrib["rel"] == "stylesheet"]
    assert len(sheets) == 2
    for sheet in sheets:
        answer = world.browser().client.get(sheet)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-encoding"] == "gzip"
        assert 1_000 < answer.num_bytes_downloaded < 40_000
        assert world.browser().client.get(sheet.partition("?")[0]).headers["cache-control"] != "no-store"


def test_an_unknown_page_says_so_in_words(world: World) -> None:
    page = world.role(Role.economy).get("/khong-co", status=404)
    assert page.heading == "Không tìm thấy"


def test_another_commune_cannot_be_chosen(world: World) -> None:
    browser = world.role(Role.economy)
    before = browser.get("/").words
    browser.post("/commune", status=404, commune_id=world.there.commune.key)
    assert browser.get("/").words == before


def test_an_unexpected_error_shows_a_reference_and_no_trace(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: object, **_values: object) -> None:
        raise RuntimeError("Thử Thị Bình 031150000001")

    monkeypatch.setattr("services.overview.todo", broken)
    page = world.role(Role.economy).get("/", status=500)
    reference = re.search(r"Mã tra cứu: ([0-9A-F]{8})", page.words)
    assert reference
    assert reference[1] in caplog.text
    assert "Traceback" not in page.text
    assert "031150000001" not in page.text + caplog.text


def test_one_chooses_how_ones_own_mail_comes(world: World) -> None:
    mine = world.role(Role.economy)
    assert '<option value="each" selected>' in mine.get("/account").text
    mine.post("/account/mail", digest="day")
    assert '<option value="day" selected>' in mine.get("/account").text
    with world.session() as session:
        choices = {account.key: account.wants_digest for account in session.exec(select(Account))}
    assert [number for number, chosen in choices.items() if chosen] == [world.here[Role.economy].person_id]
