"""The law page: every parameter with its values, status and source, what waits for a second person, export, import."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from fastapi import Response

from models.staff import Account
from rules.diseases import DiseaseList
from rules.law_horizon import endings, warning_until
from rules.law_words import scope_words, shown, unit_words
from rules.names import fold_name
from rules.parameters import LAW_STATUS_LABELS, LawBook, LawGap, LawStatus, Parameter, Value, parse_scope
from rules.traits import trait_labels
from services import law, law_diseases, law_exchange, law_proposals
from services.errors import Problem
from web.law_inputs import input_kind
from web.paging import Sort, cut_list
from web.problems import FormError
from web.registry import STAFF, Scope, get, post
from web.visit import Visit

PROPOSERS = law_proposals.PROPOSERS
CONFIRMERS = law.CONFIRMERS
_CODE = re.compile(r"“([A-Z][A-Z0-9_]*)”")
_KEY = re.compile(r"\b[A-Z][A-Z0-9]*(?:\.[a-z0-9_]+)+")
SORTS = {
    "open": Sort("Chưa biết, giả định trước", lambda row: (row["order"], row["parameter"].key)),
    "name": Sort("Tên tham số", lambda row: fold_name(row["parameter"].description)),
    "key": Sort("Mã tham số", lambda row: row["parameter"].key),
}
WORDS: dict[str, Any] = {
    "shown": shown,
    "scope_words": scope_words,
    "unit_words": unit_words,
    "parse_scope": parse_scope,
    "status_labels": LAW_STATUS_LABELS,
    "scan_options": lambda scans: [(sha256, f"{scan.document}, {scan.issuer}") for sha256, scan in scans.items()],
}
"""What the templates of the law need to speak of values in words."""


@get("/law", roles=STAFF, scope=Scope.COMMUNE)
def law_page(visit: Visit) -> Response:
    """Parameters as this commune applies them today, the unsourced ones first, and proposals that wait."""
    book = law.book_for(visit.db, visit.commune.key)
    today = visit.now.date()
    asked = dict(visit.request.query_params)
    every = [_row(book, parameter, today) for parameter in book.parameters]
    return visit.render(
        "law/parameters.html",
        title="Căn cứ pháp lý và tham số",
        found=cut_list(_found(every, asked), asked, SORTS),
        asked=asked,
        counts={status: sum(row["status"] == status for row in every) for status in LawStatus},
        proposals=law_proposals.waiting(visit.db, visit.commune.key),
        diseases=_diseases(visit, today),
        endings=_endings(book, today),
        scans=law_proposals.scans(visit.db, visit.commune.key),
        may_propose=visit.has(*PROPOSERS),
        may_confirm=visit.has(*CONFIRMERS),
        units={parameter.key: parameter.unit for parameter in book.parameters},
        **words_for(book, today),
    )


def _row(book: LawBook, parameter: Parameter, today: date) -> dict[str, Any]:
    values = book.values_of(parameter.key)
    holding = [value for value in values if value.holds(today)]
    is_over = today > parameter.reviewed_until
    status = LawStatus.UNKNOWN if is_over or not holding else holding[0].status
    now = _standing(holding) or [values[0]]
    return {
        "parameter": parameter,
        "is_over": is_over,
        "shown": now,
        "others": [value for value in values if value not in now],
        "status": status,
        "order": {LawStatus.UNKNOWN: 0, LawStatus.ASSUMED: 1, LawStatus.CONFIRMED: 2}[status],
        "form": _form_of(parameter),
    }


def _endings(book: LawBook, today: date) -> list[dict[str, Any]]:
    """What runs out or becomes less certain soon, each with its parameter and what follows, in words."""
    parameters = {parameter.key: parameter for parameter in book.parameters}
    return [
        {
            "parameter": parameters[one.key],
            "scope": one.scope,
            "last_day": one.last_day,
            "after": one.after,
            "form": _form_of(parameters[one.key]),
        }
        for one in endings(book, today, warning_until(book, today))
    ]


def _diseases(visit: Visit, today: date) -> DiseaseList | None:
    try:
        return law_diseases.current(visit.db, visit.commune.key, on=today)
    except Problem:  # the page must open on the very day on which the law is no longer known
        return None


def _standing(values: Sequence[Value]) -> list[Value]:
    """Of the values that hold on one day, newest first, those that no newer value of the office stands over."""
    found: list[Value] = []
    for value in values:
        over = (
            one.version
            and (one.scope == value.scope or (not value.version and one.scope.items() <= value.scope.items()))
            for one in found
        )
        if not any(over):
            found.append(value)
    return found


def words_for(book: LawBook, today: date) -> dict[str, Any]:
    """`WORDS`, in which the conditions of groups name the values of the day instead of keys."""
    return {**WORDS, "shown": partial(_shown, book, today)}


def _shown(book: LawBook, today: date, unit: str, value: Any) -> list[str]:
    lines = shown(unit, value)
    if unit not in {"categories", "groups"}:
        return lines
    traits = trait_labels(book, today)
    lines = [_KEY.sub(lambda key: _said(book, key[0], today), line) for line in lines]
    return [_CODE.sub(lambda code: f"“{traits.get(code[1], code[1])}”", line) for line in lines]


def _said(book: LawBook, key: str, today: date) -> str:
    try:
        value = book.get(key, on=today)
    except LawGap:
        return key
    return ", ".join(shown(value.unit, value.value))


def _form_of(parameter: Parameter) -> str:
    """The page on which a value of it is proposed."""
    page = "propose"
    if input_kind(parameter.unit) == "page":
        page = "diseases" if parameter.unit == "diseases" else "groups"
    return f"/law/{page}?key={parameter.key}"


def _found(rows: list[dict[str, Any]], asked: dict[str, str]) -> list[dict[str, Any]]:
    """The rows of the asked status whose key or description holds the words, tone marks aside."""
    words, status = fold_name(asked.get("q", "")), asked.get("status", "")
    return [
        row
        for row in rows
        if (not status or row["status"] == status)
        and words in fold_name(f"{row['parameter'].key} {row['parameter'].description}")
    ]


@post("/law/proposals/confirm", roles=CONFIRMERS, scope=Scope.COMMUNE, redisplay=law_page)
def confirm_chosen(visit: Visit) -> Response:
    """The second person's word on every proposal ticked; all of them or none."""
    chosen = [row for row in law_proposals.waiting(visit.db, visit.commune.key) if visit.form.ticked(f"row-{row.key}")]
    if not chosen:
        raise FormError({"proposals": "Đánh dấu ít nhất một đề xuất."})
    rows = [law.confirm(visit.db, revision_id=row.key, actor=visit.actor, now=visit.now) for row in chosen]
    confirmed = sum(row.confirmed_by is not None for row in rows)
    taken = len(rows) - confirmed
    said = [f"Đã xác nhận {confirmed} giá trị."] if confirmed else []
    said += [f"Đã nhận {taken} đề xuất; cần người thứ hai xác nhận."] if taken else []
    return visit.redirect("/law", " ".join(said))


