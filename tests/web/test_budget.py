"""A page asks the database a fixed number of questions, however many people it tells of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from models.cycles import Case
from models.eligibility import AssistanceFile, AssistanceRecord, CrossCheck
from models.feedback import Feedback
from models.lists import VillageList
from models.notices import Mail
from models.payment import PaymentList, Transfer
from models.places import Village
from models.runs import Run
from rules.workflow import Role, Step
from services import documents
from tests import factories
from tests.factories import NOW, TODAY
from tests.web.conftest import Browser, World
from tests.web.quarter import _elder as elder
from tests.web.quarter import begin, july
from web.pages import load_all
from web.registry import PAGES, Scope

load_all()
SCOPES = {Scope.VILLAGE, Scope.COMMUNE}

BUDGET = 35
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
    """That many more people of the commune, at every desk: listed, examined, reviewed, matched, paid, talked about."""
    with world.session() as session:
        month = session.exec(select(PaymentList)).first() or factories.save(
            session, PaymentList(commune_id=world.here.commune.key, month="2026-06", built_at=NOW, due_on=TODAY)
        )
        for _ in range(number):
            _one_more(session, world, month)
        session.commit()


def _one_more(session: Session, world: World, month: PaymentList) -> None:
    commune, economy = world.here.commune.key, world.here[Role.economy].person_id
    village = factories.create_village(session, world.here.commune)
    person = factories.create_person(session, village)
    case = factories.create_case(session, world.here.cycle, person)
    factories.create_health_case(session, case)
    factories.create_officer(session, world.here.commune, Role.village_head, village=village)
    place = {"commune_id": commune, "village_id": village.key}
    code = f"HT2606-{person.key:04d}"
    paid = {"list_id": month.key, "person_id": person.key, "end_to_end_id": code, "amount": 1, "channel": "CASH"}
    said = {"kind": "PHAN_ANH", "content": "x", "received_on": TODAY, "due_on": TODAY, "received_by": economy}
    ran = {"flow": "tick", "started_by": "test", "started_at": NOW, "beat_at": NOW}
    mail = {"template": "x", "context": {}, "role": "economy", "to_address": "x@example.test", "state": "FAILED"}
    session.add_all(
        [
            VillageList(cycle_id=world.here.cycle.key, requested_at=NOW, due_on=TODAY, **place),
            Transfer(payee={"full_name": "x"}, **paid, **place),
            Feedback(commune_id=commune, case_id=case.key, **said),
            Run(commune_id=commune, cycle_id=world.here.cycle.key, **ran),
            Mail(commune_id=commune, dedup_key=code, message_id=code, next_try_at=NOW, queued_at=NOW, **mail),
        ]
    )
    documents.want(session, commune_id=commune, kind="posting_notice", subject=code, title=code, file_name="f", now=NOW)
    _match(session, world, case, code)


def _match(session: Session, world: World, case: Case, code: str) -> None:
    commune, cycle = world.here.commune.key, world.here.cycle.key
    about = {"file_name": "x", "row_count": 1, "uploaded_by": world.here[Role.culture].person_id, "uploaded_at": NOW}
    file = factories.save(session, AssistanceFile(commune_id=commune, cycle_id=cycle, sha256=code, **about))
    named = {"full_name": "x", "name_key": "x", "kind": "x", "monthly_amount": 1, "row_number": 1}
    record = factories.save(session, AssistanceRecord(file_id=file.key, commune_id=commune, **named))
    session.add(CrossCheck(case_id=case.key, cycle_id=cycle, record_id=record.key, reason="x"))


NAMED = {"/law/groups": "?key=NQ04.categories", "/law/propose": "?key=OFFICE.payment_days"}
"""What a page must be asked with to show anything."""
ASKS: dict[tuple[Role, str], int] = {
    (Role.economy, "/"): 31,
    (Role.chairman, "/"): 16,
    (Role.village_head, "/"): 12,
    (Role.economy, "/lists"): 9,
    (Role.village_head, "/lists"): 9,
    (Role.health_station, "/health"): 8,
    (Role.economy, "/eligibility"): 16,
    (Role.culture, "/cross-checks"): 9,
    (Role.economy, "/feedback"): 10,
    (Role.chairman, "/approval"): 8,
    (Role.economy, "/payment"): 8,
    (Role.village_head, "/payment"): 8,
    (Role.economy, "/payment/open"): 14,
    (Role.economy, "/changes"): 12,
    (Role.insurance, "/insurance"): 14,
    (Role.economy, "/documents"): 8,
    (Role.village_head, "/documents"): 9,
    (Role.economy, "/register"): 9,
    (Role.economy, "/runs"): 20,
    (Role.economy, "/law"): 10,
    (Role.front, "/posting"): 9,
    (Role.admin, "/staff"): 8,
    (Role.admin, "/villages"): 7,
}
"""The most that each main page asks, whoever it tells of."""
LOOKERS = (Role.economy, Role.culture, Role.chairman, Role.health_station, Role.insurance, Role.front, Role.admin)


def plain_pages() -> list[tuple[Role, str]]:
    """Every page of the product without a number in its path, by one who has it; files to take out are not pages."""
    found = [page for page in PAGES if page.method == "GET" and "{" not in page.path and page.scope in SCOPES]
    return [
        (next(role for role in LOOKERS if role in page.roles), page.path + NAMED.get(page.path, ""))
        for page in found
        if not page.path.endswith("/export")
    ]


def test_a_page_asks_no_more_when_there_are_more_people(world: World) -> None:
    world.adopt_demo_law()
    pages = sorted({*ASKS, *plain_pages()})
    browsers = {role: world.role(role) for role in {role for role, _ in pages}}
    more_people(world, 2)
    few = {(role, path): count(world, browsers[role], path) for role, path in pages}
    more_people(world, 20)
    many = {(role, path): count(world, browsers[role], path) for role, path in pages}
    assert {key: (few[key], many[key]) for key in many if many[key] > few[key]} == {}
    assert {key: number for key, number in many.items() if number > ASKS.get(key, BUDGET)} == {}


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
