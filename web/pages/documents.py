"""Papers and files that the product wrote: listed and handed out only to the roles each kind is for."""

from __future__ import annotations

import mimetypes

from fastapi import Response
from sqlmodel import col, select

from adapters.filestore import make_filestore
from models.documents import Document
from models.lists import VillageList
from rules.workflow import Role
from services import ledger
from services.errors import not_allowed, waiting
from web.registry import Scope, get
from web.visit import Visit

OFFICE = (Role.economy, Role.chairman)
EVERY_DEPARTMENT = (Role.economy, Role.chairman, Role.culture, Role.front, Role.insurance)
READERS: dict[str, tuple[Role, ...]] = {
    "village_workbook": (Role.village_head, Role.economy),
    "submission_letter": OFFICE,
    "decision_draft": OFFICE,
    "decision": EVERY_DEPARTMENT,
    "bank_file": (Role.economy,),
    "cash_sheet": (Role.economy,),
    "d03ts": (Role.economy, Role.insurance),
    "health_referral": (Role.health_station, Role.economy),
    "review_minutes": (Role.economy, Role.culture, Role.chairman),
}
"""Who may have which kind of paper; a kind that is not named here is for Phòng Kinh tế alone."""

WITH_ACCOUNTS = frozenset({"bank_file"})
"""Papers that show account numbers: each download is written down."""

ROLES = tuple({role: None for roles in READERS.values() for role in roles})


def readers(kind: str) -> tuple[Role, ...]:
    """The roles that may have a paper of this kind."""
    return READERS.get(kind, (Role.economy,))


def may_read(visit: Visit, document: Document) -> bool:
    """Whether this person may have this paper; a village head only that of the own thôn."""
    held = [role for role in readers(document.kind) if visit.actor.has(role, document.commune_id)]
    if held == [Role.village_head]:
        return _village_of(visit, document) in visit.actor.villages(document.commune_id)
    return bool(held)


def papers_of(visit: Visit, *subjects: str) -> list[Document]:
    """The newest version of each paper of these subjects that this person may have."""
    query = select(Document).where(col(Document.subject).in_(subjects)).order_by(col(Document.id))
    newest = {(paper.kind, paper.subject): paper for paper in visit.db.exec(query)}
    return [paper for paper in newest.values() if may_read(visit, paper)]


@get("/documents", roles=ROLES, scope=Scope.VILLAGE)
def documents_page(visit: Visit) -> Response:
    """The newest papers of the commune that this person may have."""
    query = select(Document).where(Document.commune_id == visit.commune.key).order_by(col(Document.id).desc())
    kinds = [kind for kind in READERS if visit.has(*readers(kind))]
    if not visit.has(Role.economy):
        query = query.where(col(Document.kind).in_(kinds))
    mine = [paper for paper in visit.db.exec(query.limit(500)) if may_read(visit, paper)]
    return visit.render("documents/list.html", title="Văn bản và tệp", papers=mine)


@get("/documents/{document_id:int}/file", roles=ROLES, scope=Scope.VILLAGE, logs_read=True)
def download(visit: Visit, document_id: int) -> Response:
    """The file as it was written."""
    document = visit.own(Document, document_id)
    if not may_read(visit, document):
        raise not_allowed("role", "Văn bản này không dành cho vai trò của anh/chị.")
    if document.file_sha256 is None:
        raise waiting("not_written", "Văn bản này chưa lập xong. Hãy thử lại sau ít phút.")
    if document.kind in WITH_ACCOUNTS:
        role = visit.actor.require(readers(document.kind), document.commune_id)
        what = f"document:{document.key}"
        ledger.log_read(visit.db, actor=visit.actor, role=role, what="account", subject=what, now=visit.now)
    content = make_filestore(visit.settings).load(document.file_sha256)
    kind = mimetypes.guess_type(document.file_name)[0] or "application/octet-stream"
    return visit.download(content, document.file_name, kind)


def _village_of(visit: Visit, document: Document) -> int | None:
    """The thôn a paper is of: only lists of a thôn have one."""
    table, _, number = document.subject.partition(":")
    if table != "village_list" or not number.isdigit():
        return None
    row = visit.db.get(VillageList, int(number))
    return row.village_id if row else None
