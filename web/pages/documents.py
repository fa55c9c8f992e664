"""Papers and files that the product wrote: listed and handed out only to the roles each kind is for."""

from __future__ import annotations

import mimetypes
from typing import Any

from fastapi import Response
from sqlalchemy import true
from sqlmodel import col, select

from adapters.filestore import make_filestore
from models.documents import Document
from models.lists import VillageList
from models.places import Village
from rules.names import fold_name
from rules.workflow import Role
from services import ledger
from services.errors import not_allowed, waiting
from web.export import MOST_ROWS, Column, export
from web.paging import cut_list
from web.registry import Scope, get
from web.visit import Visit

OFFICE = (Role.economy, Role.chairman)
EVERY_DEPARTMENT = (Role.economy, Role.chairman, Role.culture, Role.front, Role.insurance)
READERS: dict[str, tuple[Role, ...]] = {
    "village_workbook": (Role.village_head, Role.economy),
    "decision_draft": OFFICE,
    "decision": EVERY_DEPARTMENT,
    "submission_letter": OFFICE,
    "health_referral": (Role.economy, Role.health_station),
    "review_minutes": (Role.economy, Role.culture, Role.chairman),
    "posting_notice": (*EVERY_DEPARTMENT, Role.media),
    "broadcast": (Role.economy, Role.culture, Role.front, Role.media),
    "village_result": (Role.village_head, Role.economy, Role.culture),
    "refusal_letter": (Role.economy,),
    "stop_decision": OFFICE,
    "adjust_decision": OFFICE,
    "payment_sheet": (Role.economy,),
    "insurance_letter": (Role.economy, Role.insurance),
    "activity_report": OFFICE,
    "budget_need": OFFICE,
    "bank_file": (Role.economy,),
    "cash_sheet": (Role.economy,),
    "d03ts": (Role.economy, Role.insurance),
}
"""Who may have which kind of paper; a kind that is not named here is for Phòng Kinh tế alone."""

KINDS = {
    "village_workbook": "Mẫu danh sách thôn",
    "submission_letter": "Tờ trình",
    "decision_draft": "Dự thảo quyết định",
    "decision": "Quyết định",
    "bank_file": "Tệp chuyển khoản",
    "cash_sheet": "Danh sách tiền mặt",
    "d03ts": "D03-TS",
    "health_referral": "Phiếu chuyển Trạm Y tế",
    "review_minutes": "Biên bản xét duyệt",
    "village_result": "Kết quả gửi thôn",
    "refusal_letter": "Thông báo không hỗ trợ",
    "stop_decision": "Quyết định thôi hỗ trợ",
    "adjust_decision": "Quyết định điều chỉnh",
    "insurance_letter": "Công văn gửi BHXH",
    "posting_notice": "Thông báo niêm yết",
    "broadcast": "Bản tin phát thanh",
    "payment_sheet": "Danh sách chi trả",
    "activity_report": "Báo cáo",
    "budget_need": "Dự toán",
}
STATES = {"WRITTEN": "Đã lập", "WANTED": "Chờ lập", "FAILED": "Chưa lập được"}
COLUMNS = (
    Column("Văn bản", 50), Column("Loại", 24), Column("Số, ký hiệu", 18), Column("Ngày ban hành", 14),
    Column("Tình trạng", 16), Column("Lập lúc", 18),
)  # fmt: skip

WITH_ACCOUNTS = frozenset({"bank_file", "payment_sheet"})
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
    """The papers of the commune that this person may have, the newest first."""
    asked = dict(visit.request.query_params)
    return visit.render(
        "documents/list.html",
        title="Văn bản và tệp",
        found=cut_list(_found(visit, asked), asked),
        asked=asked,
        kinds=_kinds(visit),
        states=STATES.items(),
    )


@get("/documents/export", roles=ROLES, scope=Scope.VILLAGE, logs_read=True, hidden="tệp tải từ trang Văn bản")
def documents_export(visit: Visit) -> Response:
    """The register of the papers that the same question finds: titles, numbers and days, not the papers."""
    papers = _found(visit, dict(visit.request.query_params))
    rows = (
        (paper.title, KINDS.get(paper.kind, ""), f"{paper.number}/{paper.symbol}" if paper.number else "",
         paper.issued_on, STATES[paper.state], paper.written_at)
        for paper in papers[:MOST_ROWS]
    )  # fmt: skip
    subject = f"commune:{visit.commune.key}"
    return export(visit, title="Văn bản và tệp", file_name="van-ban.xlsx", subject=subject, columns=COLUMNS, rows=rows)


def _found(visit: Visit, asked: dict[str, str]) -> list[Document]:
    """What this person may have of what was asked for; titles are searched without tone marks."""
    query = select(Document).where(Document.commune_id == visit.commune.key, _mine(visit))
    if asked.get("kind") in KINDS:
        query = query.where(Document.kind == asked["kind"])
    if asked.get("state") in STATES:
        query = query.where(Document.state == asked["state"])
    words = fold_name(asked.get("q", ""))
    return [
        paper
        for paper in visit.db.exec(query.order_by(col(Document.id).desc()))
        if words in fold_name(f"{paper.title} {paper.number}")
    ]


def _mine(visit: Visit) -> Any:
    """The condition that a paper is of a kind for this person's roles, and of the own thôn for a village head."""
    if visit.has(Role.economy):
        return true()
    offices = [kind for kind, roles in READERS.items() if visit.has(*(set(roles) - {Role.village_head}))]
    own = select(VillageList.id).where(col(VillageList.village_id).in_(visit.actor.villages(visit.commune.key)))
    subjects = [f"village_list:{number}" for number in visit.db.exec(own)] if visit.has(Role.village_head) else []
    of_thon = [kind for kind, roles in READERS.items() if Role.village_head in roles]
    return col(Document.kind).in_(offices) | (col(Document.kind).in_(of_thon) & col(Document.subject).in_(subjects))


def _kinds(visit: Visit) -> list[tuple[str, str]]:
    return [(kind, label) for kind, label in KINDS.items() if visit.has(*readers(kind))]


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
    """The thôn a paper is of: only lists of a thôn and the results told to one have one."""
    table, _, number = document.subject.partition(":")
    if table == "decision" and ":" in number:
        code = number.partition(":")[2]
        query = select(Village.id).where(Village.commune_id == document.commune_id, Village.code == code)
        return visit.db.exec(query).first()
    if table != "village_list" or not number.isdigit():
        return None
    row = visit.db.get(VillageList, int(number))
    return row.village_id if row else None
