"""The cross-check desk of Phòng Văn hóa - Xã hội: the social-assistance list in, each possible match concluded."""

from __future__ import annotations

from fastapi import Response
from sqlmodel import col, select

from adapters.workbooks import read_workbook
from models.cycles import Case, Cycle
from models.eligibility import AssistanceFile, CrossCheck
from rules.assistance_sheet import AssistanceRow, read_assistance_sheet
from rules.village_sheet import CellProblem
from rules.workflow import CrossCheckOutcome, Role
from services import cross_checks, cycles, dossiers
from services.errors import not_found
from web.registry import Scope, get, post
from web.uploads import Received, receive
from web.visit import LARGEST, Visit

Reading = tuple[tuple[AssistanceRow, ...], tuple[CellProblem, ...]]


@get("/cross-checks", roles=(Role.culture, Role.economy), scope=Scope.COMMUNE)
def cross_checks_page(visit: Visit) -> Response:
    """The lists handed in and the matches, the open ones first."""
    cycle = visit.cycle()
    files: list[AssistanceFile] = []
    if cycle:
        query = select(AssistanceFile).where(AssistanceFile.cycle_id == cycle.key)
        files = list(visit.db.exec(query.order_by(col(AssistanceFile.id).desc())))
    matches = dossiers.cross_checks_of(visit.db, cycle_id=cycle.key, actor=visit.actor) if cycle else []
    return visit.render(
        "eligibility/cross_checks.html",
        title="Đối chiếu người đang hưởng trợ cấp xã hội",
        cycle=cycle,
        cycle_label=cycles.label(cycle) if cycle else "",
        files=files,
        matches=matches,
        may_act=visit.has(Role.culture),
    )


def _read(visit: Visit, cycle_id: int) -> Received[Reading]:
    visit.own(Cycle, cycle_id)
    today = visit.now.date()

    def read(content: bytes) -> Reading:
        return read_assistance_sheet(read_workbook(content, max_bytes=visit.settings.max_upload_bytes), on=today)

    return receive(visit, read)


@post(
    "/cross-checks/{cycle_id:int}/files",
    roles=(Role.culture,),
    scope=Scope.COMMUNE,
    redisplay=cross_checks_page,
    prepare=_read,
)
def send_list(visit: Visit, cycle_id: int) -> Response:
    """Hand in the payment list of social assistance; rows that cannot be read are shown cell by cell."""
    cycle = visit.own(Cycle, cycle_id)
    received: Received[Reading] = visit.prepared
    rows, problems = received.reading
    cross_checks.import_list(
        visit.db,
        cycle_id=cycle.key,
        file_name=received.upload.name,
        sha256=received.sha256,
        rows=rows,
        actor=visit.actor,
        now=visit.now,
    )
    visit.advance(cycle.key)
    if not problems:
        return visit.redirect(f"/cross-checks?cycle={cycle.key}", f"Đã nhận {len(rows)} người. Máy đang đối chiếu.")
    return visit.render(
        "eligibility/assistance_problems.html",
        title="Kết quả đọc danh sách trợ cấp",
        cycle=cycle,
        rows=len(rows),
        problems=problems,
    )


@post("/cross-checks/matches/{check_id:int}", roles=(Role.culture,), scope=Scope.COMMUNE, redisplay=cross_checks_page)
def record(visit: Visit, check_id: int) -> Response:
    """Conclude one match."""
    check = visit.db.get(CrossCheck, check_id) if check_id <= LARGEST else None
    if check is None:
        raise not_found("no_row", "Không tìm thấy mục này trong phạm vi của anh/chị.")
    case = visit.own(Case, check.case_id)
    outcome = visit.form.word("outcome", CrossCheckOutcome, need="Chọn kết luận.")
    note = visit.form.text("note", most=500)
    visit.form.check()
    cross_checks.record(
        visit.db, cross_check_id=check.key, outcome=outcome, note=note, actor=visit.actor, now=visit.now
    )
    visit.advance(case.cycle_id)
    return visit.redirect(f"/cross-checks?cycle={case.cycle_id}", "Đã ghi kết luận.")
