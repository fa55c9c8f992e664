"""The public posting as the thôn, Mặt trận and the broadcaster need it: where, from when to when, how to object."""

from __future__ import annotations

from fastapi import Response

from rules.workflow import Role
from services import cycles, review_gate
from web.pages.documents import papers_of
from web.registry import Scope, get
from web.visit import Visit

ROLES = (Role.village_head, Role.front, Role.media, Role.culture, Role.economy)


@get("/posting", roles=ROLES, scope=Scope.COMMUNE)
def posting_page(visit: Visit) -> Response:
    """The newest posting of the cycle; no names, they stand on the posted list."""
    cycle = visit.cycle()
    posting = review_gate.newest_posting(visit.db, cycle.key) if cycle else None
    return visit.render(
        "eligibility/posting.html",
        title="Niêm yết danh sách",
        cycle_label=cycles.label(cycle) if cycle else "",
        posting=posting,
        papers=papers_of(visit, f"posting:{posting.key}") if posting else [],
    )
