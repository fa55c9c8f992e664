"""The audit chain: each act's entry covers the hash of the one before, so an altered row shows itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.base import canonical_json
from models.ledger import AuditEntry, Involvement, SensitiveRead
from models.places import Commune
from rules.workflow import Role
from services.staff import Actor
from services.store import insert_once, lock

GENESIS = "0" * 64


def append(
    session: Session,
    *,
    commune_id: int,
    actor: Actor,
    role: Role,
    action: str,
    subject: str,
    data: Mapping[str, Any],
    now: datetime,
) -> AuditEntry:
    """Write one act into the commune's chain. ``data`` holds ids, counts and codes, never a person's data.

    The commune's row is locked, so that two writers cannot extend the chain from the same entry.
    """
    if commune_id:
        lock(session, Commune, commune_id, "đơn vị")
    last = _last(session, commune_id)
    entry = AuditEntry(
        chain=commune_id,
        seq=last.seq + 1 if last else 1,
        at=now,
        account_id=actor.account_id,
        role=role,
        action=action,
        subject=subject,
        data=dict(data),
        prev_sha256=last.sha256 if last else GENESIS,
        sha256="",
    )
    entry.sha256 = digest(entry)
    session.add(entry)
    session.flush()
    return entry


def digest(entry: AuditEntry) -> str:
    """SHA-256 over everything the entry says and the hash before it."""
    said = {
        "chain": entry.chain,
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(),
        "account": entry.account_id,
        "role": str(entry.role),
        "action": entry.action,
        "subject": entry.subject,
        "data": entry.data,
        "prev": entry.prev_sha256,
    }
    return hashlib.sha256(canonical_json(said).encode()).hexdigest()


def head(session: Session, commune_id: int) -> str:
    """The newest hash of the chain: printed on a decision, it fixes everything before."""
    last = _last(session, commune_id)
    return last.sha256 if last else GENESIS


def verify(session: Session, commune_id: int) -> int | None:
    """The number of the first entry that was altered, removed or slipped in; None when the chain is whole."""
    expected_seq, expected_prev = 1, GENESIS
    rows = session.exec(select(AuditEntry).where(AuditEntry.chain == commune_id).order_by(col(AuditEntry.seq)))
    for entry in rows.yield_per(1000):
        if entry.seq != expected_seq or entry.prev_sha256 != expected_prev or entry.sha256 != digest(entry):
            return expected_seq
        expected_seq, expected_prev = entry.seq + 1, entry.sha256
    return None


def involve(session: Session, *, cycle_id: int, actor: Actor, action: str, now: datetime) -> None:
    """Remember that this person had a hand in what the cycle's list says; the machine has no hands."""
    if actor.account_id is None:
        return
    row = {"cycle_id": cycle_id, "account_id": actor.account_id, "action": action, "first_at": now}
    insert_once(session, Involvement, [row])


def had_a_hand(session: Session, *, cycle_id: int, account_id: int) -> bool:
    """Prepared, verified, reviewed or changed anything of the cycle's list."""
    count = select(func.count()).where(Involvement.cycle_id == cycle_id, Involvement.account_id == account_id)
    return session.exec(count).one() > 0


def log_read(session: Session, *, actor: Actor, role: Role, what: str, subject: str, now: datetime) -> None:
    """Record that a diagnosis or an account number was shown to somebody."""
    session.add(SensitiveRead(at=now, account_id=actor.person_id, role=role, what=what, subject=subject))


def _last(session: Session, commune_id: int) -> AuditEntry | None:
    newest = select(AuditEntry).where(AuditEntry.chain == commune_id).order_by(col(AuditEntry.seq).desc()).limit(1)
    return session.exec(newest).first()
