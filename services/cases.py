"""Move a case along the one table of moves: the only place where a case's status changes."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from models.cycles import Case
from rules.workflow import CASE_STATUS_LABELS, MOVES, CaseStatus
from services import ledger
from services.errors import conflict
from services.staff import Actor


def move(session: Session, case: Case, action: str, *, actor: Actor, now: datetime, reason: str = "") -> None:
    """Take ``case`` where ``action`` leads, and write it into the audit chain.

    Raises Problem NOT_ALLOWED for the wrong role, CONFLICT when the case does not stand where the move begins.
    """
    step = MOVES[action]
    role = actor.require(sorted(step.roles), case.commune_id)
    before = CaseStatus(case.status)
    if before not in step.sources:
        raise conflict("move", f"Hồ sơ đang ở bước “{CASE_STATUS_LABELS[before]}” nên không thể: {step.label}.")
    case.status = step.target
    case.reason = reason
    case.version += 1
    session.add(case)
    ledger.append(
        session,
        commune_id=case.commune_id,
        actor=actor,
        role=role,
        action=action,
        subject=f"case:{case.key}",
        data={"from": str(before), "to": str(step.target)},
        now=now,
    )
