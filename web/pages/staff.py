"""Accounts and mandates: who works here, as what, on which basis. Kept by the admin; shows no beneficiary."""

from __future__ import annotations

from datetime import date
from functools import partial

from fastapi import Response
from sqlmodel import select

from adapters.secrets import first_password, hash_password
from models.staff import Account, Mandate
from rules.names import fold_name, sort_key
from rules.workflow import ROLE_LABELS, Role
from services import offices
from services.errors import not_found
from web import access
from web.export import NAME, Column, Value, export
from web.forms import Form
from web.paging import Sort, cut_list, in_order, number_of, village_choices
from web.registry import Scope, get, post
from web.visit import Visit

ADMIN = (Role.admin,)
ROLES = {role: label for role, label in ROLE_LABELS.items() if role is not Role.system}
ORDER = {role: place for place, role in enumerate(ROLES)}
SIGNING_ACTS = {"BY_ORDER": "TL. Chủ tịch (thừa lệnh)", "BY_DELEGATION": "TUQ. Chủ tịch (thừa ủy quyền)"}
STATES = (("at_work", "Đang được giao việc"), ("ended", "Đã thôi mọi vai trò"))
SORTS = {
    "name": Sort("Họ tên", lambda one: sort_key(one[0].full_name)),
    "username": Sort("Tên đăng nhập", lambda one: one[0].username),
    "role": Sort("Vai trò", lambda one: (min(ORDER[m.role] for m in one[1]), sort_key(one[0].full_name))),
    "new": Sort("Mới thêm trước", lambda one: -one[0].key),
}
COLUMNS = (
    NAME, Column("Tên đăng nhập", 18), Column("Thư", 30), Column("Vai trò", 64), Column("Văn bản giao việc", 36),
)  # fmt: skip
Member = tuple[Account, list[Mandate]]


@get("/staff", roles=ADMIN, scope=Scope.COMMUNE)
def staff_page(visit: Visit) -> Response:
    """Everybody with a mandate in this commune, and the form for a new person."""
    asked = dict(visit.request.query_params)
    villages = village_choices(visit.db, visit.commune.key)
    return visit.render(
        "staff/people.html",
        title="Tài khoản và vai trò",
        found=cut_list(_found(visit, asked), asked, SORTS),
        asked=asked,
        states=STATES,
        villages=villages,
        village_names=dict(villages),
        in_words=partial(_in_words, villages=dict(villages)),
        may_end=partial(_runs_on, today=visit.now.date()),
        roles=list(ROLES.items()),
        acts=SIGNING_ACTS.items(),
    )


def _found(visit: Visit, asked: dict[str, str]) -> list[Member]:
    """Who was asked for: by name or sign-in name, by a role held or once held, in which thôn, at work or not."""
    words, role, today = fold_name(asked.get("q", "")), asked.get("role", ""), visit.now.date()
    village, state = number_of(asked.get("village", "")), asked.get("state", "")
    return [
        (account, mandates)
        for account, mandates in offices.people(visit.db, commune_id=visit.commune.key, actor=visit.actor)
        if (words in fold_name(account.full_name) or words in account.username)
        and (role not in ROLES or any(one.role == role for one in mandates))
        and (village is None or any(one.village_id == village for one in mandates))
        and (state not in dict(STATES) or any(_runs(one, today) for one in mandates) == (state == "at_work"))
    ]


def _runs_on(mandate: Mandate, today: date) -> bool:
    return mandate.valid_to is None or mandate.valid_to > today


def _runs(mandate: Mandate, today: date) -> bool:
    return mandate.valid_to is None or mandate.valid_to >= today


@get("/staff/export", roles=ADMIN, scope=Scope.COMMUNE, logs_read=True, hidden="tệp tải từ trang Tài khoản")
def staff_export(visit: Visit) -> Response:
    """Everybody that the same question finds, a line for each person with every role held or once held."""
    asked = dict(visit.request.query_params)
    villages = dict(village_choices(visit.db, visit.commune.key))
    return export(
        visit,
        title="Tài khoản và vai trò",
        file_name="tai-khoan.xlsx",
        subject=f"commune:{visit.commune.key}",
        columns=COLUMNS,
        rows=(
            _member_row(account, mandates, villages)
            for account, mandates in in_order(_found(visit, asked), asked, SORTS)
        ),
    )


def _member_row(account: Account, mandates: list[Mandate], villages: dict[int, str]) -> tuple[Value, ...]:
    roles = "\n".join(_in_words(one, villages) for one in mandates)
    references = "\n".join(one.reference or "–" for one in mandates)
    return account.full_name, account.username, account.email, roles, references


def _in_words(mandate: Mandate, villages: dict[int, str]) -> str:
    label = ROLE_LABELS[Role(mandate.role)]
    place = f" – {villages[mandate.village_id]}" if mandate.village_id else ""
    post = f" ({mandate.post})" if mandate.post not in {"", label} else ""
    signs = f", ký {SIGNING_ACTS[mandate.signs_as]}" if mandate.signs_as else ""
    until = f" đến hết {mandate.valid_to:%d/%m/%Y}" if mandate.valid_to else ""
    return f"{label}{place}{post}{signs}, từ {mandate.valid_from:%d/%m/%Y}{until}"


@post("/staff", roles=ADMIN, scope=Scope.COMMUNE, redisplay=staff_page)
def admit(visit: Visit) -> Response:
    """Admit a person; the first password is shown once and must be handed over by hand."""
    form = visit.form
    mandate = _read_mandate(form)
    password = first_password()
    person = offices.NewPerson(
        username=form.username("username"),
        full_name=form.text("full_name", need="Nhập họ tên.", most=80),
        email=form.address("email"),
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
    mandate = _read_mandate(visit.form, f"-{account.key}")
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
    """A new first password, to be changed at the next sign-in; every session of the account ends."""
    account = _ours(visit, account_id)
    password = first_password()
    offices.give_password(
        visit.db,
        commune_id=visit.commune.key,
        account=account,
        password_hash=hash_password(password),
        actor=visit.actor,
        now=visit.now,
    )
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


def _read_mandate(form: Form, of: str = "") -> offices.NewMandate:
    """The mandate as typed; ``of`` ends the names of the fields that stand at one person."""
    role = form.word(f"role{of}", Role, need="Chọn vai trò.")
    if role is Role.system:
        form.errors[f"role{of}"] = "Chọn vai trò."
    return offices.NewMandate(
        role=role,
        village_id=form.whole(f"village_id{of}", most=2**31 - 1),
        post=form.text(f"post{of}", most=80),
        is_head=form.ticked(f"is_head{of}"),
        reference=form.text(f"reference{of}", need="Ghi văn bản giao việc.", most=200),
        valid_to=form.day(f"valid_to{of}"),
        signs_as=form.choice(f"signs_as{of}", SIGNING_ACTS),
    )
