"""The number makes a decision stand only under a hand that may sign it that day, and only once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from sqlmodel import Session, select

from models.approval import Decision
from models.documents import Document
from models.staff import Mandate
from rules.workflow import Role, Step
from services import demo_law, issuing
from services.errors import Kind, Problem
from tests import factories
from tests.factories import Office
from tests.services.test_approval import JULY_21, an_elder, decided, import_assistance, issue, run_machine

DEMO_LAW = Path(__file__).parents[2] / "demo" / "law.yaml"


@pytest.fixture
def office(session: Session) -> Office:
    """A demonstration commune with one elder to support."""
    made = factories.create_office(session, reach=Step.eligibility, is_demo=True)
    made.officers[Role.chairman] = factories.create_officer(session, made.commune, Role.chairman, post="Phó Chủ tịch")
    content = yaml.safe_load(DEMO_LAW.read_text("utf-8"))
    demo_law.adopt(
        session,
        commune_id=made.commune.key,
        content=content,
        proposer=made[Role.economy],
        confirmer=made[Role.culture],
        now=factories.NOW,
    )
    an_elder(session, made)
    import_assistance(session, made)
    run_machine(session, made)
    return made


def mandate_of(session: Session, office: Office) -> Mandate:
    return office[Role.chairman].mandate(Role.chairman, office.commune.key)


def nothing_was_issued(session: Session) -> bool:
    kinds = set(session.exec(select(Document.kind)).all())
    return session.exec(select(Decision)).first() is None and "decision" not in kinds


def test_a_mandate_that_ended_before_the_day_of_issue_signs_nothing(session: Session, office: Office) -> None:
    submission = decided(session, office)
    mandate = mandate_of(session, office)
    mandate.valid_to = date(2026, 7, 20)
    session.add(mandate)
    session.flush()
    with pytest.raises(Problem, match="mandate") as refused:
        issue(session, office, submission)
    assert refused.value.kind is Kind.NOT_ALLOWED
    assert nothing_was_issued(session)


def test_a_post_that_signs_only_by_order_does_not_sign_for_the_committee(session: Session, office: Office) -> None:
    mandate = mandate_of(session, office)
    mandate.post = "Chánh Văn phòng"
    session.add(mandate)
    submission = decided(session, office)
    with pytest.raises(Problem, match="authority") as refused:
        issue(session, office, submission)
    assert refused.value.kind is Kind.NOT_ALLOWED
    assert nothing_was_issued(session)


def test_a_decision_is_issued_once(session: Session, office: Office) -> None:
    submission = decided(session, office)
    issue(session, office, submission)
    with pytest.raises(Problem, match="submission_state"):
        issuing.issue(
            session,
            submission_id=submission.key,
            number=36,
            symbol="QĐ-UBND",
            issued_on=JULY_21.date(),
            actor=office[Role.economy],
            now=JULY_21,
        )
    assert len(session.exec(select(Decision)).all()) == 1
