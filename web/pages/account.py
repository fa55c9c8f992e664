"""Sign in, sign out, choose the commune to look at, one's own password and how mail comes."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Response

from adapters.secrets import hash_password
from services import offices
from services.errors import not_found
from services.staff import choose_digest
from web import access
from web.registry import STAFF, Scope, get, post
from web.visit import COMMUNE_COOKIE, Visit


@get("/sign-in", roles=(), scope=Scope.PUBLIC, hidden="đường vào, không phải việc")
def sign_in_page(visit: Visit) -> Response:
    """The form of name and password."""
    if visit.signed_in and visit.status == 200:
        return visit.redirect("/")
    following = visit.form.values.get("next") or visit.request.query_params.get("next", "")
    is_new = offices.is_empty(visit.db)
    ended = visit.request.query_params.get("ended", "")
    return visit.render("home/sign_in.html", title="Đăng nhập", following=_local(following), is_new=is_new, ended=ended)


@post("/sign-in", roles=(), scope=Scope.PUBLIC, redisplay=sign_in_page)
def sign_in(visit: Visit) -> Response:
    """Check name and password; a failure is written down, so this returns instead of raising."""
    form = visit.form
    username = form.text("username", need="Nhập tên đăng nhập.", most=40)
    password = form.values.get("password", "")
    if not password:
        form.errors["password"] = "Nhập mật khẩu."  # noqa: S105 - the sentence of a field
    form.check()
    account = access.sign_in(visit.db, username=username, password=password, client=visit.client, now=visit.now)
    if account is None:
        return visit.again(sign_in_page, (("username", "Tên đăng nhập hoặc mật khẩu không đúng."),))
    if visit.signed_in:
        access.end_session(visit.db, visit.signed_in.session_id, visit.now)
    following = _local(form.values.get("next", "")) or "/"
    response = visit.redirect("/account" if account.password_is_given else following)
    token = access.open_session(visit.db, account, visit.settings, visit.now)
    access.set_cookie(response, visit.settings, visit.settings.session_cookie, token)
    return response


@post("/sign-out", roles=STAFF, scope=Scope.ACCOUNT)
def sign_out(visit: Visit) -> Response:
    """The session ends in the database, not only in the browser."""
    if visit.signed_in:
        access.end_session(visit.db, visit.signed_in.session_id, visit.now)
    response = visit.redirect("/sign-in")
    response.delete_cookie(visit.settings.session_cookie, path="/")
    return response


@get("/account", roles=STAFF, scope=Scope.ACCOUNT, hidden="ở đầu trang, cạnh tên")
def account_page(visit: Visit) -> Response:
    """One's own account: what one is entrusted with, how mail comes, and the password."""
    account = visit.signed_in.account if visit.signed_in else None
    return visit.render(
        "home/account.html",
        email=account.email if account else "",
        wants_digest=account is not None and account.wants_digest,
        title="Tài khoản của tôi",
        mandates=visit.actor.mandates,
        least=access.MIN_PASSWORD_CHARACTERS,
        is_given=access.must_choose_password(visit.signed_in),
    )


@post("/account/password", roles=STAFF, scope=Scope.ACCOUNT, redisplay=account_page)
def change_password(visit: Visit) -> Response:
    """A new password, the old one being confirmed; every other session of the account ends."""
    assert visit.signed_in is not None  # noqa: S101 - the scope says so; for the type checker
    form, account = visit.form, visit.signed_in.account
    new = form.values.get("new_password", "")
    if len(new) < access.MIN_PASSWORD_CHARACTERS:
        form.errors["new_password"] = f"Mật khẩu mới cần ít nhất {access.MIN_PASSWORD_CHARACTERS} ký tự."
    elif new == form.values.get("old_password", ""):
        form.errors["new_password"] = "Mật khẩu mới phải khác mật khẩu đang dùng."  # noqa: S105 - the sentence of a field
    if new != form.values.get("again_password", ""):
        form.errors["again_password"] = "Hai lần nhập không giống nhau."  # noqa: S105 - the sentence of a field
    form.check()
    if wrong := access.confirm_password(visit.db, account, form, "old_password", client=visit.client, now=visit.now):
        return visit.again(account_page, wrong)
    offices.choose_password(
        visit.db, account=account, password_hash=hash_password(new), actor=visit.actor, now=visit.now
    )
    access.end_sessions_of(visit.db, account.key, visit.now, keep=visit.signed_in.session_id)
    return visit.redirect("/account", "Đã đổi mật khẩu. Các nơi đăng nhập khác đã bị thoát.")


@post("/account/mail", roles=STAFF, scope=Scope.ACCOUNT, redisplay=account_page)
def choose_mail(visit: Visit) -> Response:
    """One mail a day, or each by itself; what cannot wait always goes at once."""
    wants_digest = visit.form.values.get("digest") == "day"
    choose_digest(visit.db, account_id=visit.actor.person_id, wants_digest=wants_digest)
    said = "Từ nay thư không gấp được gộp thành một thư mỗi ngày." if wants_digest else "Từ nay mỗi việc một thư."
    return visit.redirect("/account", said)


@post("/commune", roles=STAFF, scope=Scope.ACCOUNT)
def choose_commune(visit: Visit) -> Response:
    """Look at another of one's communes; the choice opens nothing that the mandates do not."""
    number = visit.form.whole("commune_id", need="Chọn đơn vị.", most=2**31 - 1)
    visit.form.check()
    if number not in visit.actor.communes():
        raise not_found("scope", "Không tìm thấy đơn vị này trong phạm vi của anh/chị.")
    response = visit.redirect("/")
    access.set_cookie(response, visit.settings, COMMUNE_COOKIE, str(number))
    return response


def _local(path: str) -> str:
    """The path when it is one of ours, else nothing: a link must not lead from the sign-in to another site."""
    parts = urlsplit(path)
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return path if ours and "\\" not in path and path.isprintable() else ""
