"""The annex of TT 50/2024 from a spreadsheet: read, shown, proposed; the health desk finds its items once confirmed."""

from __future__ import annotations

from fastapi import Response

from adapters.sheets import Book
from adapters.workbooks import read_workbook
from rules.disease_sheet import read_disease_sheet
from rules.diseases import Disease
from rules.village_sheet import CellProblem
from services import law_diseases, law_proposals
from web.export import XLSX
from web.pages.law import PROPOSERS
from web.pages.law_propose import chosen_scan, read_reference
from web.registry import STAFF, Scope, get, post
from web.uploads import Received, receive, receive_again
from web.visit import Visit

Reading = tuple[tuple[Disease, ...], tuple[CellProblem, ...]]
HEADINGS = (("STT", 6), ("Tên bệnh", 44), ("Mã ICD-10", 24), ("Ghi chú mức độ", 60))


@get("/law/diseases", roles=STAFF, scope=Scope.COMMUNE, hidden="mở từ trang Căn cứ pháp lý")
def diseases_page(visit: Visit) -> Response:
    """The list as this commune has it, what is missing, and where a spreadsheet is handed in."""
    return visit.render(
        "law/diseases.html",
        title="Danh mục bệnh hiểm nghèo",
        diseases=law_diseases.current(visit.db, visit.commune.key, on=visit.now.date()),
        may_propose=visit.has(*PROPOSERS),
    )


@get("/law/diseases/export", roles=PROPOSERS, scope=Scope.COMMUNE, hidden="tệp tải từ trang Danh mục bệnh")
def sheet(visit: Visit) -> Response:
    """The list as a workbook with the right headings, to be completed from the annex and handed in again."""
    known = law_diseases.current(visit.db, visit.commune.key, on=visit.now.date())
    book = Book("Danh mục bệnh hiểm nghèo")
    page = book.sheet("Danh mục", [width for _, width in HEADINGS])
    for column, (heading, _) in enumerate(HEADINGS):
        book.put(page, 0, column, heading, "head")
    items = {item.number: item for item in known.items}
    for number in range(1, known.total + 1):
        item = items.get(number)
        said = (item.name, item.icd, item.severity) if item else ("", "", "")
        cells: tuple[str | int, ...] = (number, *said)
        for column, cell in enumerate(cells):
            book.put(page, number, column, cell, "int" if column == 0 else "text")
    return visit.download(book.finish(), "danh-muc-benh.xlsx", XLSX)


def _read(visit: Visit) -> Received[Reading]:
    return receive(visit, lambda content: _items(visit, content))


def _read_again(visit: Visit) -> Received[Reading]:
    return receive_again(visit, lambda content: _items(visit, content))


def _items(visit: Visit, content: bytes) -> Reading:
    total = law_diseases.current(visit.db, visit.commune.key, on=visit.now.date()).total
    return read_disease_sheet(read_workbook(content, max_bytes=visit.settings.max_upload_bytes), total=total)


@post("/law/diseases/preview", roles=PROPOSERS, scope=Scope.COMMUNE, redisplay=diseases_page, prepare=_read)
def preview(visit: Visit) -> Response:
    """What the sheet would change, or the cells to mend; nothing is proposed yet."""
    received: Received[Reading] = visit.prepared
    return _shown(visit, received)


def _shown(visit: Visit, received: Received[Reading]) -> Response:
    items, problems = received.reading
    changes, after = law_diseases.preview(visit.db, commune_id=visit.commune.key, items=items, on=visit.now.date())
    return visit.render(
        "law/diseases_preview.html",
        title="Xem trước danh mục bệnh",
        received=received,
        problems=problems,
        changes=changes,
        after=after,
        scans=law_proposals.scans(visit.db, visit.commune.key),
    )


def _preview_again(visit: Visit) -> Response:
    return _shown(visit, _read_again(visit))


@post("/law/diseases", roles=PROPOSERS, scope=Scope.COMMUNE, redisplay=_preview_again, prepare=_read_again)
def propose(visit: Visit) -> Response:
    """Propose the list that was shown; a sheet with a wrong cell is not proposed in part."""
    received: Received[Reading] = visit.prepared
    items, problems = received.reading
    form = visit.form
    start = form.need_day("valid_from", "Nhập ngày bắt đầu áp dụng.")
    reference = read_reference(form)
    if problems:
        form.errors["file"] = "Sửa các ô còn lỗi rồi gửi lại tệp."
    form.check()
    row = law_diseases.propose(
        visit.db,
        commune_id=visit.commune.key,
        items=items,
        reference=reference,
        valid_from=start,
        origin=f"Nhập từ bảng tính {received.upload.name}, vân tay {received.sha256[:12]}",
        actor=visit.actor,
        now=visit.now,
    )
    scan = chosen_scan(visit, reference)
    if scan:
        law_proposals.attach(visit.db, revision_id=row.key, scan=scan, actor=visit.actor, now=visit.now)
    count = len(row.value)
    return visit.redirect("/law", f"Đã ghi đề xuất danh mục {count} mục bệnh. Cần người thứ hai xác nhận.")
