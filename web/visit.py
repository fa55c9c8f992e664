"""One request at the counter: who came, under which mandate, for which commune, and what goes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, unquote

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session, SQLModel, col, select

from adapters.clock import is_demo_clock
from adapters.settings import Settings
from models.cycles import Cycle
from models.places import Commune
from rules.workflow import ROLE_LABELS, Role
from services.errors import not_allowed, not_found
from services.staff import Actor
from web import forms, help, menu, views
from web.access import SignedIn
from web.forms import Form
from web.registry import Page, Scope

Row = TypeVar("Row", bound=SQLModel)
COMMUNE_COOKIE = "ansinh_commune"
NOTE_COOKIE = "ansinh_note"
LARGEST = 2**31 - 1


class OfCommune(Protocol):
    """Any record that says which commune it belongs to."""

    commune_id: int


class Visit:
    """What a page's function gets. ``db`` is the one transaction; returning commits an act, raising does not."""

    def __init__(
        self,
        request: Request,
        page: Page,
        db: Session,
        settings: Settings,
        now: datetime,
        signed_in: SignedIn | None,
        csrf: str,
        form: Form,
    ) -> None:
        self.request = request
        self.page = page
        self.db = db
        self.settings = settings
        self.now = now
        self.signed_in = signed_in
        self.csrf = csrf
        self.form = form
        self.status = 200
        self.errors: Sequence[tuple[str, str]] = ()
        self.moved: set[int] = set()
        self.prepared: Any = None
        self._commune: Commune | None = None

    # ------------------------------------------------------------ who and where

    @property
    def client(self) -> str:
        """The address the request came from."""
        return self.request.client.host if self.request.client else "?"

    @property
    def actor(self) -> Actor:
        """The signed-in person with the mandates of the day."""
        if self.signed_in is None:
            raise not_allowed("sign_in", "Hãy đăng nhập.")
        return self.signed_in.actor

    @property
    def commune(self) -> Commune:
        """The commune this person looks at: the one chosen, else the first where one of the page's roles is held."""
        if self._commune is None:
            ours = self.communes()
            chosen = self.request.cookies.get(COMMUNE_COOKIE, "")
            number = int(chosen) if chosen.isdigit() and int(chosen) in ours else next(iter(ours), 0)
            commune = self.db.get(Commune, number)
            if commune is None:
                raise not_allowed("no_commune", "Tài khoản này chưa được giao việc ở đơn vị nào.")
            self._commune = commune
        return self._commune

    def communes(self) -> tuple[int, ...]:
        """Communes where one of the page's roles is held."""
        mandates = self.actor.mandates
        return tuple(dict.fromkeys(m.commune_id for m in mandates if m.role in self.page.roles))

    def has(self, *roles: Role) -> bool:
        """Holds one of the roles in the commune looked at."""
        return any(self.actor.has(role, self.commune.key) for role in roles)

    def villages(self, commune_id: int) -> tuple[int, ...] | None:
        """The thôn to which this page is limited for this person; None when the whole commune may be seen."""
        here = {m.role for m in self.actor.mandates if m.commune_id == commune_id and m.role in self.page.roles}
        return self.actor.villages(commune_id) if here <= {Role.village_head} else None

    def check(self, commune_id: int, village_id: int | None = None) -> None:
        """Raise Problem NOT_FOUND outside this person's communes and thôn, NOT_ALLOWED where the role is another."""
        if commune_id not in self.actor.communes():
            raise not_found("scope", "Không tìm thấy mục này trong phạm vi của anh/chị.")
        if commune_id not in self.communes():
            raise not_allowed("role", "Mục này không dành cho vai trò của anh/chị.")
        limit = self.villages(commune_id)
        if limit is not None and village_id is not None and village_id not in limit:
            raise not_found("scope", "Không tìm thấy mục này trong phạm vi của anh/chị.")

    def own(self, model: type[Row], number: int) -> Row:
        """The row of that number, if it lies within this person's scope. Raises Problem NOT_FOUND or NOT_ALLOWED."""
        row = self.db.get(model, number) if number <= LARGEST else None
        if row is None:
            raise not_found("no_row", "Không tìm thấy mục này trong phạm vi của anh/chị.")
        village = getattr(row, "village_id", None)
        commune_id: int = row.commune_id  # type: ignore[attr-defined]
        self.check(commune_id, village)
        self._commune = self.db.get(Commune, commune_id)
        return row

    def cycle(self) -> Cycle | None:
        """The cycle named by ``?cycle=``, else the newest one of the commune; None when none was ever opened."""
        asked = self.request.query_params.get("cycle", "")
        if asked.isdigit() and asked.isascii():
            return self.own(Cycle, int(asked))
        newest = select(Cycle).where(Cycle.commune_id == self.commune.key)
        return self.db.exec(newest.order_by(col(Cycle.year).desc(), col(Cycle.quarter).desc())).first()

    def need_cycle(self) -> Cycle:
        """As `cycle`, but there must be one. Raises Problem NOT_FOUND."""
        found = self.cycle()
        if found is None:
            raise not_found("no_cycle", "Đơn vị chưa mở kỳ xét nào.")
        return found

    # ------------------------------------------------------------ what goes back

    def advance(self, cycle_id: int) -> None:
        """After the commit the engine is asked to go on with this cycle."""
        self.moved.add(cycle_id)

    def render(self, template: str, *, title: str, **context: Any) -> Response:
        """The page; with errors and what was typed, when it is shown again after a refusal."""
        html = views.render(template, self._around(title) | context)
        response = HTMLResponse(html, status_code=self.status)
        response.delete_cookie(NOTE_COOKIE)
        return response

    def again(self, page: Callable[..., Response], errors: Sequence[tuple[str, str]], *numbers: int) -> Response:
        """The page with what is wrong, when what the act wrote so far is to stay written: a failed password."""
        self.status, self.errors = 422, tuple(errors)
        self.form.values = forms.without_secrets(self.form.values)
        return page(self, *numbers)

    def redirect(self, path: str, note: str = "") -> Response:
        """Go to a page of ours and say there what was done (never with anybody's name)."""
        response = RedirectResponse(path, status_code=303)
        if note:
            response.set_cookie(NOTE_COOKIE, quote(note), max_age=60, httponly=True, samesite="lax", path="/")
        return response

    def download(self, content: bytes, file_name: str, media_type: str = "application/octet-stream") -> Response:
        """A file to keep, under its Vietnamese name."""
        disposition = f"attachment; filename*=UTF-8''{quote(file_name)}"
        return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})

    def _around(self, title: str) -> dict[str, Any]:
        commune = self._commune_or_none()
        return {
            "title": title,
            "csrf": self.csrf,
            "errors": list(self.errors),
            "typed": {} if self.status == 200 else self.form.values,
            "note": _note(self.request),
            "me": self.signed_in.account if self.signed_in else None,
            "my_roles": self._role_names(),
            "commune": commune,
            "other_communes": self._other_communes(),
            "help": help.of_page(self.page.path) if self.signed_in else None,
            "menu": menu.items_for(self.actor, self.request.url.path) if self.signed_in else [],
            "mail_mode": mail_mode(self.settings),
            "is_demo": self.settings.is_demo or bool(commune and commune.is_demo),
            "demo_clock": self.now if is_demo_clock() else None,
            "now": self.now,
            "today": self.now.date(),
        }

    def _commune_or_none(self) -> Commune | None:
        if self.signed_in is None:
            return None
        if self._commune is None and self.page.scope is Scope.ACCOUNT:
            return self.db.get(Commune, next(iter(self.actor.communes()), 0))
        return self.commune if self.communes() else None

    def _other_communes(self) -> list[Commune]:
        numbers = self.actor.communes() if self.signed_in else ()
        if len(numbers) < 2:
            return []
        return list(self.db.exec(select(Commune).where(col(Commune.id).in_(numbers)).order_by(col(Commune.code))))

    def _role_names(self) -> str:
        if self.signed_in is None:
            return ""
        commune = self._commune_or_none()
        held = [m for m in self.actor.mandates if commune is None or m.commune_id == commune.id]
        return ", ".join(dict.fromkeys(m.post or ROLE_LABELS[Role(m.role)] for m in held)) or "Chưa được giao việc"


def mail_mode(settings: Settings) -> str:
    """Where mail goes: "off", "file", "guests" or "real"."""
    if settings.mail_mode != "smtp":
        return settings.mail_mode
    return "real" if settings.mail_to_real_addresses else "guests"


def _note(request: Request) -> str:
    return unquote(request.cookies.get(NOTE_COOKIE, ""))[:300]
