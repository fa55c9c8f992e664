"""Who hears of a change between quarters: the chairman when he must decide, Phòng Kinh tế when a number is wanted."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from models.changes import LifeEvent
from models.places import Commune
from rules.workflow import Role
from services import notices
from services.store import get


def tell_chairman(session: Session, event: LifeEvent, *, now: datetime) -> None:
    """A draft decision of a change waits for him."""
    _tell(session, event, "change_for_approval", Role.chairman, now)


def tell_economy(session: Session, event: LifeEvent, *, now: datetime) -> None:
    """The chairman decided; number and day of the decision are wanted, or he refused."""
    _tell(session, event, "change_answered", Role.economy, now)


def _tell(session: Session, event: LifeEvent, template: str, role: Role, now: datetime) -> None:
    notices.queue(
        session,
        key=f"life_event:{event.key}:{template}",
        template=template,
        commune=get(session, Commune, event.commune_id, "đơn vị"),
        role=role,
        now=now,
        path="/changes",
        counts={"changes": 1},
    )
