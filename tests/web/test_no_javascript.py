"""Without JavaScript the forms are plain forms; with a keyboard alone the list and the decision come to their end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from sqlmodel import col, select

from adapters import clock
from models.approval import Submission, Verdict
from models.health import HealthCase
from models.lists import VillageList
from models.staff import Account, Mandate
from rules.workflow import CaseStatus, HealthResult, ListState, Role, Step, SubmissionState
from services import lists
from services.staff import Actor
from tests import factories
from tests.web import quarter
from tests.web.conftest import PASSWORD, World
from tests.web.walk import ARGUMENTS, PATIENCE, PHONE, serving, sign_in, signed_in
from tests.web.workbooks import person, village_list

pytestmark = pytest.mark.browser
MOST_TABS = 200
HAS_FOCUS = "element => element === document.activeElement"
SHOWS_FOCUS = """element => { const style = getComputedStyle(element);
    return style.outlineStyle !== "none" || style.boxShadow !== "none"; }"""


@pytest.fixture
def reach(request: pytest.FixtureRequest) -> Step:
    """The step at which the cycles stand: the first, or what the test asks for."""
    return Step(getattr(request, "param", Step.lists))


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """The product of this test's world, served."""
    with serving(world.app) as place:
        yield place


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def plain(browser: Browser) -> Page:
    """A phone whose browser runs no script."""
    page = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(PATIENCE)
    return page


@pytest.fixture
def keys(browser: Browser) -> Page:
    """A desk without a mouse."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    return page


def _username(world: World, actor: Actor) -> str:
    with world.session() as session:
        return session.get_one(Account, actor.person_id).username


def _ask_for_lists(world: World) -> None:
    with world.session() as session:
        cycle = session.merge(world.here.cycle)
        lists.STEP.work(session, cycle, lists.STEP.pending(session, cycle, clock.now()), clock.now())
        session.commit()


def _list_state(world: World) -> tuple[ListState, int, int]:
    with world.session() as session:
        village = world.here.villages[0].key
        row = session.exec(select(VillageList).where(VillageList.village_id == village)).one()
        return ListState(row.state), row.row_count, row.error_count


def _submitted(world: World) -> str:
    """Three elders stand before the chairman; returns the chairman's sign-in name."""
    course = quarter.begin(world)
    course.cross_check()
    course.review()
    course.economy.get("/approval")
    course.economy.post(f"/approval/{course.submission()}/submit")
    with world.session() as session:
        holders = select(Account).join(Mandate, col(Mandate.account_id) == Account.id)
        ours = holders.where(Mandate.role == Role.chairman, Mandate.commune_id == world.here.commune.key)
        return session.exec(ours.order_by(col(Account.id).desc())).first().username  # type: ignore[union-attr]


def _words(world: World) -> tuple[SubmissionState, list[str]]:
    """Where the submission stands, and the chairman's word on each line in their order."""
    with world.session() as session:
        found = session.exec(select(Submission)).one()
        words = session.exec(select(Verdict).order_by(col(Verdict.id))).all()
        return SubmissionState(found.state), sorted(verdict.word for verdict in words)


# ---------------------------------------------------------------- no script


def test_a_list_with_mistakes_is_handed_in_and_corrected_without_script(
    world: World, address: str, plain: Page, tmp_path: Path
) -> None:
    _ask_for_lists(world)
    bad, good = tmp_path / "danh-sach.xlsx", tmp_path / "da-sua.xlsx"
    bad.write_bytes(village_list(person(1), person(2, birth="31/02/1950")))
    good.write_bytes(village_list(person(1), person(2)))
    sign_in(plain, address, _username(world, world.here.heads[0]), PASSWORD)
    plain.get_by_role("link", name="Danh sách thôn chờ nộp").click()
    plain.get_by_label("Tệp danh sách", exact=True).set_input_files(bad)
    plain.get_by_role("button", name="Gửi danh sách").click()
    plain.get_by_role("rowheader", name="D5").wait_for()
    assert _list_state(world)[1:] == (1, 1)
    plain.get_by_label("Tệp danh sách đã sửa").set_input_files(good)
    plain.get_by_role("button", name="Gửi lại").click()
    plain.get_by_text("Thôn đã nộp xong danh sách").wait_for()
    assert _list_state(world) == (ListState.RETURNED, 2, 0)


