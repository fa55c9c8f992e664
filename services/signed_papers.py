"""A signed paper held against ours before its file is kept: names, amounts, months, totals, every row and sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlmodel import Session, select

from models.approval import Decision, Submission, SubmissionLine
from models.documents import Document, DocumentState
from rules.money import amount_in_words
from rules.papers.citation import long_date
from rules.workflow import Role, SubmissionState
from services import decision_papers, documents, grants
from services.errors import conflict
from services.signed_text import Difference, Text, compare, read, squeezed
from services.staff import Actor
from services.store import get
from services.submission_acts import expect

ENOUGH_TEXT = 200
"""Letters below which a file is taken for pictures: a stamp or a page number is no decision."""


class Uploaded(Protocol):
    """What the door read of the file."""

    @property
    def text(self) -> str: ...
    @property
    def is_scan(self) -> bool: ...
    @property
    def holds(self) -> bool: ...


@dataclass(frozen=True)
class SignedCheck:
    """What is shown before the number is accepted. ``notes``: sentences about the signatures and the comparison.

    ``added``: what the file says and our paper does not.
    """

    notes: tuple[str, ...]
    differences: tuple[Difference, ...]
    compared: bool
    added: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """The text was compared and nothing differs."""
        return self.compared and not self.differs

    @property
    def differs(self) -> int:
        """In how many places; a word that was changed stands both among what is missing and what is added."""
        return max(len(self.differences), len(self.added))


def check_decision(
    session: Session, *, submission_id: int, uploaded: Uploaded, actor: Actor, ours: tuple[str, str] | None = None
) -> SignedCheck:
    """Compare an uploaded PDF with the persons the chairman approved, before Phòng Kinh tế enters the number.

    ``ours``: edges and body of the paper to be signed, or of the issued one (`copy_to_compare`); while none is written,
    names, years, amounts and months are held against the list. After number and day were entered without a file, those
    are looked for too. A scan without text is accepted as a scan, and said so. Raises Problem CONFLICT unless the list
    is decided, or when the decision has its file.
    """
    submission = get(session, Submission, submission_id, "tờ trình")
    actor.require(Role.economy, submission.commune_id)
    decision = None if submission.state == SubmissionState.DECIDED else without_file(session, submission)
    if not _has_text(uploaded):
        return _by_eye(uploaded)
    if ours is not None:
        return _compared(ours, uploaded)
    lines = decision_papers.approved(session, submission_id)
    found = differences(lines, uploaded.text, first=_first_month(session, submission, decision))
    numbered = _number_differences(decision, uploaded.text) if decision else []
    return SignedCheck((_signature_note(uploaded),), (*numbered, *found), compared=True)


def copy_to_compare(session: Session, submission: Submission) -> Document | None:
    """The decision's paper against which its signed file is held, if it is written: as issued, else as to be signed."""
    paper = documents.find(session, kind="decision", subject=f"submission:{submission.key}")
    paper = paper or decision_papers.to_sign(session, submission)
    return paper if paper is not None and paper.state == DocumentState.WRITTEN else None


def check_paper(document: Document, *, ours: tuple[str, str], uploaded: Uploaded, actor: Actor) -> SignedCheck:
    """Compare an uploaded PDF with one of our other papers, before its number is entered or after. Phòng Kinh tế does.

    ``ours``: edges and body of the newest copy, as `missing` takes them; its number, if any, is looked for too.
    """
    actor.require(Role.economy, document.commune_id)
    if not _has_text(uploaded):
        return _by_eye(uploaded)
    return _compared(ours, uploaded)


def _compared(ours: tuple[str, str], uploaded: Uploaded) -> SignedCheck:
    found = compare(*ours, uploaded.text)
    return SignedCheck((_signature_note(uploaded),), found.missing, compared=True, added=found.added)


def _has_text(uploaded: Uploaded) -> bool:
    return len(squeezed(uploaded.text)) >= ENOUGH_TEXT


def _by_eye(uploaded: Uploaded) -> SignedCheck:
    pictures = "Tệp chỉ có hình ảnh, không có chữ để so: người nhập đối chiếu bằng mắt."
    return SignedCheck((_signature_note(uploaded), pictures), (), compared=False)


