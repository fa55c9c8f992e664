"""The posted list as it hung: photos as proof, and the day it came down (gỡ niêm yết)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.cycles import Cycle
from models.eligibility import Posting, PostingPhoto
from models.places import Village
from rules.workflow import Role, Step
from services import cycles, ledger, review_gate
from services.errors import conflict, invalid, not_found
from services.papers_of_person import MEDIA_TYPES
from services.staff import Actor
from services.store import get, lock

OFFICES = (Role.economy, Role.culture)
SENDERS = (*OFFICES, Role.media, Role.village_head)
READERS = (*SENDERS, Role.front, Role.chairman)
MOST_PHOTOS = 200


@dataclass(frozen=True)
class NewPhoto:
    """A photo that is kept already: type by its content, size, fingerprints of content and of the sealed file."""

    media_type: str
    size: int
    content_sha256: str
    file_sha256: str
    taken_on: date


def add_photo(
    session: Session, *, posting_id: int, village_id: int | None, photo: NewPhoto, actor: Actor, now: datetime
) -> PostingPhoto:
    """Link a stored photo to the posting; the same content twice is one photo. A village head shows the own thôn's.

    Raises Problem INVALID for another type or a day outside the posting, CONFLICT for too many, NOT_ALLOWED.
    """
    posting, cycle = _posting(session, posting_id)
    role = actor.require(SENDERS, cycle.commune_id, village_id)
    if role is Role.village_head and village_id not in actor.villages(cycle.commune_id):
        raise invalid("village_id", "Chọn thôn của anh/chị.", field="village_id")
    _check(session, posting, cycle, village_id, photo, now)
    known = list(session.exec(select(PostingPhoto).where(PostingPhoto.posting_id == posting_id)))
    same = next((one for one in known if one.content_sha256 == photo.content_sha256), None)
    if same is not None:
        return same
    if len(known) >= MOST_PHOTOS:
        raise conflict("photos_many", f"Mỗi đợt niêm yết chỉ giữ tối đa {MOST_PHOTOS} ảnh.")
    row = PostingPhoto(
        posting_id=posting_id,
        commune_id=cycle.commune_id,
        village_id=village_id,
        taken_on=photo.taken_on,
        media_type=photo.media_type,
        size=photo.size,
        content_sha256=photo.content_sha256,
        file_sha256=photo.file_sha256,
        uploaded_by=actor.person_id,
        uploaded_at=now,
    )
    session.add(row)
    session.flush()
    _record(session, cycle, posting, "add_posting_photo", actor, role, {"photo": row.key, "size": row.size}, now)
    return row


def _check(
    session: Session, posting: Posting, cycle: Cycle, village_id: int | None, photo: NewPhoto, now: datetime
) -> None:
    if photo.media_type not in MEDIA_TYPES:
        raise invalid("photo_type", "Chỉ nhận ảnh JPEG, PNG hoặc tệp PDF.", field="file")
    if not posting.starts_on <= photo.taken_on <= now.date():
        raise invalid("taken_on", f"Ngày chụp phải từ {posting.starts_on:%d/%m/%Y} đến hôm nay.", field="taken_on")
    if village_id is not None and get(session, Village, village_id, "thôn").commune_id != cycle.commune_id:
        raise not_found("scope", "Không tìm thấy thôn này trong phạm vi của anh/chị.")


def photos(session: Session, *, posting_id: int, actor: Actor) -> list[tuple[PostingPhoto, Village | None]]:
    """The photos this person may see, oldest first: a village head those of the own thôn and of the commune."""
    _, cycle = _posting(session, posting_id)
    actor.require(READERS, cycle.commune_id)
    query = select(PostingPhoto, Village).outerjoin(Village, col(Village.id) == PostingPhoto.village_id)
    query = query.where(PostingPhoto.posting_id == posting_id)
    found = session.exec(query.order_by(col(PostingPhoto.taken_on), col(PostingPhoto.id))).all()
    return [(photo, village) for photo, village in found if may_see(photo, actor)]


def may_see(photo: PostingPhoto, actor: Actor) -> bool:
    """Whether this person may open this photo."""
    return any(actor.has(role, photo.commune_id, photo.village_id) for role in READERS)


def take_down(session: Session, *, cycle_id: int, on: date, note: str, actor: Actor, now: datetime) -> Posting:
    """Record the day the newest posting came down. Before its window is over it no longer counts: post it anew.

    Raises Problem CONFLICT when nothing is posted or it came down before, INVALID for a day outside or, before the
    window is over, without a reason.
    """
    cycle = lock(session, Cycle, cycle_id, "kỳ xét")
    role = actor.require(OFFICES, cycle.commune_id)
    posting = review_gate.newest_posting(session, cycle_id)
    if posting is None or posting.taken_down_on is not None:
        raise conflict("not_posted", "Không có danh sách nào đang niêm yết.")
    if not posting.starts_on <= on <= now.date():
        raise invalid(
            "taken_down_on", f"Ngày gỡ phải từ {posting.starts_on:%d/%m/%Y} đến hôm nay.", field="taken_down_on"
        )
    if on <= posting.ends_on and not note.strip():
        raise invalid(
            "taken_down_note",
            "Gỡ trước khi hết thời gian niêm yết: phải ghi lý do và sẽ phải niêm yết lại.",
            field="taken_down_note",
        )
    posting.taken_down_on, posting.taken_down_by, posting.taken_down_note = on, actor.person_id, note.strip()
    session.add(posting)
    _record(session, cycle, posting, "take_down_posting", actor, role, {"on": on, "early": posting.cut_short}, now)
    ledger.involve(session, cycle_id=cycle_id, actor=actor, action="take_down_posting", now=now)
    cycles.want_step(session, cycle_id, Step.eligibility, now=now)
    return posting


def _posting(session: Session, posting_id: int) -> tuple[Posting, Cycle]:
    posting = get(session, Posting, posting_id, "đợt niêm yết")
    return posting, get(session, Cycle, posting.cycle_id, "kỳ xét")


def _record(
    session: Session,
    cycle: Cycle,
    posting: Posting,
    action: str,
    actor: Actor,
    role: Role,
    data: dict[str, object],
    now: datetime,
) -> None:
    ledger.append(
        session,
        commune_id=cycle.commune_id,
        actor=actor,
        role=role,
        action=action,
        subject=f"posting:{posting.key}",
        data=data,
        now=now,
    )
