"""The commune's thôn with their area class: thresholds of the law differ by area. Kept by the admin."""

from __future__ import annotations

from fastapi import Response
from sqlmodel import col, select

from models.places import Village
from rules.names import fold_name, sort_key
from rules.workflow import Role
from services import places
from web.export import VILLAGE, Column, export
from web.forms import Form
from web.pages.setup import AREAS
from web.paging import Sort, cut_list, in_order
from web.registry import Scope, get, post
from web.visit import Visit

STATES = (("used", "Đang dùng"), ("left", "Ngừng"))
SORTS = {
    "code": Sort("Mã", lambda one: one.code),
    "name": Sort("Tên thôn", lambda one: sort_key(one.name)),
    "area": Sort("Khu vực", lambda one: (one.area, sort_key(one.name))),
}
COLUMNS = (Column("Mã", 10), VILLAGE, Column("Khu vực", 18), Column("Căn cứ", 40), Column("Tình trạng", 14))


@get("/villages", roles=(Role.admin,), scope=Scope.COMMUNE)
def villages_page(visit: Visit) -> Response:
    """The thôn of this commune and the form for one more."""
    asked = dict(visit.request.query_params)
    return visit.render(
        "staff/villages.html",
        title="Thôn của đơn vị",
        found=cut_list(_found(visit, asked), asked, SORTS),
        asked=asked,
        areas=AREAS,
        states=STATES,
        state_of=_state_of,
    )


def _found(visit: Visit, asked: dict[str, str]) -> list[Village]:
    words, area, state = fold_name(asked.get("q", "")), asked.get("area", ""), asked.get("state", "")
    query = select(Village).where(Village.commune_id == visit.commune.key).order_by(col(Village.code))
    return [
        one
        for one in visit.db.exec(query)
        if words in fold_name(f"{one.code} {one.name}")
        and (area not in dict(AREAS) or one.area == area)
        and (state not in dict(STATES) or _state_of(one) == dict(STATES)[state])
    ]


def _state_of(village: Village) -> str:
    return dict(STATES)["used" if village.active else "left"]


@get("/villages/{village_id:int}", roles=(Role.admin,), scope=Scope.COMMUNE)
def village_page(visit: Visit, village_id: int) -> Response:
    """One thôn as it stands, to be put right."""
    village = visit.own(Village, village_id)
    return visit.render("staff/village.html", title=village.name, village=village, areas=AREAS)


@post("/villages/{village_id:int}", roles=(Role.admin,), scope=Scope.COMMUNE, redisplay=village_page)
def change_village(visit: Visit, village_id: int) -> Response:
    """Another name, area class or basis; a thôn that is no more in use keeps its records."""
    village = visit.own(Village, village_id)
    changed = _read(visit.form)
    places.change_village(visit.db, village_id=village.key, changed=changed, actor=visit.actor, now=visit.now)
    return visit.redirect("/villages", "Đã sửa thôn.")


def _read(form: Form) -> places.VillageForm:
    changed = places.VillageForm(
        name=form.text("name", need="Nhập tên thôn.", most=80),
        area=form.choice("area", [code for code, _ in AREAS], need="Chọn khu vực."),
        area_reference=form.text("area_reference", need="Ghi văn bản xác định khu vực.", most=200),
        active=not form.ticked("left"),
    )
    form.check()
    return changed


@get("/villages/export", roles=(Role.admin,), scope=Scope.COMMUNE, logs_read=True, hidden="tệp tải từ trang Thôn")
def villages_export(visit: Visit) -> Response:
    """The thôn that the same question finds, each with its area class and the document it stands in."""
    asked = dict(visit.request.query_params)
    return export(
        visit,
        title="Thôn của đơn vị",
        file_name="thon.xlsx",
        subject=f"commune:{visit.commune.key}",
        columns=COLUMNS,
        rows=(
            (one.code, one.name, dict(AREAS)[one.area], one.area_reference, _state_of(one))
            for one in in_order(_found(visit, asked), asked, SORTS)
        ),
    )


@post("/villages", roles=(Role.admin,), scope=Scope.COMMUNE, redisplay=villages_page)
def add_village(visit: Visit) -> Response:
    """One more thôn; its list is asked for from the next cycle step on."""
    new = _read(visit.form)
    places.add_village(
        visit.db,
        commune_id=visit.commune.key,
        name=new.name,
        area=new.area,
        area_reference=new.area_reference,
        actor=visit.actor,
        now=visit.now,
    )
    return visit.redirect("/villages", "Đã thêm thôn.")