def _first_month(session: Session, submission: Submission, decision: Decision | None) -> str:
    """From when everybody gets it: as printed to be signed, then by the day of issue; empty where nothing says so."""
    if decision is not None:
        return str(grants.first_month(session, decision))
    draft = decision_papers.to_sign(session, submission)
    return draft.data["rows"][0]["from_month"] if draft else ""


def without_file(session: Session, submission: Submission) -> Decision:
    """The decision that was issued on the list without a signed file; Problem CONFLICT when there is no such one."""
    expect(submission, SubmissionState.ISSUED, "Quyết định của danh sách này chưa vào số, ngày.")
    decision = session.exec(select(Decision).where(Decision.submission_id == submission.key)).one()
    if decision.signed_file_sha256 is not None:
        raise conflict("signed_file", "Quyết định này đã có bản đã ký.")
    return decision


def _number_differences(decision: Decision, text: str) -> list[Difference]:
    """Number and day as they were entered, which a scan or a stamp may hide from the text."""
    letters = squeezed(text)
    stated = (
        ("Số, ký hiệu", f"{decision.number:02d}/{decision.symbol}"),
        ("Ngày ban hành", long_date(decision.issued_on)),
    )
    return [
        Difference(what, ours)
        for what, ours in stated
        if not re.search(r"(?<!\d)" + re.escape(squeezed(ours)), letters)
    ]


def _signature_note(uploaded: Uploaded) -> str:
    if uploaded.is_scan:
        return "Tệp không có chữ ký số: nhận như bản quét của văn bản giấy."
    if uploaded.holds:
        return "Chữ ký số hợp lệ, phủ toàn bộ tệp, thuộc chứng thư được tin."
    return "Chữ ký số chưa đạt: tệp bị sửa sau khi ký, chữ ký không phủ toàn bộ tệp, hoặc chưa rõ ai cấp chứng thư."


def differences(lines: Sequence[SubmissionLine], text: str, *, first: str = "") -> list[Difference]:
    """What the text lacks of the approved lines, in the order of the annex; spaces and line breaks do not count.

    ``first``: the month that each line must name, as printed ("07/2026").
    """
    whole = read(text)
    starts = _starts([line.snapshot["full_name"] for line in lines], whole)
    wrong: list[Difference] = []
    for number, (line, start) in enumerate(zip(lines, starts, strict=True), start=1):
        if start is None:
            wrong.append(Difference(f"Dòng {number}: họ và tên", line.snapshot["full_name"]))
            continue
        following = next((other for other in starts[number:] if other is not None), len(whole.letters))
        part = whole.part(start, following)
        row = _numbers(part)
        for what, ours in (
            ("năm sinh", str(line.snapshot["birth_year"])),
            ("mức hỗ trợ", _figures(line.monthly_amount)),
        ):
            if ours not in row:
                wrong.append(Difference(f"Dòng {number}: {what}", ours))
        if first not in squeezed(part):
            wrong.append(Difference(f"Dòng {number}: hưởng từ tháng", first))
    return wrong + _total_differences(lines, whole)


def _total_differences(lines: Sequence[SubmissionLine], whole: Text) -> list[Difference]:
    total = sum(line.monthly_amount for line in lines)
    people, figures, words = f"{len(lines)} người", _figures(total), amount_in_words(total)
    wrong = [] if re.search(rf"(?<!\d){len(lines)}\s+người", whole.text) else [Difference("Số người", people)]
    if figures not in _numbers(whole.text):
        wrong.append(Difference("Tổng mức hỗ trợ", f"{figures} đồng"))
    if squeezed(words) not in whole.letters:
        wrong.append(Difference("Tổng mức hỗ trợ bằng chữ", words))
    return wrong


def _starts(names: Sequence[str], whole: Text) -> list[int | None]:
    """Where each name begins, one after the other; None for one that does not follow."""
    found: list[int | None] = []
    place = 0
    for name in names:
        said = squeezed(name)
        start = whole.letters.find(said, place)
        while start >= 0 and whole.runs_on(start + len(said)):
            start = whole.letters.find(said, start + 1)
        found.append(start if start >= 0 else None)
        place = start + len(said) if start >= 0 else place
    return found


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:\.\d{3})*", text))


def _figures(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")
