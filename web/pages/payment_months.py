"""The months of paying: a payment list for each, the newest first; by year and state, and as a workbook."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from sqlalchemy import func
from sqlmodel import col, select

from models.payment import PaymentList
from rules.months import Month
from rules.workflow import PAYMENT_LIST_STATE_LABELS, PaymentListState, Role
from web.export import MOST_ROWS, Column, export
from web.pages.payment import PAYERS, READERS
from web.paging import Sort, cut, number_of, ordered
from web.registry import Scope, get
from web.visit import Visit

SORTS = {
    "new": Sort("Tháng mới trước", (col(PaymentList.month).desc(),)),
    "old": Sort("Tháng cũ trước", (col(PaymentList.month),)),
    "open": Sort(
        "Chưa đóng, hạn gần trước",
        (col(PaymentList.state) == PaymentListState.CLOSED, col(PaymentList.due_on), col(PaymentList.month)),
    ),
}
SUM_SORTS = SORTS | {
    "total": Sort("Tổng tiền lớn trước", (col(PaymentList.total).desc(), col(PaymentList.month).desc())),
    "people": Sort("Nhiều người trước", (col(PaymentList.people).desc(), col(PaymentList.month).desc())),
}
"""For whoever sees the sums: an order by them would tell a village head what the page does not."""
COLUMNS = (Column("Tháng", 12), Column("Tình trạng", 24), Column("Hạn chi", 14), Column("Đóng lúc", 18))
SUM_COLUMNS = (*COLUMNS, Column("Số người", 12), Column("Tổng tiền", 18, "money"))


@get("/payment", roles=READERS, scope=Scope.VILLAGE)
def months_page(visit: Visit) -> Response:
    """The commune's payment lists, the newest month first; a village head sees the months, not the sums."""
    asked = dict(visit.request.query_params)
    sees_sums = visit.has(*PAYERS)
    return visit.render(
        "payment/months.html",
        title="Chi trả hằng tháng",
        found=cut(visit.db, _months(visit, asked), asked, SUM_SORTS if sees_sums else SORTS),
        asked=asked,
        years=_years(visit),
        month=Month.parse,
        sees_sums=sees_sums,
        keeps_account=visit.has(Role.economy),
    )


def _months(visit: Visit, asked: dict[str, str]) -> Any:
    query = select(PaymentList).where(PaymentList.commune_id == visit.commune.key)
    if (year := number_of(asked.get("year", ""))) is not None:
        query = query.where(col(PaymentList.month).startswith(f"{year:04d}-"))
    if asked.get("state") in set(PaymentListState):
        query = query.where(PaymentList.state == asked["state"])
    return query


def _years(visit: Visit) -> list[tuple[str, str]]:
    """The years that have a list, the newest first."""
    year = func.substr(PaymentList.month, 1, 4)
    query = select(year).where(PaymentList.commune_id == visit.commune.key).distinct().order_by(year.desc())
    return [(one, one) for one in visit.db.exec(query)]


@get("/payment/export", roles=READERS, scope=Scope.VILLAGE, logs_read=True, hidden="tệp tải từ trang Chi trả")
def months_export(visit: Visit) -> Response:
    """The months that the same question finds; their sums only for whoever sees them on the page."""
    asked = dict(visit.request.query_params)
    sees_sums = visit.has(*PAYERS)
    query = ordered(_months(visit, asked), asked, SUM_SORTS if sees_sums else SORTS)
    return export(
        visit,
        title="Chi trả hằng tháng",
        file_name="chi-tra-cac-thang.xlsx",
        subject=f"commune:{visit.commune.key}",
        columns=SUM_COLUMNS if sees_sums else COLUMNS,
        rows=(
            (str(Month.parse(row.month)), PAYMENT_LIST_STATE_LABELS[PaymentListState(row.state)], row.due_on,
             row.closed_at, *((str(row.people), row.total) if sees_sums else ()))
            for row in visit.db.exec(query.limit(MOST_ROWS))
        ),
    )  # fmt: skip
