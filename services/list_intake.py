"""Take in the workbook that a thôn returned: once per file, good rows into the records, every problem at its cell."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.cycles import Cycle
from models.lists import ListFile, ListRow, RowProblem, VillageList
from models.places import Commune
from rules.village_sheet import CellProblem, SheetReading
from rules.workflow import ListState, Role, Step, StepState
from services import cycles, ledger, notices
from services.errors import conflict
from services.list_ground import Ground, Listed, load_ground
from services.list_rows import Applied, apply_rows
from services.staff import Actor
from services.store import get, insert_new, lock

_WRONG_VILLAGE = "Tệp này là mẫu gửi cho thôn khác; hãy chọn đúng tệp của thôn."
_OTHER_PERIOD = "Tệp này là mẫu của kỳ khác; vẫn đọc, nhưng hãy dùng mẫu của kỳ này để không thiếu người."
_NO_ROWS = "Tệp không có người nào; nếu thôn không phát sinh, hãy báo “không phát sinh”."
_STILL_THERE = "{count} người ở lần nộp trước không có trong tệp này, vẫn được giữ; muốn rút ai thì báo Phòng Kinh tế."


def receive_file(
    session: Session,
    *,
    village_list_id: int,
    file_name: str,
    sha256: str,
    size: int,
    reading: SheetReading,
    actor: Actor,
    now: datetime,
) -> ListFile:
    """Take in one returned workbook, already read: good rows become records, the others problems by cell.

    The same bytes twice are one file and change nothing. A file without one good row only leaves its problems; the list
    is still asked for. Phòng Kinh tế may hand in a file for a thôn. Raises Problem NOT_ALLOWED for the head of another
    thôn, CONFLICT when the list was closed or the health step of the cycle is over.
    """
    village_list, role = open_list(session, village_list_id, actor)
    known = select(ListFile).where(ListFile.village_list_id == village_list.key, ListFile.sha256 == sha256)
    if earlier := session.exec(known).first():
        return earlier
    refuse_when_over(session, village_list)
    cycle = get(session, Cycle, village_list.cycle_id, "kỳ xét")
    ground = load_ground(session, village_list, cycle, reading.rows)
    file = ListFile(
        village_list_id=village_list.key,
        file_name=file_name,
        sha256=sha256,
        size=size,
        uploaded_by=actor.person_id,
        uploaded_at=now,
    )
    session.add(file)
    session.flush()
    whole = _about_the_file(ground, reading)
    refused = any(problem.severity == "error" for problem in whole)
    done = Applied() if refused else apply_rows(session, ground=ground, file=file, rows=reading.rows, now=now)
    left_out = [] if refused else _left_out(ground, done, session)
    problems = [*reading.problems, *reading.warnings, *whole, *done.problems, *left_out]
    _finish(session, ground, file, done, problems, now)
    _record_act(session, ground, file, done, actor, role, now)
    _send_receipt(session, ground, file, problems, now)
    return file


def open_list(session: Session, village_list_id: int, actor: Actor) -> tuple[VillageList, Role]:
    """The list for its village head or Phòng Kinh tế, locked together with the commune: one person may stand in the
    files of two thôn that arrive at the same moment."""
    found = get(session, VillageList, village_list_id, "danh sách thôn")
    role = actor.require((Role.village_head, Role.economy), found.commune_id, found.village_id)
    lock(session, Commune, found.commune_id, "đơn vị")
    return lock(session, VillageList, village_list_id, "danh sách thôn"), role


def refuse_when_over(session: Session, village_list: VillageList) -> None:
    """Raises Problem CONFLICT when the thôn's answer can no longer enter this cycle."""
    if village_list.state == ListState.CLOSED:
        raise conflict("list_closed", "Danh sách của thôn đã đóng; báo Phòng Kinh tế nếu còn người cần bổ sung.")
    if cycles.step_row(session, village_list.cycle_id, Step.health).state == StepState.DONE:
        raise conflict("lists_over", "Kỳ này đã xác minh sức khỏe xong, không nhận thêm danh sách; báo Phòng Kinh tế.")


def _about_the_file(ground: Ground, reading: SheetReading) -> list[CellProblem]:
    """What the workbook's own hidden sheet and its emptiness say against it."""
    meta, problems = reading.meta, []
    if meta.get("village_code", ground.village.code) != ground.village.code:
        problems.append(CellProblem("", "", "WRONG_VILLAGE", _WRONG_VILLAGE, "error", "text"))
    period = f"{ground.cycle.year}-Q{ground.cycle.quarter}"
    if meta.get("period_code", period) != period:
        problems.append(CellProblem("", "", "OTHER_PERIOD", _OTHER_PERIOD, "warning", "text"))
    if not reading.rows and not reading.problems:
        problems.append(CellProblem("", "", "NO_PERSON", _NO_ROWS, "error", "blank"))
    return problems


