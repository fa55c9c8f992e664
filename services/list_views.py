"""What people see of the village lists, each in their scope: a village head the own thôn, the offices the commune."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from models.cycles import Case, Cycle
from models.lists import ListFile, ListRow, RowProblem, VillageList
from models.people import Person
from models.places import Village
from rules.workflow import CaseStatus, ListState, Role
from services.staff import Actor
from services.store import get

COUNTS_READERS = (Role.economy, Role.culture, Role.chairman, Role.health_station, Role.front, Role.village_head)
PEOPLE_READERS = (Role.economy, Role.culture, Role.chairman, Role.village_head)


@dataclass(frozen=True)
class ListOverview:
    """Where one thôn's list stands. ``last_file_id``: the newest file, for its problems; None before the first."""

    village_list_id: int
    village_id: int
    village_name: str
    state: ListState
    due_on: date
    answered_at: datetime | None
    row_count: int
    error_count: int
    file_count: int
    last_file_id: int | None


@dataclass(frozen=True)
class ListedPerson:
    """One person of a list as last stated. ``stated`` holds no account number and nothing that may name an illness."""

    row_id: int
    file_id: int
    sheet: str
    row_number: int
    person_id: int
    full_name: str
    birth_date: date
    birth_precision: str
    sex: str
    case_id: int | None
    case_status: CaseStatus | None
    duplicate_of: int | None
    stated: Mapping[str, Any]


def overview(session: Session, *, cycle_id: int, actor: Actor) -> list[ListOverview]:
    """The lists of a cycle by the thôn's code; a village head sees only the own. Raises Problem NOT_ALLOWED."""
    cycle = get(session, Cycle, cycle_id, "kỳ xét")
    role = actor.require(COUNTS_READERS, cycle.commune_id)
    query = (
        select(VillageList, Village)
        .join(Village, col(Village.id) == VillageList.village_id)
        .where(VillageList.cycle_id == cycle_id)
        .order_by(Village.code)
    )
    if role is Role.village_head:
        query = query.where(col(VillageList.village_id).in_(actor.villages(cycle.commune_id)))
    found = list(session.exec(query))
    files = _files(session, [village_list.key for village_list, _ in found])
    return [_overview(village_list, village, files.get(village_list.key, [])) for village_list, village in found]


def _files(session: Session, lists: list[int]) -> dict[int, list[int]]:
    query = select(ListFile.village_list_id, ListFile.id).where(col(ListFile.village_list_id).in_(lists))
    files: dict[int, list[int]] = {}
    for list_id, file_id in session.exec(query.order_by(col(ListFile.id))):
        files.setdefault(list_id, []).append(file_id or 0)
    return files


def _overview(village_list: VillageList, village: Village, files: list[int]) -> ListOverview:
    return ListOverview(
        village_list_id=village_list.key,
        village_id=village.key,
        village_name=village.name,
        state=ListState(village_list.state),
        due_on=village_list.due_on,
        answered_at=village_list.answered_at,
        row_count=village_list.row_count,
        error_count=village_list.error_count,
        file_count=len(files),
        last_file_id=files[-1] if files else None,
    )


def file_problems(session: Session, file_id: int, actor: Actor) -> list[RowProblem]:
    """Everything wrong in one file, errors first, in the order they were found. Raises Problem NOT_ALLOWED."""
    file = get(session, ListFile, file_id, "tệp danh sách")
    village_list = get(session, VillageList, file.village_list_id, "danh sách thôn")
    actor.require(PEOPLE_READERS, village_list.commune_id, village_list.village_id)
    query = select(RowProblem).where(RowProblem.list_file_id == file_id)
    return list(session.exec(query.order_by(RowProblem.severity, col(RowProblem.id))))


def rows_of(session: Session, village_list_id: int, actor: Actor) -> list[ListedPerson]:
    """Each person of the list once, as the newest file that names them states, by Vietnamese name order.

    Raises Problem NOT_ALLOWED outside the actor's commune or thôn.
    """
    village_list = get(session, VillageList, village_list_id, "danh sách thôn")
    actor.require(PEOPLE_READERS, village_list.commune_id, village_list.village_id)
    query = (
        select(ListRow, Person, Case)
        .join(ListFile, col(ListFile.id) == ListRow.list_file_id)
        .join(Person, col(Person.id) == ListRow.person_id)
        .outerjoin(Case, (col(Case.person_id) == Person.id) & (col(Case.cycle_id) == village_list.cycle_id))
        .where(ListFile.village_list_id == village_list_id)
        .order_by(col(ListRow.id))
    )
    newest = {person.key: (row, person, case) for row, person, case in session.exec(query)}
    ordered = sorted(newest.values(), key=lambda found: (found[1].sort_key, found[0].key))
    return [_listed(row, person, case) for row, person, case in ordered]


def _listed(row: ListRow, person: Person, case: Case | None) -> ListedPerson:
    return ListedPerson(
        row_id=row.key,
        file_id=row.list_file_id,
        sheet=row.sheet,
        row_number=row.row_number,
        person_id=person.key,
        full_name=person.full_name,
        birth_date=person.birth_date,
        birth_precision=person.birth_precision,
        sex=person.sex,
        case_id=case.id if case else None,
        case_status=CaseStatus(case.status) if case else None,
        duplicate_of=row.duplicate_of,
        stated=row.stated,
    )
