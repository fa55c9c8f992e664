"""The register of outgoing papers: a number once, a warning where one repeats, every paper bound to its data."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from adapters.letters import FORMS, write_letter
from adapters.papers import docx_text
from models.documents import Document, DocumentState, RegisterEntry
from models.staff import Mandate
from rules.workflow import Role
from services import documents, ledger, paper_signers, places, register, register_entry
from services.errors import Kind, Problem
from services.register_entry import Numbered, SignedFile
from tests import factories
from tests.adapters.letter_samples import SAMPLES
from tests.factories import NOW, Office

TODAY = NOW.date()


DEPUTY = ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")


@pytest.fixture
def office(session: Session) -> Office:
    """A commune whose deputy chairman signs until the end of the year."""
    made = factories.create_office(session, is_demo=True)
    deputy = factories.create_officer(
        session, made.commune, Role.chairman, post="Phó Chủ tịch", valid_to=date(2026, 12, 31)
    )
    made.officers[Role.chairman] = deputy
    return made


def a_paper(session: Session, office: Office, number: int = 1, kind: str = "posting_notice", **head: Any) -> Document:
    """A written notice of the commune, to be signed by its deputy chairman."""
    said = SAMPLES[kind]
    head = {"authority_lines": DEPUTY, "signer_name": office[Role.chairman].full_name} | head
    document = documents.want(
        session,
        commune_id=office.commune.key,
        kind=kind,
        subject=f"posting:{number}",
        title="Thông báo niêm yết Quý III/2026",
        file_name=f"thong-bao-{number}.docx",
        data=asdict(replace(said, head=replace(said.head, **head))),
        now=NOW,
    )
    documents.mark_written(
        session, document, file_sha256="f" * 64, data_sha256="d" * 64, template_sha256="t" * 64, now=NOW
    )
    session.flush()
    session.refresh(document)
    return document


def enter(session: Session, office: Office, paper: Document, number: int = 12, **given: Any) -> RegisterEntry:
    even_if_taken = given.pop("even_if_taken", False)
    values: dict[str, Any] = {"number": number, "symbol": "TB-UBND", "issued_on": TODAY} | given
    said = Numbered(**values)
    return register.enter(
        session,
        document_id=paper.key,
        given=said,
        actor=office[Role.economy],
        now=NOW,
        even_if_taken=even_if_taken,
    )


def test_the_entry_has_the_fields_of_the_decree(session: Session, office: Office) -> None:
    codes = {Role.chairman: "000.00.11.H24", Role.economy: "000.01.11.H24"}
    for role, code in codes.items():
        admin = factories.create_officer(session, office.commune, Role.admin)
        named = places.OfficeForm("Phòng thử", organ_code=code)
        places.name_department(session, commune_id=office.commune.key, role=role, named=named, actor=admin, now=NOW)
    given: dict[str, Any] = {"page_amount": 4, "issued_amount": 3, "due_on": date(2026, 8, 1)}
    entry = enter(session, office, a_paper(session, office), file_notation="07/HTTN", **given)
    second = enter(session, office, a_paper(session, office, 2), 13)
    assert (entry.organ_id, entry.file_notation, second.file_notation) == ("000.00.11.H24", "07/HTTN", "")
    lines = ("TRƯỞNG PHÒNG",)
    of_department = a_paper(session, office, 3, "submission_letter", authority_lines=lines, signer_name="")
    assert enter(session, office, of_department, 1, symbol="TTr-KT").organ_id == "000.01.11.H24"
    assert (entry.type_name, entry.code_number, entry.code_notation) == ("Thông báo", 12, "TB-UBND")
    assert (entry.organ_name, entry.position) == ("Ủy ban nhân dân đặc khu Cát Hải", "PHÓ CHỦ TỊCH")
    assert (entry.file_catalog, entry.doc_ordinal, second.doc_ordinal) == (2026, 1, 2)
    assert (entry.page_amount, entry.issued_amount, entry.due_on) == (4, 3, date(2026, 8, 1))
    assert entry.recipients == ["Trưởng các thôn", "Ủy ban MTTQ", "Lưu: VT, KT"]
    assert entry.recipient_codes == ["", "", ""]
    assert ledger.verify(session, office.commune.key) is None


def test_the_receivers_codes_stand_beside_their_names_as_above_too(session: Session, office: Office) -> None:
    """To.OrganId of the decree: «Như trên» is whom the paper is addressed to, by the office's own name or ours."""
    admin = factories.create_officer(session, office.commune, Role.admin)
    named = {Role.chairman: ("Văn phòng", "000.00.11.H24"), Role.culture: ("Phòng VH-XH mẫu", "000.02.11.H24")}
    for role, (name, code) in named.items():
        form = places.OfficeForm(name, organ_code=code)
        places.name_department(session, commune_id=office.commune.key, role=role, named=form, actor=admin, now=NOW)
    head: dict[str, Any] = {"authority_lines": ("TRƯỞNG PHÒNG",), "signer_name": ""}
    head["recipients"] = ("Như trên", "phòng  vh-xh mẫu", "Phòng Văn hóa - Xã hội", "Lưu: VT")
    paper = a_paper(session, office, 3, "submission_letter", **head)
    assert paper.data["to"] == "Chủ tịch Ủy ban nhân dân đặc khu Cát Hải"
    entry = enter(session, office, paper, 1, symbol="TTr-KT")
    assert entry.recipient_codes == ["000.00.11.H24", "000.02.11.H24", "000.02.11.H24", ""]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE register_entry SET code_number = 99",
        "UPDATE register_entry SET issued_on = '2026-07-01'",
        "UPDATE register_entry SET subject = 'Việc khác'",
        "UPDATE register_entry SET recipients = '[]'",
        "DELETE FROM register_entry",
    ],
)
def test_an_entry_cannot_be_changed_or_removed_behind_the_products_back(
    session: Session, office: Office, change: str
) -> None:
    enter(session, office, a_paper(session, office))
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text(change))


