"""The first run, and what the admin keeps: founded once by the token, people admitted, nobody else's staff touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from adapters.settings import get_settings
from models.ledger import AuditEntry
from models.places import Commune, Village
from models.staff import Account, Mandate
from rules.workflow import Role
from services.paper_heads import body_of
from tests.web.conftest import PASSWORD, Browser, SilentEngine, World
from tests.web.page import Page
from web.app import create_app

FORM: dict[str, Any] = {
    "token": "ma-khoi-tao",
    "province": "31",
    "unit": "11914",
    "plan_people": "73",
    "villages": "Thôn Thử Một\nThôn  Thử Hai\n\nThôn Thử Một",
    "area": "NONG_THON",
    "full_name": "Quản Trị Thử",
    "email": "quantri@commune.test",
    "username": "QuanTri",
    "password": PASSWORD,
}


@pytest.fixture
def browser(sqlite_engine: Engine, data_dir: Path) -> Iterator[Browser]:
    """A browser on an empty installation whose token was printed."""
    get_settings.cache_clear()
    (data_dir / "setup-token").write_text("ma-khoi-tao", "ascii")
    yield Browser(create_app(get_settings(), sqlite_engine, SilentEngine()))
    get_settings.cache_clear()


def test_the_token_founds_the_installation_once(browser: Browser, sqlite_engine: Engine) -> None:
    assert "Thiết lập lần đầu" in browser.get("/sign-in").words
    assert "Chọn tỉnh" in browser.get("/setup?token=ma-khoi-tao").words
    assert "Đặc khu Cát Hải" in browser.get("/setup?token=ma-khoi-tao&province=31").words
    page = browser.post("/setup", **FORM)
    assert page.heading == "Đăng nhập"
    assert "Thiết lập lần đầu" not in page.words
    with Session(sqlite_engine) as session:
        commune = session.exec(select(Commune)).one()
        assert (commune.kind, commune.name, commune.province) == ("đặc khu", "Cát Hải", "Thành phố Hải Phòng")
        assert body_of(commune) == "Ủy ban nhân dân đặc khu Cát Hải"
        assert sorted(session.exec(select(Village.name))) == ["Thôn Thử Hai", "Thôn Thử Một"]
        assert session.exec(select(Mandate)).one().role == Role.admin
    browser.get("/setup?token=ma-khoi-tao", status=403)
    home = browser.post("/sign-in", username="quantri", password=PASSWORD)
    assert "ĐẶC KHU CÁT HẢI" in home.text


def test_a_wrong_token_opens_nothing(browser: Browser, sqlite_engine: Engine) -> None:
    for path in ("/setup", "/setup?token=", "/setup?token=sai"):
        browser.get(path, status=403)
    browser.get("/setup?token=ma-khoi-tao&province=31")
    browser.post("/setup", status=403, **(FORM | {"token": "sai"}))
    with Session(sqlite_engine) as session:
        assert not session.exec(select(Account)).all()


def test_a_form_with_mistakes_keeps_what_was_typed_but_not_the_password(browser: Browser) -> None:
    browser.get("/setup?token=ma-khoi-tao&province=31")
    page = browser.post("/setup", status=422, **(FORM | {"villages": "", "password": "ngan", "email": "quantri@"}))
    assert len(page.errors) == 3
    assert "QuanTri" in page.text
    assert "ngan" not in [element.attrib.get("value") for element in page.root.iter("input")]


def test_the_admin_admits_a_person_who_can_sign_in(world: World) -> None:
    admin = world.role(Role.admin)
    admin.get("/staff")
    given = {"full_name": "Người Mới Thử", "username": "nguoimoi", "role": "culture", "reference": "QĐ thử"}
    admin.post("/staff", status=422, **(given | {"reference": ""}))  # type: ignore[arg-type]
    page = admin.post("/staff", status=200, **given)  # type: ignore[arg-type]
    password = page.root.find(".//code")
    assert password is not None
    newcomer = world.browser()
    newcomer.get("/sign-in")
    newcomer.post("/sign-in", username="nguoimoi", password=password.text)
    newcomer.get("/cross-checks", status=303)
    _choose(newcomer, password.text, "mat-khau-cua-rieng-toi")
    newcomer.get("/cross-checks")
    newcomer.get("/staff", status=403)
    assert "#username" in admin.post("/staff", status=409, **given).links  # type: ignore[arg-type]


def test_a_name_to_sign_in_with_can_be_typed_on_every_keyboard(world: World) -> None:
    admin = world.role(Role.admin)
    admin.get("/staff")
    given = {"full_name": "Người Mới Thử", "role": "culture", "reference": "QĐ thử"}
    for name in ("Nguyễn Văn A", "hai tu", "a", "ten@coquan"):
        page = admin.post("/staff", status=422, username=name, **given)
        assert "#username" in page.links, name


def test_a_role_given_with_mistakes_shows_them_at_that_person(world: World) -> None:
    admin, account = world.role(Role.admin), world.here[Role.economy].person_id
    admin.get("/staff")
    page = admin.post(f"/staff/{account}/mandates", status=422, **{f"role-{account}": ""})
    assert f"#role-{account}" in page.links
    opened = [one for one in page.root.iter("details") if "open" in one.attrib]
    assert len(opened) == 1


def test_a_village_head_needs_a_thon_of_this_commune(world: World) -> None:
    admin = world.role(Role.admin)
    admin.get("/staff")
    given: dict[str, Any] = {"full_name": "A", "username": "a1", "role": "village_head", "reference": "QĐ"}
    for elsewhere in ({}, {"village_id": world.there.villages[0].key}):
        assert admin.post("/staff", status=422, **given, **elsewhere).errors
    admin.post("/staff", status=200, **given, village_id=world.here.villages[0].key)


def test_the_chairmans_act_to_sign_in_his_name_is_entered_with_its_last_day(world: World) -> None:
    admin = world.role(Role.admin)
    admin.get("/staff")
    given: dict[str, Any] = {
        "post": "Trưởng phòng Kinh tế",
        "reference": "VB ủy quyền thử",
        "signs_as": "BY_DELEGATION",
    }
    economy = world.here[Role.economy].person_id
    refused = (
        {"role": "economy"},
        {"role": "economy", "valid_to": "05/07/2026"},
        {"role": "front", "valid_to": "31/12/2026"},
        {"role": "economy", "valid_to": "31/12/2026", "signs_as": "TM."},
    )

    def at_this_person(**values: Any) -> dict[str, Any]:
        return {f"{name}-{economy}": value for name, value in (given | values).items()}

    for wrong in refused:
        errors = admin.post(f"/staff/{economy}/mandates", status=422, **at_this_person(**wrong)).errors
        assert len(errors) == 1
        assert errors[0] not in {"Chọn vai trò.", "Ghi văn bản giao việc."}
    page = admin.post(f"/staff/{economy}/mandates", **at_this_person(role="economy", valid_to="31/12/2026"))
    assert "ký TUQ. Chủ tịch (thừa ủy quyền), từ 06/07/2026 đến hết 31/12/2026" in page.words
    assert page.words.count("Kết thúc") > 1, "what has a last day can still be ended before it"


def test_a_mandate_that_ended_opens_nothing_the_next_day(world: World) -> None:
    culture = world.here[Role.culture]
    admin = world.role(Role.admin)
    admin.get("/staff")
    with world.session() as session:
        mandate = session.exec(select(Mandate).where(Mandate.account_id == culture.person_id)).one()
    admin.post(f"/staff/mandates/{mandate.key}/end")
    world.role(Role.culture).get("/cross-checks")
    from tests.factories import NOW

    world.at(NOW.replace(day=7))
    world.role(Role.culture).get("/cross-checks", status=403)


def test_the_admin_adds_a_thon(world: World) -> None:
    admin = world.role(Role.admin)
    admin.get("/villages")
    given: dict[str, Any] = {"name": "Thôn Mới Thử", "area": "NONG_THON", "area_reference": "QĐ thử"}
    assert "Thôn Mới Thử" in admin.post("/villages", **given).words
    admin.post("/villages", status=409, **given)


def _choose(browser: Browser, old: str | None, new: str, status: int = 303) -> Page:
    browser.get("/account")
    given = {"old_password": old, "new_password": new, "again_password": new}
    return browser.post("/account/password", status=status, **given)  # type: ignore[arg-type]


def test_a_password_the_admin_knows_opens_no_work_and_every_change_of_one_is_in_the_record(world: World) -> None:
    chairman = world.here[Role.chairman]
    admin = world.role(Role.admin)
    admin.get("/staff")
    page = admin.post(f"/staff/{chairman.person_id}/password", status=200)
    shown = page.root.find(".//code")
    assert shown is not None
    given = shown.text or ""
    holder = world.browser()
    holder.get("/sign-in")
    with world.session() as session:
        username = session.get_one(Account, chairman.person_id).username
    holder.post("/sign-in", username=username, password=given)
    for path in ("/", "/approval", "/runs", "/approval/1"):
        assert holder.get(path, status=303).headers["location"] == "/account"
    assert "do Quản trị cấp" in holder.get("/account").words
    assert holder.post("/approval/1/decide").heading == "Tài khoản của tôi"
    _choose(holder, given, given, status=422)
    _choose(holder, given, "mat-khau-cua-rieng-toi")
    holder.get("/approval")
    assert "do Quản trị cấp" not in holder.get("/account").words
    with world.session() as session:
        told = select(AuditEntry).where(AuditEntry.subject == f"account:{chairman.person_id}").order_by(AuditEntry.seq)
        acts = [(entry.action, entry.account_id) for entry in session.exec(told)]
    admin_id = world.here[Role.admin].person_id
    assert acts == [("give_password", admin_id), ("choose_password", chairman.person_id)]
