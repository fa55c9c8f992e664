"""A page asks the database a fixed number of questions, however many people it tells of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from models.cycles import Case
from models.places import Village
from rules.workflow import Role, Step
from tests import factories
from tests.web.conftest import Browser, World
from tests.web.quarter import _elder as elder
from tests.web.quarter import begin, july

BUDGET = 30
"""Questions that any one page may ask, signing the visitor in included."""


@pytest.fixture
def reach() -> Step:
    return Step.eligibility


@dataclass
class Questions:
    """The statements of one page."""

    asked: list[str] = field(default_factory=list)


@contextmanager
def listening(world: World) -> Iterator[Questions]:
    """Count the statements while the block runs; opening and ending transactions is not asking."""
    heard = Questions()

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            heard.asked.append(statement)

    event.listen(world.engine, "before_cursor_execute", hear)
    yield heard
    event.remove(world.engine, "before_cursor_execute", hear)


def count(world: World, browser: Browser, path: str) -> int:
    """How many questions this page asks; the second look counts, when caches are warm."""
    browser.get(path)
    with listening(world) as heard:
        browser.get(path)
    return len(heard.asked)


def more_people(world: World, number: int) -> None:
    """That many more people of the commune, at every desk: listed, at the health station, under review."""
    with world.session() as session:
        for _ in range(number):
            _one_more(session, world)
        session.commit()


def _one_more(session: Session, world: World) -> Case:
    village = factories.create_village(session, world.here.commune)
    person = factories.create_person(session, village)
    case = factories.create_case(session, world.here.cycle, person)
    factories.create_health_case(session, case)
    factories.create_officer(session, world.here.commune, Role.village_head, village=village)
    return case


PAGES: list[tuple[Role, str]] = [
    (Role.economy, "/"),
    (Role.economy, "/lists"),
    (Role.economy, "/eligibility"),
    (Role.economy, "/cross-checks"),
    (Role.economy, "/feedback"),
    (Role.economy, "/payment"),
    (Role.economy, "/changes"),
    (Role.economy, "/insurance"),
    (Role.economy, "/documents"),
    (Role.economy, "/runs"),
    (Role.economy, "/law"),
    (Role.health_station, "/health"),
    (Role.culture, "/cross-checks"),
    (Role.chairman, "/approval"),
    (Role.village_head, "/"),
    (Role.village_head, "/lists"),
    (Role.front, "/posting"),
    (Role.admin, "/staff"),
    (Role.admin, "/villages"),
]


def test_a_page_asks_no_more_when_there_are_more_people(world: World) -> None:
    world.adopt_demo_law()
    browsers = {role: world.role(role) for role in {role for role, _ in PAGES}}
    more_people(world, 2)
    few = {(role, path): count(world, browsers[role], path) for role, path in PAGES}
    more_people(world, 20)
    many = {(role, path): count(world, browsers[role], path) for role, path in PAGES}
    assert {key: (few[key], many[key]) for key in many if many[key] > few[key]} == {}
    assert {key: number for key, number in many.items() if number > BUDGET} == {}


def test_pages_of_one_record_keep_the_budget(world: World) -> None:
    course = begin(world)
    with world.session() as session:
        village = session.get_one(Village, world.here.villages[0].key)
        for _ in range(BUDGET):  # so that one question per person breaks the budget by itself
            elder(world, session, village)
        session.commit()
    course.cross_check()
    course.review()
    list_id = course.decide()
    course.go_to(july(23))
    asked = {
        path: count(world, browser, path)
        for browser, path in (
            (course.economy, f"/eligibility/cases/{course.cases[0]}"),
            (course.chairman, f"/approval/{course.submission()}"),
            (course.economy, f"/payment/{list_id}"),
            (course.economy, "/payment/transfers/1"),
            (course.economy, "/changes/1"),
            (course.economy, "/insurance"),
            (course.economy, "/documents"),
        )
    }
    assert {path: number for path, number in asked.items() if number > BUDGET} == {}
