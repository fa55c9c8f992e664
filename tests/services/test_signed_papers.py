"""A signed decision is held against our own: a changed name, amount or total is shown before it is accepted."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlmodel import Session

from models.approval import Submission
from rules.workflow import Role
from services import documents, signed_papers
from services.errors import Problem
from tests import factories
from tests.factories import Office
from tests.services.test_approval import an_elder, decided, demo_office, import_assistance, issue, run_machine


@dataclass(frozen=True)
class File:
    """What the door read, as a test states it."""

    text: str
    is_scan: bool = False
    holds: bool = True


@pytest.fixture
def office(session: Session) -> Office:
    """Three people decided on, one of them refused."""
    made = demo_office(session)
    made.officers[Role.chairman] = factories.create_officer(session, made.commune, Role.chairman, post="Phó Chủ tịch")
    an_elder(session, made, full_name="Thử Văn Hai")
    an_elder(session, made, full_name="Thử Thị Một")
    import_assistance(session, made)
    run_machine(session, made)
    return made


@pytest.fixture
def submission(session: Session, office: Office) -> Submission:
    return decided(session, office)


def text_of(session: Session, submission: Submission) -> str:
    """The decision as a PDF's text would give it: cells broken over lines, words far apart."""
    paper = documents.find(session, kind="decision_draft", subject=f"submission:{submission.key}")
    assert paper is not None
    rows = "\n".join(
        f"{number}\n{row['full_name'].replace(' ', chr(10))} {row['birth_year']} {row['village']}\n"
        f"{row['monthly_amount']:,}".replace(",", ".")
        + " 07/2026"
        for number, row in enumerate(paper.data["rows"], start=1)
    )
    head = "QUYẾT ĐỊNH Phê duyệt danh sách 2 người được hỗ trợ hằng tháng " + "căn cứ và điều khoản thi hành " * 9
    return f"{head}Tổng 3.000.000 đồng (bằng chữ: Ba triệu\nđồng).\n{rows}"


def check(session: Session, office: Office, submission: Submission, file: File) -> signed_papers.SignedCheck:
    return signed_papers.check_decision(
        session, submission_id=submission.key, uploaded=file, actor=office[Role.economy]
    )


def test_the_same_content_is_clean(session: Session, office: Office, submission: Submission) -> None:
    found = check(session, office, submission, File(text_of(session, submission)))
    assert found.differences == ()
    assert found.is_clean
    assert "hợp lệ" in found.notes[0]


@pytest.mark.parametrize(
    ("ours", "theirs", "what"),
    [
        ("Thị\nMột", "Thị\nMốt", "họ và tên"),
        ("Thị\nMột", "Thị\nMộtt", "họ và tên"),
        ("1960", "1961", "năm sinh"),
        ("\n1.500.000 ", "\n11.500.000 ", "mức hỗ trợ"),
        ("3.000.000", "33.000.000", "Tổng mức hỗ trợ"),
        ("Ba triệu", "Bốn triệu", "bằng chữ"),
        ("sách 2 người", "sách 12 người", "Số người"),
    ],
)
def test_a_changed_word_or_figure_is_shown(
    session: Session, office: Office, submission: Submission, ours: str, theirs: str, what: str
) -> None:
    text = text_of(session, submission)
    assert ours in text
    found = check(session, office, submission, File(text.replace(ours, theirs, 1)))
    assert len(found.differences) == 1
    assert what in found.differences[0].what
    assert not found.is_clean


def test_a_scan_is_accepted_as_a_scan_and_said_so(session: Session, office: Office, submission: Submission) -> None:
    found = check(session, office, submission, File("", is_scan=True, holds=False))
    assert "nhận như bản quét" in found.notes[0]
    assert "đối chiếu bằng mắt" in found.notes[1]
    assert not found.compared
    assert not found.is_clean


def test_a_signature_that_does_not_hold_is_said_so(session: Session, office: Office, submission: Submission) -> None:
    found = check(session, office, submission, File(text_of(session, submission), holds=False))
    assert "Chữ ký số chưa đạt" in found.notes[0]


def test_it_is_for_the_office_that_enters_the_number(session: Session, office: Office, submission: Submission) -> None:
    with pytest.raises(Problem, match="role"):
        signed_papers.check_decision(session, submission_id=submission.key, uploaded=File(""), actor=office[Role.front])


def test_a_file_that_comes_after_the_number_is_held_against_number_and_day_too(
    session: Session, office: Office, submission: Submission
) -> None:
    text = text_of(session, submission)
    issue(session, office, submission, number=5)
    found = check(session, office, submission, File(f"Số: 05/QĐ-UBND\nngày 21 tháng 7\nnăm 2026 {text}"))
    assert found.is_clean
    wrong = check(session, office, submission, File(f"Số: 105/QĐ-UBND ngày 22 tháng 7 năm 2026 {text}"))
    assert [one.what for one in wrong.differences] == ["Số, ký hiệu", "Ngày ban hành"]
