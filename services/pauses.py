"""Support that rests: months from a decision to suspend it on until one that lets it go on, in which nothing is due.

The grant stays as it is and so does the card: only money rests. Months that were paid already come back as recoveries,
and a decision that lets support go on from an earlier month gives them again, because each payment list makes up the
difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlmodel import Session, col, func, select

from models.changes import LifeEvent
from models.payment import Benefit, Grant
from rules.months import Month
from rules.workflow import PAUSES, STOP_REASON_LABELS, ChangeState, StopReason
from services import grant_ends
from services.errors import conflict, invalid

Pause = tuple[Month, Month | None]
"""The first month in which nothing is due, and the last; None while nobody decided that it goes on."""
_RUNS = (Grant.benefit == Benefit.INCOME, col(Grant.to_month).is_(None))
ON_THE_WAY = (ChangeState.WAITING, ChangeState.APPROVED)


def pauses(session: Session, commune_id: int) -> Mapping[int, list[Pause]]:
    """Every pause that was decided in the commune, by person, in the order of the decisions' records."""
    query = select(LifeEvent).where(LifeEvent.commune_id == commune_id, LifeEvent.state == ChangeState.DECIDED)
    found: dict[int, list[Pause]] = defaultdict(list)
    for event in session.exec(query.where(col(LifeEvent.reason).in_(PAUSES)).order_by(col(LifeEvent.id))):
        mine = found[event.person_id]
        rests = bool(mine) and mine[-1][1] is None
        if event.reason == StopReason.SUSPENDED and not rests:
            mine.append((grant_ends.last_due(session, commune_id, event.happened_on).plus(1), None))
        elif event.reason == StopReason.RESUMED and rests:
            mine[-1] = (mine[-1][0], Month.of(event.happened_on).plus(-1))
    return found


def rests(mine: list[Pause], code: str) -> bool:
    """Whether the month, as YYYY-MM, lies in one of a person's pauses."""
    return any(first.code <= code and (last is None or code <= last.code) for first, last in mine)


def resting(session: Session, commune_id: int) -> int:
    """How many people's running support rests until somebody decides that it goes on."""
    waiting = [who for who, mine in pauses(session, commune_id).items() if mine[-1][1] is None]
    return session.exec(select(func.count()).where(col(Grant.person_id).in_(waiting), *_RUNS)).one() if waiting else 0


def open_to(session: Session, person_id: int, commune_id: int) -> StopReason | None:
    """Which decision the person's support can take now: to rest, or to go on; None for neither."""
    if _waits(session, person_id) or not _has_support(session, person_id):
        return None
    known = pauses(session, commune_id).get(person_id, [])
    return StopReason.RESUMED if known and known[-1][1] is None else StopReason.SUSPENDED


def _waits(session: Session, person_id: int) -> bool:
    """Whether such a decision is on its way."""
    mine = select(LifeEvent.id).where(LifeEvent.person_id == person_id, col(LifeEvent.reason).in_(PAUSES))
    return session.exec(mine.where(col(LifeEvent.state).in_(ON_THE_WAY))).first() is not None


def _has_support(session: Session, person_id: int) -> bool:
    return session.exec(select(Grant.id).where(Grant.person_id == person_id, *_RUNS)).first() is not None


def check(session: Session, person_id: int, commune_id: int, reason: StopReason, happened_on: date) -> None:
    """What a pause needs: running support that does not rest yet; to go on, some that does.

    Raises Problem CONFLICT when that is not so or another such decision is on its way, INVALID for an earlier day.
    """
    label = STOP_REASON_LABELS[reason].lower()
    if _waits(session, person_id):
        raise conflict("pause_waits", "Người này đã có việc tạm dừng hoặc hưởng lại đang chờ quyết định.")
    if not _has_support(session, person_id):
        raise conflict("nothing_runs", f"Người này không có hỗ trợ hằng tháng đang chi nên không có gì để {label}.")
    known = pauses(session, commune_id).get(person_id, [])
    is_resting = bool(known) and known[-1][1] is None
    if is_resting == (reason is StopReason.SUSPENDED):
        standing = "đang tạm dừng rồi" if is_resting else "không đang tạm dừng"
        raise conflict("pause_state", f"Người này {standing} nên không có gì để {label}.")
    if is_resting and Month.of(happened_on) < known[-1][0].plus(-1):
        said = f"Tạm dừng từ tháng {known[-1][0]}: ngày này chưa có gì để hưởng lại."
        raise invalid("resumed_on", said, field="happened_on")
