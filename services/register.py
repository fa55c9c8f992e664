"""The register of outgoing papers (NĐ 30/2020, Phụ lục VI): the văn thư's number, and what each number was given to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.approval import Decision
from models.documents import Document, DocumentState, RegisterEntry
from models.places import Commune
from models.staff import Account, Mandate
from rules.workflow import Role
from services import documents, ledger, paper_signers
from services.errors import conflict, invalid, waiting
from services.paper_heads import Signed
from services.staff import Actor
from services.store import get, lock, save

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
KEEPERS = (Role.economy, Role.chairman)
"""Who reads the register."""
PRIORITY_LABELS = {0: "Thường", 1: "Khẩn", 2: "Thượng khẩn", 3: "Hỏa tốc"}
"""Mức độ khẩn."""
BY_ITS_ACT = frozenset({"stop_decision"})
"""Kinds whose number comes with the act it makes stand, after the chairman's word: not from the register alone."""


@dataclass(frozen=True)
class Numbered:
    """What the văn thư types after signing; ``due_on``: until when an answer is asked for.

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
    signer_mandate_id: int | None = None


@dataclass(frozen=True)
class SignedFile:
    """The paper as it was signed: its fingerprint, and in how many places it differed from ours when it was taken."""

    sha256: str
    differences: int = 0


@dataclass(frozen=True)
class RegisterLine:
    """An entry as printed in the register, bound to what the paper was made from."""

    entry: RegisterEntry
    title: str
    template_sha256: str
    data_sha256: str
    file_sha256: str


def duplicates(
    session: Session, *, commune_id: int, number: int, symbol: str, organ_name: str, year: int
) -> list[RegisterEntry]:
    """Entries of the year with the same number, symbol and issuer: shown before a number is accepted."""
    query = select(RegisterEntry).where(
        RegisterEntry.commune_id == commune_id,
        RegisterEntry.code_number == number,
        RegisterEntry.code_notation == symbol.strip(),
        RegisterEntry.organ_name == organ_name,
        RegisterEntry.file_catalog == year,
    )
    return list(session.exec(query.order_by(col(RegisterEntry.id))).all())


def enter(
    session: Session,
    *,
    document_id: int,
    given: Numbered,
    actor: Actor,
    now: datetime,
    even_if_taken: bool = False,
    decided: bool = False,
    signed_file: SignedFile | None = None,
) -> RegisterEntry:
    """Give a written paper its number and day, and ask for the copy that shows them. Phòng Kinh tế does it.

    Raises Problem INVALID for a number or day that cannot be, WAITING while the paper is not written or rests on law
    that nobody confirmed, NOT_ALLOWED when the signer does not hold the post that day, CONFLICT when it has a number,
    or when another paper has the same one (``duplicate_number``) and ``even_if_taken`` does not say that this is meant.
    ``decided``: the act that the number makes stand asks, after the chairman's word (kinds of ``BY_ITS_ACT``).
    """
    document = lock(session, Document, document_id, "văn bản")
    role = actor.require(Role.economy, document.commune_id)
    head = head_of(document)
    if document.kind in BY_ITS_ACT and not decided:
        raise conflict("by_its_act", "Quyết định này vào số ở trang Biến động, sau khi Chủ tịch quyết định.")
    _check(document, head, given, now)
    taken = duplicates(
        session,
        commune_id=document.commune_id,
        number=given.number,
        symbol=given.symbol,
        organ_name=head["body"],
        year=given.issued_on.year,
    )
    if taken and not even_if_taken:
        raise conflict(
            "duplicate_number",
            f"Số {given.number}/{given.symbol} của {head['body']} đã cấp cho văn bản khác trong năm.",
        )
    signed = paper_signers.signed(session, document, on=given.issued_on, mandate_id=given.signer_mandate_id)
    entry = _entry(session, document, given, head["body"], head["recipients"], actor, now)
    entry.position, entry.full_name = (signed.lines[-1] if signed.lines else ""), signed.name
    entry.signed_file_sha256 = signed_file.sha256 if signed_file else None
    save(session, entry)
    _number_document(session, document, given)
    _want_numbered_copy(session, document, given, signed, now)
    number: dict[str, int | str] = {"number": entry.code_number, "symbol": entry.code_notation}
    done = number | {"same_number_before": len(taken)} | of_file(signed_file)
    record(session, entry, "enter_register", actor, role, done, now)
    return entry


def enter_decision(session: Session, document: Document, decision: Decision, *, actor: Actor, now: datetime) -> None:
    """The decision's number was given when it was issued: the register has it in the same transaction."""
    head = head_of(document)
    given = Numbered(decision.number, decision.symbol, decision.issued_on)
    entry = _entry(session, document, given, head["body"], head["recipients"], actor, now)
    entry.position = get(session, Mandate, decision.signer_mandate_id).post
    entry.full_name = get(session, Account, decision.signer_id).full_name
    entry.signed_file_sha256 = decision.signed_file_sha256
    save(session, entry)
    _number_document(session, document, given)


def of_file(signed_file: SignedFile | None) -> dict[str, int | str]:
    """What the audit entry of an act says about its signed file."""
    if signed_file is None:
        return {"signed_file": "", "signed_differences": 0}
    return {"signed_file": signed_file.sha256, "signed_differences": signed_file.differences}


