"""Review and approval: the law's answer with its trace, two people, a frozen list, grants only by decision."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from models.approval import Decision, Submission
from models.base import ZONE
from models.cycles import Case
from models.eligibility import Assessment, CrossCheck
from models.notices import Mail
from models.payment import Benefit, Grant
from models.people import FactKind, Household, HouseholdStatus, HouseholdStatusKind, Person
from models.staff import Account
from rules.assistance_sheet import AssistanceRow
from rules.parameters import LawStatus, Reference
from rules.workflow import CaseStatus, CrossCheckOutcome, ProposalResult, Role, Step, SubmissionState
from services import approval, cases, cross_checks, eligibility, issuing, law, ledger, review, submissions
from services.approval import Ruling
from services.errors import Kind, Problem
from services.feedback import FeedbackKind, answer, receive
from services.register_entry import Numbered
from services.staff import SYSTEM, Actor
from services.traces import findings_of
from tests import demo_values, factories
from tests.factories import Office

JULY_9 = datetime(2026, 7, 9, 9, 0, tzinfo=ZONE)
JULY_14 = datetime(2026, 7, 14, 9, 0, tzinfo=ZONE)
JULY_18 = datetime(2026, 7, 18, 9, 0, tzinfo=ZONE)
JULY_21 = datetime(2026, 7, 21, 9, 0, tzinfo=ZONE)


@pytest.fixture
def office(session: Session) -> Office:
    """A demonstration commune at the review."""
    return demo_office(session)


def demo_office(session: Session) -> Office:
    """A demonstration commune whose cycle stands at the review and whose law two officers confirmed."""
    made = factories.create_office(session, reach=Step.eligibility, is_demo=True)
    demo_values.adopt(session, made)
    return made


def an_elder(session: Session, office: Office, **values: Any) -> Case:
    """Somebody aged 66 of a household that escaped poverty in 2025, without stable income."""
    person = factories.create_person(session, office.villages[0], **({"birth_date": date(1960, 3, 2)} | values))
    household = session.get(Household, person.household_id)
    assert household is not None
    factories.create_status(session, household, HouseholdStatusKind.THOAT_NGHEO, valid_from=date(2025, 1, 10))
    factories.create_fact(session, person, FactKind.RESIDENCE, "THUONG_TRU")
    factories.create_fact(session, person, FactKind.INCOME, {"kind": "KHONG", "monthly": 0})
    return factories.create_case(session, office.cycle, person, status=CaseStatus.REVIEW)


def assistance_row(person: Person, amount: int = 700_000, **values: Any) -> AssistanceRow:
    """That person as Phòng VH-XH's payment list names them."""
    row: dict[str, Any] = {
        "row_number": 7,
        "full_name": person.full_name,
        "birth_date": person.birth_date,
        "birth_precision": "day",
        "citizen_id": person.citizen_id,
        "village_name": "",
        "kind": "Trợ cấp xã hội",
        "monthly_amount": amount,
    }
    return AssistanceRow(**(row | values))


def import_assistance(session: Session, office: Office, *rows: AssistanceRow, sha256: str = "a" * 64) -> None:
    """Phòng VH-XH hands over its list; somebody else's row keeps it from being empty."""
    other = AssistanceRow(99, "Người Khác Hẳn", date(1940, 1, 1), "day", None, "", "Trợ cấp", 700_000)
    cross_checks.import_list(
        session,
        cycle_id=office.cycle.key,
        file_name="ds.xlsx",
        sha256=sha256,
        rows=(*rows, other),
        actor=office[Role.culture],
        now=JULY_9,
    )


def run_machine(session: Session, office: Office, now: datetime = JULY_9) -> None:
    """The machine's part of the review."""
    numbers = eligibility.pending(session, office.cycle, now)
    eligibility.work(session, office.cycle, numbers, now)


