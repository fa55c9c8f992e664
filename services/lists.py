"""Step 1, the village lists: ask each thôn, take in what it returns, and know who still has to answer.

``receive_file`` is in ``services.list_intake``, the pages' questions are in ``services.list_views``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.cycles import Cycle
from models.lists import VillageList
from models.people import Person
from models.places import Commune, Village
from rules.workflow import ListState, Role, Step
from services import cycles, documents, ledger, notices
from services.errors import conflict, invalid
from services.list_intake import open_list, receive_file, refuse_when_over, want_look
from services.list_views import ListedPerson, ListOverview, file_problems, overview, rows_of
from services.staff import SYSTEM, Actor
from services.steps import Gate, StepWork
from services.store import get, insert_once

__all__ = [
    "STEP",
    "ListOverview",
    "ListedPerson",
    "close_list",
    "declare_nothing",
    "extend",
    "file_problems",
    "overview",
    "receive_file",
    "rows_of",
]


def declare_nothing(session: Session, *, village_list_id: int, actor: Actor, now: datetime) -> VillageList:
    """The thôn has nobody to add or change this quarter; saying it twice is saying it once.

    Raises Problem NOT_ALLOWED for the head of another thôn, CONFLICT when the list was returned or closed.
    """
    village_list, role = open_list(session, village_list_id, actor)
    if village_list.state == ListState.NOTHING:
        return village_list
    refuse_when_over(session, village_list)
    if village_list.state != ListState.REQUESTED:
        raise conflict("list_returned", "Thôn đã nộp danh sách kỳ này; muốn sửa thì nộp lại tệp.")
    village_list.answered_at, village_list.answered_by = now, actor.person_id
    _settle(session, village_list, ListState.NOTHING, "declare_nothing", {}, actor, role, now)
    return village_list


def close_list(session: Session, *, village_list_id: int, reason: str, actor: Actor, now: datetime) -> VillageList:
    """Phòng Kinh tế goes on without the thôn's answer, and says why.

    Raises Problem NOT_ALLOWED for others, INVALID without a reason, CONFLICT when the thôn has answered.
    """
    village_list = _awaited(session, village_list_id, actor)
    if not reason.strip():
        raise invalid("reason_needed", "Phải ghi lý do đóng danh sách khi thôn chưa nộp.", field="reason")
    data = {"reason": reason.strip()}
    _settle(session, village_list, ListState.CLOSED, "close_list", data, actor, Role.economy, now)
    return village_list


def extend(session: Session, *, village_list_id: int, due_on: date, actor: Actor, now: datetime) -> VillageList:
    """Phòng Kinh tế gives the thôn more time, until ``due_on``; the thôn is told.

    Raises Problem NOT_ALLOWED for others, INVALID for a day that is not later, CONFLICT when the thôn has answered.
    """
    village_list = _awaited(session, village_list_id, actor)
    if due_on <= village_list.due_on or due_on < now.date():
        raise invalid("due_on_later", "Hạn mới phải sau hạn cũ và không ở quá khứ.", field="due_on")
    village_list.due_on = due_on
    data = {"due_on": due_on}
    _settle(session, village_list, ListState.REQUESTED, "extend_list", data, actor, Role.economy, now)
    cycle = get(session, Cycle, village_list.cycle_id, "kỳ xét")
    village = get(session, Village, village_list.village_id, "thôn")
    _queue_request(session, cycle, village, village_list, now)
    return village_list


def _awaited(session: Session, village_list_id: int, actor: Actor) -> VillageList:
    found = get(session, VillageList, village_list_id, "danh sách thôn")
    actor.require(Role.economy, found.commune_id)
    village_list, _ = open_list(session, village_list_id, actor)
    if village_list.state != ListState.REQUESTED:
        raise conflict("list_settled", "Danh sách của thôn không còn ở trạng thái chờ nộp.")
    return village_list


def _settle(
    session: Session,
    village_list: VillageList,
    state: ListState,
    action: str,
    data: Mapping[str, object],
    actor: Actor,
    role: Role,
    now: datetime,
) -> None:
    village_list.state = state
    session.add(village_list)
    ledger.append(
        session,
        commune_id=village_list.commune_id,
        actor=actor,
        role=role,
        action=action,
        subject=f"village_list:{village_list.key}",
        data=data,
        now=now,
    )
    ledger.involve(session, cycle_id=village_list.cycle_id, actor=actor, action=action, now=now)
    want_look(session, get(session, Cycle, village_list.cycle_id, "kỳ xét"), now=now)


# ---------------------------------------------------------------- the step


def _pending(session: Session, cycle: Cycle, _now: datetime) -> list[int]:
    asked = select(VillageList.village_id).where(VillageList.cycle_id == cycle.key)
    missing = select(Village.id).where(Village.commune_id == cycle.commune_id, col(Village.active))
    query = missing.where(col(Village.id).not_in(asked)).order_by(Village.code)
    return [number for number in session.exec(query) if number is not None]


def _work(session: Session, cycle: Cycle, villages: list[int], now: datetime) -> dict[str, int]:
    due_on = cycles.deadline(session, cycle, Step.lists, on=now.date())
    base = {"cycle_id": cycle.key, "commune_id": cycle.commune_id, "requested_at": now, "due_on": due_on}
    insert_once(session, VillageList, [base | {"village_id": number} for number in villages])
    asked = (
        select(VillageList, Village)
        .join(Village, col(Village.id) == VillageList.village_id)
        .where(VillageList.cycle_id == cycle.key, col(VillageList.village_id).in_(villages))
        .order_by(Village.code)
    )
    mails = 0
    for village_list, village in session.exec(asked).all():
        _want_workbook(session, cycle, village, village_list, now)
        mails += _queue_request(session, cycle, village, village_list, now)
    return {"villages": len(villages), "mails": mails}


def _want_workbook(session: Session, cycle: Cycle, village: Village, asked: VillageList, now: datetime) -> None:
    documents.want(
        session,
        commune_id=cycle.commune_id,
        cycle_id=cycle.key,
        kind="village_workbook",
        subject=f"village_list:{asked.key}",
        title=f"Mẫu danh sách {cycles.label(cycle)} – {village.name}",
        file_name=f"danh-sach-{village.code}-{cycle.year}-Q{cycle.quarter}.xlsx",
        now=now,
    )


def _queue_request(session: Session, cycle: Cycle, village: Village, asked: VillageList, now: datetime) -> int:
    """One request per list and due day: a new day is a new mail."""
    living = select(func.count(col(Person.id))).where(
        Person.village_id == village.key, col(Person.died_on).is_(None), col(Person.left_on).is_(None)
    )
    return notices.queue(
        session,
        key=f"list_request:{asked.key}:{asked.due_on.isoformat()}",
        template="list_request",
        commune=get(session, Commune, cycle.commune_id, "đơn vị"),
        role=Role.village_head,
        now=now,
        cycle=cycle,
        village=village,
        due_on=asked.due_on,
        path=f"/lists/{asked.key}",
        counts={"known": session.exec(living).one()},
    )


def _gate(session: Session, cycle: Cycle, _now: datetime) -> Gate:
    lists = list(session.exec(select(VillageList).where(VillageList.cycle_id == cycle.key)))
    waiting = [asked for asked in lists if asked.state == ListState.REQUESTED]
    counts = {"villages": len(lists), "waiting": len(waiting), "people": sum(asked.row_count for asked in lists)}
    if not lists:
        return Gate(False, Role.admin, "Chưa có thôn nào: Quản trị khai báo thôn để bắt đầu.", counts=counts)
    if not waiting:
        return Gate(True, Role.system, f"Cả {len(lists)} thôn đã trả lời.", counts=counts)
    due_on = min(asked.due_on for asked in waiting)
    message = f"Chờ {len(waiting)} thôn nộp danh sách, hạn {due_on:%d/%m/%Y}"
    return Gate(False, Role.village_head, message, due_on, counts)


def _on_done(session: Session, cycle: Cycle, now: datetime) -> None:
    """Only the record: the next step tells the health station, when it knows how many people it is asked about."""
    ledger.append(
        session,
        commune_id=cycle.commune_id,
        actor=SYSTEM,
        role=Role.system,
        action="lists_complete",
        subject=f"cycle:{cycle.key}",
        data=_gate(session, cycle, now).counts,
        now=now,
    )


STEP = StepWork(step=Step.lists, pending=_pending, work=_work, gate=_gate, on_done=_on_done, chunk=50)
