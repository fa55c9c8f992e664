"""Until when an opinion or a complaint has its answer: by the day it came in and by what the office confirmed."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import Session

from models.feedback import Feedback
from rules.parameters import LawGap, Reference
from rules.workflow import Role
from services import feedback, law
from services.feedback import FeedbackKind
from services.law import NewValue
from tests import factories
from tests.factories import NOW, TODAY, Office

RULE = Reference("12/2026/QĐ-UBND", "UBND đặc khu thử")


@pytest.fixture
def office(session: Session) -> Office:
    return factories.create_office(session)


def received(session: Session, office: Office, kind: FeedbackKind, on: date = TODAY) -> Feedback:
    return feedback.receive(
        session,
        commune_id=office.commune.key,
        case_id=None,
        kind=kind,
        content="Ý kiến thử",
        sender="",
        received_on=on,
        actor=office[Role.economy],
        now=NOW,
    )


def test_a_complaint_counts_calendar_days_and_an_opinion_working_days(session: Session, office: Office) -> None:
    # Monday 06/07/2026: thirty days, and ten working days
    assert received(session, office, FeedbackKind.KHIEU_NAI).due_on == date(2026, 8, 5)
    assert received(session, office, FeedbackKind.PHAN_ANH).due_on == date(2026, 7, 20)


def test_a_holiday_is_no_working_day_of_a_deadline(session: Session, office: Office) -> None:
    # Friday 24/04/2026: the Hùng kings' day is made up for on Monday 27/04, then come 30/04 and 01/05
    assert received(session, office, FeedbackKind.PHAN_ANH, date(2026, 4, 24)).due_on == date(2026, 5, 13)


def test_a_remote_commune_has_the_longer_time_of_the_law(session: Session, office: Office) -> None:
    new = NewValue("KN.is_remote", "CO", date(2026, 1, 1), RULE)
    row = law.propose(session, commune_id=office.commune.key, new=new, actor=office[Role.economy], now=NOW)
    assert received(session, office, FeedbackKind.KHIEU_NAI).due_on == date(2026, 8, 5)
    law.confirm(session, revision_id=row.key, actor=office[Role.culture], now=NOW)
    assert received(session, office, FeedbackKind.KHIEU_NAI).due_on == date(2026, 8, 20)


def test_a_day_that_the_law_does_not_cover_has_no_deadline_that_was_guessed(session: Session, office: Office) -> None:
    with pytest.raises(LawGap, match=r"OFFICE\.feedback_days"):
        received(session, office, FeedbackKind.PHAN_ANH, date(2025, 12, 31))
