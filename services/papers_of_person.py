"""Photos and scans of a person's papers, each for whoever needs it; medical ones are for the health station alone."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from models.people import PaperKind, Person, PersonPaper
from rules.workflow import Role
from services import ledger
from services.errors import conflict, invalid, not_allowed
from services.staff import Actor
from services.store import get

SENDERS = (Role.village_head, Role.economy, Role.health_station)
OFFICES = (Role.economy, Role.culture, Role.chairman, Role.village_head)
MEDICAL = frozenset({PaperKind.MEDICAL, PaperKind.DISABILITY})
"""Kinds that may name an illness: a certificate of disability states its cause."""
MEDIA_TYPES = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
MOST_OF_A_PERSON = 40


def readers(kind: str) -> tuple[Role, ...]:
    """The roles that may open a paper of this kind."""
    return (Role.health_station,) if kind in MEDICAL else (*OFFICES, Role.health_station)


def add(
    session: Session,
    *,
    person_id: int,
    kind: PaperKind,
    media_type: str,
    size: int,
    content_sha256: str,
    file_sha256: str,
    actor: Actor,
    now: datetime,
) -> PersonPaper:
    """Link a stored (encrypted) file to the person; the same content twice is one paper.

    Raises Problem NOT_ALLOWED for the head of another thôn, INVALID for another type of file, CONFLICT for too many.
    """
    person = get(session, Person, person_id, "người")
    role = actor.require(SENDERS, person.commune_id, person.village_id)
    if media_type not in MEDIA_TYPES:
        raise invalid("paper_type", "Chỉ nhận ảnh JPEG, PNG hoặc tệp PDF.", field="file")
    known = list(session.exec(select(PersonPaper).where(PersonPaper.person_id == person_id)))
    same = next((one for one in known if (one.kind, one.content_sha256) == (kind, content_sha256)), None)
    if same is not None:
        return same
    if len(known) >= MOST_OF_A_PERSON:
        raise conflict("papers_many", f"Mỗi người chỉ giữ tối đa {MOST_OF_A_PERSON} giấy tờ.")
    row = PersonPaper(
        commune_id=person.commune_id,
        village_id=person.village_id,
        person_id=person_id,
        kind=kind,
        media_type=media_type,
        size=size,
        content_sha256=content_sha256,
        file_sha256=file_sha256,
        uploaded_by=actor.person_id,
        uploaded_at=now,
    )
    session.add(row)
    session.flush()
    _record(session, row, actor, role, now)
    return row


def _record(session: Session, row: PersonPaper, actor: Actor, role: Role, now: datetime) -> None:
    ledger.append(
        session,
        commune_id=row.commune_id,
        actor=actor,
        role=role,
        action="add_paper",
        subject=f"person:{row.person_id}",
        data={"paper": row.key, "kind": str(row.kind), "size": row.size},
        now=now,
    )


def papers(session: Session, *, person_id: int, actor: Actor) -> list[PersonPaper]:
    """Every paper of the person, newest first; which may be opened says `may_open`. Raises Problem NOT_ALLOWED."""
    person = get(session, Person, person_id, "người")
    actor.require((*OFFICES, Role.health_station), person.commune_id, person.village_id)
    query = select(PersonPaper).where(PersonPaper.person_id == person_id).order_by(col(PersonPaper.id).desc())
    return list(session.exec(query))


def may_open(paper: PersonPaper, actor: Actor) -> bool:
    """Whether this person may open this paper."""
    village = paper.village_id
    return any(actor.has(role, paper.commune_id, village) for role in readers(paper.kind))


def opened(session: Session, *, paper_id: int, actor: Actor, now: datetime) -> PersonPaper:
    """The paper for whoever may open it; the look is recorded. Raises Problem NOT_ALLOWED."""
    paper = get(session, PersonPaper, paper_id, "giấy tờ")
    if not may_open(paper, actor):
        raise not_allowed("role", "Giấy tờ này không dành cho vai trò của anh/chị.")
    role = actor.require(readers(paper.kind), paper.commune_id, paper.village_id)
    ledger.log_read(session, actor=actor, role=role, what="person_paper", subject=f"paper:{paper.key}", now=now)
    return paper
