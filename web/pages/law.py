"""The law page: every parameter with its values, status and source; one person proposes a value, another confirms."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from fastapi import Response

from models.law import LawRevision
from rules.names import fold_name
from rules.parameters import LAW_STATUS_LABELS, LawBook, LawStatus, Parameter, Reference, parse_scope
from rules.workflow import Role
from services import law
from web.forms import Form
from web.registry import STAFF, Scope, get, post
from web.visit import Visit

PROPOSERS = (Role.economy, Role.culture)
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
        proposals=law.proposals(visit.db, visit.commune.key),
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
    new = _read(visit.form)
    visit.form.check()
    law.propose(visit.db, commune_id=visit.commune.key, new=new, actor=visit.actor, now=visit.now)
    return visit.redirect("/law", "Đã ghi đề xuất. Cần người thứ hai xác nhận.")


def _read(form: Form) -> law.NewValue:
    scope = form.text("scope", most=200)
    try:
        parse_scope(scope)
    except ValueError:
        form.errors["scope"] = "Phạm vi có dạng area=NONG_THON;status=NGHEO, hoặc để trống."
    raw = form.text("value", need="Nhập giá trị.", most=4000)
    try:
        value = json.loads(raw) if raw else None
    except json.JSONDecodeError:
        value = raw
    return law.NewValue(
        key=form.text("key", need="Chọn tham số.", most=80),
        value=value,
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


@post("/law/proposals/{revision_id:int}/confirm", roles=CONFIRMERS, scope=Scope.COMMUNE, redisplay=law_page)
def confirm(visit: Visit, revision_id: int) -> Response:
    """The second person's word."""
    revision = visit.own(LawRevision, revision_id)
    law.confirm(visit.db, revision_id=revision.key, actor=visit.actor, now=visit.now)
    return visit.redirect("/law", "Đã xác nhận giá trị.")
