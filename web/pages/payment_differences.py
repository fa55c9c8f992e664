"""What a month's list changes against the month before: who is new, who is gone, whose sum is another, and why."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import Response

from models.payment import PaymentList
from rules.months import Month
from services import payment
from services.payment_list_papers import DifferenceRow, differences
from web.pages.payment import PAYERS
from web.paging import Sort, cut_list
from web.registry import Scope, get
from web.visit import Visit

SORTS = {
    "largest": Sort("Chênh lệch lớn trước", lambda one: -abs(one.now - one.before)),
    "less": Sort("Giảm nhiều trước", lambda one: one.now - one.before),
    "reason": Sort("Theo lý do", lambda one: one.reason),
}


@get("/payment/{list_id:int}/differences", roles=PAYERS, scope=Scope.COMMUNE)
def differences_page(visit: Visit, list_id: int) -> Response:
    """Part II of the printed list, for whoever approves it: the largest changes first."""
    row = visit.own(PaymentList, list_id)
    rows = differences(visit.db, row.key)
    older = [one.month for one in payment.lists_of(visit.db, row.commune_id) if one.month < row.month]
    return visit.render(
        "payment/differences.html",
        title=f"Thay đổi của tháng {Month.parse(row.month)}",
        row=row,
        month=Month.parse(row.month),
        before=Month.parse(older[-1]) if older else None,
        totals=_totals(rows),
        found=cut_list(rows, dict(visit.request.query_params), SORTS),
    )


def _totals(rows: Iterable[DifferenceRow]) -> list[tuple[str, int, int]]:
    """How many people and đồng come in, go out and change."""
    kinds: dict[str, list[int]] = {"Mới nhận": [], "Không nhận nữa": [], "Nhận khác số": []}
    for one in rows:
        kind = "Mới nhận" if not one.before else "Không nhận nữa" if not one.now else "Nhận khác số"
        kinds[kind].append(one.now - one.before)
    return [(kind, len(changes), sum(changes)) for kind, changes in kinds.items()]
