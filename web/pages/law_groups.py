"""Beneficiary groups (Điều 2), and those whose BHYT another policy pays: one at a time, by ticking what it asks."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from rules.amounts import OVERLAP_LABELS, Overlap
from rules.diseases import evidence_kinds
from rules.fact_words import STATUS_WORDS
from rules.group_words import AGES, TICKS, TRAIT, age_parameters, boxes, conditions
from rules.law_words import predicate_words
from rules.parameters import LawBook, LawGap, Parameter
from rules.traits import TRAITS_KEY, trait_labels
from services import law
from web.law_inputs import PAGES, code_of
from web.pages.law import PROPOSERS, words_for
from web.pages.law_propose import effects_of, new_value, parameter_asked, record, trial
from web.registry import Scope, get, post
from web.visit import Visit

Group = dict[str, Any]


@get("/law/groups", roles=PROPOSERS, scope=Scope.COMMUNE, hidden="mở từ trang Căn cứ pháp lý")
def groups_page(visit: Visit, effects: Any = None) -> Response:
    """The groups in force, and the form of one of them or of a new one."""
    book, parameter = _asked(visit)
    rows = _rows(book, parameter, visit)
    code = visit.form.values.get("was") or visit.request.query_params.get("code", "")
    chosen = next((row for row in rows if row["code"] == code), None)
    traits = trait_labels(book, visit.now.date())
    kept, others = boxes(chosen["all"] if chosen else (), traits)
    return visit.render(
        "law/groups.html",
        title=parameter.description,
        parameter=parameter,
        rows=rows,
        chosen=chosen,
        ages=[(key, f"{_age(book, key, visit)} – {label}") for key, label in age_parameters(book.parameters)],
        age_labels={name: label for name, (label, _) in AGES.items()},
        ticks={name: label for name, (label, _) in TICKS.items()},
        traits=traits,
        traits_key=TRAITS_KEY,
        others=[predicate_words(row) for row in others],
        statuses=STATUS_WORDS,
        overlaps=[("", "Theo quy định chung (NQ04.income.amount_mode)"), *OVERLAP_LABELS.items()],
        evidence={kind: one.label for kind, one in evidence_kinds().items()},
        typed=visit.form.values or _typed(chosen, kept),
        **trial(visit, effects),
        **words_for(book, visit.now.date()),
    )


def _typed(chosen: Group | None, kept: dict[str, str]) -> dict[str, str]:
    if chosen is None:
        return {}
    ticked = {f"status-{status}": "1" for status in chosen.get("statuses", ())}
    ticked |= {f"evidence-{kind}": "1" for kind in chosen.get("evidence", ())}
    words = ("code", "label", "basis", "share")
    plain: dict[str, str] = {name: str(chosen[name]) for name in words if name in chosen}
    return {**kept, **ticked, **plain, "overlap": str(chosen.get("overlap") or "")}


def _asked(visit: Visit) -> tuple[LawBook, Parameter]:
    return parameter_asked(visit, lambda unit: PAGES.get(unit) == "/law/groups")


def _age(book: LawBook, key: str, visit: Visit) -> str:
    try:
        return f"{book.get(key, on=visit.now.date()).value} tuổi"
    except LawGap:
        return "chưa biết"


def _rows(book: LawBook, parameter: Parameter, visit: Visit) -> list[Group]:
    try:
        rows: list[Group] = book.get(parameter.key, on=visit.now.date()).value
    except LawGap:
        return []
    return rows


@post("/law/groups/what-if", roles=PROPOSERS, scope=Scope.COMMUNE, redisplay=groups_page)
def try_out(visit: Visit) -> Response:
    """Show whom the changed group would bring in or out; writes nothing."""
    return groups_page(visit, effects_of(visit, _read(visit)))


@post("/law/groups", roles=PROPOSERS, scope=Scope.COMMUNE, redisplay=groups_page)
def propose(visit: Visit) -> Response:
    """Propose the groups with this one changed, added or dropped; a second person confirms."""
    return record(visit, _read(visit))


def _read(visit: Visit) -> law.NewValue:
    book, parameter = _asked(visit)
    form = visit.form
    rows = _rows(book, parameter, visit)
    was = form.text("was", most=40)
    old = next((row for row in rows if row["code"] == was), None)
    group = None if form.ticked("drop") else _group(visit, parameter, old)
    return new_value(form, parameter, _placed(rows, old, group))


def _placed(rows: list[Group], old: Group | None, group: Group | None) -> list[Group]:
    """The groups with the new one in the old one's place, at the end when there was none."""
    if old is None:
        return [*rows, *([group] if group else [])]
    return [one for row in rows for one in ([group] if row is old else [row]) if one]


def _group(visit: Visit, parameter: Parameter, old: Group | None) -> Group:
    form = visit.form
    traits = trait_labels(_asked(visit)[0], visit.now.date())
    _, others = boxes(old["all"] if old else (), traits)
    ages = {name: form.text(name, most=60) for name in AGES}
    so = {code: form.choice(f"{TRAIT}{code}", ("1", "0")) for code in traits}
    found = [*conditions([name for name in TICKS if form.ticked(name)], ages, so), *map(dict, others)]
    if not found:
        form.errors["conditions"] = "Chọn ít nhất một điều kiện về người."
    label = form.text("label", need="Ghi tên nhóm.", most=200)
    code = old["code"] if old else code_of(form.text("code", need="Ghi mã nhóm.", most=30))
    if old is None and code in {row["code"] for row in _rows(*_asked(visit), visit)}:
        form.errors["code"] = "Mã này đã có; chọn nhóm ấy để sửa."
    if parameter.unit == "groups":
        share = form.whole("share", need="Ghi tỷ lệ đã được bảo đảm.", most=100)
        return {"code": code, "label": label, "share": share, "all": found}
    statuses = [status for status in STATUS_WORDS if form.ticked(f"status-{status}")]
    if not statuses:
        form.errors["statuses"] = "Chọn ít nhất một diện hộ."
    overlap = form.choice("overlap", list(Overlap))
    return {
        "code": code,
        "label": label,
        "basis": form.text("basis", need="Ghi điều, khoản, điểm.", most=120),
        "statuses": statuses,
        "all": found,
        "overlap": overlap or None,
        "health": any(one["fact"] == "health" for one in found),
        "evidence": [kind for kind in evidence_kinds() if form.ticked(f"evidence-{kind}")],
    }
