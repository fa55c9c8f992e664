"""The law page: every parameter with its values, status and source; one person proposes a value, another confirms."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from fastapi import Response

from models.law import LawRevision
from rules.months import Month
from rules.names import fold_name
from rules.parameters import LAW_STATUS_LABELS, LawBook, LawStatus, Parameter, Reference, parse_scope
from rules.workflow import Role
from services import law, law_proposals, what_if
from services.errors import not_found
from web.forms import Form
from web.registry import STAFF, Scope, get, post
from web.visit import Visit

PROPOSERS = (Role.economy, Role.culture)
NUMBERS = frozenset(
    {"working days", "days", "years", "percent", "day of month", "points", "months", "hours", "copies", "indicators"}
)
CONFIRMERS = (Role.economy, Role.culture, Role.chairman)


@get("/law", roles=STAFF, scope=Scope.COMMUNE)
def law_page(visit: Visit) -> Response:
    """Parameters as this commune applies them today, the unsourced ones first, and proposals that wait."""
    book = law.book_for(visit.db, visit.commune.key)
    today = visit.now.date()
    asked = dict(visit.request.query_params)
    every = [_row(book, parameter, today) for parameter in book.parameters]
    rows = sorted(_found(every, asked), key=lambda row: (row["order"], row["parameter"].key))
    return visit.render(
        "law/parameters.html",
        title="Căn cứ pháp lý và tham số",
        rows=rows,
        status_labels=LAW_STATUS_LABELS,
        asked=asked,
        counts={status: sum(row["status"] == status for row in every) for status in LawStatus},
        proposals=law_proposals.waiting(visit.db, visit.commune.key),
        may_propose=visit.has(*PROPOSERS),
        may_confirm=visit.has(*CONFIRMERS),
        keys=[(parameter.key, f"{parameter.key} – {parameter.description}") for parameter in book.parameters],
    )


def _row(book: LawBook, parameter: Parameter, today: date) -> dict[str, Any]:
    values = book.values_of(parameter.key)
    current = next((value for value in values if value.holds(today)), values[0])
    order = {LawStatus.UNKNOWN: 0, LawStatus.ASSUMED: 1, LawStatus.CONFIRMED: 2}[current.status]
    now = [value for value in values if value.holds(today)]
    shown = now or [current]
    others = [value for value in values if value not in shown]
    return {"parameter": parameter, "shown": shown, "others": others, "status": current.status, "order": order}


def _found(rows: list[dict[str, Any]], asked: dict[str, str]) -> list[dict[str, Any]]:
    """The rows of the asked status whose key or description holds the words, tone marks aside."""
    words, status = fold_name(asked.get("q", "")), asked.get("status", "")
    return [
        row
        for row in rows
        if (not status or row["status"] == status)
        and words in fold_name(f"{row['parameter'].key} {row['parameter'].description}")
    ]


@post("/law/proposals", roles=PROPOSERS, scope=Scope.COMMUNE, redisplay=law_page)
def propose(visit: Visit) -> Response:
    """One officer's proposal; nothing is computed with it until a second person confirms."""
    new = _read(visit)
    visit.form.check()
    law.propose(visit.db, commune_id=visit.commune.key, new=new, actor=visit.actor, now=visit.now)
    return visit.redirect("/law", "Đã ghi đề xuất. Cần người thứ hai xác nhận.")


@get("/law/propose", roles=PROPOSERS, scope=Scope.COMMUNE, hidden="mở từ trang Căn cứ pháp lý")
def propose_page(visit: Visit, effects: Sequence[what_if.Effect] = ()) -> Response:
    """One parameter: its values so far, and the form of a new one with an input that fits its unit."""
    key = visit.form.values.get("key") or visit.request.query_params.get("key", "")
    book = law.book_for(visit.db, visit.commune.key)
    parameter = next((one for one in book.parameters if one.key == key), None)
    if parameter is None:
        raise not_found("law_key", "Không có tham số này.")
    kept = {"typed": visit.form.values} if effects else {}
    return visit.render(
        "law/propose.html",
        title=parameter.description,
        parameter=parameter,
        values=book.values_of(key),
        kind=input_kind(parameter.unit),
        words=choices_of(parameter.unit),
        status_labels=LAW_STATUS_LABELS,
        effects=effects,
        totals=what_if.total(effects),
        **kept,
    )


@post("/law/what-if", roles=PROPOSERS, scope=Scope.COMMUNE, redisplay=propose_page)
def try_out(visit: Visit) -> Response:
    """Show whom the value would bring in or out and what it would cost, before it is proposed; writes nothing."""
    new = _read(visit)
    visit.form.check()
    first = Month.of(new.valid_from)
    entry: dict[str, Any] = {"value": new.value, "from": new.valid_from, "scope": parse_scope(new.scope)}
    if new.valid_to:
        entry["to"] = new.valid_to
    scenario = what_if.read_scenario(
        {"name": new.key, "from": first.code, "to": first.plus(2).code, "parameters": {new.key: entry}}
    )
    effects = what_if.run(visit.db, commune_id=visit.commune.key, scenario=scenario)
    return propose_page(visit, effects)


def input_kind(unit: str) -> str:
    """Which input fits a unit: "money", "number", "choice", or "json" for everything that is a table."""
    if unit.startswith(("VND", "đồng")):
        return "money"
    if unit in NUMBERS:
        return "number"
    return "choice" if choices_of(unit) else "json"


def choices_of(unit: str) -> list[str]:
    """The words of a unit like "CO | KHONG"; none for a set or a table."""
    words = [] if unit.startswith("set ") else [word.strip() for word in unit.split("|")]
    return words if len(words) > 1 else []


def _read(visit: Visit) -> law.NewValue:
    form = visit.form
    scope = form.text("scope", most=200)
    try:
        parse_scope(scope)
    except ValueError:
        form.errors["scope"] = "Phạm vi có dạng area=NONG_THON;status=NGHEO, hoặc để trống."
    key = form.text("key", need="Chọn tham số.", most=80)
    units = {one.key: one.unit for one in law.book_for(visit.db, visit.commune.key).parameters}
    return law.NewValue(
        key=key,
        value=_value(form, input_kind(units.get(key, ""))),
        valid_from=form.need_day("valid_from", "Nhập ngày bắt đầu áp dụng."),
        valid_to=form.day("valid_to"),
        reference=Reference(
            document=form.text("document", need="Ghi số, năm văn bản.", most=120),
            issuer=form.text("issuer", need="Ghi cơ quan ban hành.", most=120),
            article=form.text("article", most=120),
            note=form.text("reference_note", most=400),
        ),
        scope=scope,
    )


def _value(form: Form, kind: str) -> Any:
    """The value as its unit is typed; money with or without dots."""
    raw = form.text("value", need="Nhập giá trị.", most=4000)
    if kind == "money" and raw:
        return form.amount("value", need="Nhập giá trị.")
    try:
        return json.loads(raw) if raw else None
    except json.JSONDecodeError:
        return raw


@post("/law/proposals/{revision_id:int}/confirm", roles=CONFIRMERS, scope=Scope.COMMUNE, redisplay=law_page)
def confirm(visit: Visit, revision_id: int) -> Response:
    """The second person's word."""
    revision = visit.own(LawRevision, revision_id)
    law.confirm(visit.db, revision_id=revision.key, actor=visit.actor, now=visit.now)
    return visit.redirect("/law", "Đã xác nhận giá trị.")
