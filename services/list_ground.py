"""What is already known when a village list comes in: people, households, cases and earlier rows, in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from sqlmodel import Session, col, select

from models.cycles import Case, Cycle
from models.lists import ListFile, ListRow, VillageList
from models.people import Household, PayMethod, Person
from models.places import Village
from rules.likeness import CERTAIN, Entry, likeness
from rules.names import fold_name
from rules.village_sheet import VillageRow
from services.list_reading import entry

_CODE_LENGTH = 40
MADE_CODE = "ten:"
"""Begins the code of a household to which the thôn gave none."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A row that was written down: its number, its person's, and the row of another thôn that stands in its place."""

    row: VillageRow
    number: int
    person_id: int
    duplicate_of: int | None = None


@dataclass
class Ground:
    """The list's thôn and cycle, and what rows are matched against."""

    village_list: VillageList
    cycle: Cycle
    village: Village
    villages: dict[int, Village]
    households: dict[str, Household] = field(default_factory=dict)
    by_citizen: dict[str, Person] = field(default_factory=dict)
    namesakes: dict[tuple[str, date], list[Person]] = field(default_factory=dict)
    by_old_id: dict[str, list[Person]] = field(default_factory=dict)
    """Under the number of a former CMND: for matching only, two people may share one."""
    people: set[int] = field(default_factory=set)
    """Everybody known whom a row may mean."""
    cases: dict[int, Case] = field(default_factory=dict)
    methods: dict[int, PayMethod] = field(default_factory=dict)
    listed: dict[int, tuple[ListRow, VillageList]] = field(default_factory=dict)
    """The newest row of each person in this cycle, with the list it stands in; rows that are duplicates left out."""
    own_rows: dict[int, list[ListRow]] = field(default_factory=dict)

    def other_village(self, name: str | None) -> Village | None:
        """Another thôn of the commune that bears this name."""
        named = _place(name or "")
        if not named or named == _place(self.village.name):
            return None
        return next((v for v in self.villages.values() if v.key != self.village.key and _place(v.name) == named), None)

    def previous(self, person_id: int) -> list[ListRow]:
        """What this same thôn stated of the person before, in this cycle, oldest first."""
        return self.own_rows.get(person_id, [])

    def without_number(self, row: VillageRow, home_id: int) -> Person | None:
        """Somebody of that name and birth in the household, or with that CMND, whose citizen number was not known."""
        alike = self.namesakes.get((fold_name(row.full_name), row.birth_date), [])
        near = [*(p for p in alike if p.household_id == home_id), *self.of_that_cmnd(row)]
        return next((p for p in near if p.citizen_id is None), None)

    def of_that_cmnd(self, row: VillageRow) -> list[Person]:
        """Those known by the row's CMND whose name and birth are the row's too."""
        said = Entry(row.full_name, row.birth_date, row.birth_precision, old_id=row.old_id or "")
        return [p for p in self.by_old_id.get(said.old_id, []) if likeness(entry(p), said).score == CERTAIN]


def load_ground(session: Session, village_list: VillageList, cycle: Cycle, rows: Sequence[VillageRow]) -> Ground:
    """Everything that these rows may touch."""
    commune_id = village_list.commune_id
    villages = {v.key: v for v in session.exec(select(Village).where(Village.commune_id == commune_id))}
    ground = Ground(village_list, cycle, villages[village_list.village_id], villages)
    codes = {household_code(row) for row in rows}
    homes = select(Household).where(
        Household.village_id == village_list.village_id,
        col(Household.code).in_(codes),
        Household.commune_id == commune_id,
    )
    ground.households = {home.code: home for home in session.exec(homes)}
    _load_people(session, ground, rows)
    _load_cases(session, ground)
    return ground


def _load_people(session: Session, ground: Ground, rows: Sequence[VillageRow]) -> None:
    people = select(Person).where(Person.commune_id == ground.village_list.commune_id)
    known = session.exec(people.where(col(Person.citizen_id).in_({row.citizen_id for row in rows})))
    ground.by_citizen = {person.citizen_id or "": person for person in known}
    alike: dict[tuple[str, date], list[Person]] = defaultdict(list)
    names, births = {fold_name(row.full_name) for row in rows}, {row.birth_date for row in rows}
    of_that_name = people.where(col(Person.name_key).in_(names), col(Person.birth_date).in_(births))
    for person in session.exec(of_that_name.order_by(col(Person.id))):
        alike[person.name_key, person.birth_date].append(person)
    ground.namesakes = dict(alike)
    of_that_cmnd = people.where(col(Person.old_id).in_({row.old_id for row in rows if row.old_id}))
    for person in session.exec(of_that_cmnd.order_by(col(Person.id))):
        ground.by_old_id.setdefault(person.old_id, []).append(person)


def _load_cases(session: Session, ground: Ground) -> None:
    alike = [person for people in (*ground.namesakes.values(), *ground.by_old_id.values()) for person in people]
    numbers = {person.key for person in (*ground.by_citizen.values(), *alike)}
    ground.people = numbers
    if not numbers:
        return
    cases = select(Case).where(Case.cycle_id == ground.cycle.key, col(Case.person_id).in_(numbers))
    ground.cases = {case.person_id: case for case in session.exec(cases)}
    methods = select(PayMethod).where(col(PayMethod.person_id).in_(numbers), col(PayMethod.ended_at).is_(None))
    ground.methods = {method.person_id: method for method in session.exec(methods)}
    listed = (
        select(ListRow, VillageList)
        .join(ListFile, col(ListFile.id) == ListRow.list_file_id)
        .join(VillageList, col(VillageList.id) == ListFile.village_list_id)
        .where(VillageList.cycle_id == ground.cycle.key, col(ListRow.duplicate_of).is_(None))
        .where(col(ListRow.person_id).in_(numbers))
        .order_by(col(ListRow.id))
    )
    for row, village_list in session.exec(listed):
        ground.listed[row.person_id or 0] = (row, village_list)
        if village_list.key == ground.village_list.key:
            ground.own_rows.setdefault(row.person_id or 0, []).append(row)


def household_code(row: VillageRow) -> str:
    """The thôn's own code; without one a code made of the head's name, so that a family stays one household."""
    code = row.household_code or f"{MADE_CODE}{fold_name(row.head_name or row.full_name)}"
    return code[:_CODE_LENGTH]


@lru_cache(maxsize=512)
def _place(name: str) -> str:
    return fold_name(name).removeprefix("thon ").strip()
