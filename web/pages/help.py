"""Help: what each page is for, and the handbook of each role with pictures, made to be printed."""

from __future__ import annotations

from fastapi import Response

from rules.workflow import ROLE_LABELS, Role
from web import handbook
from web.registry import STAFF, Scope, get
from web.visit import Visit


@get("/help", roles=STAFF, scope=Scope.ACCOUNT, hidden="ở cuối mỗi trang")
def help_page(visit: Visit) -> Response:
    """A chapter for each role this person holds."""
    chapters = [(role, ROLE_LABELS[role], handbook.entries(role)) for role in _held(visit)]
    return visit.render("home/help.html", title="Trợ giúp", chapters=chapters)


@get("/help/handbook", roles=STAFF, scope=Scope.ACCOUNT, hidden="ở trang Trợ giúp")
def handbook_page(visit: Visit) -> Response:
    """The handbook of the role asked for with ``?role=``, else of the first role this person holds."""
    asked = visit.request.query_params.get("role", "")
    role = Role(asked) if asked in handbook.ROLES else next(iter(_held(visit)), Role.village_head)
    return visit.render(
        "home/handbook.html",
        title=f"Sổ tay: {ROLE_LABELS[role]}",
        story=handbook.STORIES[role],
        entries=handbook.entries(role),
        others=[(str(one), ROLE_LABELS[one]) for one in handbook.ROLES if one is not role],
    )


def _held(visit: Visit) -> list[Role]:
    return [role for role in handbook.ROLES if any(mandate.role == role for mandate in visit.actor.mandates)]
