"""Another law is tried on the people there are: who comes in, who goes out, how much, and nothing is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, func, select

from models.cycles import Case
from models.people import FactKind, HouseholdStatusKind, Person, trait_fact
from models.places import Village
from rules.parameters import Reference
from rules.workflow import CaseStatus, Role, Step
from services import law, what_if
from services.errors import Kind, Problem
from services.law import NewValue
from tests import demo_values, factories
from tests.factories import Office

RAISED = NewValue(
    "NQ04.income.target", 1_600_000, date(2026, 9, 1), Reference("1/2026", "HĐND"), scope="area=NONG_THON"
)


@pytest.fixture
def office(sqlite_session: Session) -> Office:
    """Two thôn under the demonstration law: an elder of 66 in each, and one of 59 with an allowance in the second."""
    made = factories.create_office(sqlite_session, reach=Step.eligibility, is_demo=True)
    demo_values.adopt(sqlite_session, made)
    resident(sqlite_session, made, made.villages[0], date(1960, 3, 2))
    resident(sqlite_session, made, made.villages[1], date(1960, 5, 6))
    resident(sqlite_session, made, made.villages[1], date(1967, 5, 6), allowance=700_000)
    return made


def resident(session: Session, office: Office, village: Village, born: date, allowance: int = 0) -> Person:
    person = factories.create_person(session, village, birth_date=born)
    household = factories.create_household(session, village)
    person.household_id = household.key
    factories.create_status(session, household, HouseholdStatusKind.THOAT_NGHEO, valid_from=date(2025, 12, 10))
    factories.create_fact(session, person, FactKind.RESIDENCE, "THUONG_TRU")
    factories.create_fact(session, person, FactKind.INCOME, {"kind": "KHONG", "monthly": 0})
    if allowance:
        factories.create_fact(session, person, FactKind.ALLOWANCE, {"kind": "TGXH", "monthly": allowance})
    factories.create_case(session, office.cycle, person, status=CaseStatus.REVIEW)
    return person


def tried(session: Session, office: Office, **scenario: Any) -> list[what_if.Effect]:
    wanted = what_if.read_scenario({"name": "Thử", "from": "2026-08", "to": "2026-08"} | scenario)
    return what_if.run(session, commune_id=office.commune.key, scenario=wanted)


def test_the_same_law_changes_nothing(sqlite_session: Session, office: Office) -> None:
    first, second = tried(sqlite_session, office)
    assert (first.before, first.entering, first.leaving, first.money) == (first.after, 0, 0, 0)
    assert (first.before.people, first.before.income) == (1, 1_500_000)
    assert (second.before.people, second.before.income) == (2, 1_500_000 + 800_000)


def test_a_group_that_asks_for_a_further_fact_says_of_how_many_it_is_not_known(
    sqlite_session: Session, office: Office
) -> None:
    asked = [{"fact": "trait", "trait": "CO_DON", "is": True}]
    first, second = tried(sqlite_session, office, categories={"CAO_TUOI": {"all": asked}})
    assert (first.before.people, first.after.people, first.after.undecided) == (1, 0, 1)
    lonely = sqlite_session.exec(select(Person).where(Person.village_id == first.village_id)).one()
    factories.create_fact(sqlite_session, lonely, trait_fact("CO_DON"), value=True)
    first, second = tried(sqlite_session, office, categories={"CAO_TUOI": {"all": asked}})
    assert (first.after.people, first.after.undecided, second.after.undecided) == (1, 0, 1)


def test_a_higher_sum_from_a_day_costs_more_from_that_month_only(sqlite_session: Session, office: Office) -> None:
    effects = tried(
        sqlite_session,
        office,
        to="2026-10",
        parameters={"NQ04.income.target": {"value": 1_600_000, "from": date(2026, 9, 1)}},
    )
    money = [(effect.month.code, effect.village_id == office.villages[0].key, effect.money) for effect in effects]
    assert sorted(money) == sorted(
        [
            ("2026-08", True, 0),
            ("2026-08", False, 0),
            ("2026-09", True, 100_000),
            ("2026-09", False, 200_000),
            ("2026-10", True, 100_000),
            ("2026-10", False, 200_000),
        ]
    )
    assert what_if.total(effects)["income"] == 600_000


def test_a_higher_age_lets_people_go_in_their_thon(sqlite_session: Session, office: Office) -> None:
    first, second = tried(sqlite_session, office, parameters={"NQ04.age.elderly_from": 70})
    assert (first.entering, first.leaving, first.after.people) == (0, 1, 0)
    assert (second.entering, second.leaving, second.after.people) == (0, 1, 1)


def test_who_moves_is_named_with_what_they_have_and_would_have(sqlite_session: Session, office: Office) -> None:
    effects = what_if.of_proposal(sqlite_session, commune_id=office.commune.key, new=RAISED, months=2)
    moves = [move for effect in effects for move in effect.moves]
    assert {(move.kind, move.after - move.before) for move in moves} == {("đổi mức", 100_000)}
    assert len(moves) == 6
    names = what_if.names(sqlite_session, effects)
    assert names == {person.key: person.full_name for person in sqlite_session.exec(select(Person))}
    (one, _) = tried(sqlite_session, office, parameters={"NQ04.age.elderly_from": 70})
    assert [(move.kind, move.after) for move in one.moves] == [("ra", 0)]
    assert not [move for effect in tried(sqlite_session, office) for move in effect.moves]


@pytest.mark.parametrize("scope", ["area=NONG_THON", ""], ids=["of the area", "of all, which narrower ones outweigh"])
def test_what_a_proposal_would_do_is_what_it_does_once_confirmed(
    sqlite_session: Session, office: Office, scope: str
) -> None:
    new = replace(RAISED, scope=scope)
    told = what_if.of_proposal(sqlite_session, commune_id=office.commune.key, new=new, months=2)
    row = law.propose(
        sqlite_session, commune_id=office.commune.key, new=new, actor=office[Role.economy], now=factories.NOW
    )
    law.confirm(sqlite_session, revision_id=row.key, actor=office[Role.culture], now=factories.NOW)
    after = tried(sqlite_session, office, **{"from": "2026-09", "to": "2026-10"})
    assert [one.after for one in told] == [one.before for one in after]
    assert bool([one for one in told if one.money]) is bool(scope)


def test_a_group_that_compares_with_nothing_known_is_not_tried(sqlite_session: Session, office: Office) -> None:
    slip = {"TRE_EM": {"all": [{"fact": "age", "under": "NQ04.age.chid_under"}]}}
    with pytest.raises(Problem, match="scenario") as refused:
        tried(sqlite_session, office, categories=slip)
    assert "NQ04.age.chid_under" in refused.value.message


def test_a_proposal_of_the_wrong_kind_is_not_tried(sqlite_session: Session, office: Office) -> None:
    with pytest.raises(Problem, match="scenario") as refused:
        what_if.of_proposal(sqlite_session, commune_id=office.commune.key, new=replace(RAISED, value="nhiều"), months=2)
    assert refused.value.kind is Kind.INVALID


def test_groups_can_be_changed_dropped_and_added(sqlite_session: Session, office: Office) -> None:
    groups: dict[str, Any] = {
        "TGXH": {"overlap": "FLAT_ADDITION"},
        "CAO_TUOI": None,
        "MOI": {
            "label": "Nhóm mới",
            "basis": "Thử",
            "statuses": ["THOAT_NGHEO"],
            "all": [{"fact": "age", "at_least": "NQ04.age.elderly_from"}],
            "overlap": "EXCLUDE",
            "health": False,
        },
    }
    first, second = tried(sqlite_session, office, categories=groups)
    assert (first.after.people, first.after.income) == (1, 1_500_000)  # by the new group instead of the dropped one
    assert second.after.income == second.before.income + 700_000
    gone, _ = tried(sqlite_session, office, categories={"CAO_TUOI": None})
    assert (gone.leaving, gone.after.people) == (1, 0)


def test_an_unknown_value_leaves_people_undecided(sqlite_session: Session, office: Office) -> None:
    first, _ = tried(sqlite_session, office, parameters={"NQ04.residence.accepted": {"status": "UNKNOWN"}})
    assert (first.after.people, first.after.undecided, first.leaving) == (0, 1, 1)


def test_a_case_that_was_withdrawn_does_not_count(sqlite_session: Session, office: Office) -> None:
    for case in sqlite_session.exec(select(Case).where(Case.village_id == office.villages[0].key)):
        sqlite_session.delete(case)
        person = sqlite_session.get_one(Person, case.person_id)
        sqlite_session.flush()
        factories.create_case(sqlite_session, office.cycle, person, status=CaseStatus.WITHDRAWN)
    assert {effect.village_id for effect in tried(sqlite_session, office)} == {office.villages[1].key}


def test_nothing_is_written(sqlite_session: Session, office: Office) -> None:
    sqlite_session.flush()
    written: list[str] = []
    connection = sqlite_session.connection()

    def note(_c: Any, _k: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith("SELECT"):
            written.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    before = sqlite_session.exec(select(func.count()).select_from(Case)).one()
    tried(sqlite_session, office, parameters={"NQ04.age.elderly_from": 70})
    assert (written, sqlite_session.dirty, len(sqlite_session.new)) == ([], sqlite_session.dirty, 0)
    assert not sqlite_session.dirty
    assert sqlite_session.exec(select(func.count()).select_from(Case)).one() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"from": "2026-13"},
        {"to": "2026-07"},
        {"to": "2040-01"},
        {"spare": 1},
        {"parameters": {"NQ04.nothing": 1}},
        {"parameters": {"NQ04.income.target": {"value": 1, "form": 2}}},
        {"parameters": {"NQ04.categories": {"value": [{"code": "X"}]}}},
        {"categories": {"TGXH": {"overlap": "DOUBLE"}}},
        {"categories": {"KHUYET_TAT": {"all": [{"fact": "disability", "is": True}]}}},
        {"from": "2031-01", "to": "2031-02"},
        {"from": "2030-12", "to": "2031-01"},
    ],
    ids=range(11),
)
def test_a_scenario_that_does_not_fit_is_refused_in_one_sentence(
    sqlite_session: Session, office: Office, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Problem) as refused:
        tried(sqlite_session, office, **wrong)
    assert refused.value.kind is Kind.INVALID
    assert "Kịch bản" in refused.value.message
