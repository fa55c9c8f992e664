"""Turn the good rows of a village list into households, people, dated facts, pay methods and cases.

A person is matched by citizen number, else by name, birth and household. Nothing is ever deleted or emptied: a blank
cell leaves what is known, a person who is missing from a later file stays. One person has one case in a cycle.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlmodel import Session, col, select

from models.cycles import Case
from models.lists import ListFile, ListRow
from models.people import Household, Person
from rules.names import clean_name, fold_name, sort_key
from rules.village_sheet import CellProblem, VillageRow
from rules.workflow import CaseStatus
from services.list_checks import duplicate_problem, look_at, refusal, status_problem
from services.list_facts import load_open_facts, record_facts, source_of, stated_facts
from services.list_ground import Ground, Listed, household_code
from services.list_pay import record_pay_methods
from services.list_statuses import load_statuses
from services.store import insert_new

_SEALED = ("medical_papers", "note")
_SECRET = ("account_no", *_SEALED)
_STATED = tuple(each.name for each in fields(VillageRow) if each.name not in _SECRET)
_values = attrgetter(*_STATED)
_Said = tuple[VillageRow, int, int | None]
"""A row, the number of its person, and the row of another thôn that stands in its place."""
_EXACTNESS = {"year": 0, "month": 1, "day": 2}
_OPEN = (CaseStatus.LISTED, CaseStatus.HEALTH, CaseStatus.REVIEW, CaseStatus.PROPOSED, CaseStatus.SET_ASIDE)


@dataclass
class Applied:
    """What the rows of one file did."""

    kept: list[Listed] = field(default_factory=list)
    duplicates: list[Listed] = field(default_factory=list)
    new_people: int = 0
    changed: set[int] = field(default_factory=set)
    problems: list[CellProblem] = field(default_factory=list)


def apply_rows(
    session: Session, *, ground: Ground, file: ListFile, rows: Sequence[VillageRow], now: datetime
) -> Applied:
    """Write the rows of ``file`` into the records; rows that may not be taken come back as problems by cell.

    The caller holds the commune's lock, so that two thôn cannot list the same person at the same moment.
    """
    done = Applied()
    taken = _taken(ground, rows, done)
    first_time, again = _split_duplicates(ground, taken)
    homes = _households(session, ground, first_time)
    people = _people(session, ground, first_time, homes, done)
    done.kept = _write_down(session, file, [(row, number, None) for row, number in people])
    done.duplicates = _write_down(session, file, again)
    done.problems += [duplicate_problem(ground, each.row, ground.cases[each.person_id]) for each in done.duplicates]
    _statements(session, ground, homes, done, now)
    _cases(session, ground, done)
    return done


def _taken(ground: Ground, rows: Sequence[VillageRow], done: Applied) -> list[VillageRow]:
    taken: dict[str, VillageRow] = {}
    for row in rows:
        problem = refusal(ground, row, taken.get(row.citizen_id))
        if problem:
            done.problems.append(problem)
        else:
            taken[row.citizen_id] = row
            done.problems += look_at(ground, row)
    return list(taken.values())


def _split_duplicates(ground: Ground, rows: Sequence[VillageRow]) -> tuple[list[VillageRow], list[_Said]]:
    """Rows of this thôn's people, and rows of people whose case already stands in another thôn."""
    own: list[VillageRow] = []
    elsewhere: list[_Said] = []
    for row in rows:
        person = ground.by_citizen.get(row.citizen_id)
        case = ground.cases.get(person.key) if person else None
        if person is None or case is None or case.village_id == ground.village.key:
            own.append(row)
        else:
            first, _ = ground.listed.get(person.key, (None, None))
            elsewhere.append((row, person.key, first.id if first else None))
    return own, elsewhere


def _households(session: Session, ground: Ground, rows: Sequence[VillageRow]) -> dict[str, int]:
    """The number of each row's household by its code; households that are not known yet are founded."""
    place, founded = ground.village, dict[str, dict[str, Any]]()
    base = {"commune_id": place.commune_id, "village_id": place.key}
    for row in rows:
        code = household_code(row)
        if code in ground.households:
            home = ground.households[code]
            home.head_name = row.head_name or home.head_name
        else:
            new = founded.setdefault(code, base | {"code": code, "head_name": row.full_name})
            new["head_name"] = row.head_name or new["head_name"]
    session.flush()
    insert_new(session, Household, list(founded.values()))
    asked = select(Household.code, Household.id).where(Household.village_id == place.key)
    found = session.exec(asked.where(col(Household.code).in_(founded))) if founded else ()
    return {code: home.key for code, home in ground.households.items()} | {code: number or 0 for code, number in found}


def _people(
    session: Session, ground: Ground, rows: Sequence[VillageRow], homes: dict[str, int], done: Applied
) -> list[tuple[VillageRow, int]]:
    """Each row with the number of its person; people who are not known yet are written down."""
    numbers: dict[str, int] = {}
    new: list[dict[str, Any]] = []
    for row in rows:
        home_id = homes[household_code(row)]
        person = ground.by_citizen.get(row.citizen_id) or ground.without_number(row, home_id)
        if person is None:
            new.append(_new_person(ground, row, home_id))
            continue
        numbers[row.citizen_id] = person.key
        if _update_person(person, row, home_id, ground.village.key):
            done.changed.add(person.key)
    session.flush()
    insert_new(session, Person, new)
    asked = select(Person.citizen_id, Person.id).where(Person.commune_id == ground.village.commune_id)
    found = session.exec(asked.where(col(Person.citizen_id).in_([one["citizen_id"] for one in new]))) if new else ()
    numbers |= {citizen_id or "": number or 0 for citizen_id, number in found}
    done.new_people = len(new)
    return [(row, numbers[row.citizen_id]) for row in rows]


