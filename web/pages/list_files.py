"""A thôn's workbook handed in: good rows kept, each wrong cell named, its marked copy for the thôn to correct."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Response
from sqlmodel import select

from adapters.filestore import make_filestore
from adapters.workbooks import read_workbook, write_marked_copy
from models.lists import ListFile, VillageList
from models.places import Village
from rules.village_sheet import SheetReading, read_village_sheet
from rules.workflow import Role
from services import ledger, list_form, list_reading, list_views, lists
from services.errors import not_found
from web.export import XLSX
from web.pages.lists import SENDERS, list_page, still_taken
from web.registry import Scope, get, post
from web.uploads import Received, receive
from web.visit import LARGEST, Visit


def _read(visit: Visit, list_id: int) -> Received[SheetReading]:
    asked = visit.own(VillageList, list_id)
    today = visit.now.date()
    known = list_reading.known(visit.db, asked.commune_id, today)

    def read(content: bytes) -> SheetReading:
        sheets = read_workbook(content, max_bytes=visit.settings.max_upload_bytes)
        return read_village_sheet(sheets, on=today, known=known)

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
        may_send=visit.has(*SENDERS) and still_taken(visit, asked),
        from_form=file.file_name == list_form.FILE_NAME,
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
