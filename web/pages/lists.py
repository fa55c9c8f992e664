"""Village lists at the counter: the thôn downloads its workbook, hands it back, and sees what is wrong cell by cell."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Response
from sqlmodel import col, select

from adapters.filestore import make_filestore
from adapters.workbooks import read_workbook, write_marked_copy
from models.cycles import Cycle
from models.lists import ListFile, VillageList
from models.places import Village
from rules.categories import labels
from rules.names import fold_name
from rules.village_sheet import SheetReading, read_village_sheet
from rules.workflow import ListState, Role
from services import cycles, law, ledger, list_diff, list_views, lists
from services.errors import not_found
from web.pages.documents import papers_of
from web.paging import cut_list
from web.registry import Scope, get, post
from web.uploads import Received, receive
from web.visit import LARGEST, Visit

SENDERS = (Role.village_head, Role.economy)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@get("/lists", roles=list_views.COUNTS_READERS, scope=Scope.VILLAGE)
def lists_page(visit: Visit) -> Response:
    """Every thôn's list of the cycle; a village head sees the own thôn only."""
    cycle = visit.cycle()
    rows = lists.overview(visit.db, cycle_id=cycle.key, actor=visit.actor) if cycle else []
    asked = dict(visit.request.query_params)
    words, state = fold_name(asked.get("q", "")), asked.get("state", "")
    shown = [row for row in rows if words in fold_name(row.village_name) and state in {"", row.state}]
    return visit.render(
        "lists/overview.html",
        title="Danh sách thôn",
        cycle_label=cycles.label(cycle) if cycle else "",
        rows=rows,
        found=cut_list(shown, asked),
        asked=asked,
        people=sum(row.row_count for row in rows),
        waiting=sum(row.state is ListState.REQUESTED for row in rows),
        opens=visit.has(*list_views.PEOPLE_READERS),
    )


@get("/lists/{list_id:int}", roles=list_views.PEOPLE_READERS, scope=Scope.VILLAGE)
def list_page(visit: Visit, list_id: int) -> Response:
    """One thôn's list: its workbook, what was handed in, the people it names, and what can be done."""
    asked = visit.own(VillageList, list_id)
    village = visit.db.get_one(Village, asked.village_id)
    cycle = visit.db.get_one(Cycle, asked.cycle_id)
    files = select(ListFile).where(ListFile.village_list_id == asked.key).order_by(col(ListFile.id).desc())
    return visit.render(
        "lists/list.html",
        title=f"Danh sách {village.name}",
        asked=asked,
        cycle_label=cycles.label(cycle),
        files=visit.db.exec(files).all(),
        people=lists.rows_of(visit.db, asked.key, visit.actor),
        papers=papers_of(visit, f"village_list:{asked.key}"),
        may_send=visit.has(*SENDERS) and asked.state != ListState.CLOSED,
        may_fill=visit.actor.has(Role.village_head, asked.commune_id, asked.village_id)
        and asked.state != ListState.CLOSED,
        diff=list_diff.diff_of(visit.db, village_list_id=asked.key, actor=visit.actor)
        if asked.state == ListState.RETURNED
        else None,
        may_close=visit.has(Role.economy) and asked.state == ListState.REQUESTED,
    )


def _read(visit: Visit, list_id: int) -> Received[SheetReading]:
    asked = visit.own(VillageList, list_id)
    today = visit.now.date()
    groups = labels(law.book_for(visit.db, asked.commune_id), today) or None

    def read(content: bytes) -> SheetReading:
        sheets = read_workbook(content, max_bytes=visit.settings.max_upload_bytes)
        return read_village_sheet(sheets, on=today, groups=groups)

    return receive(visit, read)


@post("/lists/{list_id:int}/files", roles=SENDERS, scope=Scope.VILLAGE, redisplay=list_page, prepare=_read)
def send_file(visit: Visit, list_id: int) -> Response:
    """Hand in a workbook: good rows are kept, the others shown cell by cell."""
    asked = visit.own(VillageList, list_id)
    received: Received[SheetReading] = visit.prepared
    known = visit.db.exec(
        select(ListFile.id).where(ListFile.village_list_id == asked.key, ListFile.sha256 == received.sha256)
    ).first()
    file = lists.receive_file(
        visit.db,
        village_list_id=asked.key,
        file_name=received.upload.name,
        sha256=received.sha256,
        size=len(received.upload.content),
        reading=received.reading,
        actor=visit.actor,
        now=visit.now,
    )
    visit.advance(asked.cycle_id)
    note = "Tệp này đã nhận trước đó, không có gì thay đổi." if known else ""
    return visit.redirect(f"/lists/{asked.key}/files/{file.key}", note)


@get("/lists/{list_id:int}/files/{file_id:int}", roles=list_views.PEOPLE_READERS, scope=Scope.VILLAGE)
def file_page(visit: Visit, list_id: int, file_id: int) -> Response:
    """What became of one file: how many rows were kept, and each wrong cell with its reason."""
    asked, file = _file(visit, list_id, file_id)
    return visit.render(
        "lists/file.html",
        title="Kết quả đọc tệp",
        asked=asked,
        file=file,
        village=visit.db.get_one(Village, asked.village_id),
        problems=lists.file_problems(visit.db, file.key, visit.actor),
        may_send=visit.has(*SENDERS) and asked.state != ListState.CLOSED,
        is_own=visit.actor.has(Role.village_head, asked.commune_id, asked.village_id),
    )


@dataclass(frozen=True)
class _Marked:
    """A problem as the workbook writer takes it."""

    sheet: str
    cell: str
    message_vi: str
    severity: str


@get("/lists/{list_id:int}/files/{file_id:int}/marked", roles=(Role.village_head,), scope=Scope.VILLAGE, logs_read=True)
def marked_copy(visit: Visit, list_id: int, file_id: int) -> Response:
    """The thôn's own workbook with its wrong cells coloured and explained.

    Only for the thôn: what it wrote of accounts and medical papers is nobody else's to read. Each look is written down.
    """
    asked, file = _file(visit, list_id, file_id)
    problems = lists.file_problems(visit.db, file.key, visit.actor)
    content = make_filestore(visit.settings).load(file.sha256)
    marks = [_Marked(row.sheet, row.cell, row.message, row.severity) for row in problems]
    role = visit.actor.require(Role.village_head, asked.commune_id, asked.village_id)
    what = f"list_file:{file.key}"
    ledger.log_read(visit.db, actor=visit.actor, role=role, what="account", subject=what, now=visit.now)
    return visit.download(write_marked_copy(content, marks), f"can-sua-{file.file_name.rsplit('.', 1)[0]}.xlsx", XLSX)


def _file(visit: Visit, list_id: int, file_id: int) -> tuple[VillageList, ListFile]:
    asked = visit.own(VillageList, list_id)
    file = visit.db.get(ListFile, file_id) if file_id <= LARGEST else None
    if file is None or file.village_list_id != asked.key:
        raise not_found("no_row", "Không tìm thấy tệp này trong phạm vi của anh/chị.")
    return asked, file


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
