"""What the D03-TS of a batch says, as plain rows, and the wish to have it written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, func, select

from models.cycles import Cycle
from models.documents import DocumentState
from models.insurance import CardDecrease, InsuranceBatch, Registration
from models.people import Household, Person
from models.places import Commune, Village
from rules.months import Month
from rules.papers.d03ts import D03Person
from services import cycles, documents, insurance_letters
from services.store import get

_SEX = {"NAM": "Nam", "NU": "Nữ"}


def d03_rows(session: Session, batch_id: int) -> list[D03Person]:
    """Everyone registered in the batch, thôn by thôn in Vietnamese name order (group "I. Tăng" of the form)."""
    return [
        _person(commune, person, village, household, row, note=row.reason)
        for commune, row, person, village, household in _found(session, batch_id, Registration)
    ]


def d03_decreases(session: Session, batch_id: int) -> list[D03Person]:
    """Everyone who is taken off with the batch, in the same order (group "II. Giảm"): months and đồng given back."""
    return [
        _person(commune, person, village, household, row, note=f"{row.reason}, thôi từ {Month.parse(row.from_month)}")
        for commune, row, person, village, household in _found(session, batch_id, CardDecrease)
    ]


def _found(session: Session, batch_id: int, model: Any) -> Iterator[tuple[Commune, Any, Person, Village, Household]]:
    batch = get(session, InsuranceBatch, batch_id, "hồ sơ D03-TS")
    commune = get(session, Commune, batch.commune_id, "đơn vị")
    query = (
        select(model, Person, Village, Household)
        .join(Person, col(Person.id) == model.person_id)
        .join(Village, col(Village.id) == Person.village_id)
        .join(Household, col(Household.id) == Person.household_id)
        .where(model.batch_id == batch_id)
        .order_by(col(Village.code), col(Person.sort_key), col(Person.id))
    )
    for row, person, village, household in session.exec(query):
        yield commune, row, person, village, household


def _person(
    commune: Commune, person: Person, village: Village, household: Household, row: Any, *, note: str
) -> D03Person:
    return D03Person(
        full_name=person.full_name,
        citizen_no=person.citizen_id or "",
        birth_date=printed_birth(person.birth_date, person.birth_precision),
        sex=_SEX[person.sex],
        address=", ".join(filter(None, (household.address, village.name, commune.full_name, commune.province))),
        facility=person.facility,
        amount=row.amount,
        from_month=str(Month.parse(row.from_month)),
        months=row.months,
        note=note,
    )


def printed_birth(birth: date, precision: str) -> str:
    """A birth date as a form prints it: 02/03/1950, or only as much of it as is known: 03/1950, 1950."""
    return birth.strftime({"day": "%d/%m/%Y", "month": "%m/%Y"}.get(precision, "%Y"))


def want(session: Session, batch: InsuranceBatch, *, now: datetime) -> None:
    """Ask for the batch's D03-TS; where the newest one is already written, for a new version beside it."""
    if not batch.people + batch.decreases:
        return
    subject = f"insurance_batch:{batch.key}"
    newest = documents.find(session, kind="d03ts", subject=subject)
    version = newest.version + (newest.state != DocumentState.WANTED) if newest else 1
    cycle = get(session, Cycle, batch.cycle_id, "kỳ xét")
    again = f"-lan-{version}" if version > 1 else ""
    file_name = f"D03-TS-{cycle.year}-Q{cycle.quarter}-{batch.number}{again}.xlsx"
    documents.want(
        session,
        commune_id=batch.commune_id,
        cycle_id=batch.cycle_id,
        kind="d03ts",
        subject=subject,
        title=f"Mẫu D03-TS số {batch.number}, {cycles.label(cycle)}",
        file_name=file_name,
        now=now,
        version=version,
    )
    insurance_letters.want(session, batch, file_name=file_name, version=version, now=now)


def recount(session: Session, batch: InsuranceBatch) -> None:
    """People and đồng of the batch as its registrations stand, and how many leave with it."""
    query = select(Registration.amount).where(Registration.batch_id == batch.key)
    amounts = session.exec(query).all()
    batch.people, batch.total = len(amounts), sum(amounts)
    leaving = select(func.count()).where(CardDecrease.batch_id == batch.key)
    batch.decreases = session.exec(leaving).one()
    session.add(batch)
    session.flush()
