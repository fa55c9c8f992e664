"""Each act asks for its papers in its own transaction, and what they say is frozen with it."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from adapters.letters import FORMS, write_letter
from adapters.papers import docx_text
from models.base import ZONE
from models.documents import Document
from models.people import FactKind, Person
from models.places import Department, Village
from models.staff import Account
from rules.law_files import shipped_parameters
from rules.parameters import LawBook, Reference
from rules.workflow import CaseStatus, Role, StopReason
from services import approval, changes, decision_papers, health, law, submissions
from services.approval import Ruling
from services.errors import Kind, Problem
from services.law import NewValue
from tests import factories
from tests.factories import Office
from tests.services.test_approval import (
    JULY_18,
    an_elder,
    decided,
    demo_office,
    import_assistance,
    issue,
    review_to_submission,
    run_machine,
)

JULY_22 = datetime(2026, 7, 22, 9, 0, tzinfo=ZONE)


@pytest.fixture
def office(session: Session) -> Office:
    """A demonstration commune at the review: two to support, one to refuse, a deputy chairman and a head of room."""
    made = demo_office(session)
    made.officers[Role.chairman] = factories.create_officer(session, made.commune, Role.chairman, post="Phó Chủ tịch")
    an_elder(session, made)
    an_elder(session, made)
    working = an_elder(session, made, birth_date=date(1990, 5, 5))
    person = session.get_one(Person, working.person_id)
    factories.create_fact(session, person, FactKind.INCOME, {"kind": "LUONG", "monthly": 9_000_000}, source="test2")
    import_assistance(session, made)
    run_machine(session, made)
    return made


def papers(session: Session, kind: str) -> list[Document]:
    """The wanted papers of a kind, oldest first."""
    return list(session.exec(select(Document).where(Document.kind == kind).order_by(col(Document.id))).all())


def text_of(document: Document) -> str:
    """What is printed."""
    data = write_letter(FORMS[document.kind], document.data)
    return data.decode() if document.file_name.endswith(".txt") else docx_text(data)


def people(session: Session, *, refused: bool) -> list[Person]:
    """Those who are proposed for support, or the one who is not."""
    born = col(Person.birth_date) > date(1980, 1, 1)
    return list(session.exec(select(Person).where(born if refused else ~born)).all())


def test_the_review_leaves_minutes_a_posting_and_a_broadcast(session: Session, office: Office) -> None:
    review_to_submission(session, office)
    (minutes,), (notice,), (spoken,) = (
        papers(session, kind) for kind in ("review_minutes", "posting_notice", "broadcast")
    )
    everyone = [person.full_name for person in session.exec(select(Person))]
    assert all(name in text_of(minutes) for name in everyone)
    posted = text_of(notice)
    assert all(person.full_name in posted for person in people(session, refused=False))
    assert not any(person.full_name in posted for person in people(session, refused=True))
    for person in session.exec(select(Person)):
        assert person.citizen_id is not None
        assert person.citizen_id not in posted
        assert f"{person.birth_date:%d/%m/%Y}" not in posted
    assert "cao tuổi" not in posted, "a group can give an illness away, so none is posted"
    assert not any(name in text_of(spoken) for name in everyone)


def test_the_to_trinh_adds_up_and_names_who_signs(session: Session, office: Office) -> None:
    review_to_submission(session, office)
    (letter,) = papers(session, "submission_letter")
    text = text_of(letter)
    assert "Số người đã rà soát: 3 người" in text
    assert "Đề nghị hỗ trợ 2 người" in text
    assert "đề nghị không hỗ trợ 1 người" in text
    assert "Đây là danh sách đầu tiên" in text
    assert "mới 2 người, không hỗ trợ 1 người" in text
    assert "TRƯỞNG PHÒNG" in text


def test_a_decision_tells_each_thon_and_writes_to_each_person_refused(session: Session, office: Office) -> None:
    issue(session, office, decided(session, office))
    (result,) = papers(session, "village_result")
    said = text_of(result)
    assert "được hỗ trợ 2 người, không được hỗ trợ 1 người" in said
    assert "thu nhập" not in said, "the thôn hears the result, the person the reason"
    (letter,) = papers(session, "refusal_letter")
    (person,) = people(session, refused=True)
    text = text_of(letter)
    assert person.full_name not in letter.title + letter.file_name
    assert f"Kính gửi: Ông/Bà {person.full_name}" in text
    assert "chưa đạt điều kiện tuổi, thu nhập ổn định hằng tháng" in text
    assert "khiếu nại đến Chủ tịch Ủy ban nhân dân" in text
    assert "trong thời hạn 90 ngày" in text
    assert "tham số chưa đối chiếu" in text, "the deadlines are not confirmed from 01/07/2026 on"
    assert "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH" in text


def test_a_death_asks_for_the_decision_that_ends_the_support_once(session: Session, office: Office) -> None:
    issue(session, office, decided(session, office))
    person = people(session, refused=False)[0]
    for _ in range(2):
        changes.record_event(
            session,
            person_id=person.key,
            reason=StopReason.DEATH,
            happened_on=date(2026, 7, 22),
            note="",
            actor=office[Role.economy],
            now=JULY_22,
        )
    (paper,) = papers(session, "stop_decision")
    text = text_of(paper)
    assert person.full_name in text
    assert "08/2026" in text
    assert "Chết, ngày 22/07/2026" in text
    assert "Quyết định số 35/QĐ-UBND ngày 21/07/2026" in text
    assert "Nhật ký: " in text


def test_an_event_of_somebody_without_support_ends_nothing_and_asks_for_nothing(
    session: Session, office: Office
) -> None:
    issue(session, office, decided(session, office))
    given: dict[str, Any] = {"reason": StopReason.MOVED_AWAY, "happened_on": date(2026, 7, 22), "note": ""}
    (person,) = people(session, refused=True)
    changes.record_event(session, person_id=person.key, actor=office[Role.economy], now=JULY_22, **given)
    assert not papers(session, "stop_decision")


def test_the_health_station_gets_a_list_without_illnesses(session: Session, office: Office) -> None:
    person = factories.create_person(session, office.villages[0])
    case = factories.create_case(session, office.cycle, person, status=CaseStatus.HEALTH)
    factories.create_health_case(session, case)
    assert health.STEP.work(session, office.cycle, [], factories.NOW)["mails"] >= 1
    (paper,) = papers(session, "health_referral")
    text = text_of(paper)
    assert person.full_name in text
    assert str(person.citizen_id) not in text
    assert "chậm nhất ngày 20 tháng 7 năm 2026" in text


def test_a_reprint_a_year_later_has_the_same_content(session: Session, office: Office) -> None:
    issue(session, office, decided(session, office))
    kinds = (
        "review_minutes",
        "posting_notice",
        "broadcast",
        "submission_letter",
        "decision_draft",
        "decision",
        "village_result",
        "refusal_letter",
    )
    first = {kind: [write_letter(FORMS[kind], row.data) for row in papers(session, kind)] for kind in kinds}
    a_year_goes_by(session, office)
    for kind in kinds:
        assert [write_letter(FORMS[kind], row.data) for row in papers(session, kind)] == first[kind]
        assert first[kind], kind


OTHER_LAW: dict[str, Any] = {
    "NQ04.resolution": {
        "number": "12/2027/NQ-HĐND",
        "issued_on": "2027-01-05",
        "issuer": "Hội đồng nhân dân tỉnh Thử",
    },
    "NQ04.policy_name": "chính sách đã đổi tên",
    "NQ04.decision_bases": ["Căn cứ đã thay"],
}


def test_every_paper_cites_the_resolution_that_the_commune_carries_out(session: Session, office: Office) -> None:
    """In full with its day and issuer where the paper names it first, by kind and number in what only refers to it."""
    for key, value in OTHER_LAW.items():
        confirm(session, office, key, value)
    run_machine(session, office)
    issue(session, office, decided(session, office))
    in_full = (
        "Nghị quyết số 12/2027/NQ-HĐND ngày 05 tháng 01 năm 2027 của Hội đồng nhân dân tỉnh Thử chính sách đã đổi tên"
    )
    for kind in (
        "review_minutes",
        "posting_notice",
        "refusal_letter",
        "submission_letter",
        "decision_draft",
        "decision",
    ):
        assert text_of(papers(session, kind)[0]).count(in_full) == 1, kind
    for kind in ("submission_letter", "decision_draft", "decision"):
        said = text_of(papers(session, kind)[0])
        assert f"Căn cứ {in_full};\nCăn cứ đã thay" in said, kind
        assert re.search(r"theo Nghị quyết số 12/2027/NQ-HĐND(,| \(|$)", said, re.MULTILINE), kind
    written = " ".join(text_of(row) for row in session.exec(select(Document)) if row.kind in FORMS)
    assert "04/2026" not in written


def a_year_goes_by(session: Session, office: Office) -> None:
    """Everything a paper may have been taken from has changed: people, places, offices, signers, the law."""
    for person in session.exec(select(Person)):
        person.full_name, person.birth_date = "Tên Đã Đổi", person.birth_date + timedelta(days=400)
        session.add(person)
    for village in session.exec(select(Village)):
        village.name = "Thôn Đã Sáp Nhập"
        session.add(village)
    for account in session.exec(select(Account)):
        account.full_name = "Người Đã Đổi Tên"
        session.add(account)
    for room in session.exec(select(Department)):
        room.name = "Phòng Đã Đổi Tên"
        session.add(room)
    office.commune.name = "Tên Mới"
    session.add(office.commune)
    session.flush()
    for key, value in OTHER_LAW.items():
        confirm(session, office, key, value)
    session.expire_all()


def confirm(session: Session, office: Office, key: str, value: Any) -> None:
    """Two officers bring in another text of the law, from the first day of the year."""
    reference = Reference(document="Văn bản thử 1/2027", issuer="Cơ quan thử")
    new = NewValue(key=key, value=value, valid_from=date(2026, 1, 1), reference=reference)
    made = law.propose(session, commune_id=office.commune.key, new=new, actor=office[Role.economy], now=JULY_22)
    law.confirm(session, revision_id=made.key, actor=office[Role.culture], now=JULY_22)


def test_the_draft_to_be_signed_has_those_the_chairman_approved_and_his_name(session: Session, office: Office) -> None:
    submission = review_to_submission(session, office)
    approval.submit(session, submission_id=submission.key, actor=office[Role.economy], now=JULY_18)
    held, kept = [line for line in submissions.lines_of(session, submission.key) if line.proposal == "APPROVE"]
    ruling = {held.key: Ruling("hold", "Chờ xác minh thêm")}
    approval.decide(session, submission_id=submission.key, rulings=ruling, actor=office[Role.chairman], now=JULY_18)
    proposed, to_sign = papers(session, "decision_draft")
    both = {line.snapshot["full_name"] for line in (held, kept)}
    assert {row["full_name"] for row in proposed.data["rows"]} == both
    assert [row["full_name"] for row in to_sign.data["rows"]] == [kept.snapshot["full_name"]]
    text = text_of(to_sign)
    assert "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH" in text
    assert office[Role.chairman].full_name in text
    assert "Số:       /QĐ-UBND" in text
    assert "ngày      tháng      năm" in text


def test_a_decision_without_anything_to_rest_on_is_not_made(
    session: Session, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = decided(session, office)
    book = LawBook([parameter for parameter in shipped_parameters() if parameter.key != "NQ04.decision_bases"])
    monkeypatch.setattr(law, "book_for", lambda _session, _commune_id: book)
    with pytest.raises(Problem, match="law_gap") as refused:
        decision_papers.want_decided(session, submission, now=JULY_22)
    assert refused.value.kind is Kind.WAITING
