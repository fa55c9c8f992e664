"""The first-run page: whoever holds the one-time token founds the commune, its thôn and its admin."""

from __future__ import annotations

from fastapi import Response

from adapters import setup_token
from adapters.secrets import hash_password
from adapters.units import provinces, unit_of, units_of
from models.places import Commune
from services import offices
from services.errors import not_allowed
from web.access import MIN_PASSWORD_CHARACTERS
from web.forms import Form
from web.registry import Scope, get, post
from web.visit import Visit

AREAS = (("NONG_THON", "Nông thôn"), ("THANH_THI", "Thành thị"))


@get("/setup", roles=(), scope=Scope.PUBLIC, hidden="chỉ mở một lần bằng mã khởi tạo")
def setup_page(visit: Visit) -> Response:
    """Choose the province, then the commune; name the thôn and the admin."""
    asked = visit.request.query_params
    token = visit.form.values.get("token") or asked.get("token", "")
    _check_token(visit, token)
    province = visit.form.values.get("province") or asked.get("province", "")
    province = province if province in provinces() else ""
    return visit.render(
        "setup/first_run.html",
        title="Thiết lập lần đầu",
        token=token,
        provinces=sorted(provinces().items(), key=lambda item: item[1]),
        province=province,
        units=units_of(province),
        areas=AREAS,
        least=MIN_PASSWORD_CHARACTERS,
    )


@post("/setup", roles=(), scope=Scope.PUBLIC, redisplay=setup_page)
def found(visit: Visit) -> Response:
    """Found the installation; the token opens nothing any more."""
    _check_token(visit, visit.form.values.get("token", ""))
    form = visit.form
    commune = _read_commune(form)
    villages = _read_villages(form)
    person = _read_admin(form)
    form.check()
    offices.found(visit.db, commune=commune, villages=villages, person=person, now=visit.now)
    setup_token.spend(visit.settings)
    return visit.redirect("/sign-in", "Đã thiết lập xong. Hãy đăng nhập bằng tài khoản Quản trị vừa tạo.")


def _check_token(visit: Visit, given: str) -> None:
    if not setup_token.fits(visit.settings, given):
        raise not_allowed("setup_token", "Mã khởi tạo không đúng hoặc đã dùng. Xem mã ở cửa sổ chạy “make start”.")


def _read_commune(form: Form) -> Commune:
    province = form.choice("province", provinces(), need="Chọn tỉnh, thành phố.")
    code = form.choice("unit", [code for code, _ in units_of(province)], need="Chọn xã, phường, đặc khu.")
    plan = form.whole("plan_people", most=1_000_000) or 0
    unit = unit_of(code)
    if unit is None:
        return Commune(code="", name="", kind="", province="")
    return Commune(code=code, name=unit.own_name, kind=unit.kind_in_text, province=unit.province_name, plan_people=plan)


def _read_villages(form: Form) -> list[tuple[str, str]]:
    area = form.choice("area", [code for code, _ in AREAS], need="Chọn khu vực.")
    text = form.text("villages", need="Nhập tên các thôn, mỗi dòng một thôn.", most=20_000)
    names = dict.fromkeys(" ".join(line.split()) for line in text.splitlines())
    return [(name, area) for name in names if name]


def _read_admin(form: Form) -> offices.NewPerson:
    password = form.values.get("password", "")
    if len(password) < MIN_PASSWORD_CHARACTERS:
        form.errors["password"] = f"Mật khẩu cần ít nhất {MIN_PASSWORD_CHARACTERS} ký tự."
    return offices.NewPerson(
        username=form.username("username"),
        full_name=form.text("full_name", need="Nhập họ tên người quản trị.", most=80),
        email=form.address("email"),
        password_hash=hash_password(password),
    )
