"""The year's money: what was allocated, what is paid and still to be paid, paid against estimate, next year's need."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import Response
from sqlmodel import col, select

from models.documents import Document
from rules.workflow import Role
from services import budget, budget_compare, budget_papers
from web.export import VILLAGE, Column, Value, export
from web.registry import Scope, get, post
from web.visit import Visit

READERS = (Role.economy, Role.chairman)
COLUMNS = (
    VILLAGE, Column("Tháng", 10), Column("Người theo dự toán", 14, "int"), Column("Dự toán", 18, "money"),
    Column("Người đã nhận", 14, "int"), Column("Đã chi", 18, "money"), Column("Còn lại", 18, "money"),
)  # fmt: skip


@get("/budget", roles=READERS, scope=Scope.COMMUNE)
def budget_page(visit: Visit) -> Response:
    """One budget year: this one unless ``?year=`` names another."""
    year, commune_id = _year(visit), visit.commune.key
    return visit.render(
        "budget/year.html",
        title=f"Kinh phí năm {year}",
        year=year,
        position=budget.position(visit.db, commune_id, year),
        allocations=budget.allocations(visit.db, commune_id, year),
        compared=budget_compare.compare(visit.db, commune_id, year),
        plan_people=visit.commune.plan_people,
        papers=_papers(visit),
        this_year=visit.now.year,
        is_economy=visit.has(Role.economy),
    )


def _year(visit: Visit) -> int:
    asked = visit.request.query_params.get("year", "")
    return int(asked) if asked.isascii() and asked.isdigit() and 2000 <= int(asked) <= 2100 else visit.now.year


def _papers(visit: Visit) -> list[Document]:
    query = select(Document).where(Document.commune_id == visit.commune.key)
    query = query.where(col(Document.kind).in_(("budget_need", "budget_sheet")))
    return list(visit.db.exec(query.order_by(col(Document.id).desc()).limit(20)))


@post("/budget", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=budget_page)
def allocate(visit: Visit) -> Response:
    """Enter a decision that allocates or takes back; the same decision twice is one entry."""
    form = visit.form
    year = form.whole("year", need="Nhập năm ngân sách.", least=2000, most=2100) or visit.now.year
    amount = form.amount("amount", need="Nhập số tiền được giao.")
    reference = form.text("reference", need="Nhập số, ký hiệu quyết định.", most=100)
    decided_on = form.need_day("decided_on", "Nhập ngày quyết định.")
    note = form.text("note", most=500)
    form.check()
    taken_back = form.ticked("takes_back")
    new = budget.allocate(
        visit.db,
        commune_id=visit.commune.key,
        year=year,
        amount=-amount if taken_back else amount,
        reference=reference,
        decided_on=decided_on,
        note=note,
        actor=visit.actor,
        now=visit.now,
    )
    return visit.redirect(f"/budget?year={year}", "Đã ghi dự toán." if new else "Quyết định này đã ghi trước đó.")


@post("/budget/need", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=budget_page)
def make_need(visit: Visit) -> Response:
    """Make the dự toán of a year as things stand today; twice on one day is one."""
    years = (visit.now.year, visit.now.year + 1)
    year = visit.form.whole("year", need="Chọn năm.", least=years[0], most=years[1]) or years[1]
    visit.form.check()
    budget_papers.want(visit.db, commune_id=visit.commune.key, year=year, now=visit.now)
    return visit.redirect(f"/budget?year={year}", "Đang lập dự toán; tải lại trang sau ít phút để lấy tệp.")


@get("/budget/export", roles=READERS, scope=Scope.COMMUNE, logs_read=True, hidden="tệp tải từ trang Kinh phí")
def budget_export(visit: Visit) -> Response:
    """Paid against estimate of the same year, by thôn and month."""
    year = _year(visit)
    return export(
        visit,
        title=f"Chi so với dự toán năm {year}",
        file_name=f"chi-so-voi-du-toan-{year}.xlsx",
        subject=f"budget:{visit.commune.key}:{year}",
        columns=COLUMNS,
        rows=_rows(budget_compare.compare(visit.db, visit.commune.key, year)),
    )


def _rows(compared: budget_compare.Comparison) -> Iterator[tuple[Value, ...]]:
    for village, month, line in compared.cells:
        yield village, month, line.planned_people, line.planned, line.paid_people, line.paid, line.left
