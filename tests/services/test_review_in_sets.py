"""The machine assesses a commune as one set: many people cost it no more questions than few, today and again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, func, select

from models.cycles import Case
from models.eligibility import Assessment
from rules.workflow import CaseStatus, Step
from services import eligibility
from tests import factories
from tests.factories import NOW, Office


@pytest.fixture
def office(session: Session) -> Office:
    return factories.create_office(session, reach=Step.eligibility)


def assessed(session: Session, office: Office) -> int:
    """The machine's part of the review; returns how many questions it asked."""
    asked: list[str] = []

    def hear(_c: Any, _k: Any, statement: str, *_rest: Any) -> None:
        asked.extend([statement] if statement.startswith("SELECT") else [])

    connection, numbers = session.connection(), eligibility.pending(session, office.cycle, NOW)
    event.listen(connection, "before_cursor_execute", hear)
    eligibility.work(session, office.cycle, numbers, NOW)
    event.remove(connection, "before_cursor_execute", hear)
    return len(asked)


def more_people(session: Session, office: Office, number: int) -> None:
    for _ in range(number):
        person = factories.create_person(session, office.villages[0])
        factories.create_case(session, office.cycle, person, status=CaseStatus.REVIEW)


def test_many_people_are_assessed_with_as_many_questions_as_few(session: Session, office: Office) -> None:
    more_people(session, office, 2)
    few = assessed(session, office)
    more_people(session, office, 12)
    assert assessed(session, office) == few
    assert session.exec(select(func.count()).select_from(Assessment)).one() == 14


def test_who_was_assessed_waits_no_more_and_a_second_round_keeps_the_answer(session: Session, office: Office) -> None:
    more_people(session, office, 3)
    assessed(session, office)
    assert eligibility.pending(session, office.cycle, NOW) == []
    for case in session.exec(select(Case)):
        assert case.needs_assessment is False
        case.needs_assessment = True
    session.flush()
    assessed(session, office)
    answers = session.exec(select(Assessment).order_by(col(Assessment.id))).all()
    assert [answer.current for answer in answers] == [True] * 3
