"""What the review asks of a person beyond counted cases: a list to bring, minutes to sign, a posting to show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.cycles import Cycle, CycleStep
from models.eligibility import Posting, PostingPhoto
from models.lists import VillageList
from rules.workflow import ListState, Role, Step
from services import list_diff, public_notice, review_gate
from services.cycles import OPEN
from services.staff import Actor
from services.todos import Todo

OFFICES = (Role.economy, Role.culture)
"""Who holds the review together; both may record that a posting came down."""
WHILE_POSTED = {
    Role.media: "Bản tin niêm yết cần phát",
    Role.front: "Danh sách đang niêm yết, nhận ý kiến của người dân",
}
"""What a posting asks of whom, as long as it hangs."""


def todo(session: Session, *, cycle: Cycle, steps: Sequence[CycleStep], actor: Actor, now: datetime) -> list[Todo]:
    """The work of this person's roles in a cycle that stands at ``steps``; nothing when the cycle is over."""
    if cycle.done_at is not None:
        return []
    return [
        *_held(session, cycle, steps, actor, now),
        *_while_posted(session, cycle, actor, now),
        *_changes_to_confirm(session, cycle, actor),
    ]


def _held(session: Session, cycle: Cycle, steps: Sequence[CycleStep], actor: Actor, now: datetime) -> list[Todo]:
    """The one thing for which the review waits, when this person's office holds it."""
    review = next((row for row in steps if row.step == Step.eligibility and row.state in OPEN), None)
    if review is None or not any(actor.has(role, cycle.commune_id) for role in OFFICES):
        return []
    wait = review_gate.first_wait(session, cycle, now)
    if wait is None or not wait.work or not actor.has(wait.holder, cycle.commune_id):
        return []
    return [Todo(wait.work, 1, wait.path, review.due_on)]


def _while_posted(session: Session, cycle: Cycle, actor: Actor, now: datetime) -> list[Todo]:
    asked = [role for role in (*WHILE_POSTED, Role.village_head) if actor.has(role, cycle.commune_id)]
    offices = any(actor.has(role, cycle.commune_id) for role in OFFICES)
    posting = review_gate.newest_posting(session, cycle.key) if asked or offices else None
    if posting is None:
        return []
    if offices and posting.taken_down_on is None and now.date() > posting.ends_on:
        return [Todo("Đã hết thời gian niêm yết, chờ ghi ngày gỡ", 1, "/posting")]
    if not public_notice.is_open(posting, now.date()):
        return []
    found = [Todo(WHILE_POSTED[role], 1, "/posting", posting.ends_on) for role in asked if role in WHILE_POSTED]
    missing = _without_photo(session, posting, actor.villages(cycle.commune_id)) if Role.village_head in asked else 0
    photos = Todo("Ảnh bảng niêm yết của thôn chờ chụp, gửi", missing, "/posting", posting.ends_on)
    return [*found, *([photos] if missing else [])]


def _without_photo(session: Session, posting: Posting, villages: tuple[int, ...]) -> int:
    query = select(PostingPhoto.village_id).where(PostingPhoto.posting_id == posting.key)
    return len(set(villages) - set(session.exec(query)))


def _changes_to_confirm(session: Session, cycle: Cycle, actor: Actor) -> list[Todo]:
    """The thôn's own lists whose changes against the quarter before were not confirmed as they stand now."""
    own = actor.villages(cycle.commune_id) if actor.has(Role.village_head, cycle.commune_id) else ()
    query = select(VillageList).where(
        VillageList.cycle_id == cycle.key, VillageList.state == ListState.RETURNED, col(VillageList.village_id).in_(own)
    )
    lists = session.exec(query).all() if own else []
    found = [(row, list_diff.diff_of(session, village_list_id=row.key, actor=actor)) for row in lists]
    waiting = [row for row, diff in found if diff.has_before and not diff.is_confirmed]
    return [Todo("Thay đổi so với quý trước chờ xác nhận", 1, f"/lists/{row.key}") for row in waiting]
