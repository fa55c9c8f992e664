"""Papers and files that the product wrote: listed and handed out only to the roles each kind is for."""

from __future__ import annotations

import mimetypes
from typing import Any

from fastapi import Response
from sqlalchemy import false, or_, true
from sqlmodel import col, select

from adapters.filestore import make_filestore
from models.documents import Document
from models.lists import VillageList
from models.places import Village
from rules.workflow import Role
from services import ledger, register
from services.errors import not_allowed, waiting
from web.export import MOST_ROWS, Column, export
from web.paging import Sort, cut, holds, ordered
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
    "posting_notice": (*EVERY_DEPARTMENT, Role.media, Role.village_head),
    "broadcast": (Role.economy, Role.culture, Role.front, Role.media, Role.village_head),
    "village_result": (Role.village_head, Role.economy, Role.culture),
    "refusal_letter": (Role.economy,),
    "stop_decision": OFFICE,
    "adjust_decision": OFFICE,
    "payment_sheet": (Role.economy,),
    "insurance_letter": (Role.economy, Role.insurance),
    "activity_report": OFFICE,
    "budget_need": OFFICE,
    "budget_sheet": OFFICE,
    "bank_file": (Role.economy,),
    "cash_sheet": (Role.economy,),
    "pain001": (Role.economy,),
    "treasury_list": (Role.economy,),
    "treasury_voucher": (Role.economy,),
    "cash_voucher": (Role.economy,),
    "refund_voucher": (Role.economy,),
    "d03ts": (Role.economy, Role.insurance),
}
"""Who may have which kind of paper; a kind that is not named here is for Phòng Kinh tế alone."""
FOR_EVERY_THON = ("posting_notice", "broadcast")
"""What every thôn hangs up and reads out: the head of any of them may have it."""

KINDS = {
    "village_workbook": "Mẫu danh sách thôn",
    "submission_letter": "Tờ trình",
    "decision_draft": "Dự thảo quyết định",
    "decision": "Quyết định",
    "bank_file": "Tệp chuyển khoản",
    "cash_sheet": "Danh sách tiền mặt",
    "pain001": "Lệnh chuyển tiền ISO 20022",
    "treasury_list": "Danh sách gửi Kho bạc",
    "treasury_voucher": "Chứng từ chuyển khoản Kho bạc",
    "cash_voucher": "Chứng từ tiền mặt Kho bạc",
    "refund_voucher": "Giấy nộp trả kinh phí",
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
    "budget_sheet": "Bảng dự toán",
}
STATES = {"WRITTEN": "Đã lập", "WANTED": "Chờ lập", "FAILED": "Chưa lập được"}
COLUMNS = (
    Column("Văn bản", 50), Column("Loại", 24), Column("Số, ký hiệu", 18), Column("Ngày ban hành", 14),
    Column("Tình trạng", 16), Column("Lập lúc", 18),
)  # fmt: skip

SORTS = {
    "new": Sort("Mới lập trước", (col(Document.id).desc(),)),
    "title": Sort("Tên văn bản", (col(Document.title_key), col(Document.id).desc())),
    "issued": Sort(
        "Mới ban hành trước",
        (col(Document.issued_on).is_(None), col(Document.issued_on).desc(), col(Document.id).desc()),
    ),
    "kind": Sort("Loại văn bản", (col(Document.kind), col(Document.id).desc())),
}

WITH_ACCOUNTS = frozenset({"bank_file", "pain001", "payment_sheet", "treasury_list"})
"""Papers that show account numbers: each download is written down."""

ROLES = tuple({role: None for roles in READERS.values() for role in roles})


def readers(kind: str) -> tuple[Role, ...]:
    """The roles that may have a paper of this kind."""
    return READERS.get(kind, (Role.economy,))


def may_read(visit: Visit, document: Document) -> bool:
    """Whether this person may have this paper; a village head that of the own thôn and what every thôn hangs up."""
    held = [role for role in readers(document.kind) if visit.actor.has(role, document.commune_id)]
    if held == [Role.village_head] and document.kind not in FOR_EVERY_THON:
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
        found=cut(visit.db, _found(visit, asked), asked, SORTS),
        asked=asked,
        kinds=_kinds(visit),
        states=STATES.items(),
        keeps_register=visit.has(*register.KEEPERS),
    )


