"""What each act of the insurance column leaves behind: its audit entry, the step to look again, the mail."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from models.cycles import Cycle
from models.places import Commune
from rules.calendar import add_working_days
from rules.insurance import CARD_DAYS_KEY
from rules.parameters import LawGap
from rules.workflow import Role, Step
from services import cycles, law, ledger, notices
from services.staff import Actor
from services.store import get


def tell(
    session: Session, cycle: Cycle, template: str, what: str, role: Role, counts: dict[str, int], now: datetime
) -> None:
    """Queue one mail under the cycle; BHXH cơ sở's names the day by which cards are due, where cards are asked for."""
    due_on = None
    if role is Role.insurance and counts.get("people"):
        try:
            book = law.book_for(session, cycle.commune_id)
            due_on = add_working_days(now.date(), int(book.get(CARD_DAYS_KEY, on=now.date()).value), book)
        except LawGap:
            due_on = None
    notices.queue(
        session,
        key=f"cycle:{cycle.key}:{template}:{what}",
        template=template,
        commune=get(session, Commune, cycle.commune_id, "đơn vị"),
        cycle=cycle,
        role=role,
        now=now,
        due_on=due_on,
        path="/insurance",
        counts=counts,
    )


def record(
    session: Session,
    cycle: Cycle,
    action: str,
    subject: str,
    actor: Actor,
    role: Role,
    data: dict[str, int],
    now: datetime,
) -> None:
    """Write the act into the audit chain; the cycle's insurance step looks again."""
    ledger.append(
        session,
        commune_id=cycle.commune_id,
        actor=actor,
        role=role,
        action=action,
        subject=subject,
        data={"cycle": cycle.key} | data,
        now=now,
    )
    cycles.want_step(session, cycle.key, Step.insurance, now=now)
