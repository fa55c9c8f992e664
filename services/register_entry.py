"""What the register says of one outgoing paper: the fields of NĐ 30/2020, Phụ lục VI."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, select

from models.documents import Document, RegisterEntry
from models.places import Commune
from rules.authority import Issuer
from services import paper_heads, receivers
from services.errors import invalid
from services.staff import Actor
from services.store import lock

TYPE_NAMES = {
    "decision": "Quyết định",
    "stop_decision": "Quyết định",
    "adjust_decision": "Quyết định",
    "submission_letter": "Tờ trình",
    "review_minutes": "Biên bản",
    "posting_notice": "Thông báo",
    "village_result": "Thông báo",
    "health_referral": "Phiếu chuyển",
    "refusal_letter": "Công văn",
    "insurance_letter": "Công văn",
    "activity_report": "Báo cáo",
    "budget_need": "Báo cáo",
}
"""Kinds of paper that get a number, with tên loại văn bản."""
DRAFT = "Dự thảo quyết định "
"""How the title of a decision begins before it has its number."""


@dataclass(frozen=True)
class Numbered:
    """What the văn thư types after signing; ``due_on``: until when an answer is asked for.

    ``file_notation``: the hồ sơ it is kept in. ``page_amount``: None takes that of the signed file.
    ``signer_mandate_id``: who signed, one of ``paper_signers.signers``; None: whoever stands on the draft.
    """

    number: int
    symbol: str
    issued_on: date
    priority: int = 0
    issued_amount: int = 1
    page_amount: int | None = None
    due_on: date | None = None
    description: str = ""
    file_notation: str = ""
    signer_mandate_id: int | None = None


@dataclass(frozen=True)
class SignedFile:
    """The paper as it was signed: its fingerprint, its pages, in how many places it differed from ours when taken."""

    sha256: str
    differences: int = 0
    pages: int | None = None


def head_of(document: Document) -> Mapping[str, Any]:
    """The head of a paper that can get a number. Raises Problem INVALID for another."""
    head = document.data.get("head") if isinstance(document.data, dict) else None
    if document.kind not in TYPE_NAMES or head is None:
        raise invalid("no_number", "Loại văn bản này không vào sổ văn bản đi.")
    found: Mapping[str, Any] = head
    return found


def new_entry(
    session: Session, document: Document, given: Numbered, head: Mapping[str, Any], actor: Actor, now: datetime
) -> RegisterEntry:
    """The paper's entry, the next of the year's register; the commune is locked until it is saved."""
    year = given.issued_on.year
    commune = lock(session, Commune, document.commune_id, "đơn vị")
    last = select(func.max(RegisterEntry.doc_ordinal)).where(
        RegisterEntry.commune_id == document.commune_id, RegisterEntry.file_catalog == year
    )
    return RegisterEntry(
        commune_id=document.commune_id,
        document_id=document.key,
        organ_id=paper_heads.organ_code(session, commune, Issuer(head["issuer"])),
        file_catalog=year,
        file_notation=given.file_notation.strip(),
        doc_ordinal=(session.exec(last).one() or 0) + 1,
        type_name=TYPE_NAMES[document.kind],
        code_number=given.number,
        code_notation=given.symbol.strip(),
        issued_on=given.issued_on,
        organ_name=head["body"],
        subject=_subject(document),
        page_amount=given.page_amount,
        description=given.description.strip(),
        recipients=list(head["recipients"]),
        recipient_codes=receivers.codes_of(session, commune, document),
        priority=given.priority,
        issued_amount=given.issued_amount,
        due_on=given.due_on,
        recorded_by=actor.person_id,
        recorded_at=now,
    )


def _subject(document: Document) -> str:
    """Trích yếu: as printed where the paper has its own, else its title; the register holds no drafts."""
    title = document.title
    if title.startswith(DRAFT):
        title = f"Về việc {title.removeprefix(DRAFT)}"
    return str(document.data.get("subject") or title)


def bind(entry: RegisterEntry, signed_file: SignedFile) -> None:
    """The entry has its signed file from now on, and its number of pages where nobody typed it."""
    entry.signed_file_sha256 = signed_file.sha256
    entry.page_amount = entry.page_amount or signed_file.pages
