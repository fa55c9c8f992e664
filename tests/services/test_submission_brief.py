"""What the chairman reads of the money before deciding: the year's estimate, with BHYT and until December."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import Session

from rules.amounts import contribution_of
from rules.workflow import Role
from services import budget, law, submission_brief
from services.submission_view import submission_view
from tests import factories
from tests.factories import Office
from tests.services.test_approval import (
    JULY_9,
    JULY_18,
    an_elder,
    demo_office,
    import_assistance,
    review_to_submission,
    run_machine,
)

INCOME = 6 * 1_500_000
"""One elder from July to December."""


@pytest.fixture
def office(session: Session) -> Office:
    made = demo_office(session)
    made.officers[Role.chairman] = factories.create_officer(session, made.commune, Role.chairman, post="Phó Chủ tịch")
    an_elder(session, made)
    import_assistance(session, made)
    run_machine(session, made)
    return made


def allocate(session: Session, office: Office, amount: int) -> None:
    budget.allocate(
        session,
        commune_id=office.commune.key,
        year=2026,
        amount=amount,
        reference="QĐ 01/QĐ-UBND",
        decided_on=date(2026, 1, 5),
        note="",
        actor=office[Role.economy],
        now=JULY_9,
    )


def money(session: Session, office: Office) -> submission_brief.Check:
    submission = review_to_submission(session, office)
    view = submission_view(session, submission_id=submission.key, actor=office[Role.chairman])
    return submission_brief.brief(session, view=view, now=JULY_18).checks[-1]


def bhyt(session: Session, office: Office) -> int:
    book = law.book_for(session, office.commune.key)
    return 6 * contribution_of(book, JULY_18.date(), 100)


def test_an_estimate_for_income_and_bhyt_until_december_is_enough(session: Session, office: Office) -> None:
    allocate(session, office, INCOME + bhyt(session, office))
    found = money(session, office)
    assert (found.label, found.holds, found.words) == (
        "Kinh phí năm 2026", True, "dự toán đủ đến tháng 12, kể cả đóng BHYT",
    )  # fmt: skip


def test_an_estimate_for_income_alone_is_not(session: Session, office: Office) -> None:
    assert bhyt(session, office) > 0
    allocate(session, office, INCOME)
    found = money(session, office)
    assert not found.holds
    short = f"{bhyt(session, office):,}".replace(",", ".")
    assert found.words == f"Dự toán năm 2026 không đủ chi từ tháng 12/2026; đến hết tháng 12 còn thiếu {short} đồng."


def test_without_an_estimate_it_is_said(session: Session, office: Office) -> None:
    found = money(session, office)
    assert not found.holds
    assert "Chưa nhập dự toán" in found.words
