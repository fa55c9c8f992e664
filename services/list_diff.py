"""What a thôn's list changes against its list of the quarter before: new people, gone ones, what is said otherwise."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.base import canonical_json
from models.cycles import Cycle
from models.lists import ListFile, ListRow, VillageList
from models.people import Person
from rules.village_sheet import HEADINGS
from rules.workflow import ListState, Role
from services import ledger
from services.errors import conflict
from services.list_views import PEOPLE_READERS
from services.staff import Actor
from services.store import get, lock

COMPARED = (
    "head_name", "birth_date", "citizen_id", "residence", "household_status", "status_decision_no",
    "status_decision_date", "group_text", "disability", "traits", "income", "other_allowance", "other_allowance_text",
    "bhyt_object", "facility", "pay_method", "bank_name",
)  # fmt: skip
"""Columns compared; accounts and medical papers are not in what is kept as stated."""
_EXTRA = {"other_allowance_text": "Loại trợ cấp khác", "traits": "Hoàn cảnh khác"}


@dataclass(frozen=True)
class PersonDiff:
    """One person: who, and the headings of what is stated otherwise; ``why`` says why somebody is gone, if known."""

    person_id: int
    full_name: str
    changed: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class ListDiff:
    """The comparison. ``has_before``: there was a list in an earlier quarter. ``sha256`` names this comparison."""

    has_before: bool
    new: tuple[PersonDiff, ...]
    gone: tuple[PersonDiff, ...]
    changed: tuple[PersonDiff, ...]
    same: int
    sha256: str
    is_confirmed: bool


def diff_of(session: Session, *, village_list_id: int, actor: Actor) -> ListDiff:
    """The comparison as the records stand. Raises Problem NOT_ALLOWED outside the actor's commune or thôn."""
    asked = get(session, VillageList, village_list_id, "danh sách thôn")
    actor.require(PEOPLE_READERS, asked.commune_id, asked.village_id)
    before = _list_before(session, asked)
    now_rows, old_rows = _stated(session, asked), _stated(session, before) if before else {}
    people = _people(session, {*now_rows, *old_rows})
    both = [number for number in people if number in now_rows and number in old_rows]
    changes = {number: _changed(old_rows[number], now_rows[number]) for number in both}
    parts = (
        tuple(_person(people[n]) for n in people if n not in old_rows),
        tuple(_person(people[n], why=_why(people[n])) for n in people if n not in now_rows),
        tuple(_person(people[n], changed=changes[n]) for n in both if changes[n]),
    )
    said = [[one.person_id for one in parts[0]], [one.person_id for one in parts[1]], changes]
    sha256 = hashlib.sha256(canonical_json(said).encode()).hexdigest()
    same = sum(not changes[number] for number in both)
    return ListDiff(before is not None, *parts, same, sha256, asked.confirmed_sha256 == sha256)


def confirm(session: Session, *, village_list_id: int, sha256: str, actor: Actor, now: datetime) -> VillageList:
    """The thôn's head confirms the comparison that was shown; saying it twice is saying it once.

    Raises Problem NOT_ALLOWED for others, CONFLICT when the list was not handed in or changed since it was shown.
    """
    found = get(session, VillageList, village_list_id, "danh sách thôn")
    role = actor.require(Role.village_head, found.commune_id, found.village_id)
    asked = lock(session, VillageList, village_list_id, "danh sách thôn")
    if asked.state != ListState.RETURNED:
        raise conflict("list_not_returned", "Thôn chưa nộp danh sách nên chưa có gì để xác nhận.")
    shown = diff_of(session, village_list_id=village_list_id, actor=actor)
    if shown.sha256 != sha256:
        raise conflict("diff_changed", "Danh sách vừa thay đổi; hãy xem lại trước khi xác nhận.")
    if shown.is_confirmed:
        return asked
    asked.confirmed_sha256, asked.confirmed_by, asked.confirmed_at = sha256, actor.person_id, now
    session.add(asked)
    counts = {"new": len(shown.new), "gone": len(shown.gone), "changed": len(shown.changed)}
    ledger.append(
        session,
        commune_id=asked.commune_id,
        actor=actor,
        role=role,
        action="confirm_list_diff",
        subject=f"village_list:{asked.key}",
        data=counts,
        now=now,
    )
    ledger.involve(session, cycle_id=asked.cycle_id, actor=actor, action="confirm_list_diff", now=now)
    return asked


def _list_before(session: Session, asked: VillageList) -> VillageList | None:
    cycle = get(session, Cycle, asked.cycle_id, "kỳ xét")
    earlier = (Cycle.year < cycle.year) | ((Cycle.year == cycle.year) & (Cycle.quarter < cycle.quarter))
    query = (
        select(VillageList)
        .join(Cycle, col(Cycle.id) == VillageList.cycle_id)
        .where(VillageList.village_id == asked.village_id, VillageList.state == ListState.RETURNED, earlier)
        .order_by(col(Cycle.year).desc(), col(Cycle.quarter).desc())
    )
    return session.exec(query).first()


def _stated(session: Session, asked: VillageList) -> dict[int, Mapping[str, Any]]:
    """The newest statement of each person of a list; rows that stand in another thôn's list are left out."""
    query = (
        select(ListRow)
        .join(ListFile, col(ListFile.id) == ListRow.list_file_id)
        .where(ListFile.village_list_id == asked.key, col(ListRow.duplicate_of).is_(None))
        .order_by(col(ListRow.id))
    )
    return {row.person_id: row.stated for row in session.exec(query) if row.person_id}


def _people(session: Session, numbers: set[int]) -> dict[int, Person]:
    query = select(Person).where(col(Person.id).in_(numbers)).order_by(col(Person.sort_key), col(Person.id))
    return {person.key: person for person in session.exec(query)}


def _changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """A blank says nothing, so it is no change."""
    differing = [name for name in COMPARED if now.get(name) is not None and now[name] != before.get(name)]
    return tuple(HEADINGS.get(name) or _EXTRA[name] for name in differing)


def _person(person: Person, changed: tuple[str, ...] = (), why: str = "") -> PersonDiff:
    return PersonDiff(person.key, person.full_name, changed, why)


def _why(person: Person) -> str:
    if person.died_on:
        return f"chết {person.died_on:%d/%m/%Y}"
    return f"chuyển đi {person.left_on:%d/%m/%Y}" if person.left_on else "không có trong danh sách quý này"