def _left_out(ground: Ground, done: Applied, session: Session) -> list[CellProblem]:
    """People of earlier files of this list that this one does not name: kept, and said aloud."""
    earlier = (
        select(func.count(func.distinct(ListRow.person_id)))
        .join(ListFile, col(ListFile.id) == ListRow.list_file_id)
        .where(ListFile.village_list_id == ground.village_list.key, col(ListRow.duplicate_of).is_(None))
        .where(col(ListRow.person_id).not_in([each.person_id for each in done.kept]))
    )
    count = session.exec(earlier).one() if done.kept else 0
    text = _STILL_THERE.format(count=count)
    return [CellProblem("", "", "PEOPLE_KEPT", text, "warning", "blank")] if count else []


def _finish(
    session: Session, ground: Ground, file: ListFile, done: Applied, problems: list[CellProblem], now: datetime
) -> None:
    insert_new(session, RowProblem, [_row_problem(file.key, problem) for problem in problems])
    file.row_count = len(done.kept)
    file.error_count = sum(problem.severity == "error" for problem in problems)
    for each in done.duplicates:
        _tell_first_village(session, ground, each)
    village_list = ground.village_list
    if done.kept or done.duplicates:
        village_list.state = ListState.RETURNED
        village_list.answered_at, village_list.answered_by = now, file.uploaded_by
        village_list.row_count, village_list.error_count = file.row_count, file.error_count
    session.add_all([file, village_list])
    session.flush()


def _tell_first_village(session: Session, ground: Ground, listed: Listed) -> None:
    """The thôn whose list holds the person sees, at that row, that another thôn wrote the person too."""
    first = session.get(ListRow, listed.duplicate_of) if listed.duplicate_of else None
    if first is None:
        return
    message = f"{ground.village.name} cũng ghi người này; hồ sơ vẫn giữ ở thôn ta, Phòng Kinh tế kiểm tra nơi cư trú."
    problem = CellProblem(first.sheet, f"A{first.row_number}", "IN_TWO_LISTS", message, "warning", "text")
    said = select(RowProblem).where(
        RowProblem.list_file_id == first.list_file_id, RowProblem.cell == problem.cell, RowProblem.message == message
    )
    if session.exec(said).first() is None:
        insert_new(session, RowProblem, [_row_problem(first.list_file_id, problem)])


def _row_problem(file_id: int, problem: CellProblem) -> dict[str, Any]:
    return {
        "list_file_id": file_id,
        "sheet": problem.sheet,
        "cell": problem.cell,
        "code": problem.code,
        "message": problem.message_vi,
        "severity": problem.severity,
    }


def _record_act(
    session: Session, ground: Ground, file: ListFile, done: Applied, actor: Actor, role: Role, now: datetime
) -> None:
    taken = bool(done.kept or done.duplicates)
    ledger.append(
        session,
        commune_id=ground.cycle.commune_id,
        actor=actor,
        role=role,
        action="receive_list" if taken else "refuse_list_file",
        subject=f"village_list:{ground.village_list.key}",
        data={
            "file": file.key,
            "sha256": file.sha256,
            "rows": file.row_count,
            "errors": file.error_count,
            "duplicates": len(done.duplicates),
            "new_people": done.new_people,
            "changed_people": len(done.changed),
        },
        now=now,
    )
    if taken:
        ledger.involve(session, cycle_id=ground.cycle.key, actor=actor, action="receive_list", now=now)
        want_look(session, ground.cycle, now=now)


def want_look(session: Session, cycle: Cycle, *, now: datetime) -> None:
    """The thôn's answer is looked at by the step that is still open: lists, or health when lists are complete."""
    over = cycles.step_row(session, cycle.key, Step.lists).state == StepState.DONE
    cycles.want_step(session, cycle.key, Step.health if over else Step.lists, now=now)


def _send_receipt(session: Session, ground: Ground, file: ListFile, problems: list[CellProblem], now: datetime) -> None:
    wrong_rows = {
        (problem.sheet, number[0])
        for problem in problems
        if problem.severity == "error" and (number := re.findall(r"\d+", problem.cell))
    }
    notices.queue(
        session,
        key=f"list_received:{file.key}",
        template="list_received",
        commune=get(session, Commune, ground.cycle.commune_id, "đơn vị"),
        role=Role.village_head,
        now=now,
        cycle=ground.cycle,
        village=ground.village,
        due_on=ground.village_list.due_on if file.error_count else None,
        path=f"/lists/{ground.village_list.key}",
        counts={"rows": file.row_count + len(wrong_rows), "errors": file.error_count},
    )
