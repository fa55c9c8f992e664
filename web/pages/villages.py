"""The commune's thôn with their area class: thresholds of the law differ by area. Kept by the admin."""

from __future__ import annotations

from fastapi import Response
from sqlmodel import col, select

from models.places import Village
from rules.workflow import Role
from services import offices
from web.pages.setup import AREAS
from web.registry import Scope, get, post
from web.visit import Visit


@get("/villages", roles=(Role.admin,), scope=Scope.COMMUNE)
def villages_page(visit: Visit) -> Response:
    """The thôn of this commune and the form for one more."""
    query = select(Village).where(Village.commune_id == visit.commune.key).order_by(col(Village.code))
    return visit.render(
        "staff/villages.html", title="Thôn của đơn vị", villages=visit.db.exec(query).all(), areas=AREAS
    )


@post("/villages", roles=(Role.admin,), scope=Scope.COMMUNE, redisplay=villages_page)
def add_village(visit: Visit) -> Response:
    """One more thôn; its list is asked for from the next cycle step on."""
    form = visit.form
    name = form.text("name", need="Nhập tên thôn.", most=80)
    area = form.choice("area", [code for code, _ in AREAS], need="Chọn khu vực.")
    reference = form.text("area_reference", need="Ghi văn bản xác định khu vực.", most=200)
    form.check()
    offices.add_village(
        visit.db,
        commune_id=visit.commune.key,
        name=name,
        area=area,
        area_reference=reference,
        actor=visit.actor,
        now=visit.now,
    )
    return visit.redirect("/villages", "Đã thêm thôn.")