def test_the_signed_file_of_an_entry_is_set_once(session: Session, office: Office) -> None:
    entry = enter(session, office, a_paper(session, office))
    register_entry.bind(entry, SignedFile("ab" * 32, pages=4))
    session.add(entry)
    session.flush()
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text("UPDATE register_entry SET signed_file_sha256 = NULL"))


def test_a_number_brings_the_copy_that_shows_it_and_leaves_the_draft_alone(session: Session, office: Office) -> None:
    paper = a_paper(session, office)
    enter(session, office, paper)
    copy = documents.find(session, kind="posting_notice", subject="posting:1")
    assert copy is not None
    assert (copy.version, copy.state, copy.number) == (2, DocumentState.WANTED, "12")
    session.refresh(copy)
    text = docx_text(write_letter(FORMS[copy.kind], copy.data))
    assert "Số: 12/TB-UBND | Cát Hải, ngày 06 tháng 7 năm 2026" in text
    assert "(Kèm theo Thông báo số 12/TB-UBND ngày 06 tháng 7 năm 2026" in text
    assert "Số:       /TB-UBND" in docx_text(write_letter(FORMS[paper.kind], paper.data))


def test_a_repeated_number_is_warned_about_and_can_be_meant(session: Session, office: Office) -> None:
    enter(session, office, a_paper(session, office))
    second = a_paper(session, office, 2)
    with pytest.raises(Problem, match="duplicate_number") as warned:
        enter(session, office, second)
    assert warned.value.kind is Kind.CONFLICT
    enter(session, office, second, even_if_taken=True)
    numbers = session.exec(select(RegisterEntry.code_number).order_by(col(RegisterEntry.id))).all()
    assert numbers == [12, 12]
    enter(session, office, a_paper(session, office, 3, body="Phòng Kinh tế"))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"number": 0}, "number"),
        ({"symbol": " "}, "number"),
        ({"issued_on": date(2026, 7, 5)}, "issued_on"),
        ({"issued_on": date(2026, 7, 7)}, "issued_on"),
        ({"issued_amount": 0}, "number"),
    ],
)
def test_a_number_or_day_that_cannot_be_is_refused(
    session: Session, office: Office, given: dict[str, Any], code: str
) -> None:
    with pytest.raises(Problem, match=code):
        enter(session, office, a_paper(session, office), **given)


