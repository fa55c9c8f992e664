"""The public posting as thôn, Mặt trận and broadcaster need it: where, until when, photos of it, how to object."""

from __future__ import annotations

from fastapi import Response

from models.cycles import Cycle
from models.eligibility import Posting, PostingPhoto
from rules.workflow import Role
from services import cycles, posting, public_notice, review_gate
from services.errors import not_found
from services.papers_of_person import MEDIA_TYPES
from web.pages.documents import papers_of
from web.paging import village_choices
from web.registry import Scope, get, post
from web.uploads import open_photo, receive_photo
from web.visit import LARGEST, Visit

ROLES = (Role.village_head, Role.front, Role.media, Role.culture, Role.economy, Role.chairman)


@get("/posting", roles=ROLES, scope=Scope.COMMUNE)
def posting_page(visit: Visit) -> Response:
    """The newest posting of the cycle; no names, they stand on the posted list and on its photos."""
    cycle = visit.cycle()
    found = review_gate.newest_posting(visit.db, cycle.key) if cycle else None
    return visit.render(
        "eligibility/posting.html",
        title="Niêm yết danh sách",
        cycle=cycle,
        cycle_label=cycles.label(cycle) if cycle else "",
        posting=found,
        is_open=found is not None and public_notice.is_open(found, visit.now.date()),
        papers=papers_of(visit, f"posting:{found.key}") if found else [],
        photos=posting.photos(visit.db, posting_id=found.key, actor=visit.actor) if found else [],
        places=_places(visit),
        may_send=visit.has(*posting.SENDERS),
        may_take_down=visit.has(*posting.OFFICES),
    )


def _places(visit: Visit) -> list[tuple[int, str]]:
    """The boards this person may show: the own thôn for its head."""
    limit = visit.villages(visit.commune.key)
    found = village_choices(visit.db, visit.commune.key)
    return [one for one in found if limit is None or one[0] in limit]


@post("/posting/{posting_id:int}/photos", roles=posting.SENDERS, scope=Scope.COMMUNE, redisplay=posting_page)
def send_photo(visit: Visit, posting_id: int) -> Response:
    """Take in one photo of the list as it hangs."""
    found = _own(visit, posting_id)
    form = visit.form
    village_id = form.whole("village_id", most=LARGEST)
    taken_on = form.need_day("taken_on", "Nhập ngày chụp.")
    photo = receive_photo(visit)
    posting.add_photo(
        visit.db,
        posting_id=found.key,
        village_id=village_id,
        photo=posting.NewPhoto(photo.media_type, photo.size, photo.content_sha256, photo.file_sha256, taken_on),
        actor=visit.actor,
        now=visit.now,
    )
    return visit.redirect("/posting", "Đã nhận ảnh niêm yết.")


def _own(visit: Visit, posting_id: int) -> Posting:
    found = visit.db.get(Posting, posting_id) if posting_id <= LARGEST else None
    if found is None:
        raise not_found("no_row", "Không tìm thấy mục này trong phạm vi của anh/chị.")
    visit.own(Cycle, found.cycle_id)
    return found


@get("/posting/photos/{photo_id:int}", roles=posting.READERS, scope=Scope.VILLAGE)
def photo_file(visit: Visit, photo_id: int) -> Response:
    """The photo itself."""
    photo = visit.own(PostingPhoto, photo_id)
    if not posting.may_see(photo, visit.actor):
        raise not_found("scope", "Không tìm thấy mục này trong phạm vi của anh/chị.")
    ending = MEDIA_TYPES[photo.media_type]
    return visit.download(open_photo(visit, photo.file_sha256), f"niem-yet-{photo.key}.{ending}", photo.media_type)


@post("/posting/{cycle_id:int}/take-down", roles=posting.OFFICES, scope=Scope.COMMUNE, redisplay=posting_page)
def take_down(visit: Visit, cycle_id: int) -> Response:
    """Record that the list came down; too early, it must be posted anew."""
    cycle = visit.own(Cycle, cycle_id)
    on = visit.form.need_day("taken_down_on", "Nhập ngày gỡ.")
    note = visit.form.text("taken_down_note", most=300)
    visit.form.check()
    posting.take_down(visit.db, cycle_id=cycle.key, on=on, note=note, actor=visit.actor, now=visit.now)
    visit.advance(cycle.key)
    return visit.redirect(f"/posting?cycle={cycle.key}", "Đã ghi gỡ niêm yết.")
