"""Village lists at the counter: which thôn answered, whom one thôn names, and what can be done with its list."""

from __future__ import annotations

from fastapi import Response
from sqlmodel import col, select

from models.cycles import Cycle
from models.lists import ListFile, VillageList
from models.places import Village
from rules.names import fold_name, place_key
from rules.workflow import CASE_STATUS_LABELS, LIST_STATE_LABELS, ListState, Role, Step, StepState
from services import cycles, list_diff, list_views, lists
from web.export import BIRTH, NAME, VILLAGE, Column, export
from web.pages.documents import papers_of
from web.paging import Sort, cut_list, in_order
from web.registry import Scope, get, post
from web.views import birth_text
from web.visit import Visit

SENDERS = (Role.village_head, Role.economy)
SEX_LABELS = {"NAM": "Nam", "NU": "Nữ"}
SORTS = {
    "code": Sort("Thứ tự thôn", lambda row: 0),
    "name": Sort("Tên thôn", lambda row: place_key(row.village_name)),
    "waiting": Sort("Chưa nộp trước", lambda row: (row.state is not ListState.REQUESTED, row.due_on)),
    "new": Sort("Mới nộp trước", lambda row: -row.answered_at.timestamp() if row.answered_at else 0),
    "wrong": Sort("Nhiều ô sai trước", lambda row: -row.error_count),
    "people": Sort("Nhiều người trước", lambda row: -row.row_count),
}
"""The first is the order in which the lists come."""
OVERVIEW_COLUMNS = (
    VILLAGE, Column("Tình trạng", 22), Column("Hạn", 12), Column("Số người", 10), Column("Ô sai", 10),
    Column("Nộp lúc", 18),
)  # fmt: skip
PEOPLE_SORTS = {
    "name": Sort("Họ tên", lambda row: 0),
    "file": Sort("Thứ tự trong tệp", lambda row: (row.file_id, row.sheet, row.row_number)),
    "age": Sort("Cao tuổi trước", lambda row: row.birth_date),
}
"""The first is the order in which the people come."""
PEOPLE_COLUMNS = (NAME, BIRTH, Column("Giới tính", 10), Column("Tình trạng hồ sơ", 24), Column("Ghi chú", 18))


@get("/lists", roles=list_views.COUNTS_READERS, scope=Scope.VILLAGE)
def lists_page(visit: Visit) -> Response:
    """Every thôn's list of the cycle; a village head sees the own thôn only."""
    cycle = visit.cycle()
    rows = _overview(visit, cycle)
    asked = dict(visit.request.query_params)
    return visit.render(
        "lists/overview.html",
        title="Danh sách thôn",
        cycle=cycle,
        cycle_label=cycles.label(cycle) if cycle else "",
        rows=rows,
        found=cut_list(_wanted(rows, asked), asked, SORTS),
        asked=asked,
        people=sum(row.row_count for row in rows),
        waiting=sum(row.state is ListState.REQUESTED for row in rows),
        opens=visit.has(*list_views.PEOPLE_READERS),
    )


def _overview(visit: Visit, cycle: Cycle | None) -> list[list_views.ListOverview]:
    return lists.overview(visit.db, cycle_id=cycle.key, actor=visit.actor) if cycle else []


def _wanted(rows: list[list_views.ListOverview], asked: dict[str, str]) -> list[list_views.ListOverview]:
    words, state = fold_name(asked.get("q", "")), asked.get("state", "")
    return [row for row in rows if words in fold_name(row.village_name) and state in {"", row.state}]


@get(
    "/lists/export",
    roles=list_views.COUNTS_READERS,
    scope=Scope.VILLAGE,
    logs_read=True,
    hidden="tệp tải từ trang Danh sách thôn",
)
def lists_export(visit: Visit) -> Response:
    """Which thôn answered, with how many people, as the same question finds them: counts, nobody's name."""
    cycle, asked = visit.need_cycle(), dict(visit.request.query_params)
    rows = in_order(_wanted(_overview(visit, cycle), asked), asked, SORTS)
    return export(
        visit,
        title=f"Danh sách các thôn, kỳ {cycles.label(cycle)}",
        file_name=f"danh-sach-thon-{cycle.year}-Q{cycle.quarter}.xlsx",
        subject=f"cycle:{cycle.key}",
        columns=OVERVIEW_COLUMNS,
        rows=(
            (row.village_name, LIST_STATE_LABELS[row.state], row.due_on, str(row.row_count), str(row.error_count),
             row.answered_at)
            for row in rows
        ),
    )  # fmt: skip