@get("/law/export", roles=CONFIRMERS, scope=Scope.COMMUNE, logs_read=True, hidden="tệp tải từ trang Căn cứ pháp lý")
def export(visit: Visit) -> Response:
    """The confirmed law as a file that another commune can read; who took it is recorded."""
    text = law_exchange.export(visit.db, commune_id=visit.commune.key, actor=visit.actor, now=visit.now)
    name = f"phap-luat-{visit.commune.code}-{visit.now:%Y-%m-%d}.yaml"
    return visit.download(text.encode("utf-8"), name, "application/yaml")


@post("/law/import", roles=PROPOSERS, scope=Scope.COMMUNE, redisplay=law_page)
def bring_in(visit: Visit) -> Response:
    """Take in another commune's file: its values become proposals, none of them in force."""
    upload = visit.form.file("law_file", need="Chọn tệp giá trị pháp luật (.yaml).")
    visit.form.check()
    try:
        text = upload.content.decode("utf-8-sig")
        found = law_exchange.bring_in(
            visit.db, commune_id=visit.commune.key, text=text, actor=visit.actor, now=visit.now
        )
    except UnicodeDecodeError as error:
        raise FormError({"law_file": "Tệp này không phải tệp chữ UTF-8 do trang này xuất ra."}) from error
    except Problem as problem:
        told = "; ".join(problem.details[:20]) or problem.message
        more = f" … và {len(problem.details) - 20} lỗi khác" if len(problem.details) > 20 else ""
        raise FormError({"law_file": told + more}) from problem
    note = f"Đã ghi {len(found.proposed)} đề xuất từ tệp của {found.whose}; {found.known} giá trị đã có từ trước."
    return visit.redirect("/law", note)


def account_names(visit: Visit, numbers: set[int | None]) -> dict[int, str]:
    """Who proposed and who answered, by the account's number."""
    found = (visit.db.get(Account, number) for number in numbers if number is not None)
    return {account.key: account.full_name for account in found if account is not None}