def test_no_paper_gets_two_numbers_and_none_on_law_that_nobody_confirmed(session: Session, office: Office) -> None:
    paper = a_paper(session, office)
    enter(session, office, paper)
    with pytest.raises(Problem, match="numbered"):
        enter(session, office, paper, 13)
    with pytest.raises(Problem, match="law_not_confirmed"):
        enter(session, office, a_paper(session, office, 2, is_assumed=True, is_demo=False), 14)


def test_only_the_office_that_keeps_the_register_enters_numbers(session: Session, office: Office) -> None:
    paper = a_paper(session, office)
    with pytest.raises(Problem, match="role"):
        register.enter(
            session,
            document_id=paper.key,
            given=Numbered(1, "TB-UBND", TODAY),
            actor=office[Role.front],
            now=NOW,
        )


def test_the_signers_post_is_looked_at_on_the_day_of_issue(session: Session, office: Office) -> None:
    deputy = office[Role.chairman]
    gone = session.exec(select(Mandate).where(Mandate.account_id == deputy.person_id)).one()
    gone.valid_to = date(2026, 7, 5)
    session.add(gone)
    session.flush()
    paper = a_paper(session, office)
    with pytest.raises(Problem, match="authority") as refused:
        enter(session, office, paper)
    assert refused.value.kind is Kind.NOT_ALLOWED
    head = factories.create_officer(session, office.commune, Role.chairman, post="Chủ tịch", is_head=True)
    (choice,) = paper_signers.signers(session, paper, on=TODAY)
    assert (choice.lines, choice.name) == (("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), head.full_name)
    entry = enter(session, office, paper, signer_mandate_id=choice.mandate_id)
    assert (entry.position, entry.full_name) == ("CHỦ TỊCH", head.full_name)
    copy = documents.find(session, kind="posting_notice", subject="posting:1")
    assert copy is not None
    session.refresh(copy)
    text = docx_text(write_letter(FORMS[copy.kind], copy.data))
    assert "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH" in text
    assert head.full_name in text
    assert deputy.full_name not in text


def test_a_prefix_that_is_not_the_signers_is_refused(session: Session, office: Office) -> None:
    paper = a_paper(session, office, authority_lines=("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"))
    with pytest.raises(Problem, match="authority"):
        enter(session, office, paper)


def test_somebody_who_may_not_sign_cannot_be_chosen(session: Session, office: Office) -> None:
    clerk = factories.create_officer(session, office.commune, Role.chairman, post="Chánh Văn phòng")
    number = clerk.mandate(Role.chairman, office.commune.key).key
    with pytest.raises(Problem, match="authority"):
        enter(session, office, a_paper(session, office), signer_mandate_id=number)


def test_a_paper_without_a_name_leaves_room_for_whoever_signs(session: Session, office: Office) -> None:
    paper = a_paper(session, office, authority_lines=("TM. ỦY BAN NHÂN DÂN",), signer_name="")
    assert enter(session, office, paper).full_name == ""


def test_a_department_signs_by_its_head(session: Session, office: Office) -> None:
    lines, gone = ("TRƯỞNG PHÒNG",), "Người Hư Cấu Đã Nghỉ"
    paper = a_paper(session, office, kind="submission_letter", authority_lines=lines, signer_name=gone)
    with pytest.raises(Problem, match="authority"):
        enter(session, office, paper, symbol="TTr-KT")
    head = factories.create_officer(session, office.commune, Role.economy, post="Trưởng phòng", is_head=True)
    number = head.mandate(Role.economy, office.commune.key).key
    assert enter(session, office, paper, symbol="TTr-KT", signer_mandate_id=number).full_name == head.full_name


def test_a_department_signs_by_its_deputy_and_by_nobody_else_of_it(session: Session, office: Office) -> None:
    deputy = factories.create_officer(session, office.commune, Role.economy, post="Phó Trưởng phòng Kinh tế")
    factories.create_officer(session, office.commune, Role.culture, post="Trưởng phòng", is_head=True)
    lines = ("TRƯỞNG PHÒNG",)
    paper = a_paper(session, office, kind="submission_letter", authority_lines=lines, signer_name="")
    (choice,) = paper_signers.signers(session, paper, on=TODAY)
    assert (choice.lines, choice.name) == (("KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG"), deputy.full_name)


@pytest.mark.parametrize(("act", "prefix"), [("BY_ORDER", "TL."), ("BY_DELEGATION", "TUQ.")])
def test_who_has_the_chairmans_written_act_signs_his_letters_until_it_ends_and_never_a_decision(
    session: Session, office: Office, act: str, prefix: str
) -> None:
    head = factories.create_officer(
        session,
        office.commune,
        Role.economy,
        post="Trưởng phòng Kinh tế",
        signs_as=act,
        valid_to=TODAY,
    )
    number = head.mandate(Role.economy, office.commune.key).key
    paper = a_paper(session, office)
    entry = enter(session, office, paper, signer_mandate_id=number)
    assert (entry.position, entry.full_name) == ("TRƯỞNG PHÒNG KINH TẾ", head.full_name)
    copy = documents.find(session, kind="posting_notice", subject="posting:1")
    assert copy is not None
    session.refresh(copy)
    text = docx_text(write_letter(FORMS[copy.kind], copy.data))
    assert f"{prefix} CHỦ TỊCH\nTRƯỞNG PHÒNG KINH TẾ" in text
    assert "TM." not in text
    the_day_after = TODAY + timedelta(days=1)
    assert number not in {one.mandate_id for one in paper_signers.signers(session, paper, on=the_day_after)}
    decision = a_paper(session, office, 2, kind="adjust_decision")
    assert number not in {one.mandate_id for one in paper_signers.signers(session, decision, on=TODAY)}


def test_the_pages_are_those_of_the_signed_file_unless_the_office_says_otherwise(
    session: Session, office: Office
) -> None:
    signed_file = SignedFile("a" * 64, pages=3)
    for number, said, printed in ((1, None, 3), (2, 5, 5)):
        entry = register.enter(
            session,
            document_id=a_paper(session, office, number).key,
            given=Numbered(number, "TB-UBND", TODAY, page_amount=said),
            actor=office[Role.economy],
            now=NOW,
            signed_file=signed_file,
        )
        assert (entry.page_amount, entry.signed_file_sha256) == (printed, "a" * 64)


def test_a_decision_that_ends_support_gets_its_number_with_the_chairmans_word_only(
    session: Session, office: Office
) -> None:
    paper = a_paper(session, office, kind="stop_decision")
    assert not register.takes_number(paper)
    with pytest.raises(Problem, match="by_its_act"):
        enter(session, office, paper, symbol="QĐ-UBND")
    assert not session.exec(select(RegisterEntry)).all()
    given = Numbered(12, "QĐ-UBND", TODAY)
    register.enter(session, document_id=paper.key, given=given, actor=office[Role.economy], now=NOW, decided=True)
    copy = documents.find(session, kind="stop_decision", subject="posting:1")
    assert copy is not None
    session.refresh(copy)
    assert "Số: 12/QĐ-UBND" in docx_text(write_letter(FORMS[copy.kind], copy.data))
