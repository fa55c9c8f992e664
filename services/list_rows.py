"""Turn the good rows of a village list into households, people, dated facts, pay methods and cases.

A person is matched by citizen number, else by name, birth and household. Nothing is ever deleted or emptied: a blank
cell leaves what is known, a person who is missing from a later file stays. One person has one case in a cycle.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
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
from services.list_ground import Ground, household_code
from services.list_pay import record_pay_methods
from services.list_statuses import load_statuses
from services.store import insert_new

_SEALED = ("medical_papers", "note")
_SECRET = ("account_no", *_SEALED)
_STATED = tuple(each.name for each in fields(VillageRow) if each.name not in _SECRET)
_EXACTNESS = {"year": 0, "month": 1, "day": 2}
_OPEN = (CaseStatus.LISTED, CaseStatus.HEALTH, CaseStatus.REVIEW, CaseStatus.PROPOSED, CaseStatus.SET_ASIDE)


@dataclass
class Applied:
    """What the rows of one file did."""

    kept: list[tuple[VillageRow, ListRow]] = field(default_factory=list)
    duplicates: list[tuple[VillageRow, ListRow]] = field(default_factory=list)
    new_people: int = 0
    new_cases: int = 0
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
    people = _people(session, ground, first_time, done)
    for row, person in people:
        done.kept.append((row, _list_row(file, row, person_id=person.key)))
    for row, person, first in again:
        number = first.id if first else None
        done.duplicates.append((row, _list_row(file, row, person_id=person.key, duplicate_of=number)))
        done.problems.append(duplicate_problem(ground, row, ground.cases[person.key]))
    session.add_all([listed for _, listed in (*done.kept, *done.duplicates)])
    session.flush()
    _statements(session, ground, done, now)
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


def _split_duplicates(
    ground: Ground, rows: Sequence[VillageRow]
) -> tuple[list[VillageRow], list[tuple[VillageRow, Person, ListRow | None]]]:
    """Rows of this thôn's people, and rows of people whose case already stands in another thôn."""
    own: list[VillageRow] = []
    elsewhere: list[tuple[VillageRow, Person, ListRow | None]] = []
    for row in rows:
        person = ground.by_citizen.get(row.citizen_id)
        case = ground.cases.get(person.key) if person else None
        if person is None or case is None or case.village_id == ground.village.key:
            own.append(row)
        else:
            elsewhere.append((row, person, ground.listed.get(person.key, (None, None))[0]))
    return own, elsewhere


def _people(
    session: Session, ground: Ground, rows: Sequence[VillageRow], done: Applied
) -> list[tuple[VillageRow, Person]]:
    homes = _households(session, ground, rows)
    people = []
    for row in rows:
        home = homes[household_code(row)]
        person = ground.by_citizen.get(row.citizen_id) or ground.without_number(row, home)
        if person is None:
            person = _new_person(ground, row, home)
            session.add(person)
            done.new_people += 1
        elif _update_person(person, row, home):
            done.changed.add(person.key)
        people.append((row, person))
    session.flush()
    return people


def _households(session: Session, ground: Ground, rows: Sequence[VillageRow]) -> dict[str, Household]:
    homes = ground.households
    for row in rows:
        code = household_code(row)
        head = row.head_name or row.full_name
        if code not in homes:
            place = ground.village
            homes[code] = Household(commune_id=place.commune_id, village_id=place.key, code=code, head_name=head)
            session.add(homes[code])
        elif row.head_name:
            homes[code].head_name = row.head_name
    session.flush()
    return homes


def _new_person(ground: Ground, row: VillageRow, home: Household) -> Person:
    name = clean_name(row.full_name)
    return Person(
        commune_id=ground.village.commune_id,
        village_id=ground.village.key,
        household_id=home.key,
        full_name=name,
        name_key=fold_name(name),
        sort_key=sort_key(name),
        birth_date=row.birth_date,
        birth_precision=row.birth_precision,
        sex=row.sex,
        citizen_id=row.citizen_id,
        old_id=row.old_id or "",
        relation=row.relation or "",
        phone=row.phone or "",
        facility=row.facility or "",
    )


def _update_person(person: Person, row: VillageRow, home: Household) -> bool:
    """Take over what the row says and the record does not; returns whether anything that the law looks at changed."""
    before = (person.household_id, person.birth_date, person.birth_precision)
    person.household_id, person.village_id = home.key, home.village_id
    person.full_name, person.sort_key = clean_name(row.full_name), sort_key(row.full_name)
    person.citizen_id = row.citizen_id
    for name in ("old_id", "relation", "phone", "facility"):
        setattr(person, name, getattr(row, name) or getattr(person, name))
    if _EXACTNESS[row.birth_precision] >= _EXACTNESS[person.birth_precision]:
        person.birth_date, person.birth_precision = row.birth_date, row.birth_precision
    return before != (person.household_id, person.birth_date, person.birth_precision)


def _list_row(file: ListFile, row: VillageRow, *, person_id: int, duplicate_of: int | None = None) -> ListRow:
    """The row as stated; what may name an illness is sealed, the account number is left out."""
    stated: dict[str, Any] = {name: getattr(row, name) for name in _STATED}
    stated["repaired"] = [list(change) for change in row.repaired if change[0] not in _SECRET]
    sealed = {name: getattr(row, name) for name in _SEALED if getattr(row, name)}
    return ListRow(
        list_file_id=file.key,
        sheet=row.sheet,
        row_number=row.row_number,
        stated=stated,
        stated_health=json.dumps(sealed, ensure_ascii=False) if sealed else None,
        person_id=person_id,
        duplicate_of=duplicate_of,
    )


def _statements(session: Session, ground: Ground, done: Applied, now: datetime) -> None:
    """Facts of the people, statuses of their households, and how each is paid."""
    homes = {listed.person_id: ground.households[household_code(row)] for row, listed in done.kept}
    book = load_statuses(session, {home.key for home in homes.values()}, opened_on=ground.cycle.opened_on)
    for row, listed in done.kept:
        before = ground.previous(listed.person_id or 0)
        if before and _said_otherwise(before[-1], row):
            book.withdraw(homes[listed.person_id].key, {source_of(said.key) for said in before})
    for row, listed in done.kept:
        code = book.record(session, homes[listed.person_id].key, row, listed.key, now)
        if code:
            done.problems.append(status_problem(code, row))
    stated = {listed.person_id or 0: (listed.key, stated_facts(row)) for row, listed in done.kept}
    known = load_open_facts(session, stated)
    done.changed |= record_facts(session, stated, known, valid_from=ground.cycle.opened_on, now=now)
    members = select(Person.id).where(col(Person.household_id).in_(book.changed))
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
    wanted = dict.fromkeys(listed.person_id for _, listed in done.kept if listed.person_id)
    new = [base | {"person_id": number} for number in wanted if number not in ground.cases]
    insert_new(session, Case, new)
    touched = select(Case).where(Case.cycle_id == ground.cycle.key, col(Case.person_id).in_(done.changed))
    touched = touched.where(col(Case.status).in_(_OPEN), col(Case.needs_assessment).is_(False))
    for case in session.exec(touched):
        case.needs_assessment = True
    session.flush()
    done.new_cases = len(new)
