"""What a thôn's workbook is filled in with: the people already known there, as text under the list's own headings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlmodel import Session, col, or_, select

from models.people import FactKind, Household, HouseholdStatus, HouseholdStatusKind, Person, PersonFact

STATUS_WORDS = {
    HouseholdStatusKind.NGHEO: "Nghèo",
    HouseholdStatusKind.CAN_NGHEO: "Cận nghèo",
    HouseholdStatusKind.THOAT_NGHEO: "Thoát nghèo",
    HouseholdStatusKind.THOAT_CAN_NGHEO: "Thoát cận nghèo",
}
FACT_WORDS: dict[str, tuple[str, dict[str, str]]] = {
    FactKind.RESIDENCE: ("residence", {"THUONG_TRU": "Thường trú", "TAM_TRU": "Tạm trú"}),
    FactKind.DISABILITY: (
        "disability",
        {"KHONG": "Không", "NHE": "Nhẹ", "NANG": "Nặng", "DAC_BIET_NANG": "Đặc biệt nặng"},
    ),
}
BIRTH_FORMS = {"day": "%d/%m/%Y", "month": "%m/%Y", "year": "%Y"}


def known_people(session: Session, *, village_id: int, on: date) -> list[dict[str, str]]:
    """Living people of the thôn in Vietnamese name order, each as field of the village list → text.

    Account numbers and health papers are left blank: a blank cell changes nothing when the list comes back.
    """
    query = (
        select(Person, Household)
        .join(Household, col(Household.id) == Person.household_id)
        .where(Person.village_id == village_id, col(Person.died_on).is_(None), col(Person.left_on).is_(None))
        .order_by(col(Person.sort_key), col(Person.id))
    )
    found = session.exec(query).all()
    statuses = _statuses(session, {household.key for _, household in found}, on)
    facts = _facts(session, {person.key for person, _ in found}, on)
    return [
        _identity(person, household) | statuses.get(household.key, {}) | facts.get(person.key, {})
        for person, household in found
    ]


def _identity(person: Person, household: Household) -> dict[str, str]:
    return {
        "household_code": household.code,
        "head_name": household.head_name,
        "full_name": person.full_name,
        "birth_date": person.birth_date.strftime(BIRTH_FORMS[person.birth_precision]),
        "sex": "Nam" if person.sex == "NAM" else "Nữ",
        "citizen_id": person.citizen_id or "",
        "old_id": person.old_id,
        "relation": person.relation,
        "phone": person.phone,
        "facility": person.facility,
    }


def _statuses(session: Session, households: Iterable[int], on: date) -> dict[int, dict[str, str]]:
    """The newest status of each household that holds that day."""
    holds = or_(col(HouseholdStatus.valid_to).is_(None), col(HouseholdStatus.valid_to) >= on)
    query = select(HouseholdStatus).where(col(HouseholdStatus.household_id).in_(list(households)), holds)
    words: dict[int, dict[str, str]] = {}
    for row in session.exec(query.order_by(col(HouseholdStatus.id))):
        words[row.household_id] = {
            "household_status": STATUS_WORDS[HouseholdStatusKind(row.kind)],
            "status_decision_no": row.decision_no,
            "status_decision_date": f"{row.valid_from:%d/%m/%Y}" if row.valid_from else "",
        }
    return words


def _facts(session: Session, people: Iterable[int], on: date) -> dict[int, dict[str, str]]:
    holds = or_(col(PersonFact.valid_to).is_(None), col(PersonFact.valid_to) >= on)
    query = (
        select(PersonFact)
        .where(col(PersonFact.person_id).in_(list(people)), col(PersonFact.kind).in_(FACT_WORDS), holds)
        .where(col(PersonFact.replaced_by).is_(None))
        .order_by(col(PersonFact.valid_from), col(PersonFact.id))
    )
    words: dict[int, dict[str, str]] = {}
    for fact in session.exec(query):
        name, texts = FACT_WORDS[fact.kind]
        words.setdefault(fact.person_id, {})[name] = _text(texts, fact.value)
    return words


def _text(texts: dict[str, str], value: Any) -> str:
    return texts.get(str(value), "")
