"""Ask for a paper in the transaction that makes it due, and record that it was written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.documents import Document, DocumentState
from services.store import insert_once


def want(
    session: Session,
    *,
    commune_id: int,
    kind: str,
    subject: str,
    title: str,
    file_name: str,
    now: datetime,
    cycle_id: int | None = None,
    data: Any = None,
    version: int = 1,
) -> Document:
    """The paper of that kind, subject and version: made a wish if it is new, returned as it stands if it is not."""
    row = {
        "commune_id": commune_id,
        "cycle_id": cycle_id,
        "kind": kind,
        "subject": subject,
        "version": version,
        "title": title,
        "file_name": file_name,
        "data": data,
        "wanted_at": now,
    }
    insert_once(session, Document, [row])
    query = select(Document).where(Document.kind == kind, Document.subject == subject, Document.version == version)
    return session.exec(query).one()


def find(session: Session, *, kind: str, subject: str, version: int | None = None) -> Document | None:
    """The paper of that version, or the newest one."""
    query = select(Document).where(Document.kind == kind, Document.subject == subject)
    if version is not None:
        query = query.where(Document.version == version)
    return session.exec(query.order_by(col(Document.version).desc())).first()


def wanted(session: Session, *, limit: int = 50) -> list[Document]:
    """Papers still to be written, oldest wish first."""
    query = select(Document).where(Document.state == DocumentState.WANTED).order_by(col(Document.id)).limit(limit)
    return list(session.exec(query).all())


def mark_written(
    session: Session, document: Document, *, file_sha256: str, data_sha256: str, template_sha256: str, now: datetime
) -> None:
    """The file is in the store; the hashes bind it to the data and the template it was made from."""
    document.state = DocumentState.WRITTEN
    document.file_sha256 = file_sha256
    document.data_sha256 = data_sha256
    document.template_sha256 = template_sha256
    document.problem = ""
    document.written_at = now
    session.add(document)


def mark_failed(session: Session, document: Document, *, problem: str) -> None:
    """It could not be written; ``problem`` says why in words without personal data."""
    document.state = DocumentState.FAILED
    document.problem = problem
    session.add(document)