def review_to_submission(session: Session, office: Office) -> Submission:
    """Propose, sign by two people, post, and let the window pass; the machine freezes the list."""
    economy, culture = office[Role.economy], office[Role.culture]
    cycle_id = office.cycle.key
    review.propose_all_clear(session, cycle_id=cycle_id, actor=economy, now=JULY_14)
    review.open_minutes(
        session,
        cycle_id=cycle_id,
        held_on=date(2026, 7, 14),
        place="UBND",
        conclusion="Thống nhất",
        actor=economy,
        now=JULY_14,
    )
    review.sign_minutes(session, cycle_id=cycle_id, actor=economy, now=JULY_14)
    review.sign_minutes(session, cycle_id=cycle_id, actor=culture, now=JULY_14)
    review.post_list(
        session, cycle_id=cycle_id, starts_on=date(2026, 7, 14), place="Nhà văn hóa", actor=economy, now=JULY_14
    )
    approval.work(session, office.cycle, approval.pending(session, office.cycle, JULY_18), JULY_18)
    submission = submissions.latest(session, cycle_id)
    assert submission is not None
    return submission


def decided(session: Session, office: Office, rulings: dict[int, Ruling] | None = None) -> Submission:
    """Submitted by Phòng Kinh tế and decided by the chairman."""
    submission = review_to_submission(session, office)
    approval.submit(session, submission_id=submission.key, actor=office[Role.economy], now=JULY_18)
    return approval.decide(
        session, submission_id=submission.key, rulings=rulings or {}, actor=office[Role.chairman], now=JULY_21
    )


def issue(session: Session, office: Office, submission: Submission, **values: Any) -> Decision:
    """The văn thư's number and date."""
    return issue_at(session, office, submission.key, **({"now": JULY_21, "issued_on": date(2026, 7, 21)} | values))


def issue_at(session: Session, office: Office, submission_id: int, **values: Any) -> Decision:
    """The same at any time; ``values``: what the văn thư types, and what `issuing.issue` takes besides."""
    of_number = {field.name for field in fields(Numbered)}
    typed: dict[str, Any] = {"number": 35, "symbol": "QĐ-UBND"}
    typed |= {name: value for name, value in values.items() if name in of_number}
    others = {name: value for name, value in values.items() if name not in of_number}
    return issuing.issue(
        session, submission_id=submission_id, given=Numbered(**typed), actor=office[Role.economy], **others
    )


@pytest.fixture
def chairman(session: Session, office: Office) -> Actor:
    """A deputy chairman whose post is printed under the decision."""
    office.officers[Role.chairman] = factories.create_officer(
        session, office.commune, Role.chairman, post="Phó Chủ tịch"
    )
    return office[Role.chairman]


def test_an_elder_of_an_escaped_household_gets_the_whole_target_with_a_trace(session: Session, office: Office) -> None:
    """1.500.000 đồng in a rural thôn, with the rule, the article and the version of the value behind it."""
    case = an_elder(session, office)
    run_machine(session, office)
    found = eligibility.current(session, case.key)
    assert found is not None
    assert (found.outcome, found.category, found.monthly_amount) == ("ELIGIBLE", "CAO_TUOI", 1_500_000)
    assert found.bhyt_share == 100
    money = next(finding for finding in findings_of(session, found) if finding["rule"] == "muc_ho_tro")
    target = money["parameters"][0]
    assert (target["key"], target["value"], target["is_demo"]) == ("NQ04.income.target", 1_500_000, True)
    assert target["version"] > 0


def test_a_missing_escape_date_gives_no_answer_but_its_name(session: Session, office: Office) -> None:
    """Nothing is guessed: the case cannot be decided and says which fact is missing."""
    case = an_elder(session, office)
    status = session.exec(select(HouseholdStatus)).one()
    status.valid_from = None
    session.add(status)
    run_machine(session, office)
    found = eligibility.current(session, case.key)
    assert found is not None
    assert (found.outcome, found.missing) == ("CANNOT_DECIDE", ["fact:escape_date"])
    with pytest.raises(Problem) as refused:
        review.propose(
            session,
            case_id=case.key,
            result=ProposalResult.APPROVE,
            reason="",
            actor=office[Role.economy],
            now=JULY_14,
        )
    assert refused.value.code == "not_eligible"


