"""The desk of Trạm Y tế: who waits, each person's rounds, and the next conclusion. Nobody else comes in."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from models.cycles import Case
from models.health import HealthCase
from models.people import Person
from models.places import Village
from rules.diseases import Disease, evidence_kinds, split_item_and_code
from rules.icd import normalise_icd
from rules.names import fold_name, place_key, sort_key
from rules.workflow import HEALTH_RESULT_LABELS, HealthResult, Role
from services import health, health_views, law_diseases, papers_of_person
from web.export import BIRTH, MOST_ROWS, NAME, VILLAGE, Column, export
from web.forms import Form
from web.paging import Sort, cut_list, in_order
from web.registry import Scope, get, post
from web.views import birth_text
from web.visit import Visit

STATION = (Role.health_station,)
ROUTES = (
    ("TT50", "Danh mục bệnh hiểm nghèo (TT 50/2024/TT-BYT)"),
    ("INJURY_PCT", "Tỷ lệ tổn thương cơ thể (TTLT 28/2013)"),
    ("TT25", "Bệnh cần chữa trị dài ngày (TT 25/2025/TT-BYT)"),
    ("NONE", "Không theo căn cứ nào"),
)
RESULTS = [(result, HEALTH_RESULT_LABELS[result]) for result in HealthResult if result is not HealthResult.PENDING]
COLUMNS = (
    NAME, BIRTH, VILLAGE, Column("Kết luận", 22), Column("Hạn kết luận", 14), Column("Có giá trị đến", 14),
    Column("Số lần", 8),
)  # fmt: skip
SORTS = {
    "due": Sort("Chờ kết luận, hạn gần trước", lambda row: 0),
    "name": Sort("Họ tên", lambda row: sort_key(row.full_name)),
    "village": Sort("Thôn", lambda row: (place_key(row.village_name), sort_key(row.full_name))),
    "ending": Sort("Kết luận sắp hết giá trị trước", lambda row: (row.valid_until is None, row.valid_until)),
}
"""The first is the order in which the queue comes."""
SEVERITY = (("yes", "Có, đạt mức độ mà danh mục nêu"), ("no", "Không đạt"))


@get("/health", roles=STATION, scope=Scope.COMMUNE)
def queue_page(visit: Visit) -> Response:
    """Everybody routed to the station, those without a conclusion first."""
    asked = dict(visit.request.query_params)
    rows = _found(visit, asked)
    return visit.render(
        "health/queue.html",
        title="Xác minh sức khỏe",
        found=cut_list(rows, asked, SORTS),
        asked=asked,
        results=list(HEALTH_RESULT_LABELS.items()),
        following=next((row for row in rows if row.waits), None),
    )


def _found(visit: Visit, asked: dict[str, str]) -> list[health_views.QueueRow]:
    cycle_id = visit.need_cycle().key if asked.get("cycle") else None
    rows = health.queue_for(visit.db, commune_id=visit.commune.key, actor=visit.actor, cycle_id=cycle_id)
    wanted, result = fold_name(asked.get("q", "")), asked.get("result", "")
    return [row for row in rows if wanted in fold_name(row.full_name) and result in {"", row.result}]


@get("/health/export", roles=STATION, scope=Scope.COMMUNE, logs_read=True, hidden="tệp tải từ trang Sức khỏe")
def queue_export(visit: Visit) -> Response:
    """The queue that the same question finds: results and days, never a diagnosis."""
    asked = dict(visit.request.query_params)
    rows = (
        (row.full_name, birth_text(row), row.village_name, HEALTH_RESULT_LABELS[row.result], row.due_on,
         row.valid_until, str(row.round_count))
        for row in in_order(_found(visit, asked), asked, SORTS)[:MOST_ROWS]
    )  # fmt: skip
    return export(
        visit,
        title="Người chuyển Trạm Y tế kết luận",
        file_name="suc-khoe.xlsx",
        subject=f"commune:{visit.commune.key}",
        columns=COLUMNS,
        rows=rows,
    )


@get("/health/{health_case_id:int}", roles=STATION, scope=Scope.COMMUNE, logs_read=True)
def case_page(visit: Visit, health_case_id: int) -> Response:
    """One person: what the thôn stated, earlier rounds, the form of the next one. The look is written down."""
    row = visit.own(HealthCase, health_case_id)
    case = visit.db.get_one(Case, row.case_id)
    words, chosen = (visit.request.query_params.get(name, "") for name in ("tim", "ma"))
    diseases = law_diseases.current(visit.db, case.commune_id, on=visit.now.date())
    rounds = health.rounds(visit.db, health_case_id=row.key, actor=visit.actor, now=visit.now)
    return visit.render(
        "health/case.html",
        title="Kết luận sức khỏe",
        row=row,
        person=visit.db.get_one(Person, row.person_id),
        village=visit.db.get_one(Village, case.village_id),
        stated=health.stated_papers(visit.db, health_case_id=row.key, actor=visit.actor, now=visit.now),
        rounds=rounds,
        may_conclude=case.status in health.BEFORE_SUBMISSION,
        results=RESULTS,
        routes=ROUTES,
        route_labels=dict(ROUTES),
        severity=SEVERITY,
        evidence=[(code, kind.label) for code, kind in evidence_kinds().items() if kind.routes],
        evidence_labels={code: kind.label for code, kind in evidence_kinds().items()},
        diseases=diseases,
        suggestions=[(_code(item), item) for item in diseases.items],
        words=words,
        found=[(_code(item, words), item) for item in diseases.search(words)] if words else [],
        chosen=chosen if split_item_and_code(chosen) else "",
        paper_count=len(papers_of_person.papers(visit.db, person_id=row.person_id, actor=visit.actor)),
    )


def _code(item: Disease, words: str = "") -> str:
    """How the station would write the item: its number and the code searched for, else its first ICD-10 code."""
    code = normalise_icd(words)
    return f"{item.number} - {code if code and item.covers(code) else item.ranges[0][0]}"


@post("/health/{health_case_id:int}/conclude", roles=STATION, scope=Scope.COMMUNE, redisplay=case_page)
def conclude(visit: Visit, health_case_id: int) -> Response:
    """One round of the station's conclusion."""
    row = visit.own(HealthCase, health_case_id)
    form = visit.form
    said = _read(form)
    form.check()
    health.conclude(visit.db, health_case_id=row.key, **said, actor=visit.actor, now=visit.now)
    visit.advance(row.cycle_id)
    return visit.redirect("/health", "Đã ghi kết luận.")  # whose page begins with the next person who waits


def _read(form: Form) -> dict[str, Any]:
    severity = form.choice("severity_met", [code for code, _ in SEVERITY])
    result = form.word("result", HealthResult, need="Chọn kết luận.")
    ground = "" if result is HealthResult.MORE_PAPERS else "Chọn căn cứ."
    return {
        "result": result,
        "route": form.choice("route", [code for code, _ in ROUTES], need=ground) or "NONE",
        "disease_code": form.text("disease_code", most=40) or None,
        "severity_met": {"yes": True, "no": False}.get(severity),
        "injury_pct": form.whole("injury_pct", most=100),
        "evidence_kind": form.choice("evidence_kind", evidence_kinds()),
        "evidence_note": form.text("evidence_note", most=500) or None,
        "valid_until": form.day("valid_until"),
        "note": form.text("note", most=1000) or None,
    }
