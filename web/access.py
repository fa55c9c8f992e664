"""Who is at the counter: sign-in, the session behind the cookie, the form token, slowing down of guesses."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from fastapi import Request, Response
from sqlalchemy import func
from sqlmodel import Session, col, select

from adapters.secrets import hash_password, new_token, token_digest, verify_password
from adapters.settings import Settings
from models.staff import Account, SignIn, SignInAttempt
from services.errors import not_allowed
from services.staff import Actor, load_actor
from web.forms import Form
from web.problems import FormError

WATCHED = timedelta(minutes=15)
MOST_PER_NAME = 5
MOST_PER_CLIENT = 20
MIN_PASSWORD_CHARACTERS = 10
TOUCH_AFTER = timedelta(seconds=60)


@dataclass(frozen=True)
class SignedIn:
    """The browser's live session, its account, and the mandates of the day."""

    session_id: int
    csrf_token: str
    account: Account
    actor: Actor
    last_seen_at: datetime


def sign_in(db: Session, *, username: str, password: str, client: str, now: datetime) -> Account | None:
    """The account when name and password fit, else None and the failure is written down.

    Raises Problem NOT_ALLOWED (code ``too_many_attempts``) when this name or this address failed too often of late.
    """
    name = username.strip().lower()
    _slow_down(db, name, client, now)
    account = db.exec(select(Account).where(Account.username == name)).first()
    fits = verify_password(password, account.password_hash if account and account.password_hash else _nobody())
    if account is not None and fits and account.active:
        return account
    db.add(SignInAttempt(username=name[:40], client=client, at=now))
    return None


def _slow_down(db: Session, username: str, client: str, now: datetime) -> None:
    if _failures(db, now, username=username) >= MOST_PER_NAME or _failures(db, now, client=client) >= MOST_PER_CLIENT:
        raise not_allowed("too_many_attempts", "Sai mật khẩu quá nhiều lần. Hãy thử lại sau 15 phút.")


@cache
def _nobody() -> str:
    """A hash nobody's password fits: an unknown name takes as long as a known one."""
    return hash_password(new_token())


def _failures(db: Session, now: datetime, *, username: str = "", client: str = "") -> int:
    query = select(func.count()).select_from(SignInAttempt).where(SignInAttempt.at > now - WATCHED)
    by = SignInAttempt.username == username[:40] if username else SignInAttempt.client == client
    return db.exec(query.where(by)).one()


def open_session(db: Session, account: Account, settings: Settings, now: datetime) -> str:
    """A new session of the account; returns the token for the cookie, which is stored only as a digest."""
    token = new_token()
    db.add(
        SignIn(
            token_digest=token_digest(token),
            csrf_token=new_token(),
            account_id=account.key,
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=settings.session_hours),
        )
    )
    return token


def find_session(db: Session, request: Request, settings: Settings, now: datetime) -> SignedIn | None:
    """The live session of the request's cookie; None when there is none, it ended, ran out or lay idle too long."""
    token = request.cookies.get(settings.session_cookie)
    if not token:
        return None
    row = db.exec(select(SignIn).where(SignIn.token_digest == token_digest(token))).first()
    idle = timedelta(minutes=settings.session_idle_minutes)
    if row is None or row.ended_at is not None or now >= row.expires_at or now >= row.last_seen_at + idle:
        return None
    account = db.get(Account, row.account_id)
    if account is None or not account.active:
        return None
    return SignedIn(row.key, row.csrf_token, account, load_actor(db, account.key, on=now.date()), row.last_seen_at)


def touch(db: Session, session_id: int, now: datetime) -> None:
    """The session is in use."""
    row = db.get(SignIn, session_id)
    if row is not None and row.ended_at is None:
        row.last_seen_at = now


def end_session(db: Session, session_id: int, now: datetime) -> None:
    """Sign out: the cookie's token opens nothing any more."""
    row = db.get(SignIn, session_id)
    if row is not None:
        row.ended_at = now


def end_sessions_of(db: Session, account_id: int, now: datetime, *, keep: int | None = None) -> None:
    """Sign an account out everywhere, but for the session ``keep``."""
    for row in db.exec(select(SignIn).where(SignIn.account_id == account_id, col(SignIn.ended_at).is_(None))):
        if row.id != keep:
            row.ended_at = now


def must_choose_password(signed_in: SignedIn | None) -> bool:
    """Whether this person still uses the password that the admin made and knows."""
    return signed_in is not None and signed_in.account.password_is_given


def confirm_password(
    db: Session, account: Account, form: Form, field: str, *, client: str, now: datetime
) -> tuple[tuple[str, str], ...]:
    """Ask again who is there before an act that cannot be taken back: empty when it is this person, else what to say.

    A wrong password is written down and counts as a failed sign-in, so the caller shows its page instead of raising.
    Raises FormError on a blank one, Problem NOT_ALLOWED (code ``too_many_attempts``) after too many wrong ones.
    """
    password = form.values.pop(field, "")
    if not password:
        raise FormError({field: "Nhập mật khẩu đang dùng của anh/chị để xác nhận."})
    _slow_down(db, account.username, client, now)
    if verify_password(password, account.password_hash):
        return ()
    db.add(SignInAttempt(username=account.username, client=client, at=now))
    return ((field, "Mật khẩu không đúng."),)


def check_csrf(request: Request, settings: Settings, signed_in: SignedIn | None, given: str) -> None:
    """Refuse a form that was not made for this browser. Raises Problem NOT_ALLOWED."""
    expected = signed_in.csrf_token if signed_in else request.cookies.get(form_cookie(settings), "")
    if not expected or not hmac.compare_digest(expected.encode(), given.encode()):
        raise not_allowed("csrf", "Phiên làm việc của biểu mẫu đã cũ. Hãy tải lại trang rồi gửi lại.")


def form_cookie(settings: Settings) -> str:
    """Name of the cookie that ties forms to a browser before anybody has signed in."""
    return f"{settings.session_cookie}_form"


def set_cookie(response: Response, settings: Settings, name: str, value: str, seconds: int | None = None) -> None:
    """A cookie that scripts cannot read and other sites cannot send; over https only where pages are."""
    secure = settings.session_cookie_secure or settings.base_url.startswith("https://")
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=secure, path="/")
