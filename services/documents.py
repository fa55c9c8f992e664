"""Ask for a paper in the transaction that makes it due, and record that it was written."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, or_, select, update

from models.documents import Document, DocumentState
from models.places import Commune
from rules.names import fold_name
from rules.workflow import Role
from services import notices
from services.store import get, insert_once

PAUSES = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8), timedelta(days=1))
"""How long after its first, second … failure a paper is tried again; after the last, once a day."""
TELL_AFTER = 3


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
        "title_key": fold_name(title),
        "file_name": file_name,
        "data": data,
        "wanted_at": now,
    }
    insert_once(session, Document, [row])
    if version > 1:
        _give_up_older(session, kind, subject, version)
    query = select(Document).where(Document.kind == kind, Document.subject == subject, Document.version == version)
    return session.exec(query).one()


def find(session: Session, *, kind: str, subject: str, version: int | None = None) -> Document | None:
    """The paper of that version, or the newest one."""
    query = select(Document).where(Document.kind == kind, Document.subject == subject)
    if version is not None:
        query = query.where(Document.version == version)
    return session.exec(query.order_by(col(Document.version).desc())).first()


def wanted(session: Session, *, now: datetime, limit: int = 50) -> list[Document]:
    """Papers to be written now, oldest wish first: the new ones, and failed ones whose time has come again."""
    again = (col(Document.state) == DocumentState.FAILED) & (col(Document.retry_at) <= now)
    query = select(Document).where(or_(col(Document.state) == DocumentState.WANTED, again))
    return list(session.exec(query.order_by(col(Document.id)).limit(limit)).all())


def mark_written(
    session: Session, document: Document, *, file_sha256: str, data_sha256: str, template_sha256: str, now: datetime
) -> None:
    """The file is in the store; the hashes bind it to the data and the template it was made from."""
    document.state = DocumentState.WRITTEN
    document.file_sha256 = file_sha256
    document.data_sha256 = data_sha256
    document.template_sha256 = template_sha256
    document.problem, document.attempts, document.retry_at = "", 0, None
    document.written_at = now
    session.add(document)


def mark_failed(session: Session, document: Document, *, problem: str, now: datetime, again: bool = True) -> None:
    """It could not be written and is tried again, ever more rarely; ``problem`` says why, without personal data.

    After ``TELL_AFTER`` failures in a row the commune's admins get a mail, one a day however many papers there are.
    ``again``: False where nobody is left for the paper, which no repetition changes; a change asks for a new version.
    """
    document.state, document.problem = DocumentState.FAILED, problem
    if not again:
        document.retry_at = None
        session.add(document)
        return
    document.attempts += 1
    document.retry_at = now + PAUSES[min(document.attempts, len(PAUSES)) - 1]
    session.add(document)
    session.flush()
    if document.attempts >= TELL_AFTER:
        _tell_admins(session, document.commune_id, now)


def _give_up_older(session: Session, kind: str, subject: str, version: int) -> None:
    """An older version that could not be written is not tried again once a newer one is wanted."""
    older = update(Document).where(col(Document.kind) == kind, col(Document.subject) == subject)
    still_failing = col(Document.version) < version, col(Document.state) == DocumentState.FAILED
    session.execute(older.where(*still_failing).values(retry_at=None))


def failed(session: Session, commune_id: int) -> list[Document]:
    """Papers that could not be written so far and are still tried, oldest first."""
    query = select(Document).where(Document.commune_id == commune_id, Document.state == DocumentState.FAILED)
    return list(session.exec(query.where(col(Document.retry_at).is_not(None)).order_by(col(Document.id))).all())


def _tell_admins(session: Session, commune_id: int, now: datetime) -> None:
    notices.queue(
        session,
        key=f"paper_failed:{commune_id}:{now.date().isoformat()}",
        template="paper_failed",
        commune=get(session, Commune, commune_id, "đơn vị"),
        role=Role.admin,
        path="/runs",
        counts={"papers": len(failed(session, commune_id))},
        now=now,
    )
