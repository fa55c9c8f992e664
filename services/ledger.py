"""The audit chain: each act's entry covers the hash of the one before, so an altered row shows itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, bindparam, func, type_coerce
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from models.base import canonical_json
from models.ledger import AuditEntry, Involvement, SensitiveRead
from models.places import Commune
from rules.workflow import Role
from services.staff import Actor
from services.store import insert_once, lock

GENESIS = "0" * 64
ROWS_AT_ONCE = 5000
_NO_FRACTION = ".000000"
_quoted = json.encoder.encode_basestring


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
    """The number of the first entry that was altered, removed or slipped in; None when the chain is whole.

    Rows are read as they are stored and put together to the very text that ``digest`` hashes: a million entries in
    seconds, and a stored text that says the same in other bytes is found too.
    """
    at_once = {"yield_per": ROWS_AT_ONCE}
    with session.connection().execute(_stored(session), {"chain": commune_id}, execution_options=at_once) as rows:
        prev = GENESIS
        for expected, row in enumerate(chain.from_iterable(rows.partitions()), start=1):
            if not _follows(commune_id, row, expected, prev):
                return expected
            prev = row[-1]
    return None


def _follows(commune_id: int, row: Sequence[Any], expected: int, prev: str) -> bool:
    seq, at, account, role, action, subject, data, before, sha256 = row
    moment = f"{at[:10]}T{at[11:].removesuffix(_NO_FRACTION)}+00:00"
    text = (
        f'{{"account":{"null" if account is None else account},"action":{_quoted(action)},"at":"{moment}",'
        f'"chain":{commune_id},"data":{data},"prev":"{before}","role":"{role}","seq":{seq},'
        f'"subject":{_quoted(subject)}}}'
    )
    is_own_text: bool = hashlib.sha256(text.encode()).hexdigest() == sha256
    return seq == expected and before == prev and is_own_text


def _stored(session: Session) -> Select[Any]:
    """A chain's rows with the moment as UTC text and the data as the text that is stored."""
    entry = AuditEntry.__table__.c  # type: ignore[attr-defined]
    at: ColumnElement[str] = type_coerce(entry.at, Text)
    if session.get_bind().dialect.name == "postgresql":
        at = func.to_char(func.timezone("UTC", entry.at), "YYYY-MM-DD HH24:MI:SS.US")
    columns = (entry.seq, at, entry.account_id, type_coerce(entry.role, Text), type_coerce(entry.action, Text))
    rest = (type_coerce(entry.subject, Text), type_coerce(entry.data, Text), entry.prev_sha256, entry.sha256)
    return sa_select(*columns, *rest).where(entry.chain == bindparam("chain")).order_by(entry.seq)


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