def test_without_the_demonstration_law_the_unknown_share_stops_the_computation(session: Session) -> None:
    """A real commune whose law is not known gets "cannot decide" with the missing keys, never a figure."""
    made = factories.create_office(session, reach=Step.eligibility)
    case = an_elder(session, made)
    run_machine(session, made)
    found = eligibility.current(session, case.key)
    assert found is not None
    assert (found.outcome, found.law_status) == ("CANNOT_DECIDE", "UNKNOWN")
    assert "NQ04.residence.accepted" in found.missing
    assert found.monthly_amount == 0


def test_a_match_with_social_assistance_waits_for_phong_van_hoa(session: Session, office: Office) -> None:
    """Found by citizen number; kept, the person is topped up to the target instead of getting all of it."""
    case = an_elder(session, office)
    person = session.get(Person, case.person_id)
    assert person is not None
    import_assistance(session, office, assistance_row(person))
    run_machine(session, office)
    check = session.exec(select(CrossCheck)).one()
    found = eligibility.current(session, case.key)
    assert found is not None
    assert found.outcome == "CANNOT_DECIDE"
    cross_checks.record(
        session,
        cross_check_id=check.key,
        outcome=CrossCheckOutcome.KEEP,
        note="",
        actor=office[Role.culture],
        now=JULY_9,
    )
    run_machine(session, office)
    found = eligibility.current(session, case.key)
    assert found is not None
    assert (found.category, found.monthly_amount) == ("TGXH", 800_000)


def test_the_assistance_list_twice_changes_nothing(session: Session, office: Office) -> None:
    """One file, one set of matches."""
    case = an_elder(session, office)
    person = session.get(Person, case.person_id)
    assert person is not None
    import_assistance(session, office, assistance_row(person))
    run_machine(session, office)
    import_assistance(session, office, assistance_row(person))
    assert eligibility.pending(session, office.cycle, JULY_9) == []
    assert len(session.exec(select(CrossCheck)).all()) == 1


def test_assessing_again_the_same_facts_writes_nothing_new(session: Session, office: Office) -> None:
    """The same facts and law keep their answer, so a repeated run changes no record."""
    case = an_elder(session, office)
    run_machine(session, office)
    before = eligibility.current(session, case.key)
    case.needs_assessment = True
    run_machine(session, office, JULY_14)
    assert eligibility.current(session, case.key) == before
    assert len(session.exec(select(Assessment)).all()) == 1


def test_a_decision_grants_both_benefits_from_its_month(session: Session, office: Office, chairman: Actor) -> None:
    """The number and date make it stand; only then are there grants and mails, all without personal data."""
    an_elder(session, office)
    import_assistance(session, office)
    run_machine(session, office)
    submission = decided(session, office)
    assert session.exec(select(Grant)).all() == []
    decision = issue(session, office, submission)
    assert decision.authority_lines == ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
    grants = {grant.benefit: grant for grant in session.exec(select(Grant))}
    assert {g.from_month for g in grants.values()} == {"2026-07"}
    assert grants[Benefit.INCOME].monthly_amount == 1_500_000
    assert grants[Benefit.BHYT].monthly_amount == 113_850
    assert approval.gate(session, office.cycle, JULY_21).done
    assert ledger.verify(session, office.commune.key) is None
    name = session.exec(select(Person.full_name)).one()
    assert not [mail for mail in session.exec(select(Mail)) if name in str(mail.context)]


