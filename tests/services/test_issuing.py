"""The number makes a decision stand only under a hand that may sign it that day, and only once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models.approval import Decision, SubmissionLine
from models.documents import Document, RegisterEntry
from models.insurance import Registration
from models.ledger import AuditEntry
from models.payment import EntitlementLine, Grant
from models.staff import Mandate
from rules.workflow import ROLE_LABELS, Role, StopReason
from services import changes, insurance, issuing, ledger, paper_heads, payment, places
from services.errors import Kind, Problem
from services.register_entry import SignedFile
from tests import factories
from tests.factories import Office
from tests.services import test_register as register_tests
from tests.services.test_approval import (
    JULY_21,
    an_elder,
    decided,
    demo_office,
    import_assistance,
    issue,
    issue_at,
    run_machine,
)


@pytest.fixture
def office(session: Session) -> Office:
    """A demonstration commune with one elder to support."""
    made = demo_office(session)
    made.officers[Role.chairman] = factories.create_officer(session, made.commune, Role.chairman, post="Phó Chủ tịch")
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
        issue(session, office, submission, number=36)
    assert len(session.exec(select(Decision)).all()) == 1


def test_a_decision_that_pays_from_another_month_than_was_printed_must_be_meant(
    session: Session, office: Office
) -> None:
    submission = decided(session, office)
    august = JULY_21 + timedelta(days=14)
    late = {"issued_on": august.date(), "now": august}
    with pytest.raises(Problem, match="other_month") as refused:
        issue_at(session, office, submission.key, **late)
    assert "ghi hưởng từ tháng 07/2026" in refused.value.message
    assert "hưởng từ tháng 08/2026" in refused.value.message
    assert nothing_was_issued(session)
    decision = issue_at(session, office, submission.key, **late, other_month_seen=True)
    assert decision.issued_on == august.date()
    assert ledger.verify(session, office.commune.key) is None


def test_the_paper_to_sign_is_printed_again_for_the_month_of_issue_and_only_then(
    session: Session, office: Office
) -> None:
    submission = decided(session, office)
    with pytest.raises(Problem, match="printed"):
        issuing.print_again(session, submission_id=submission.key, actor=office[Role.economy], now=JULY_21)
    august = JULY_21 + timedelta(days=14)
    with pytest.raises(Problem, match="role"):
        issuing.print_again(session, submission_id=submission.key, actor=office[Role.culture], now=august)
    issuing.print_again(session, submission_id=submission.key, actor=office[Role.economy], now=august)
    drafts = session.exec(select(Document).where(Document.kind == "decision_draft")).all()
    printed = {draft.version: draft for draft in drafts}
    assert printed[2].data["rows"][0]["from_month"] == "07/2026"
    assert printed[3].data["rows"][0]["from_month"] == "08/2026"
    assert printed[3].file_name.endswith("-de-ky-2.docx")
    issue_at(session, office, submission.key, issued_on=august.date(), now=august)
    assert not nothing_was_issued(session)


def test_the_signed_file_may_come_after_the_number_once_and_changes_nothing_else(
    session: Session, office: Office
) -> None:
    submission = decided(session, office)
    attach: dict[str, Any] = {
        "submission_id": submission.key,
        "signed_file": SignedFile("ab" * 32, 2),
        "now": JULY_21,
    }
    with pytest.raises(Problem, match="submission_state"):
        issuing.attach_signed(session, actor=office[Role.economy], **attach)
    before = issue(session, office, submission)
    stated = (before.number, before.symbol, before.issued_on, before.recorded_by)
    with pytest.raises(Problem, match="role"):
        issuing.attach_signed(session, actor=office[Role.culture], **attach)
    after = issuing.attach_signed(session, actor=office[Role.economy], **attach)
    assert (after.number, after.symbol, after.issued_on, after.recorded_by) == stated
    entry = session.exec(select(RegisterEntry)).one()
    assert (after.signed_file_sha256, entry.signed_file_sha256) == ("ab" * 32, "ab" * 32)
    with pytest.raises(Problem, match="signed_file"):
        issuing.attach_signed(session, actor=office[Role.economy], **attach)
    written = session.exec(select(AuditEntry).where(AuditEntry.action == "attach_signed")).one()
    assert (written.data["signed_file"], written.data["signed_differences"]) == ("ab" * 32, 2)
    assert ledger.verify(session, office.commune.key) is None


def test_a_number_that_another_paper_has_is_said_and_can_be_meant(session: Session, office: Office) -> None:
    other = register_tests.a_paper(session, office, body=paper_heads.body_of(office.commune))
    register_tests.enter(session, office, other, 35, symbol="QĐ-UBND")
    submission = decided(session, office)
    with pytest.raises(Problem, match="duplicate_number") as refused:
        issue(session, office, submission)
    assert "văn bản khác" in refused.value.message
    assert nothing_was_issued(session)
    assert issue(session, office, submission, even_if_taken=True).number == 35
    done = session.exec(select(AuditEntry).where(AuditEntry.action == "issue")).one().data
    assert done["same_number_before"] == 1
    assert len(session.exec(select(RegisterEntry).where(RegisterEntry.code_number == 35)).all()) == 2


def test_the_register_has_of_a_decision_what_it_has_of_any_paper(session: Session, office: Office) -> None:
    """Hồ sơ, số trang, số bản, mức độ khẩn, hạn trả lời: asked for when its number is entered, and kept."""
    admin = factories.create_officer(session, office.commune, Role.admin)
    for role, code in {Role.front: "000.05.11.H24", Role.insurance: "000.06.11.H24"}.items():
        named = places.OfficeForm(ROLE_LABELS[role], organ_code=code)
        places.name_department(session, commune_id=office.commune.key, role=role, named=named, actor=admin, now=JULY_21)
    submission = decided(session, office)
    with pytest.raises(Problem, match="number"):
        issue(session, office, submission, issued_amount=0)
    asked: dict[str, Any] = {"file_notation": "07/HTTN", "page_amount": 4, "issued_amount": 12, "priority": 1}
    issue(session, office, submission, **asked, due_on=date(2026, 8, 1), description="Gửi kèm danh sách")
    entry = session.exec(select(RegisterEntry)).one()
    assert {name: getattr(entry, name) for name in asked} == asked
    assert (entry.due_on, entry.description) == (date(2026, 8, 1), "Gửi kèm danh sách")
    codes = dict(zip(entry.recipients, entry.recipient_codes, strict=True))
    assert codes["Ủy ban MTTQ"] == "000.05.11.H24"
    assert codes["BHXH cơ sở"] == "000.06.11.H24"
    assert not codes["Trưởng các thôn"]


@pytest.mark.parametrize("reason", [StopReason.MOVED_AWAY, StopReason.DEATH])
def test_who_left_after_the_list_was_frozen_is_neither_paid_nor_sent_to_bhxh(
    session: Session, office: Office, reason: StopReason
) -> None:
    """The chairman's paper still names the person; nothing before it was built, so nothing has to be recovered."""
    submission = decided(session, office)
    person = session.exec(select(SubmissionLine)).one().person_id
    changes.record_event(
        session,
        person_id=person,
        reason=reason,
        happened_on=date(2026, 6, 20),
        note="",
        actor=office[Role.economy],
        now=JULY_21 - timedelta(minutes=5),
    )
    issue(session, office, submission)
    grants = session.exec(select(Grant)).all()
    assert {grant.benefit for grant in grants} == {"INCOME", "BHYT"}
    assert {(grant.from_month, grant.to_month, grant.stop_reason) for grant in grants} == {
        ("2026-07", "2026-06", reason)
    }
    for step in (insurance.STEP, payment.STEP):  # the cards first: they must not wait for a payment list to know it
        step.work(session, office.cycle, step.pending(session, office.cycle, JULY_21), JULY_21)
    assert session.exec(select(Registration)).all() == []
    assert session.exec(select(EntitlementLine)).all() == []
    assert ledger.verify(session, office.commune.key) is None
