"""Queue a mail in the transaction of the act it tells of: counts, dates and a path, never a person's data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import Session

from models.cycles import Cycle
from models.notices import Mail
from models.places import Commune, Village
from rules.months import Quarter
from rules.workflow import ROLE_LABELS, Role
from services.staff import mailboxes
from services.store import insert_once


def queue(
    session: Session,
    *,
    key: str,
    template: str,
    commune: Commune,
    role: Role,
    now: datetime,
    cycle: Cycle | None = None,
    village: Village | None = None,
    due_on: date | None = None,
    path: str = "/",
    counts: Mapping[str, int] | None = None,
    extra: Mapping[str, str] | None = None,
) -> int:
    """One mail to each mailbox of the role. ``key`` is made of ids and ISO dates; a repeated call queues nothing.

    Returns how many were queued.
    """
    village_id = village.key if village else None
    people = mailboxes(session, commune_id=commune.key, role=role, on=now.date(), village_id=village_id)
    context = {
        "commune_name": commune.full_name,
        "cycle_label": str(Quarter(cycle.year, cycle.quarter)) if cycle else "",
        "village_name": village.name if village else "",
        "due_on": due_on,
        "path": path,
        "counts": dict(counts or {}),
        "demo": commune.is_demo,
        "recipient_title": ROLE_LABELS[role],
        **(extra or {}),
    }
    rows = [
        {
            "dedup_key": f"{key}:{role}:{address}",
            "commune_id": commune.key,
            "cycle_id": cycle.key if cycle else None,
            "template": template,
            "context": context,
            "role": role,
            "to_address": address,
            "to_name": name,
            "message_id": _message_id(f"{key}:{role}:{address}"),
            "next_try_at": now,
            "queued_at": now,
        }
        for address, name in people
    ]
    return insert_once(session, Mail, rows)


def _message_id(key: str) -> str:
    """Our own and stable, so that a mail sent but not recorded is recognised when it is tried again."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@ansinh.invalid>"
