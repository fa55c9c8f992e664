"""From a request to an answer: session, roles, form token, one transaction, the page or the reason why not."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from starlette.background import BackgroundTasks
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.routing import Match

from adapters import clock
from adapters.secrets import new_token
from adapters.settings import Settings
from rules.parameters import LawGap
from services.errors import Problem, invalid, not_allowed
from web import access, after, views
from web.db import transaction
from web.forms import Form, Upload, without_secrets
from web.problems import GENERAL, TITLES, FormError, Said, UploadTooLarge, report, say
from web.registry import PAGES, Handler, Page, Scope
from web.visit import Visit, mail_mode

log = logging.getLogger("ansinh.web")
EXPECTED = (LawGap, Problem, FormError, UploadTooLarge)
FORM_FIELDS = 20_000
_FORM_OVERHEAD = 64 * 1024
NOT_TEXT = "\x00"
"""Nobody types it, and PostgreSQL keeps no text with it."""


def endpoint(page: Page) -> Callable[[Request], Awaitable[Response]]:
    """The function the application calls for this page."""

    async def answer(request: Request) -> Response:
        settings: Settings = request.app.state.settings
        form = Form({}, {})
        refusal: Exception | None = None
        if NOT_TEXT in unquote(request.url.query):
            refusal = invalid("address", "Địa chỉ trang có ký tự không phải là chữ.")
        elif page.method == "POST":
            try:
                form = await read_form(request, settings.max_upload_bytes)
            except UploadTooLarge as error:
                refusal = error
        return await run_in_threadpool(_serve, request, page, form, refusal)

    return answer


async def read_form(request: Request, max_upload: int) -> Form:
    """Fields and files of the request. Raises UploadTooLarge; what is too long is read to its end within reason."""
    limit = max_upload + _FORM_OVERHEAD
    declared = request.headers.get("content-length", "")
    if not declared.isdigit() or int(declared) > limit:
        await _drain(request, 4 * limit)
        raise UploadTooLarge
    values: dict[str, str] = {}
    files: dict[str, Upload] = {}
    async with request.form(max_files=5, max_fields=FORM_FIELDS, max_part_size=256 * 1024) as fields:
        for name, value in fields.multi_items():
            if isinstance(value, UploadFile):
                files[name] = Upload(value.filename or "", await value.read())
            else:
                values[name] = value.replace(NOT_TEXT, "")
    return Form(values, files)


async def _drain(request: Request, most: int) -> None:
    seen = 0
    async for chunk in request.stream():
        seen += len(chunk)
        if seen > most:
            return


def _serve(request: Request, page: Page, form: Form, refusal: Exception | None) -> Response:
    try:
        if refusal is not None:
            raise refusal
        prepared = _prepare(request, page, form) if page.prepare else None
        return _once(request, page, page.handler, form, write=page.writes, prepared=prepared)
    except EXPECTED as error:
        return _refused(request, page, form, error)
    except SQLAlchemyError as error:
        return _unexpected(request, page, error)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a page, never a trace
        return _unexpected(request, page, error)


def _prepare(request: Request, page: Page, form: Form) -> Any:
    """What the page reads out of the request beforehand; None for a browser that is not signed in."""
    assert page.prepare is not None  # noqa: S101 - asked by the caller; for the type checker
    with transaction(request.app, write=False) as db:
        visit = _visit(request, page, db, form)
        if visit.signed_in is None or _must_choose_password(visit):
            return None
        _check_entry(visit)
        return page.prepare(visit, **_numbers(page.prepare, request))


def _once(
    request: Request,
    page: Page,
    handler: Handler,
    form: Form,
    *,
    write: bool,
    said: Said | None = None,
    prepared: Any = None,
) -> Response:
    """Run a page's function in one transaction. With a refusal ``said`` it shows the page again, unchanged."""
    with transaction(request.app, write=write) as db:
        visit = _visit(request, page, db, form)
        if visit.signed_in is None and page.scope is not Scope.PUBLIC:
            return _to_sign_in(request, page, visit.settings)
        if _must_choose_password(visit):
            return visit.redirect("/account", "Hãy đổi mật khẩu được cấp trước khi làm việc.")
        if said is None:
            _check_entry(visit)
        else:
            visit.status, visit.errors = said.status, said.sentences
        visit.prepared = prepared
        response = handler(visit, **_numbers(handler, request))
    _add_cookies_and_follow_ups(response, visit)
    return response


def _visit(request: Request, page: Page, db: Session, form: Form) -> Visit:
    settings: Settings = request.app.state.settings
    now = clock.now()
    signed_in = access.find_session(db, request, settings, now)
    fresh = "" if signed_in else request.cookies.get(access.form_cookie(settings)) or new_token()
    return Visit(request, page, db, settings, now, signed_in, signed_in.csrf_token if signed_in else fresh, form)


