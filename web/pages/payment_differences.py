"""What a month's list changes against the month before: who is new, who is gone, whose sum is another, and why."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import Response
from sqlmodel import col, select

from models.payment import PaymentList
from rules.months import Month
from rules.names import fold_name, sort_key
from services.payment_list_papers import DifferenceRow, differences
from web.export import NAME, Column, export
from web.pages.payment import PAYERS
from web.paging import Sort, cut_list, in_order
from web.registry import Scope, get
from web.visit import Visit

SORTS = {
    "largest": Sort("Chênh lệch lớn trước", lambda one: -abs(one.now - one.before)),
    "name": Sort("Họ tên", lambda one: sort_key(one.full_name)),
    "less": Sort("Giảm nhiều trước", lambda one: one.now - one.before),
    "reason": Sort("Theo lý do", lambda one: one.reason),
}
KINDS = {"new": "Mới nhận", "gone": "Không nhận nữa", "other": "Nhận khác số"}
COLUMNS = (
    NAME, Column("Thay đổi", 18), Column("Tháng trước", 16, "money"), Column("Tháng này", 16, "money"),
    Column("Chênh lệch", 16, "money"), Column("Vì sao", 44),
)  # fmt: skip


@get("/payment/{list_id:int}/differences", roles=PAYERS, scope=Scope.COMMUNE)
def differences_page(visit: Visit, list_id: int) -> Response:
    """Part II of the printed list, for whoever approves it: the largest changes first."""
    row = visit.own(PaymentList, list_id)
    asked = dict(visit.request.query_params)
    rows = differences(visit.db, row.key)
    return visit.render(
        "payment/differences.html",
        title=f"Thay đổi của tháng {Month.parse(row.month)}",
        row=row,
        month=Month.parse(row.month),
        before=_month_before(visit, row),
        totals=_totals(rows),
        found=cut_list(_wanted(rows, asked), asked, SORTS),
        asked=asked,
        kinds=KINDS,
    )


def _month_before(visit: Visit, row: PaymentList) -> Month | None:
    """The month of the list before this one; None when this is the first."""
    older = select(PaymentList.month).where(PaymentList.commune_id == row.commune_id, PaymentList.month < row.month)
    month = visit.db.exec(older.order_by(col(PaymentList.month).desc())).first()
    return Month.parse(month) if month else None


def _wanted(rows: Iterable[DifferenceRow], asked: dict[str, str]) -> list[DifferenceRow]:
    words, kind = fold_name(asked.get("q", "")), asked.get("kind", "")
    return [one for one in rows if words in fold_name(one.full_name) and kind in {"", _kind(one)}]


def _kind(one: DifferenceRow) -> str:
    return "new" if not one.before else "gone" if not one.now else "other"


def _totals(rows: Iterable[DifferenceRow]) -> list[tuple[str, int, int]]:
    """How many people and đồng come in, go out and change."""
    changes: dict[str, list[int]] = {kind: [] for kind in KINDS}
    for one in rows:
        changes[_kind(one)].append(one.now - one.before)
    return [(KINDS[kind], len(sums), sum(sums)) for kind, sums in changes.items()]


@get("/payment/{list_id:int}/differences/export", roles=PAYERS, scope=Scope.COMMUNE, logs_read=True)
def differences_export(visit: Visit, list_id: int) -> Response:
    """The changes that the same question finds."""
    row = visit.own(PaymentList, list_id)
    asked = dict(visit.request.query_params)
    rows = in_order(_wanted(differences(visit.db, row.key), asked), asked, SORTS)
    return export(
        visit,
        title=f"Thay đổi của tháng {Month.parse(row.month)} so với tháng trước",
        file_name=f"thay-doi-{row.month}.xlsx",
        subject=f"payment_list:{row.key}",
        columns=COLUMNS,
        rows=(
            (one.full_name, KINDS[_kind(one)], one.before, one.now, one.now - one.before, one.reason) for one in rows
        ),
    )
