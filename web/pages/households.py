"""Poor and near-poor households against the plan's aim: by month, by thôn; counts only, no household by name."""

from __future__ import annotations

from fastapi import Response

from rules.months import Month
from rules.workflow import Role
from services import households
from web.export import VILLAGE, Column, export
from web.registry import Scope, get
from web.visit import Visit

READERS = (Role.economy, Role.culture, Role.chairman, Role.front)
MONTHS = 12
COLUMNS = (
    VILLAGE, Column("Hộ nghèo", 12, "int"), Column("Hộ cận nghèo", 14, "int"), Column("Hộ đã thoát", 14, "int"),
)  # fmt: skip


@get("/households", roles=READERS, scope=Scope.COMMUNE)
def households_page(visit: Visit) -> Response:
    """Today beside the aim, the last twelve months, every thôn."""
    today, commune_id = visit.now.date(), visit.commune.key
    held = households.statuses(visit.db, commune_id)
    months = households.by_month(held, Month.of(today), MONTHS, today=today)
    return visit.render(
        "households/standing.html",
        title="Hộ nghèo, hộ cận nghèo",
        aim=households.aim(visit.db, commune_id, today),
        now_standing=households.count(held, "Cả đơn vị", today),
        newly_poor=households.newly_poor(held, today.replace(month=1, day=1), today),
        months=[(str(Month.parse(one.label)), one) for one in months],
        plot=[(str(Month.parse(one.label)), one.poor + one.near_poor, one.poor) for one in months],
        villages=[(one.label, one) for one in households.by_village(visit.db, commune_id, held, today)],
    )


@get("/households/export", roles=READERS, scope=Scope.COMMUNE, logs_read=True, hidden="tệp tải từ trang Hộ nghèo")
def households_export(visit: Visit) -> Response:
    """Every thôn as it stands today."""
    today, commune_id = visit.now.date(), visit.commune.key
    held = households.statuses(visit.db, commune_id)
    return export(
        visit,
        title=f"Hộ nghèo, hộ cận nghèo theo thôn, ngày {today:%d/%m/%Y}",
        file_name=f"ho-ngheo-{today.isoformat()}.xlsx",
        subject=f"commune:{commune_id}",
        columns=COLUMNS,
        rows=(
            (one.label, one.poor, one.near_poor, one.escaped)
            for one in households.by_village(visit.db, commune_id, held, today)
        ),
    )
