"""The register of outgoing papers (sổ văn bản đi): found, sorted, taken out with every field of the decree."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from sqlalchemy import String, cast
from sqlmodel import col, select

from models.documents import Document, RegisterEntry
from models.staff import Account
from services.register import KEEPERS, PRIORITY_LABELS
from services.register_entry import TYPE_NAMES
from web.export import MOST_ROWS, Column, Value, export
from web.paging import Sort, cut, holds, number_of, ordered
from web.registry import Scope, get
from web.visit import Visit

Entry = RegisterEntry
ORDINAL = (col(Entry.file_catalog), col(Entry.doc_ordinal))
SORTS = {
    "new": Sort("Mới vào sổ trước", tuple(one.desc() for one in ORDINAL)),
    "ordinal": Sort("Số thứ tự trong sổ", ORDINAL),
    "number": Sort("Số, ký hiệu", (col(Entry.code_notation), col(Entry.code_number), col(Entry.id))),
    "issued": Sort("Ngày ban hành", (col(Entry.issued_on), col(Entry.id))),
    "due": Sort("Hạn trả lời gần trước", (col(Entry.due_on).is_(None), col(Entry.due_on), col(Entry.id))),
}
COLUMNS = (
    Column("Mã định danh cơ quan", 20), Column("Năm", 8), Column("Số, ký hiệu hồ sơ", 18), Column("Số thứ tự", 10),
    Column("Tên loại", 16), Column("Số", 8), Column("Ký hiệu", 14), Column("Ngày ban hành", 14),
    Column("Cơ quan ban hành", 32), Column("Trích yếu", 50), Column("Ngôn ngữ", 12), Column("Số trang", 10),
    Column("Ghi chú", 24), Column("Chức vụ người ký", 22), Column("Người ký", 24), Column("Mã định danh nơi nhận", 30),
    Column("Nơi nhận", 40), Column("Mức độ khẩn", 14), Column("Số bản", 10), Column("Hạn trả lời", 14),
    Column("Mã kiểm của mẫu", 66), Column("Mã kiểm của số liệu", 66), Column("Mã kiểm của tệp", 66),
)  # fmt: skip
"""The fields of NĐ 30/2020/NĐ-CP, Phụ lục VI, in their order; then what binds the paper to its template and data."""


@get("/register", roles=KEEPERS, scope=Scope.COMMUNE, hidden="mở từ trang Văn bản")
def register_page(visit: Visit) -> Response:
    """The papers that got a number, the newest first; one year, kind or word at a time."""
    asked = dict(visit.request.query_params)
    years = select(Entry.file_catalog).where(Entry.commune_id == visit.commune.key).distinct()
    return visit.render(
        "documents/register.html",
        title="Sổ văn bản đi",
        found=cut(visit.db, _found(visit, asked), asked, SORTS),
        asked=asked,
        years=[(year, str(year)) for year in visit.db.exec(years.order_by(col(Entry.file_catalog).desc()))],
        types=[(name, name) for name in sorted(set(TYPE_NAMES.values()))],
        priorities=PRIORITY_LABELS,
    )


def _found(visit: Visit, asked: dict[str, str]) -> Any:
    """Entries with their papers, and who wrote them down."""
    query = (
        select(Entry, Document, Account.full_name)
        .join(Document, col(Document.id) == Entry.document_id)
        .join(Account, col(Account.id) == Entry.recorded_by)
        .where(Entry.commune_id == visit.commune.key)
    )
    if (year := number_of(asked.get("year", ""))) is not None:
        query = query.where(Entry.file_catalog == year)
    if asked.get("type") in set(TYPE_NAMES.values()):
        query = query.where(Entry.type_name == asked["type"])
    words = asked.get("q", "").strip()
    number = cast(col(Entry.code_number), String) + "/" + col(Entry.code_notation)
    return query.where(holds(col(Document.title_key), words) | number.contains(words, autoescape=True))


@get("/register/export", roles=KEEPERS, scope=Scope.COMMUNE, logs_read=True, hidden="tệp tải từ trang Sổ văn bản đi")
def register_export(visit: Visit) -> Response:
    """The entries that the same question finds, with every field of the decree."""
    asked = dict(visit.request.query_params)
    found = visit.db.exec(ordered(_found(visit, asked), asked, SORTS).limit(MOST_ROWS))
    return export(
        visit,
        title="Sổ văn bản đi",
        file_name="so-van-ban-di.xlsx",
        subject=f"commune:{visit.commune.key}",
        columns=COLUMNS,
        rows=(_entry_row(entry, paper) for entry, paper, _ in found),
    )


def _entry_row(entry: RegisterEntry, paper: Document) -> tuple[Value, ...]:
    return (
        entry.organ_id, str(entry.file_catalog), entry.file_notation, str(entry.doc_ordinal), entry.type_name,
        str(entry.code_number), entry.code_notation, entry.issued_on, entry.organ_name, entry.subject,
        "Tiếng Việt" if entry.language == "vi" else entry.language,
        str(entry.page_amount) if entry.page_amount else "", entry.description, entry.position, entry.full_name,
        "; ".join(filter(None, entry.recipient_codes)), "; ".join(entry.recipients),
        PRIORITY_LABELS.get(entry.priority, str(entry.priority)),
        str(entry.issued_amount), entry.due_on, paper.template_sha256, paper.data_sha256, paper.file_sha256 or "",
    )  # fmt: skip