def takes_number(document: Document) -> bool:
    """Whether the paper is written, of a kind that gets its number in the register, and has none yet."""
    has_head = isinstance(document.data, dict) and "head" in document.data
    written = document.state == DocumentState.WRITTEN
    return document.kind in TYPE_NAMES.keys() - BY_ITS_ACT and has_head and written and not document.number


def same_number(session: Session, document: Document, *, number: int, symbol: str, year: int) -> list[RegisterEntry]:
    """As `duplicates`, for the number that is about to be given to this paper."""
    organ = head_of(document)["body"]
    return duplicates(
        session, commune_id=document.commune_id, number=number, symbol=symbol, organ_name=organ, year=year
    )


def book(session: Session, *, commune_id: int, year: int, actor: Actor) -> list[RegisterLine]:
    """The register of a year in the order of entry, each paper with the hashes it is bound to."""
    actor.require(KEEPERS, commune_id)
    query = (
        select(RegisterEntry, Document)
        .join(Document, col(Document.id) == RegisterEntry.document_id)
        .where(RegisterEntry.commune_id == commune_id, RegisterEntry.file_catalog == year)
        .order_by(col(RegisterEntry.doc_ordinal))
    )
    return [
        RegisterLine(entry, paper.title, paper.template_sha256, paper.data_sha256, paper.file_sha256 or "")
        for entry, paper in session.exec(query)
    ]


def head_of(document: Document) -> Mapping[str, Any]:
    """The head of a paper that can get a number. Raises Problem INVALID for another."""
    head = document.data.get("head") if isinstance(document.data, dict) else None
    if document.kind not in TYPE_NAMES or head is None:
        raise invalid("no_number", "Loại văn bản này không vào sổ văn bản đi.")
    found: Mapping[str, Any] = head
    return found


def _check(document: Document, head: Mapping[str, Any], given: Numbered, now: datetime) -> None:
    if given.number < 1 or not given.symbol.strip() or not 0 <= given.priority <= 9 or given.issued_amount < 1:
        raise invalid("number", "Số, ký hiệu hoặc số bản của văn bản không hợp lệ.")
    if not document.wanted_at.date() <= given.issued_on <= now.date():
        raise invalid("issued_on", "Ngày ban hành phải từ ngày lập văn bản đến hôm nay.")
    if document.state != DocumentState.WRITTEN:
        raise waiting("not_written", "Văn bản này chưa lập xong nên chưa vào số được.")
    if head["is_assumed"] and not head["is_demo"]:
        raise waiting("law_not_confirmed", "Chưa vào số được: văn bản dựa trên tham số pháp luật chưa đối chiếu.")
    if document.number:
        raise conflict("numbered", "Văn bản này đã có số.")


def _entry(
    session: Session, document: Document, given: Numbered, organ: str, recipients: Any, actor: Actor, now: datetime
) -> RegisterEntry:
    year = given.issued_on.year
    lock(session, Commune, document.commune_id, "đơn vị")
    last = select(func.max(RegisterEntry.doc_ordinal)).where(
        RegisterEntry.commune_id == document.commune_id, RegisterEntry.file_catalog == year
    )
    return RegisterEntry(
        commune_id=document.commune_id,
        document_id=document.key,
        file_catalog=year,
        doc_ordinal=(session.exec(last).one() or 0) + 1,
        type_name=TYPE_NAMES[document.kind],
        code_number=given.number,
        code_notation=given.symbol.strip(),
        issued_on=given.issued_on,
        organ_name=organ,
        subject=document.title,
        page_amount=given.page_amount,
        description=given.description.strip(),
        recipients=list(recipients),
        priority=given.priority,
        issued_amount=given.issued_amount,
        due_on=given.due_on,
        recorded_by=actor.person_id,
        recorded_at=now,
    )


def _number_document(session: Session, document: Document, given: Numbered) -> None:
    document.number, document.symbol = str(given.number), given.symbol.strip()
    document.issued_on = given.issued_on
    session.add(document)
    session.flush()


def _want_numbered_copy(session: Session, document: Document, given: Numbered, signed: Signed, now: datetime) -> None:
    """The same words with number and day, as a version of its own: the draft that was signed stays as it is."""
    shown = {
        "number": given.number,
        "symbol": given.symbol.strip(),
        "issued_on": given.issued_on,
        "authority_lines": signed.lines,
        "signer_name": signed.name,
    }
    stem, _, ending = document.file_name.removeprefix("du-thao-").rpartition(".")
    copy = documents.want(
        session,
        commune_id=document.commune_id,
        cycle_id=document.cycle_id,
        kind=document.kind,
        subject=document.subject,
        title=f"{document.title} – số {given.number}/{given.symbol.strip()}",
        file_name=f"{stem}-so-{given.number}.{ending}",
        data=document.data | {"head": document.data["head"] | shown},
        now=now,
        version=document.version + 1,
    )
    _number_document(session, copy, given)


def record(
    session: Session,
    entry: RegisterEntry,
    action: str,
    actor: Actor,
    role: Role,
    data: Mapping[str, object],
    now: datetime,
) -> None:
    """Write an act on an entry into the audit chain."""
    ledger.append(
        session,
        commune_id=entry.commune_id,
        actor=actor,
        role=role,
        action=action,
        subject=f"document:{entry.document_id}",
        data=dict(data),
        now=now,
    )
