"""Signed files of papers in the register: held against the newest copy, kept once, bound to the entry."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from models.documents import Document, DocumentState, RegisterEntry
from rules.workflow import Role
from services import register, register_entry
from services.errors import conflict, waiting
from services.register_entry import SignedFile
from services.staff import Actor
from services.store import lock, save


def attach_signed(session: Session, *, document_id: int, signed_file: SignedFile, actor: Actor, now: datetime) -> None:
    """Keep the signed file of a paper whose number was entered without one; the number stays. Phòng Kinh tế does it.

    Raises Problem WAITING while the paper has no number, CONFLICT when it has its file, or is an approving decision,
    whose file is held against the list (`issuing.attach_signed`).
    """
    document = lock(session, Document, document_id, "văn bản")
    role = actor.require(Role.economy, document.commune_id)
    _not_of_a_list(document)
    entry = keep_signed(session, document, signed_file)
    register.record(session, entry, "attach_signed", actor, role, register.of_file(signed_file), now)


def copy_to_compare(session: Session, document: Document) -> Document:
    """The written paper against which a signed file is held: the copy with number and day where there is one.

    Raises Problem INVALID for a kind that gets no number, CONFLICT when the signed file is there already or belongs to
    an approving decision, WAITING while the copy is not written.
    """
    register_entry.head_of(document)
    _not_of_a_list(document)
    entry = entry_of(session, document)
    if entry is not None and entry.signed_file_sha256 is not None:
        raise conflict("signed_file", "Văn bản này đã có bản đã ký.")
    if document.number:
        query = select(Document).where(Document.kind == document.kind, Document.subject == document.subject)
        query = query.where(Document.number == document.number, Document.symbol == document.symbol)
        document = session.exec(query.order_by(col(Document.version).desc())).first() or document
    if document.state != DocumentState.WRITTEN:
        raise waiting("not_written", "Bản để so đang được lập. Hãy thử lại sau ít phút.")
    return document


def _not_of_a_list(document: Document) -> None:
    if document.kind == "decision":
        raise conflict("by_its_act", "Bản đã ký của quyết định này nhận ở trang Phê duyệt.")


def keep_signed(session: Session, document: Document, signed_file: SignedFile) -> RegisterEntry:
    """Write the file to the paper's entry, once; who may do it is checked, and the act recorded, by the caller."""
    entry = entry_of(session, document)
    if entry is None:
        raise waiting("no_number", "Văn bản này chưa có số.")
    if entry.signed_file_sha256 is not None:
        raise conflict("signed_file", "Văn bản này đã có bản đã ký.")
    register_entry.bind(entry, signed_file)
    save(session, entry)
    return entry


def entry_of(session: Session, document: Document) -> RegisterEntry | None:
    """The register's entry of a paper; its numbered copy, which is a version of its own, has the same one."""
    query = (
        select(RegisterEntry)
        .join(Document, col(Document.id) == RegisterEntry.document_id)
        .where(Document.kind == document.kind, Document.subject == document.subject)
        .where(Document.number == document.number, Document.symbol == document.symbol)
    )
    return session.exec(query.order_by(col(RegisterEntry.id).desc())).first() if document.number else None
