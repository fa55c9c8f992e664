"""The register of outgoing papers (NĐ 30/2020, Phụ lục VI): the văn thư's number, and what each number was given to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.approval import Decision
from models.documents import Document, DocumentState, RegisterEntry
from models.staff import Account, Mandate
from rules.workflow import Role
from services import documents, ledger, paper_signers
from services.errors import conflict, invalid, waiting
from services.paper_heads import Signed
from services.register_entry import TYPE_NAMES, Numbered, SignedFile, bind, head_of, new_entry
from services.staff import Actor
from services.store import get, lock, save

KEEPERS = (Role.economy, Role.chairman)
"""Who reads the register."""
PRIORITY_LABELS = {0: "Thường", 1: "Khẩn", 2: "Thượng khẩn", 3: "Hỏa tốc"}
"""Mức độ khẩn."""
BY_ITS_ACT = frozenset({"stop_decision"})
"""Kinds whose number comes with the act it makes stand, after the chairman's word: not from the register alone."""


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
    entry = new_entry(session, document, given, head, actor, now)
    entry.position, entry.full_name = (signed.lines[-1] if signed.lines else ""), signed.name
    if signed_file:
        bind(entry, signed_file)
    save(session, entry)
    _number_document(session, document, given)
    _want_numbered_copy(session, document, given, signed, now)
    number: dict[str, int | str] = {"number": entry.code_number, "symbol": entry.code_notation}
    done = number | {"same_number_before": len(taken)} | of_file(signed_file)
    record(session, entry, "enter_register", actor, role, done, now)
    return entry


def enter_decision(
    session: Session,
    document: Document,
    decision: Decision,
    *,
    given: Numbered,
    actor: Actor,
    now: datetime,
    signed_file: SignedFile | None = None,
) -> None:
    """The decision's number was given when it was issued: the register has it in the same transaction."""
    entry = new_entry(session, document, given, head_of(document), actor, now)
    entry.position = get(session, Mandate, decision.signer_mandate_id).post
    entry.full_name = get(session, Account, decision.signer_id).full_name
    if signed_file:
        bind(entry, signed_file)
    save(session, entry)
    _number_document(session, document, given)


def of_file(signed_file: SignedFile | None) -> dict[str, int | str]:
    """What the audit entry of an act says about its signed file."""
    if signed_file is None:
        return {"signed_file": "", "signed_differences": 0}
    return {"signed_file": signed_file.sha256, "signed_differences": signed_file.differences}


def check_fields(given: Numbered) -> None:
    """Raise Problem INVALID for a number, symbol, urgency or count of copies that cannot be."""
    if given.number < 1 or not given.symbol.strip() or not 0 <= given.priority <= 9 or given.issued_amount < 1:
        raise invalid("number", "Số, ký hiệu hoặc số bản của văn bản không hợp lệ.")


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


def _check(document: Document, head: Mapping[str, Any], given: Numbered, now: datetime) -> None:
    check_fields(given)
    if not document.wanted_at.date() <= given.issued_on <= now.date():
        raise invalid("issued_on", "Ngày ban hành phải từ ngày lập văn bản đến hôm nay.")
    if document.state != DocumentState.WRITTEN:
        raise waiting("not_written", "Văn bản này chưa lập xong nên chưa vào số được.")
    if head["is_assumed"] and not head["is_demo"]:
        raise waiting("law_not_confirmed", "Chưa vào số được: văn bản dựa trên tham số pháp luật chưa đối chiếu.")
    if document.number:
        raise conflict("numbered", "Văn bản này đã có số.")


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
