"""Further facts of a person, from the thôn's column and the officer's dossier to the answer of the law."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlmodel import Session, select

from models.cycles import Case
from models.ledger import Involvement
from models.people import FactKind, HouseholdStatusKind, PersonFact, trait_fact
from rules.parameters import Reference
from rules.traits import TRAITS_KEY
from rules.workflow import CaseStatus, Outcome, Role, Step
from services import eligibility, facts, law, law_exchange, law_proposals, list_reading, person_traits
from services.case_timeline import timeline
from services.errors import Kind, Problem
from services.law import NewValue
from tests import demo_values, factories
from tests.factories import NOW, TODAY, Office

LONELY = {
    "code": "CO_DON", "label": "Người cô đơn", "basis": "Điều thử", "statuses": ["CAN_NGHEO"],
    "all": [{"fact": "trait", "trait": "CO_DON", "is": True}], "overlap": "EXCLUDE", "health": False,
}  # fmt: skip
DAY = timedelta(days=1)


@pytest.fixture
def office(session: Session) -> Office:
    """A demonstration commune whose two officers confirmed a group of the lonely."""
    made = factories.create_office(session, reach=Step.eligibility, is_demo=True)
    demo_values.adopt(session, made)
    new = NewValue("NQ04.categories", [LONELY], date(2026, 1, 1), Reference("9/2026/NQ-HĐND", "HĐND thử", "Điều 2"))
    row = law.propose(session, commune_id=made.commune.key, new=new, actor=made[Role.economy], now=NOW)
    law.confirm(session, revision_id=row.key, actor=made[Role.culture], now=NOW)
    return made


@pytest.fixture
def case(session: Session, office: Office) -> Case:
    person = factories.create_person(session, office.villages[0])
    household = factories.create_household(session, office.villages[0])
    person.household_id = household.key
    factories.create_status(session, household, HouseholdStatusKind.CAN_NGHEO)
    factories.create_fact(session, person, FactKind.RESIDENCE, "THUONG_TRU")
    factories.create_fact(session, person, FactKind.INCOME, {"kind": "KHONG", "monthly": 0})
    return factories.create_case(session, office.cycle, person, status=CaseStatus.REVIEW, needs_assessment=True)


def record(session: Session, office: Office, case: Case, so: bool, since: date, code: str = "CO_DON") -> bool:
    return person_traits.record(
        session, case_id=case.key, code=code, so=so, since=since, actor=office[Role.economy], now=NOW
    )


def answer(session: Session, office: Office, case: Case) -> tuple[str, Any]:
    eligibility.work(session, office.cycle, eligibility.pending(session, office.cycle, NOW), NOW)
    found = eligibility.current(session, case.key)
    assert found is not None
    return found.outcome, found.missing


def stated(session: Session, case: Case, on: date) -> bool | None:
    book = law.book_for(session, case.commune_id)
    return dict(facts.gather(session, [case], on, book)[case.key].traits).get("CO_DON")


def test_the_law_waits_for_the_fact_and_decides_once_an_officer_wrote_it_down(
    session: Session, office: Office, case: Case
) -> None:
    assert answer(session, office, case) == (Outcome.CANNOT_DECIDE, ["fact:trait:CO_DON"])
    assert record(session, office, case, so=True, since=date(2026, 3, 1))
    assert session.get_one(Case, case.key).needs_assessment
    assert answer(session, office, case) == (Outcome.ELIGIBLE, [])
    assert record(session, office, case, so=False, since=TODAY)
    assert answer(session, office, case)[0] == Outcome.NOT_ELIGIBLE
    assert [event.text for event in timeline(session, case)].count("Ghi hoàn cảnh") == 2
    known = person_traits.known(session, case, TODAY)
    assert (known["CO_DON"].so, known["CO_DON"].since, known["MO_COI"].so) == (False, TODAY, None)


def test_said_twice_it_is_said_once(session: Session, office: Office, case: Case) -> None:
    assert record(session, office, case, so=True, since=date(2026, 3, 1))
    assert not record(session, office, case, so=True, since=date(2026, 3, 1))
    assert len(session.exec(select(PersonFact).where(PersonFact.kind == trait_fact("CO_DON"))).all()) == 1


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_whatever_order_it_became_known_each_day_has_the_word_said_of_it(
    session: Session, office: Office, case: Case, order: tuple[int, ...]
) -> None:
    """Three days from which something else is so; a later correction of one day replaces what was said of that day."""
    said = [(date(2026, 2, 1), True), (date(2026, 4, 1), False), (date(2026, 6, 1), True)]
    record(session, office, case, so=False, since=date(2026, 2, 1))
    for place in order:
        record(session, office, case, so=said[place][1], since=said[place][0])
    assert stated(session, case, date(2026, 1, 31)) is None
    for since, so in said:
        assert stated(session, case, since) is so
    assert [stated(session, case, since - DAY) for since, _ in said[1:]] == [True, False]


@pytest.mark.parametrize(
    ("change", "kind", "field"),
    [
        ({"code": "KHONG_CO"}, Kind.INVALID, "trait"),
        ({"since": TODAY + DAY}, Kind.INVALID, "since"),
        ({"role": Role.culture}, Kind.NOT_ALLOWED, ""),
        ({"status": CaseStatus.SUBMITTED}, Kind.CONFLICT, ""),
    ],
)
def test_what_may_not_be_written_is_refused_and_writes_nothing(
    session: Session, office: Office, case: Case, change: dict[str, Any], kind: Kind, field: str
) -> None:
    case.status = change.get("status", case.status)
    session.add(case)
    session.flush()
    with pytest.raises(Problem) as refused:
        person_traits.record(
            session,
            case_id=case.key,
            code=change.get("code", "CO_DON"),
            so=True,
            since=change.get("since", TODAY),
            actor=office[change.get("role", Role.economy)],
            now=NOW,
        )
    assert (refused.value.kind, refused.value.field) == (kind, field)
    assert not session.exec(select(PersonFact).where(PersonFact.kind == trait_fact("CO_DON"))).all()


def test_who_wrote_it_down_has_a_hand_in_the_list(session: Session, office: Office, case: Case) -> None:
    """And so cannot decide it."""
    record(session, office, case, so=True, since=TODAY)
    acts = session.exec(select(Involvement.action).where(Involvement.cycle_id == office.cycle.key)).all()
    assert "record_trait" in acts


def test_the_list_and_the_group_that_asks_go_to_another_commune_as_proposals(session: Session, office: Office) -> None:
    value = [{"code": "MANG_THAI", "label": "Phụ nữ đang mang thai"}]
    new = NewValue(TRAITS_KEY, value, date(2026, 1, 1), Reference("9/2026/NQ-HĐND", "HĐND thử", "Điều 2"))
    row = law.propose(session, commune_id=office.commune.key, new=new, actor=office[Role.economy], now=NOW)
    law.confirm(session, revision_id=row.key, actor=office[Role.culture], now=NOW)
    text = law_exchange.export(session, commune_id=office.commune.key, actor=office[Role.economy], now=NOW)
    other = factories.create_office(session, is_demo=True)
    law_exchange.bring_in(session, commune_id=other.commune.key, text=text, actor=other[Role.economy], now=NOW)
    taken = [(one.param_key, one.value) for one in law_proposals.waiting(session, other.commune.key)]
    assert (TRAITS_KEY, value) in taken
    assert ("NQ04.categories", [LONELY]) in taken


def test_the_reader_of_lists_knows_what_the_law_lists(session: Session, office: Office) -> None:
    known = list_reading.known(session, office.commune.key, TODAY).traits
    assert known == {"CO_DON": "Cô đơn, không nơi nương tựa", "MO_COI": "Trẻ em mồ côi"}
