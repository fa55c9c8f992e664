"""The cross-check desk of Phòng Văn hóa - Xã hội: the social-assistance list in, each possible match concluded."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from sqlmodel import col, select

from adapters.workbooks import read_workbook
from models.cycles import Case, Cycle
from models.eligibility import AssistanceFile, AssistanceRecord, CrossCheck
from models.people import Person
from models.places import Village
from rules.assistance_sheet import AssistanceRow, read_assistance_sheet
from rules.village_sheet import CellProblem
from rules.workflow import CROSS_CHECK_LABELS, CrossCheckOutcome, Role
from services import cross_checks, cycles
from services.errors import not_found
from web.export import BIRTH, MOST_ROWS, NAME, VILLAGE, Column, export
from web.paging import BY_NAME, BY_VILLAGE, Sort, by_name, cut, number_of, ordered, village_choices
from web.registry import Scope, get, post
from web.uploads import Received, receive
from web.views import birth_text
from web.visit import LARGEST, Visit

READERS = (Role.culture, Role.economy)
SORTS = {
    "open": Sort(
        "Chờ kết luận trước", (col(CrossCheck.outcome).is_not(None), col(Person.sort_key), col(CrossCheck.id))
    ),
    "name": Sort("Họ tên", (*BY_NAME.by, col(CrossCheck.id))),
    "village": Sort("Thôn", (*BY_VILLAGE.by, col(CrossCheck.id))),
    "new": Sort("Mới tìm thấy trước", (col(CrossCheck.id).desc(),)),
}
COLUMNS = (
    NAME, BIRTH, VILLAGE, Column("Vì sao trùng", 36), Column("Tên trong danh sách trợ cấp", 28),
    Column("Loại trợ cấp", 26), Column("Mức trợ cấp", 14, "money"), Column("Kết luận", 24), Column("Lý do", 30),
)  # fmt: skip
Reading = tuple[tuple[AssistanceRow, ...], tuple[CellProblem, ...]]


@get("/cross-checks", roles=READERS, scope=Scope.COMMUNE)
def cross_checks_page(visit: Visit) -> Response:
    """The lists handed in and the matches, the open ones first."""
    cycle = visit.cycle()
    files: list[AssistanceFile] = []
    if cycle:
        query = select(AssistanceFile).where(AssistanceFile.cycle_id == cycle.key)
        files = list(visit.db.exec(query.order_by(col(AssistanceFile.id).desc())))
    asked = dict(visit.request.query_params)
    return visit.render(
        "eligibility/cross_checks.html",
        title="Đối chiếu người đang hưởng trợ cấp xã hội",
        cycle=cycle,
        cycle_label=cycles.label(cycle) if cycle else "",
        files=files,
        found=cut(visit.db, _matches(cycle, asked), asked, SORTS) if cycle else None,
        asked=asked,
        states=(("open", "Chờ kết luận"), *CROSS_CHECK_LABELS.items()),
        villages=village_choices(visit.db, visit.commune.key),
        may_act=visit.has(Role.culture),
        open_statuses=cross_checks.STILL_OPEN,
    )


def _matches(cycle: Cycle, asked: dict[str, str]) -> Any:
    """Possible matches of the cycle as they were asked for, each with the case it is about."""
    shown: Any = (CrossCheck, AssistanceRecord, Case, Person, Village)
    query = (
        select(*shown)
        .join(AssistanceRecord, col(AssistanceRecord.id) == CrossCheck.record_id)
        .join(Case, col(Case.id) == CrossCheck.case_id)
        .join(Person, col(Person.id) == Case.person_id)
        .join(Village, col(Village.id) == Case.village_id)
        .where(CrossCheck.cycle_id == cycle.key)
    )
    state = asked.get("state", "")
    if state == "open":
        query = query.where(col(CrossCheck.outcome).is_(None))
    if state in set(CrossCheckOutcome):
        query = query.where(CrossCheck.outcome == state)
    if (village := number_of(asked.get("village", ""))) is not None:
        query = query.where(Case.village_id == village)
    return query.where(by_name(asked["q"])) if asked.get("q") else query


@get("/cross-checks/export", roles=READERS, scope=Scope.COMMUNE, logs_read=True, hidden="tệp tải từ trang Đối chiếu")
def cross_checks_export(visit: Visit) -> Response:
    """The matches that the same question finds, each with its reason and what was concluded."""
    cycle, asked = visit.need_cycle(), dict(visit.request.query_params)
    found = visit.db.exec(ordered(_matches(cycle, asked), asked, SORTS).limit(MOST_ROWS))
    return export(
        visit,
        title=f"Đối chiếu trợ cấp xã hội, kỳ {cycles.label(cycle)}",
        file_name=f"doi-chieu-{cycle.year}-Q{cycle.quarter}.xlsx",
        subject=f"cycle:{cycle.key}",
        columns=COLUMNS,
        rows=(
            (person.full_name, birth_text(person), village.name, check.reason, record.full_name, record.kind,
             record.monthly_amount,
             CROSS_CHECK_LABELS[CrossCheckOutcome(check.outcome)] if check.outcome else "Chờ kết luận", check.note)
            for check, record, _, person, village in found
        ),
    )  # fmt: skip


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
    """Conclude one match; the list comes again as it was asked for, what is wrong is said at this match."""
    check = visit.db.get(CrossCheck, check_id) if check_id <= LARGEST else None
    if check is None:
        raise not_found("no_row", "Không tìm thấy mục này trong phạm vi của anh/chị.")
    case = visit.own(Case, check.case_id)
    form, of_note = visit.form, f"note-{check.key}"
    outcome = form.word(f"outcome-{check.key}", CrossCheckOutcome, need="Chọn kết luận.")
    note = form.text(of_note, most=500)
    if not form.errors and outcome in cross_checks.NEED_A_REASON and not note:
        form.errors[of_note] = f"Ghi lý do khi chọn “{CROSS_CHECK_LABELS[outcome]}”."
    form.check()
    cross_checks.record(
        visit.db, cross_check_id=check.key, outcome=outcome, note=note, actor=visit.actor, now=visit.now
    )
    visit.advance(case.cycle_id)
    question = visit.request.url.query or f"cycle={case.cycle_id}"
    return visit.redirect(f"/cross-checks?{question}", "Đã ghi kết luận.")