@pytest.mark.parametrize("reach", [Step.health], indirect=True)
def test_a_health_case_is_concluded_without_script(world: World, address: str, plain: Page) -> None:
    world.adopt_demo_law()
    with world.session() as session:
        someone = factories.create_person(session, world.here.villages[0])
        case = factories.create_case(session, world.here.cycle, someone, status=CaseStatus.HEALTH)
        number = factories.create_health_case(session, case).key
        session.commit()
    sign_in(plain, address, _username(world, world.here[Role.health_station]), PASSWORD)
    plain.get_by_role("link", name="Người chờ kết luận sức khỏe").click()
    plain.get_by_role("rowheader").get_by_role("link").click()
    plain.get_by_role("button", name="Ghi kết luận").click()
    plain.get_by_role("alert").get_by_role("link", name="Chọn kết luận.").wait_for()
    plain.get_by_label("Đạt", exact=True).check()
    plain.get_by_label("Danh mục bệnh hiểm nghèo").check()
    plain.get_by_label("Bệnh trong danh mục").fill("5 - C34.9")
    plain.get_by_label("Có, đạt mức độ mà danh mục nêu").check()
    plain.get_by_label("Giấy tờ làm căn cứ").select_option("GIAY_RA_VIEN")
    plain.get_by_role("button", name="Ghi kết luận").click()
    plain.get_by_text("Đã ghi kết luận.").wait_for()
    with world.session() as session:
        assert session.get_one(HealthCase, number).result == HealthResult.MET


@pytest.mark.parametrize("reach", [Step.eligibility], indirect=True)
def test_the_chairman_decides_without_script(world: World, address: str, plain: Page) -> None:
    chairman = _submitted(world)
    sign_in(plain, address, chairman, PASSWORD)
    plain.get_by_role("link", name="Danh sách chờ quyết định").click()
    plain.locator("details.people > summary").click()
    plain.locator(".verdict summary").first.click()
    plain.get_by_label("Quyết định riêng cho").first.select_option("hold")
    plain.get_by_label("Lý do với").first.fill("Chờ xác minh nơi ở")
    plain.get_by_label("Mật khẩu của anh/chị để xác nhận").fill(PASSWORD)
    plain.get_by_role("button", name="Quyết định danh sách").click()
    plain.get_by_text("Đã quyết định.").wait_for()
    assert _words(world) == (SubmissionState.DECIDED, ["approve", "approve", "hold"])


# ---------------------------------------------------------------- no mouse


def _reach(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, which must be seen."""
    target.wait_for()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate(HAS_FOCUS):
            assert target.evaluate(SHOWS_FOCUS)
            return
    raise AssertionError(f"Tab never comes to {target}")


def _enter(page: Page, target: Locator) -> None:
    _reach(page, target)
    page.keyboard.press("Enter")


def _sign_in_by_keys(page: Page, address: str, username: str) -> None:
    page.goto(f"{address}/sign-in")
    page.keyboard.press("Tab")
    assert page.get_by_role("link", name="Đến nội dung chính").evaluate(HAS_FOCUS)
    _reach(page, page.get_by_label("Tên đăng nhập"))
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    signed_in(page)


def test_the_list_is_handed_in_by_keyboard_alone(world: World, address: str, keys: Page, tmp_path: Path) -> None:
    _ask_for_lists(world)
    good = tmp_path / "danh-sach.xlsx"
    good.write_bytes(village_list(person(1), person(2)))
    keys.on("filechooser", lambda window: window.set_files(good))
    _sign_in_by_keys(keys, address, _username(world, world.here.heads[0]))
    _enter(keys, keys.get_by_role("link", name="Danh sách thôn chờ nộp"))
    file = keys.get_by_label("Tệp danh sách", exact=True)
    _enter(keys, file)
    expect(file).to_have_value(re.compile(good.name))
    _enter(keys, keys.get_by_role("button", name="Gửi danh sách"))
    keys.get_by_role("heading", name="Kết quả đọc tệp").wait_for()
    assert _list_state(world) == (ListState.RETURNED, 2, 0)


@pytest.mark.parametrize("reach", [Step.eligibility], indirect=True)
def test_the_chairman_decides_by_keyboard_alone(world: World, address: str, keys: Page) -> None:
    chairman = _submitted(world)
    _sign_in_by_keys(keys, address, chairman)
    _enter(keys, keys.get_by_role("link", name="Danh sách chờ quyết định"))
    _enter(keys, keys.locator("details.people > summary"))
    _enter(keys, keys.locator(".verdict summary").first)
    _reach(keys, keys.get_by_label("Quyết định riêng cho").first)
    keys.keyboard.press("ArrowDown")
    _reach(keys, keys.get_by_label("Lý do với").first)
    keys.keyboard.type("Chưa đủ giấy tờ")
    _reach(keys, keys.get_by_label("Mật khẩu của anh/chị để xác nhận"))
    keys.keyboard.type(PASSWORD)
    _enter(keys, keys.get_by_role("button", name="Quyết định danh sách"))
    keys.get_by_text("Đã quyết định.").wait_for()
    assert _words(world) == (SubmissionState.DECIDED, ["approve", "approve", "refuse"])
