"""Queue a mail in the transaction of the act it tells of: counts, dates and a path, never a person's data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.cycles import Cycle
from models.notices import Mail
from models.places import Commune, Village
from rules.months import Quarter
from rules.workflow import NOTICES, ROLE_LABELS, MailState, Role
from services.staff import Mailbox, mailboxes
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

    To those who chose one digest a day a mail that is not urgent waits for it. Returns how many were queued.
    """
    village_id = village.key if village else None
    boxes = mailboxes(session, commune_id=commune.key, role=role, on=now.date(), village_id=village_id)
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
            "dedup_key": f"{key}:{role}:{box.address}",
            "commune_id": commune.key,
            "cycle_id": cycle.key if cycle else None,
            "template": template,
            "context": context,
            "role": role,
            "to_address": box.address,
            "to_name": box.name,
            "message_id": message_id(f"{key}:{role}:{box.address}"),
            **_when(box, template),
            "next_try_at": now,
            "queued_at": now,
        }
        for box in boxes
    ]
    return insert_once(session, Mail, rows)


def queue_everywhere(
    session: Session,
    *,
    key: str,
    template: str,
    commune: Commune,
    roles: Sequence[Role],
    now: datetime,
    cycle: Cycle,
    due_on: date | None,
    path: str,
) -> int:
    """The same mail to the head of every thôn and to the ``roles``. Returns how many were queued."""
    villages = session.exec(
        select(Village).where(Village.commune_id == commune.key, col(Village.active)).order_by(col(Village.id))
    ).all()
    receivers: list[tuple[Role, Village | None]] = [(Role.village_head, village) for village in villages]
    return sum(
        queue(
            session,
            key=f"{key}:{village.key if village else 0}",
            template=template,
            commune=commune,
            role=role,
            now=now,
            cycle=cycle,
            village=village,
            due_on=due_on,
            path=path,
        )
        for role, village in [*receivers, *((role, None) for role in roles)]
    )


def _when(box: Mailbox, template: str) -> dict[str, object]:
    """At once, or with the digest of whoever chose it."""
    if box.digest_for is None or NOTICES[template].is_urgent:
        return {"account_id": None, "state": MailState.QUEUED}
    return {"account_id": box.digest_for, "state": MailState.FOR_DIGEST}


def message_id(key: str) -> str:
    """Our own and stable, so that a mail sent but not recorded is recognised when it is tried again."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@ansinh.invalid>"
