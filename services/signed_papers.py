"""A signed decision held against what the chairman decided: names, amounts, totals, before a number is accepted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlmodel import Session, select

from models.approval import Decision, Submission, SubmissionLine
from rules.money import amount_in_words
from rules.papers.citation import long_date
from rules.workflow import Role, SubmissionState
from services import decision_papers
from services.errors import conflict
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
class Difference:
    """Something our decision says and the file does not: ``what`` in words, ``ours`` as we print it."""

    what: str
    ours: str


@dataclass(frozen=True)
class SignedCheck:
    """What is shown before the number is accepted. ``notes``: sentences about the signatures and the comparison."""

    notes: tuple[str, ...]
    differences: tuple[Difference, ...]
    compared: bool

    @property
    def is_clean(self) -> bool:
        """The text was compared and nothing differs."""
        return self.compared and not self.differences


def check_decision(session: Session, *, submission_id: int, uploaded: Uploaded, actor: Actor) -> SignedCheck:
    """Compare an uploaded PDF with the persons the chairman approved, before Phòng Kinh tế enters the number.

    After number and day were entered without a file, those are looked for too. A scan without text is accepted as a
    scan, and said so. Raises Problem CONFLICT unless the list is decided, or when the decision has its file.
    """
    submission = get(session, Submission, submission_id, "tờ trình")
    actor.require(Role.economy, submission.commune_id)
    decision = None if submission.state == SubmissionState.DECIDED else without_file(session, submission)
    lines = decision_papers.approved(session, submission_id)
    notes = [_signature_note(uploaded)]
    readable = len(_squeezed(uploaded.text)) >= ENOUGH_TEXT
    if not readable:
        notes.append("Tệp chỉ có hình ảnh, không có chữ để so: người nhập đối chiếu bằng mắt.")
        return SignedCheck(tuple(notes), (), compared=False)
    found = [*(_number_differences(decision, uploaded.text) if decision else ()), *differences(lines, uploaded.text)]
    return SignedCheck(tuple(notes), tuple(found), compared=True)


def without_file(session: Session, submission: Submission) -> Decision:
    """The decision that was issued on the list without a signed file; Problem CONFLICT when there is no such one."""
    expect(submission, SubmissionState.ISSUED, "Chủ tịch chưa quyết định danh sách này.")
    decision = session.exec(select(Decision).where(Decision.submission_id == submission.key)).one()
    if decision.signed_file_sha256 is not None:
        raise conflict("signed_file", "Quyết định này đã có bản đã ký.")
    return decision


def _number_differences(decision: Decision, text: str) -> list[Difference]:
    """Number and day as they were entered, which a scan or a stamp may hide from the text."""
    read = _squeezed(text)
    stated = (
        ("Số, ký hiệu", f"{decision.number:02d}/{decision.symbol}"),
        ("Ngày ban hành", long_date(decision.issued_on)),
    )
    return [Difference(what, ours) for what, ours in stated if _squeezed(ours) not in read]


def _signature_note(uploaded: Uploaded) -> str:
    if uploaded.is_scan:
        return "Tệp không có chữ ký số: nhận như bản quét của văn bản giấy."
    if uploaded.holds:
        return "Chữ ký số hợp lệ, phủ toàn bộ tệp, thuộc chứng thư được tin."
    return "Chữ ký số chưa đạt: tệp bị sửa sau khi ký, chữ ký không phủ toàn bộ tệp, hoặc chưa rõ ai cấp chứng thư."


def differences(lines: Sequence[SubmissionLine], text: str) -> list[Difference]:
    """What the text lacks of the approved lines, in the order of the annex; spaces and line breaks do not count."""
    read = _read(text)
    starts = _starts([line.snapshot["full_name"] for line in lines], read.letters)
    wrong: list[Difference] = []
    for number, (line, start) in enumerate(zip(lines, starts, strict=True), start=1):
        if start is None:
            wrong.append(Difference(f"Dòng {number}: họ và tên", line.snapshot["full_name"]))
            continue
        following = next((other for other in starts[number:] if other is not None), len(read.letters))
        row = _numbers(read.part(start, following))
        for what, ours in (
            ("năm sinh", str(line.snapshot["birth_year"])),
            ("mức hỗ trợ", _figures(line.monthly_amount)),
        ):
            if ours not in row:
                wrong.append(Difference(f"Dòng {number}: {what}", ours))
    return wrong + _total_differences(lines, read)


def _total_differences(lines: Sequence[SubmissionLine], read: _Read) -> list[Difference]:
    total = sum(line.monthly_amount for line in lines)
    people, figures, words = f"{len(lines)} người", _figures(total), amount_in_words(total)
    wrong = [] if re.search(rf"(?<!\d){len(lines)}\s+người", read.text) else [Difference("Số người", people)]
    if figures not in _numbers(read.text):
        wrong.append(Difference("Tổng mức hỗ trợ", f"{figures} đồng"))
    if _squeezed(words) not in read.letters:
        wrong.append(Difference("Tổng mức hỗ trợ bằng chữ", words))
    return wrong


@dataclass(frozen=True)
class _Read:
    """The file's text, its letters without any space, and where each of those stands in the text."""

    text: str
    letters: str
    places: tuple[int, ...]

    def part(self, start: int, end: int) -> str:
        """The text from one letter up to another, spaces kept: figures of two cells must not grow together."""
        last = self.places[end] if end < len(self.places) else len(self.text)
        return self.text[self.places[start] : last]


def _read(text: str) -> _Read:
    plain = unicodedata.normalize("NFC", text)
    kept = [(place, letter) for place, letter in enumerate(plain) if not letter.isspace()]
    letters = "".join(letter.lower() for _, letter in kept)
    return _Read(plain, letters, tuple(place for place, _ in kept))


def _starts(names: Sequence[str], letters: str) -> list[int | None]:
    """Where each name begins, one after the other; None for one that does not follow."""
    found: list[int | None] = []
    place = 0
    for name in names:
        start = letters.find(_squeezed(name), place)
        found.append(start if start >= 0 else None)
        place = start + len(_squeezed(name)) if start >= 0 else place
    return found


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:\.\d{3})*", text))


def _squeezed(text: str) -> str:
    """Letters and figures alone: one form of each Vietnamese letter, no spaces, no line breaks."""
    return "".join(unicodedata.normalize("NFC", text).lower().split())


def _figures(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")
