"""Who hears that the health station needs more papers: the thôn and Phòng Kinh tế; never of whom, nor which."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from models.cycles import Case, Cycle
from models.places import Commune, Village
from rules.workflow import Role
from services import notices
from services.store import get


def ask_for_papers(session: Session, case: Case, *, due_on: date, now: datetime) -> int:
    """One mail a thôn and day, and one a day to Phòng Kinh tế, however many people it is about."""
    village = get(session, Village, case.village_id, "thôn")
    today = now.date().isoformat()
    receivers: list[tuple[str, Role, Village | None, str]] = [
        (f"{village.key}", Role.village_head, village, "/papers"),
        ("all", Role.economy, None, "/papers"),
    ]
    return sum(
        notices.queue(
            session,
            key=f"more_papers:{case.cycle_id}:{whom}:{today}",
            template="more_papers",
            commune=get(session, Commune, case.commune_id, "đơn vị"),
            role=role,
            now=now,
            cycle=get(session, Cycle, case.cycle_id, "kỳ xét"),
            village=place,
            due_on=due_on,
            path=path,
        )
        for whom, role, place, path in receivers
    )
