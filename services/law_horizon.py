"""The early word that law values run out or become less certain, for those who propose others in time."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from rules.law_horizon import endings, warning_until
from services import law
from services.law_proposals import PROPOSERS
from services.staff import Actor
from services.todos import Todo

LABEL = "Giá trị pháp lý sắp hết thời gian đã rà soát"


def todo(session: Session, *, commune_id: int, actor: Actor, on: date) -> list[Todo]:
    """How many values end within the days that the office looks ahead, and the first last day; nothing without any."""
    if not any(actor.has(role, commune_id) for role in PROPOSERS):
        return []
    book = law.book_for(session, commune_id)
    found = endings(book, on, warning_until(book, on))
    return [Todo(LABEL, len(found), "/law#sap-het", one.last_day) for one in found[:1]]
