"""The page for everybody, off unless the office turns it on: policy, progress in counts, posting, how to object."""

from __future__ import annotations

from fastapi import Response

from services.errors import not_found
from services.public_notice import public_notice
from web.registry import Scope, get
from web.visit import Visit


@get("/public", roles=(), scope=Scope.PUBLIC, hidden="trang cho người dân, không đăng nhập")
def public_page(visit: Visit) -> Response:
    """No person's data but the masked posting while its window is open. Raises Problem NOT_FOUND while turned off."""
    code = visit.request.query_params.get("commune", "")[:20]
    notice = public_notice(visit.db, commune_code=code, on=visit.now.date()) if visit.settings.public_page else None
    if notice is None:
        raise not_found("public_off", "Không có trang này.")
    return visit.render("home/public.html", title="Hỗ trợ an sinh xã hội", notice=notice)
