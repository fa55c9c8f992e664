"""The help page: what each page is for, for the roles of whoever reads it; made to be printed."""

from __future__ import annotations

from fastapi import Response

from rules.workflow import ROLE_LABELS, Role
from web.help import for_roles
from web.registry import STAFF, Scope, get
from web.visit import Visit


@get("/help", roles=STAFF, scope=Scope.ACCOUNT, hidden="ở cuối mỗi trang")
def help_page(visit: Visit) -> Response:
    """A chapter for each role this person holds."""
    held = [role for role in Role if any(mandate.role == role for mandate in visit.actor.mandates)]
    chapters = [(ROLE_LABELS[role], for_roles(frozenset({role}))) for role in held]
    return visit.render("home/help.html", title="Trợ giúp", chapters=chapters)