def _numbers(handler: Callable[..., Any], request: Request) -> dict[str, Any]:
    """The numbers of the path that the function takes: a page shown again may need fewer than the act did."""
    taken = inspect.signature(handler).parameters
    return {name: value for name, value in request.path_params.items() if name in taken}


def _check_entry(visit: Visit) -> None:
    page = visit.page
    if page.scope not in {Scope.PUBLIC, Scope.ACCOUNT} and not visit.communes():
        raise not_allowed("role", "Trang này không dành cho vai trò của anh/chị.")
    if page.method == "POST":
        given = visit.form.values.get("csrf", "")
        access.check_csrf(visit.request, visit.settings, visit.signed_in, given)


def _must_choose_password(visit: Visit) -> bool:
    """A page of work is asked for with a password that two people know."""
    is_work = visit.page.scope not in {Scope.PUBLIC, Scope.ACCOUNT}
    return is_work and access.must_choose_password(visit.signed_in)


def _to_sign_in(request: Request, page: Page, settings: Settings) -> Response:
    """Sign in first, then come back to the page; who was signed in before is told that the session has ended."""
    asked = {"next": _way_back(request, page)}
    if request.cookies.get(settings.session_cookie):
        asked["ended"] = "act" if page.method == "POST" else "page"
    asked = {name: text for name, text in asked.items() if text}
    return RedirectResponse("/sign-in?" + urlencode(asked) if asked else "/sign-in", status_code=303)


def _way_back(request: Request, page: Page) -> str:
    """The page asked for, or the page of the form that was sent, or the nearest above; empty for the first page."""
    try:
        parts = urlsplit(str(request.url) if page.method == "GET" else request.headers.get("referer", ""))
    except ValueError:
        return ""
    if parts.netloc != request.url.netloc:
        return ""
    path = parts.path
    while path and not _is_page(request, path):
        path = path.rpartition("/")[0]
    if path in {"", "/", "/sign-in"}:
        return ""
    return f"{path}?{parts.query}" if parts.query and path == parts.path else path


def _is_page(request: Request, path: str) -> bool:
    """Whether something is to be seen at that address, not only to be done."""
    asked = {**request.scope, "method": "GET", "path": path}
    return any(route.matches(asked)[0] is Match.FULL for route in request.app.routes)


def _add_cookies_and_follow_ups(response: Response, visit: Visit) -> None:
    settings = visit.settings
    if not visit.signed_in and visit.request.cookies.get(access.form_cookie(settings)) != visit.csrf:
        access.set_cookie(response, settings, access.form_cookie(settings), visit.csrf)
    tasks = BackgroundTasks()
    seen = visit.signed_in
    if seen and visit.now - seen.last_seen_at > access.TOUCH_AFTER:
        tasks.add_task(after.touch_session, visit.request.app, seen.session_id, visit.now)
    if visit.page.method == "POST":
        for cycle_id in sorted(visit.moved):
            tasks.add_task(after.go_on, visit.request.app, cycle_id)
    if tasks.tasks:
        response.background = tasks


def _refused(request: Request, page: Page, form: Form, error: Exception) -> Response:
    """The page of the form again with what is wrong, or a page that says why not."""
    said = say(error)
    form.values = without_secrets(form.values)
    again = page.redisplay
    if again is not None and not (isinstance(error, Problem) and error.code in {"csrf", "role", "scope", "sign_in"}):
        try:
            return _once(request, page, again, form, write=_logs(again), said=said)
        except EXPECTED as second:
            said = say(second)
    return problem_page(request, said.status, *(sentence for _, sentence in said.sentences))


def _logs(handler: Handler) -> bool:
    return any(page.handler is handler and page.method == "GET" and page.writes for page in PAGES)


def _unexpected(request: Request, page: Page, error: Exception) -> Response:
    reference = report(error)
    log.error("trang %s %s", page.method, page.path)
    return problem_page(
        request, 500, f"Hệ thống gặp lỗi và chưa ghi gì của lần bấm này. Mã tra cứu: {reference}. Hãy báo Quản trị."
    )


def problem_page(request: Request, status: int, *sentences: str) -> Response:
    """A page without any record: title, sentences, the way back."""
    title = TITLES.get(status, "Chưa làm được")
    lines = [sentence for sentence in sentences if sentence] or [GENERAL.get(status, "Yêu cầu không thực hiện được.")]
    around = {"title": title, "sentences": lines, "mail_mode": mail_mode(request.app.state.settings)}
    html = views.render("parts/problem.html", around)
    return Response(html, status_code=status, media_type="text/html")
