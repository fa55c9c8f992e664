"""The register of outgoing papers (sổ văn bản đi) and the number that one paper gets after it was signed."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from sqlalchemy import String, cast
from sqlmodel import col, select

from models.documents import Document, RegisterEntry
from models.staff import Account
from rules.workflow import Role
from services import paper_signers, register
from services.register import KEEPERS, PRIORITY_LABELS, Numbered
from web.export import MOST_ROWS, Column, Value, export
from web.forms import Form
from web.pages.documents import KINDS, ROLES, readable
from web.paging import Sort, cut, holds, number_of, ordered
from web.registry import Scope, get, post
from web.visit import LARGEST, Visit

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
    Column("Ghi chú", 24), Column("Chức vụ người ký", 22), Column("Người ký", 24), Column("Nơi nhận", 40),
    Column("Mức độ khẩn", 14), Column("Số bản", 10), Column("Hạn trả lời", 14),
)  # fmt: skip
"""The fields of NĐ 30/2020/NĐ-CP, Phụ lục VI, in their order."""


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
        types=[(name, name) for name in sorted(set(register.TYPE_NAMES.values()))],
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
    if asked.get("type") in set(register.TYPE_NAMES.values()):
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
        rows=(_entry_row(entry) for entry, _, _ in found),
    )


def _entry_row(entry: RegisterEntry) -> tuple[Value, ...]:
    return (
        entry.organ_id, str(entry.file_catalog), entry.file_notation, str(entry.doc_ordinal), entry.type_name,
        str(entry.code_number), entry.code_notation, entry.issued_on, entry.organ_name, entry.subject,
        "Tiếng Việt" if entry.language == "vi" else entry.language,
        str(entry.page_amount) if entry.page_amount else "", entry.description, entry.position, entry.full_name,
        "; ".join(entry.recipients), PRIORITY_LABELS.get(entry.priority, str(entry.priority)),
        str(entry.issued_amount), entry.due_on,
    )  # fmt: skip


@get("/documents/{document_id:int}", roles=ROLES, scope=Scope.VILLAGE)
def document_page(visit: Visit, document_id: int) -> Response:
    """One paper: its files, what it was made from, its place in the register, or the form that gives it a number."""
    document = readable(visit, document_id)
    entry = visit.db.exec(select(Entry).where(Entry.document_id == document.key)).first()
    return visit.render(
        "documents/document.html",
        title=document.title,
        document=document,
        kind=KINDS.get(document.kind, "Văn bản"),
        entry=entry if visit.has(*KEEPERS) else None,
        may_number=visit.has(Role.economy) and register.takes_number(document),
        signers=_signers(visit, document) if visit.has(Role.economy) else [],
        drafted=(document.data or {}).get("head", {}).get("signer_name", "") if document.data else "",
        taken=_taken(visit, document) if visit.errors else [],
        priorities=PRIORITY_LABELS,
    )


def _signers(visit: Visit, document: Document) -> list[tuple[int, str]]:
    """Who may sign this paper today, by mandate."""
    found = paper_signers.signers(visit.db, document, on=visit.now.date())
    return [(one.mandate_id, f"{one.name} – {one.lines[-1]}") for one in found if one.mandate_id and one.lines]


def _taken(visit: Visit, document: Document) -> list[RegisterEntry]:
    """Papers of the year that have the number just typed."""
    form = Form(visit.form.values, {})
    number, symbol, issued_on = form.whole("number", most=99_999), form.text("symbol", most=40), form.day("issued_on")
    if not number or not symbol or issued_on is None or not register.takes_number(document):
        return []
    return register.same_number(visit.db, document, number=number, symbol=symbol, year=issued_on.year)


@post("/documents/{document_id:int}/number", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=document_page)
def enter_number(visit: Visit, document_id: int) -> Response:
    """Enter the văn thư's number and day; one that is taken only when it is said to be meant."""
    document = readable(visit, document_id)
    given = _read(visit.form)
    register.enter(
        visit.db,
        document_id=document.key,
        given=given,
        actor=visit.actor,
        now=visit.now,
        even_if_taken=visit.form.ticked("even_if_taken"),
    )
    return visit.redirect(f"/documents/{document.key}", "Đã vào sổ. Bản có số, ngày đang được lập.")


def _read(form: Form) -> Numbered:
    number = form.whole("number", need="Nhập số văn bản.", least=1, most=99_999)
    given = Numbered(
        number=number or 0,
        symbol=form.text("symbol", need="Nhập ký hiệu.", most=40),
        issued_on=form.need_day("issued_on", "Nhập ngày ban hành."),
        priority=int(form.choice("priority", [str(code) for code in PRIORITY_LABELS]) or "0"),
        issued_amount=form.whole("issued_amount", least=1, most=999) or 1,
        page_amount=form.whole("page_amount", least=1, most=999),
        due_on=form.day("due_on"),
        description=form.text("description", most=500),
        signer_mandate_id=form.whole("signer_mandate_id", most=LARGEST),
    )
    form.check()
    return given