def test_whoever_had_a_hand_in_the_list_cannot_decide_it(session: Session, office: Office, chairman: Actor) -> None:
    """Refused by the office in words, and by the database if anybody goes around it."""
    case = an_elder(session, office)
    import_assistance(session, office)
    run_machine(session, office)
    both = factories.create_mandate(
        session,
        session.get_one(Account, chairman.person_id),
        office.commune,
        Role.economy,
    )
    acting = Actor(chairman.account_id, chairman.full_name, (*chairman.mandates, both))
    review.propose(session, case_id=case.key, result=ProposalResult.APPROVE, reason="", actor=acting, now=JULY_14)
    submission = review_to_submission(session, office)
    approval.submit(session, submission_id=submission.key, actor=office[Role.economy], now=JULY_18)
    with pytest.raises(Problem) as refused:
        approval.decide(session, submission_id=submission.key, rulings={}, actor=acting, now=JULY_21)
    assert (refused.value.kind, refused.value.code) == (Kind.NOT_ALLOWED, "two_people")
    submission.decided_by = chairman.person_id
    session.add(submission)
    with pytest.raises(IntegrityError):
        session.flush()


def test_unconfirmed_law_stops_the_decision_and_is_named(session: Session, office: Office, chairman: Actor) -> None:
    """One assumed value among those used, and the chairman cannot decide."""
    an_elder(session, office)
    import_assistance(session, office)
    value = law.NewValue(
        "NQ04.income.target",
        1_600_000,
        date(2026, 1, 1),
        Reference("Thử 1/2026", "Thử"),
        LawStatus.ASSUMED,
        scope="area=NONG_THON",
        is_demo=True,
    )
    proposed = law.propose(session, commune_id=office.commune.key, new=value, actor=office[Role.economy], now=JULY_9)
    with pytest.raises(Problem, match="two_people"):
        law.confirm(session, revision_id=proposed.key, actor=office[Role.economy], now=JULY_9)
    law.confirm(session, revision_id=proposed.key, actor=office[Role.culture], now=JULY_9)
    run_machine(session, office)
    with pytest.raises(Problem) as refused:
        decided(session, office)
    named = ("Mức thu nhập bảo đảm hằng tháng cho một người (Điều 3)",)
    assert (refused.value.kind, refused.value.details) == (Kind.WAITING, named)


def test_an_objection_holds_one_person_and_nobody_else(session: Session, office: Office, chairman: Actor) -> None:
    """The list waits until the objection is answered or the person is set aside; the posting stays good."""
    held, other = an_elder(session, office), an_elder(session, office)
    import_assistance(session, office)
    run_machine(session, office)
    submission = review_to_submission(session, office)
    receive(
        session,
        commune_id=office.commune.key,
        case_id=held.key,
        kind=FeedbackKind.PHAN_ANH,
        content="Hộ này đã có lương hưu",
        sender="Người dân thử nghiệm",
        received_on=date(2026, 7, 16),
        actor=office[Role.front],
        now=JULY_18,
    )
    assert not eligibility.STEP.gate(session, office.cycle, JULY_18).done
    review.set_aside(session, case_id=held.key, reason="Có ý kiến", actor=office[Role.economy], now=JULY_18)
    assert eligibility.STEP.gate(session, office.cycle, JULY_18).done
    approval.work(session, office.cycle, approval.pending(session, office.cycle, JULY_18), JULY_18)
    renewed = submissions.latest(session, office.cycle.key)
    assert renewed is not None
    assert renewed.key != submission.key
    assert [line.case_id for line in submissions.lines_of(session, renewed.key)] == [other.key]


def test_an_answered_objection_frees_the_list(session: Session, office: Office) -> None:
    """An answer closes it for good."""
    case = an_elder(session, office)
    given: dict[str, Any] = {"commune_id": office.commune.key, "case_id": case.key, "sender": "", "now": JULY_14}
    feedback = receive(
        session,
        kind=FeedbackKind.KHIEU_NAI,
        content="Khiếu nại thử",
        received_on=date(2026, 7, 14),
        actor=office[Role.front],
        **given,
    )
    assert feedback.due_on == date(2026, 8, 13)
    answer(session, feedback_id=feedback.key, text="Đã kiểm tra", actor=office[Role.economy], now=JULY_18)
    with pytest.raises(Problem, match="feedback_closed"):
        answer(session, feedback_id=feedback.key, text="Lần nữa", actor=office[Role.economy], now=JULY_18)