@get("/lists/{list_id:int}", roles=list_views.PEOPLE_READERS, scope=Scope.VILLAGE)
def list_page(visit: Visit, list_id: int) -> Response:
    """One thôn's list: its workbook, what was handed in, the people it names, and what can be done."""
    asked = visit.own(VillageList, list_id)
    village = visit.db.get_one(Village, asked.village_id)
    cycle = visit.db.get_one(Cycle, asked.cycle_id)
    question = dict(visit.request.query_params)
    people = lists.rows_of(visit.db, asked.key, visit.actor)
    files = select(ListFile).where(ListFile.village_list_id == asked.key).order_by(col(ListFile.id).desc())
    return visit.render(
        "lists/list.html",
        title=f"Danh sách {village.name}",
        asked=asked,
        cycle_label=cycles.label(cycle),
        files=visit.db.exec(files).all(),
        named=len(people),
        found=cut_list(_named(people, question), question, PEOPLE_SORTS),
        question=question,
        papers=papers_of(visit, f"village_list:{asked.key}"),
        may_send=visit.has(*SENDERS) and still_taken(visit, asked),
        may_fill=visit.actor.has(Role.village_head, asked.commune_id, asked.village_id)
        and asked.state != ListState.CLOSED,
        diff=list_diff.diff_of(visit.db, village_list_id=asked.key, actor=visit.actor)
        if asked.state == ListState.RETURNED
        else None,
        may_close=visit.has(Role.economy) and asked.state == ListState.REQUESTED,
    )


def still_taken(visit: Visit, asked: VillageList) -> bool:
    """Whether the thôn's answer can still enter its cycle: until the list is closed or the health step is done."""
    health = cycles.step_row(visit.db, asked.cycle_id, Step.health)
    return asked.state != ListState.CLOSED and health.state != StepState.DONE


def _named(people: list[list_views.ListedPerson], asked: dict[str, str]) -> list[list_views.ListedPerson]:
    words, status = fold_name(asked.get("q", "")), asked.get("status", "")
    return [one for one in people if words in fold_name(one.full_name) and status in {"", one.case_status}]


@get("/lists/{list_id:int}/export", roles=list_views.PEOPLE_READERS, scope=Scope.VILLAGE, logs_read=True)
def list_export(visit: Visit, list_id: int) -> Response:
    """The people of one thôn's list that the same question finds; no account, nothing of health."""
    row, asked = visit.own(VillageList, list_id), dict(visit.request.query_params)
    village, cycle = visit.db.get_one(Village, row.village_id), visit.db.get_one(Cycle, row.cycle_id)
    people = in_order(_named(lists.rows_of(visit.db, row.key, visit.actor), asked), asked, PEOPLE_SORTS)
    return export(
        visit,
        title=f"Danh sách {village.name}, kỳ {cycles.label(cycle)}",
        file_name=f"danh-sach-{village.code}-{cycle.year}-Q{cycle.quarter}.xlsx",
        subject=f"village_list:{row.key}",
        columns=PEOPLE_COLUMNS,
        rows=(
            (one.full_name, birth_text(one), SEX_LABELS[one.sex],
             CASE_STATUS_LABELS[one.case_status] if one.case_status else "",
             "Có ở thôn khác" if one.duplicate_of else "")
            for one in people
        ),
    )  # fmt: skip


@post("/lists/{list_id:int}/nothing", roles=SENDERS, scope=Scope.VILLAGE, redisplay=list_page)
def declare_nothing(visit: Visit, list_id: int) -> Response:
    """The thôn has nobody to add or change this quarter."""
    asked = visit.own(VillageList, list_id)
    if not visit.form.ticked("sure"):
        visit.form.errors["sure"] = "Đánh dấu xác nhận thôn không phát sinh."
    visit.form.check()
    lists.declare_nothing(visit.db, village_list_id=asked.key, actor=visit.actor, now=visit.now)
    visit.advance(asked.cycle_id)
    return visit.redirect(f"/lists/{asked.key}", "Đã ghi nhận: không phát sinh.")


@post("/lists/{list_id:int}/extend", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=list_page)
def extend(visit: Visit, list_id: int) -> Response:
    """More time for one thôn; the thôn is told."""
    asked = visit.own(VillageList, list_id)
    due_on = visit.form.need_day("due_on", "Nhập hạn mới.")
    visit.form.check()
    lists.extend(visit.db, village_list_id=asked.key, due_on=due_on, actor=visit.actor, now=visit.now)
    visit.advance(asked.cycle_id)
    return visit.redirect(f"/lists/{asked.key}", "Đã gia hạn và báo cho thôn.")


@post("/lists/{list_id:int}/close", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=list_page)
def close(visit: Visit, list_id: int) -> Response:
    """Go on without this thôn's answer, with the reason."""
    asked = visit.own(VillageList, list_id)
    reason = visit.form.text("reason", need="Ghi lý do đóng danh sách.", most=500)
    visit.form.check()
    lists.close_list(visit.db, village_list_id=asked.key, reason=reason, actor=visit.actor, now=visit.now)
    visit.advance(asked.cycle_id)
    return visit.redirect(f"/lists/{asked.key}", "Đã đóng danh sách của thôn.")
