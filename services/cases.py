"""Move cases along the one table of moves: the only place where a case's status changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.cycles import Case
from rules.workflow import CASE_STATUS_LABELS, MOVES, CaseStatus
from services import ledger
from services.errors import conflict
from services.ledger import Act
from services.staff import Actor


@dataclass(frozen=True)
class Move:
    """Where ``action`` takes a case, and why where the move asks for it."""

    case: Case
    action: str
    reason: str = ""


def move(session: Session, case: Case, action: str, *, actor: Actor, now: datetime, reason: str = "") -> None:
    """Take ``case`` where ``action`` leads, as `move_all` does."""
    move_all(session, [Move(case, action, reason)], actor=actor, now=now)


def move_all(session: Session, moves: Sequence[Move], *, actor: Actor, now: datetime) -> None:
    """Take each case of one commune where its action leads, and write all of it into the audit chain.

    Raises Problem NOT_ALLOWED for the wrong role, CONFLICT when a case does not stand where its move begins; the
    caller's transaction must then be rolled back.
    """
    if not moves:
        return
    (commune_id,) = {each.case.commune_id for each in moves}
    acts = [_moved(each, actor) for each in moves]
    session.add_all([each.case for each in moves])
    ledger.append_all(session, commune_id=commune_id, actor=actor, acts=acts, now=now)


def _moved(each: Move, actor: Actor) -> Act:
    step, case = MOVES[each.action], each.case
    role = actor.require(sorted(step.roles), case.commune_id)
    before = CaseStatus(case.status)
    if before not in step.sources:
        raise conflict("move", f"Hồ sơ đang ở bước “{CASE_STATUS_LABELS[before]}” nên không thể: {step.label}.")
    case.status, case.reason = step.target, each.reason
    case.version += 1
    return Act(role, each.action, f"case:{case.key}", {"from": str(before), "to": str(step.target)})