def _new_person(ground: Ground, row: VillageRow, home_id: int) -> dict[str, Any]:
    name = clean_name(row.full_name)
    return {
        "commune_id": ground.village.commune_id,
        "village_id": ground.village.key,
        "household_id": home_id,
        "full_name": name,
        "name_key": fold_name(name),
        "sort_key": sort_key(name),
        "birth_date": row.birth_date,
        "birth_precision": row.birth_precision,
        "sex": row.sex,
        "citizen_id": row.citizen_id,
        "old_id": row.old_id or "",
        "relation": row.relation or "",
        "phone": row.phone or "",
        "facility": row.facility or "",
    }


def _update_person(person: Person, row: VillageRow, home_id: int, village_id: int) -> bool:
    """Take over what the row says and the record does not; returns whether anything that the law looks at changed."""
    before = (person.household_id, person.birth_date, person.birth_precision)
    person.household_id, person.village_id = home_id, village_id
    person.full_name, person.sort_key = clean_name(row.full_name), sort_key(row.full_name)
    person.citizen_id = row.citizen_id
    for name in ("old_id", "relation", "phone", "facility"):
        setattr(person, name, getattr(row, name) or getattr(person, name))
    if _EXACTNESS[row.birth_precision] >= _EXACTNESS[person.birth_precision]:
        person.birth_date, person.birth_precision = row.birth_date, row.birth_precision
    return before != (person.household_id, person.birth_date, person.birth_precision)


def _write_down(session: Session, file: ListFile, said: Sequence[_Said]) -> list[Listed]:
    """Keep the rows as stated; what may name an illness is sealed, the account number is left out."""
    if not said:
        return []
    insert_new(
        session,
        ListRow,
        [
            {
                "list_file_id": file.key,
                "sheet": row.sheet,
                "row_number": row.row_number,
                "stated": _stated(row),
                "stated_health": _sealed(row),
                "person_id": person_id,
                "duplicate_of": first,
            }
            for row, person_id, first in said
        ],
    )
    asked = select(ListRow.sheet, ListRow.row_number, ListRow.id).where(ListRow.list_file_id == file.key)
    numbers = {(sheet, place): number or 0 for sheet, place, number in session.exec(asked)}
    return [Listed(row, numbers[row.sheet, row.row_number], person_id, first) for row, person_id, first in said]


def _stated(row: VillageRow) -> dict[str, Any]:
    stated = dict(zip(_STATED, _values(row), strict=True))
    stated["repaired"] = [list(change) for change in row.repaired if change[0] not in _SECRET]
    return stated


def _sealed(row: VillageRow) -> str | None:
    sealed = {name: getattr(row, name) for name in _SEALED if getattr(row, name)}
    return json.dumps(sealed, ensure_ascii=False) if sealed else None


def _statements(session: Session, ground: Ground, homes: Mapping[str, int], done: Applied, now: datetime) -> None:
    """Facts of the people, statuses of their households, and how each is paid."""
    home_of = {each.person_id: homes[household_code(each.row)] for each in done.kept}
    known_homes = {home.key for home in ground.households.values()}
    book = load_statuses(session, known_homes.intersection(home_of.values()), opened_on=ground.cycle.opened_on)
    for each in done.kept:
        before = ground.previous(each.person_id)
        if before and _said_otherwise(before[-1], each.row):
            book.withdraw(home_of[each.person_id], {source_of(said.key) for said in before})
    for each in done.kept:
        code = book.record(home_of[each.person_id], each.row, each.number, now)
        if code:
            done.problems.append(status_problem(code, each.row))
    book.write(session)
    stated = {each.person_id: (each.number, stated_facts(each.row)) for each in done.kept}
    known = load_open_facts(session, ground.people.intersection(stated))
    done.changed |= record_facts(session, stated, known, valid_from=ground.cycle.opened_on, now=now)
    done.changed |= {person_id for person_id, home in home_of.items() if home in book.changed}
    if changed_homes := book.changed & known_homes:
        members = select(Person.id).where(col(Person.household_id).in_(changed_homes))
        done.changed |= {number for number in session.exec(members) if number}
    done.problems += record_pay_methods(session, ground, done.kept, now=now)


def _said_otherwise(before: ListRow, row: VillageRow) -> bool:
    """The thôn corrects its own word on the household's status; a day that it only adds is no correction."""
    said = before.stated
    if said["household_status"] != row.household_status:
        return True
    day, now_day = said["status_decision_date"], row.status_decision_date
    return bool(day and now_day and day != now_day.isoformat())


def _cases(session: Session, ground: Ground, done: Applied) -> None:
    """One case per person and cycle; those of which something changed are to be assessed anew."""
    place = ground.village
    base = {"cycle_id": ground.cycle.key, "commune_id": place.commune_id, "village_id": place.key}
    wanted = dict.fromkeys(each.person_id for each in done.kept)
    new = [base | {"person_id": number} for number in wanted if number not in ground.cases]
    insert_new(session, Case, new)
    if earlier := done.changed.difference(one["person_id"] for one in new):
        touched = select(Case).where(Case.cycle_id == ground.cycle.key, col(Case.person_id).in_(earlier))
        touched = touched.where(col(Case.status).in_(_OPEN), col(Case.needs_assessment).is_(False))
        for case in session.exec(touched):
            case.needs_assessment = True
        session.flush()
