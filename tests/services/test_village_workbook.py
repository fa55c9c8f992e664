"""The request workbook: filled with whom the thôn knows, sent back untouched it changes nothing."""

from datetime import date

import pytest
from sqlmodel import Session, func, select

from adapters.workbooks import read_workbook, write_request_workbook
from models.lists import VillageList
from models.people import (
    FactKind,
    HouseholdStatus,
    HouseholdStatusKind,
    PayMethod,
    PayMethodKind,
    PersonFact,
    trait_fact,
)
from rules.village_sheet import read_village_sheet
from rules.workflow import Role
from services import list_reading, lists
from services.errors import Kind, Problem
from services.staff import SYSTEM
from services.village_workbook import village_request
from tests import factories
from tests.factories import NOW, TODAY, Office


def office_with_people(session: Session) -> tuple[Office, int]:
    office = factories.create_office(session, is_demo=True)
    village = office.villages[0]
    for place, (birth, precision) in enumerate([(date(1950, 1, 1), "year"), (date(1948, 7, 1), "month")]):
        person = factories.create_person(
            session, village, birth_date=birth, birth_precision=precision, phone="0912345678"
        )
        factories.save(
            session,
            HouseholdStatus(
                household_id=person.household_id,
                kind=list(HouseholdStatusKind)[place],
                valid_from=date(2026, 1, 5),
                decision_no="12/QĐ-UBND",
                source="test",
                recorded_at=NOW,
            ),
        )
        for kind, value in (
            (FactKind.GROUP, "CAO_TUOI"),
            (FactKind.RESIDENCE, "TAM_TRU"),
            (FactKind.DISABILITY, "DAC_BIET_NANG"),
            (FactKind.INCOME, {"kind": "LUONG_HUU", "monthly": None}),
            (
                FactKind.ALLOWANCE,
                {"kind": "trợ cấp tuổi già", "monthly": 500_000} if place else {"kind": "KHONG", "monthly": 0},
            ),
        ):
            factories.create_fact(session, person, kind, value)
        for code, so in (("CO_DON", True), ("MO_COI", False))[: 2 - place]:
            factories.create_fact(session, person, trait_fact(code), so)
        factories.create_pay_method(session, person, PayMethodKind.ACCOUNT if place else PayMethodKind.CASH)
    factories.create_person(session, village, died_on=TODAY)
    lists.STEP.work(session, office.cycle, [village.key], NOW)
    return office, session.exec(select(VillageList)).one().key


def test_sent_back_untouched_it_is_read_without_error_and_changes_nothing(session: Session) -> None:
    office, list_id = office_with_people(session)
    data = village_request(session, village_list_id=list_id, actor=SYSTEM, now=NOW)
    known = list_reading.known(session, office.commune.key, TODAY)
    reading = read_village_sheet(read_workbook(write_request_workbook(data)), on=TODAY, known=known)
    assert (len(reading.rows), reading.problems) == (2, ())
    assert {row.traits for row in reading.rows} == {(("CO_DON", True), ("MO_COI", False)), None}
    before = [
        session.exec(select(func.count()).select_from(table)).one()
        for table in (PersonFact, PayMethod, HouseholdStatus)
    ]
    lists.receive_file(
        session,
        village_list_id=list_id,
        file_name="mau.xlsx",
        sha256="a" * 64,
        size=1,
        reading=reading,
        actor=office.heads[0],
        now=NOW,
    )
    after = [
        session.exec(select(func.count()).select_from(table)).one()
        for table in (PersonFact, PayMethod, HouseholdStatus)
    ]
    assert after == before


def test_it_prints_no_account_number_and_says_that_data_is_for_demonstration(session: Session) -> None:
    _, list_id = office_with_people(session)
    data = village_request(session, village_list_id=list_id, actor=SYSTEM, now=NOW)
    numbers = [number for number in session.exec(select(PayMethod.account_no)) if number]
    assert numbers
    assert all(number not in str(data) for number in numbers)
    assert data.mark == "DỮ LIỆU TRÌNH DIỄN"
    assert sorted(person["birth_date"] for person in data.people) == ["07/1948", "1950"]


def test_the_head_of_another_village_gets_no_workbook(session: Session) -> None:
    office, list_id = office_with_people(session)
    for actor in (office.heads[1], office[Role.culture]):
        with pytest.raises(Problem) as refused:
            village_request(session, village_list_id=list_id, actor=actor, now=NOW)
        assert refused.value.kind is Kind.NOT_ALLOWED
