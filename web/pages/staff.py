"""Accounts and mandates: who works here, as what, on which basis. Kept by the admin; shows no beneficiary."""

from __future__ import annotations

from fastapi import Response
from sqlmodel import col, select

from adapters.secrets import hash_password, new_token
from models.places import Village
from models.staff import Account, Mandate
from rules.workflow import ROLE_LABELS, Role
from services import offices
from services.errors import not_found
from web import access
from web.forms import Form
from web.registry import Scope, get, post
from web.visit import Visit

ADMIN = (Role.admin,)


@get("/staff", roles=ADMIN, scope=Scope.COMMUNE)
def staff_page(visit: Visit) -> Response:
    """Everybody with a mandate in this commune, and the form for a new person."""
    villages = visit.db.exec(
        select(Village).where(Village.commune_id == visit.commune.key).order_by(col(Village.code))
    ).all()
    return visit.render(
        "staff/people.html",
        title="Tài khoản và vai trò",
        people=offices.people(visit.db, commune_id=visit.commune.key, actor=visit.actor),
        villages=villages,
        village_names={village.key: village.name for village in villages},
        roles=[(role, label) for role, label in ROLE_LABELS.items() if role is not Role.system],
    )


@post("/staff", roles=ADMIN, scope=Scope.COMMUNE, redisplay=staff_page)
def admit(visit: Visit) -> Response:
    """Admit a person; the first password is shown once and must be handed over by hand."""
    form = visit.form
    mandate = _read_mandate(form)
    password = new_token()[:12]
    person = offices.NewPerson(
        username=form.text("username", need="Nhập tên đăng nhập.", most=40).lower(),
        full_name=form.text("full_name", need="Nhập họ tên.", most=80),
        email=form.text("email", most=120),
        password_hash=hash_password(password),
    )
    form.check()
    account = offices.admit(
        visit.db, commune_id=visit.commune.key, person=person, mandate=mandate, actor=visit.actor, now=visit.now
    )
    return visit.render("staff/admitted.html", title="Đã tạo tài khoản", account=account, password=password)


@post("/staff/{account_id:int}/mandates", roles=ADMIN, scope=Scope.COMMUNE, redisplay=staff_page)
def entrust(visit: Visit, account_id: int) -> Response:
    """One more role for somebody who already works in this commune."""
    account = _ours(visit, account_id)
    mandate = _read_mandate(visit.form)
    visit.form.check()
    offices.entrust(
        visit.db,
        commune_id=visit.commune.key,
        account_id=account.key,
        mandate=mandate,
        actor=visit.actor,
        now=visit.now,
    )
    return visit.redirect("/staff", "Đã giao thêm vai trò.")


@post("/staff/mandates/{mandate_id:int}/end", roles=ADMIN, scope=Scope.COMMUNE)
def end_mandate(visit: Visit, mandate_id: int) -> Response:
    """Today is the last day of this role."""
    mandate = visit.own(Mandate, mandate_id)
    offices.end_mandate(visit.db, mandate_id=mandate.key, actor=visit.actor, now=visit.now)
    return visit.redirect("/staff", "Đã kết thúc vai trò, tính hết hôm nay.")


@post("/staff/{account_id:int}/password", roles=ADMIN, scope=Scope.COMMUNE)
def reset_password(visit: Visit, account_id: int) -> Response:
    """A new first password; every session of the account ends."""
    account = _ours(visit, account_id)
    password = new_token()[:12]
    account.password_hash = hash_password(password)
    visit.db.add(account)
    access.end_sessions_of(visit.db, account.key, visit.now)
    return visit.render("staff/admitted.html", title="Đã đặt lại mật khẩu", account=account, password=password)


def _ours(visit: Visit, account_id: int) -> Account:
    """An account whose every mandate lies in communes this admin keeps: nobody else's staff can be taken over."""
    mandates = visit.db.exec(select(Mandate).where(Mandate.account_id == account_id)).all()
    kept = set(visit.actor.communes(Role.admin))
    account = visit.db.get(Account, account_id)
    if account is None or not mandates or not {mandate.commune_id for mandate in mandates} <= kept:
        raise not_found("scope", "Không tìm thấy tài khoản này trong phạm vi của anh/chị.")
    return account


def _read_mandate(form: Form) -> offices.NewMandate:
    role = form.word("role", Role, need="Chọn vai trò.")
    if role is Role.system:
        form.errors["role"] = "Chọn vai trò."
    return offices.NewMandate(
        role=role,
        village_id=form.whole("village_id", most=2**31 - 1),
        post=form.text("post", most=80),
        is_head=form.ticked("is_head"),
        reference=form.text("reference", need="Ghi văn bản giao việc.", most=200),
    )
