"""What the office knows of a commune when it reads a village list: the groups in force, people by their old CMND."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlmodel import Session, col, select

from models.people import Person
from rules.categories import labels
from rules.likeness import Entry
from rules.traits import trait_labels
from rules.village_sheet import Known
from services import law


def known(session: Session, commune_id: int, on: date) -> Known:
    """For ``read_village_sheet`` and the form, on a day."""
    holders: dict[str, list[Entry]] = defaultdict(list)
    people = select(Person).where(Person.commune_id == commune_id, Person.old_id != "")
    for person in session.exec(people.where(col(Person.citizen_id).is_not(None))):
        holders[person.old_id].append(entry(person))
    book = law.book_for(session, commune_id)
    return Known(labels(book, on) or None, trait_labels(book, on), holders)


def entry(person: Person) -> Entry:
    """The person as two lists are compared by it, wherever the person lives."""
    return Entry(person.full_name, person.birth_date, person.birth_precision, person.citizen_id, old_id=person.old_id)
