"""How this commune names its offices on papers, and their shared mailboxes. Kept by the admin."""

from __future__ import annotations

from fastapi import Response

from rules.workflow import ROLE_LABELS, Role
from services import places
from web.forms import Form
from web.registry import Scope, get, post
from web.visit import Visit

OFFICES = tuple(role for role in Role if role not in {Role.system, Role.village_head, Role.admin})
WITH_SYMBOL = frozenset({Role.economy, Role.culture})
"""Offices that sign papers of their own, with letters in the symbol."""


@get("/departments", roles=(Role.admin,), scope=Scope.COMMUNE)
def departments_page(visit: Visit) -> Response:
    """One block for each office, filled with what is known."""
    return visit.render(
        "staff/departments.html",
        title="Phòng, ban của đơn vị",
        offices=[(role, ROLE_LABELS[role], role in WITH_SYMBOL) for role in OFFICES],
        known=places.departments(visit.db, visit.commune.key),
    )


@post("/departments", roles=(Role.admin,), scope=Scope.COMMUNE, redisplay=departments_page)
def name_departments(visit: Visit) -> Response:
    """All of them at once; what is left as it was is not written again."""
    form = visit.form
    read = {role: _office(form, role) for role in OFFICES}
    form.check()
    for role, named in read.items():
        places.name_department(
            visit.db, commune_id=visit.commune.key, role=role, named=named, actor=visit.actor, now=visit.now
        )
    return visit.redirect("/departments", "Đã lưu phòng, ban.")


def _office(form: Form, role: Role) -> places.OfficeForm:
    return places.OfficeForm(
        name=form.text(f"name-{role}", most=120) or ROLE_LABELS[role],
        symbol=form.text(f"symbol-{role}", most=20) if role in WITH_SYMBOL else "",
        email=form.address(f"email-{role}"),
        organ_code=form.text(f"code-{role}", most=13),
    )
