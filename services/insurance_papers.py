"""What the D03-TS of a batch says, as plain rows, and the wish to have it written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.cycles import Cycle
from models.documents import DocumentState
from models.insurance import InsuranceBatch, Registration
from models.people import Household, Person
from models.places import Commune, Village
from rules.months import Month
from services import cycles, documents, insurance_letters
from services.store import get

_SEX = {"NAM": "Nam", "NU": "Nữ"}


@dataclass(frozen=True)
class D03Person:
    """One person of the D03-TS. Dates and months as printed; ``amount`` in đồng for all ``months`` (1 to 12)."""

    full_name: str
    citizen_no: str
    birth_date: str
    sex: str
    address: str
    facility: str
    amount: int
    from_month: str
    months: int
    note: str


def d03_rows(session: Session, batch_id: int) -> list[D03Person]:
    """Everyone registered in the batch, thôn by thôn in Vietnamese name order (group "I. Tăng" of the form)."""
    batch = get(session, InsuranceBatch, batch_id, "hồ sơ D03-TS")
    commune = get(session, Commune, batch.commune_id, "đơn vị")
    query = (
        select(Registration, Person, Village, Household)
        .join(Person, col(Person.id) == Registration.person_id)
        .join(Village, col(Village.id) == Person.village_id)
        .join(Household, col(Household.id) == Person.household_id)
        .where(Registration.batch_id == batch_id)
        .order_by(col(Village.code), col(Person.sort_key), col(Person.id))
    )
    return [
        D03Person(
            full_name=person.full_name,
            citizen_no=person.citizen_id or "",
            birth_date=printed_birth(person.birth_date, person.birth_precision),
            sex=_SEX[person.sex],
            address=", ".join(filter(None, (household.address, village.name, commune.full_name, commune.province))),
            facility=person.facility,
            amount=registration.amount,
            from_month=str(Month.parse(registration.from_month)),
            months=registration.months,
            note=registration.reason,
        )
        for registration, person, village, household in session.exec(query)
    ]


def printed_birth(birth: date, precision: str) -> str:
    """A birth date as a form prints it: 02/03/1950, or only as much of it as is known: 03/1950, 1950."""
    return birth.strftime({"day": "%d/%m/%Y", "month": "%m/%Y"}.get(precision, "%Y"))


def want(session: Session, batch: InsuranceBatch, *, now: datetime) -> None:
    """Ask for the batch's D03-TS; where the newest one is already written, for a new version beside it."""
    if not batch.people:
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
    """People and đồng of the batch as its registrations stand."""
    query = select(Registration.amount).where(Registration.batch_id == batch.key)
    amounts = session.exec(query).all()
    batch.people, batch.total = len(amounts), sum(amounts)
    session.add(batch)
    session.flush()