@get("/documents/export", roles=ROLES, scope=Scope.VILLAGE, logs_read=True, hidden="tệp tải từ trang Văn bản")
def documents_export(visit: Visit) -> Response:
    """The register of the papers that the same question finds: titles, numbers and days, not the papers."""
    asked = dict(visit.request.query_params)
    papers = visit.db.exec(ordered(_found(visit, asked), asked, SORTS).limit(MOST_ROWS))
    rows = (
        (paper.title, KINDS.get(paper.kind, ""), f"{paper.number}/{paper.symbol}" if paper.number else "",
         paper.issued_on, STATES[paper.state], paper.written_at)
        for paper in papers
    )  # fmt: skip
    subject = f"commune:{visit.commune.key}"
    return export(visit, title="Văn bản và tệp", file_name="van-ban.xlsx", subject=subject, columns=COLUMNS, rows=rows)


def _found(visit: Visit, asked: dict[str, str]) -> Any:
    """What this person may have of what was asked for; titles and numbers are searched without tone marks."""
    query = select(Document).where(Document.commune_id == visit.commune.key, _mine(visit))
    if asked.get("kind") in KINDS:
        query = query.where(Document.kind == asked["kind"])
    if asked.get("state") in STATES:
        query = query.where(Document.state == asked["state"])
    words = asked.get("q", "").strip()
    number = col(Document.number) + "/" + col(Document.symbol)
    return query.where(holds(col(Document.title_key), words) | number.contains(words, autoescape=True))


def _mine(visit: Visit) -> Any:
    """The condition that a paper is of a kind for this person's roles, and of the own thôn for a village head."""
    if visit.has(Role.economy):
        return true()
    offices = [kind for kind, roles in READERS.items() if visit.has(*(set(roles) - {Role.village_head}))]
    if visit.has(Role.village_head):
        offices += FOR_EVERY_THON
    of_thon = [kind for kind, roles in READERS.items() if Role.village_head in roles]
    return col(Document.kind).in_(offices) | (col(Document.kind).in_(of_thon) & _of_own_thon(visit))


def _of_own_thon(visit: Visit) -> Any:
    """The same as `_village_of` for many papers: lists of the own thôn, and results told to it."""
    own = visit.actor.villages(visit.commune.key)
    if not visit.has(Role.village_head) or not own:
        return false()
    lists = visit.db.exec(select(VillageList.id).where(col(VillageList.village_id).in_(own)))
    codes = visit.db.exec(select(Village.code).where(col(Village.id).in_(own)))
    subject = col(Document.subject)
    told = [subject.startswith("decision:") & subject.endswith(f":{code}", autoescape=True) for code in codes]
    return or_(subject.in_([f"village_list:{number}" for number in lists]), *told)


def _kinds(visit: Visit) -> list[tuple[str, str]]:
    return [(kind, label) for kind, label in KINDS.items() if visit.has(*readers(kind))]


def readable(visit: Visit, document_id: int) -> Document:
    """The paper, if this person may have it. Raises Problem NOT_FOUND or NOT_ALLOWED."""
    document = visit.own(Document, document_id)
    if not may_read(visit, document):
        raise not_allowed("role", "Văn bản này không dành cho vai trò của anh/chị.")
    return document


def paper_parts(visit: Visit, document: Document) -> tuple[str, str]:
    """What a written paper says, at the edges of its pages and between: a signed file is held against it."""
    from adapters.papers import docx_parts  # noqa: PLC0415 - large, for a few files a quarter

    return docx_parts(make_filestore(visit.settings).load(document.file_sha256 or ""))


@get("/documents/{document_id:int}/file", roles=ROLES, scope=Scope.VILLAGE, logs_read=True)
def download(visit: Visit, document_id: int) -> Response:
    """The file as it was written."""
    document = readable(visit, document_id)
    return _handed_out(visit, document, document.file_sha256, document.file_name)


@get("/documents/{document_id:int}/pdf", roles=ROLES, scope=Scope.VILLAGE, logs_read=True)
def download_pdf(visit: Visit, document_id: int) -> Response:
    """The same as PDF, where the installation makes them."""
    document = readable(visit, document_id)
    return _handed_out(visit, document, document.pdf_sha256, f"{document.file_name.rpartition('.')[0]}.pdf")


def _handed_out(visit: Visit, document: Document, sha256: str | None, name: str) -> Response:
    if sha256 is None:
        raise waiting("not_written", "Văn bản này chưa lập xong. Hãy thử lại sau ít phút.")
    if document.kind in WITH_ACCOUNTS:
        role = visit.actor.require(readers(document.kind), document.commune_id)
        what = f"document:{document.key}"
        ledger.log_read(visit.db, actor=visit.actor, role=role, what="account", subject=what, now=visit.now)
    content = make_filestore(visit.settings).load(sha256)
    return visit.download(content, name, mimetypes.guess_type(name)[0] or "application/octet-stream")


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