def test_a_changed_proposal_needs_new_minutes(session: Session, office: Office) -> None:
    """Minutes stand for the proposals they were signed over, and no others."""
    an_elder(session, office)
    changed = an_elder(session, office)
    import_assistance(session, office)
    run_machine(session, office)
    review_to_submission(session, office)
    review.propose(
        session,
        case_id=changed.key,
        result=ProposalResult.REFUSE,
        reason="Hộ có ô tô",
        actor=office[Role.economy],
        now=JULY_18,
    )
    gate = eligibility.STEP.gate(session, office.cycle, JULY_18)
    assert (gate.done, gate.holder) == (False, Role.economy)
    assert "biên bản" in gate.message


def test_the_chairman_holds_one_person_and_sends_the_rest_on(session: Session, office: Office, chairman: Actor) -> None:
    """A held person gets no grant; a reason is required."""
    an_elder(session, office)
    an_elder(session, office)
    import_assistance(session, office)
    run_machine(session, office)
    submission = review_to_submission(session, office)
    approval.submit(session, submission_id=submission.key, actor=office[Role.economy], now=JULY_18)
    first, second = submissions.lines_of(session, submission.key)
    with pytest.raises(Problem, match="reason_needed"):
        approval.decide(
            session, submission_id=submission.key, rulings={first.key: Ruling("hold")}, actor=chairman, now=JULY_21
        )
    approval.decide(
        session,
        submission_id=submission.key,
        rulings={first.key: Ruling("hold", "Chờ xác minh")},
        actor=chairman,
        now=JULY_21,
    )
    issue(session, office, submission)
    assert {grant.person_id for grant in session.exec(select(Grant))} == {second.person_id}
    assert session.get_one(Case, first.case_id).status == CaseStatus.HELD


def test_a_number_is_used_once_a_year(session: Session, office: Office, chairman: Actor) -> None:
    """The same number and symbol of the same year belongs to one decision."""
    an_elder(session, office)
    import_assistance(session, office)
    run_machine(session, office)
    submission = decided(session, office)
    with pytest.raises(Problem, match="issued_on"):
        issue(session, office, submission, issued_on=date(2026, 7, 1))
    issue(session, office, submission)
    session.commit()
    with pytest.raises(Problem, match="submission_state"):
        issue(session, office, submission, number=36)
    assert submission.state == SubmissionState.ISSUED


def test_only_the_table_moves_a_case(session: Session, office: Office) -> None:
    """A move that does not begin where the case stands is refused."""
    case = an_elder(session, office)
    with pytest.raises(Problem) as refused:
        cases.move(session, case, "approve", actor=office[Role.chairman], now=JULY_9)
    assert refused.value.kind == Kind.CONFLICT
    with pytest.raises(Problem) as refused:
        cases.move(session, case, "set_aside", actor=office[Role.culture], now=JULY_9)
    assert refused.value.kind == Kind.NOT_ALLOWED
    cases.move(session, case, "withdraw", actor=SYSTEM, now=JULY_9)
    assert case.status == CaseStatus.WITHDRAWN


def test_a_health_conclusion_pins_the_grounds_it_rests_on(session: Session, office: Office) -> None:
    """The accepted grounds are law too: an assessment that used a "đạt" names them among its values."""
    case = an_elder(session, office, birth_date=date(1980, 3, 2))
    person = session.get_one(Person, case.person_id)
    factories.create_fact(session, person, FactKind.GROUP, "BENH")
    factories.create_health_case(session, case, result="MET", valid_until=date(2027, 1, 1))
    run_machine(session, office)
    found = eligibility.current(session, case.key)
    assert found is not None
    assert (found.outcome, found.category) == ("ELIGIBLE", "BENH")
    used = {value["key"] for finding in findings_of(session, found) for value in finding["parameters"]}
    assert "NQ04.health.routes" in used
