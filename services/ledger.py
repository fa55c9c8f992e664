"""The audit chain: each act's entry covers the hash of the one before, so an altered row shows itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, func, type_coerce
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


@dataclass(frozen=True)
class Act:
    """What is written down of an act. ``data`` holds ids, counts and codes, never a person's data."""

    role: Role
    action: str
    subject: str
    data: Mapping[str, Any]


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
    """Write one act into the commune's chain, as `append_all` does."""
    act = Act(role, action, subject, data)
    return append_all(session, commune_id=commune_id, actor=actor, acts=[act], now=now)[0]


def append_all(
    session: Session, *, commune_id: int, actor: Actor, acts: Sequence[Act], now: datetime
) -> list[AuditEntry]:
    """Write acts into the commune's chain, one after the other, in one set.

    The commune's row is locked, so that two writers cannot extend the chain from the same entry.
    """
    if commune_id:
        lock(session, Commune, commune_id, "đơn vị")
    last = _last(session, commune_id)
    seq, before = (last.seq, last.sha256) if last else (0, GENESIS)
    entries = []
    for act in acts:
        seq += 1
        entry = AuditEntry(
            chain=commune_id,
            seq=seq,
            at=now,
            account_id=actor.account_id,
            role=act.role,
            action=act.action,
            subject=act.subject,
            data=dict(act.data),
            prev_sha256=before,
            sha256="",
        )
        entry.sha256 = before = digest(entry)
        entries.append(entry)
    session.add_all(entries)
    session.flush()
    return entries


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

    Rows are taken from the driver as they are stored and put together to the very text that ``digest`` hashes: a
    million entries in seconds, and a stored text that says the same in other bytes is found too.
    """
    return _first_wrong(commune_id, _stored_rows(session, commune_id))


def _stored_rows(session: Session, commune_id: int) -> Iterator[Sequence[Any]]:
    """The driver's own rows, a few at a time: an object of ours for each would cost more than all the hashing."""
    connection, dialect = session.connection(), session.get_bind().dialect
    said = str(_stored(session, commune_id).compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    on_server = ("audit_chain",) if dialect.name == "postgresql" else ()
    with closing(connection.connection.cursor(*on_server)) as cursor:
        cursor.execute(said)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from rows


def _first_wrong(commune_id: int, rows: Iterable[Sequence[Any]]) -> int | None:
    """One loop and no call that is not needed: it runs once for each act of years."""
    prev, sha256 = GENESIS, hashlib.sha256
    for expected, (seq, at, account, role, action, subject, data, before, kept) in enumerate(rows, start=1):
        text = (
            f'{{"account":{"null" if account is None else account},"action":{_quoted(action)},'
            f'"at":"{at[:10]}T{at[11:].removesuffix(_NO_FRACTION)}+00:00",'
            f'"chain":{commune_id},"data":{data},"prev":"{before}","role":"{role}","seq":{seq},'
            f'"subject":{_quoted(subject)}}}'
        )
        if seq != expected or before != prev or sha256(text.encode()).hexdigest() != kept:
            return expected
        prev = kept
    return None


def _stored(session: Session, commune_id: int) -> Select[Any]:
    """A chain's rows with the moment as UTC text and the data as the text that is stored."""
    entry = AuditEntry.__table__.c  # type: ignore[attr-defined]
    at: ColumnElement[str] = type_coerce(entry.at, Text)
    if session.get_bind().dialect.name == "postgresql":
        at = func.to_char(func.timezone("UTC", entry.at), "YYYY-MM-DD HH24:MI:SS.US")
    columns = (entry.seq, at, entry.account_id, type_coerce(entry.role, Text), type_coerce(entry.action, Text))
    rest = (type_coerce(entry.subject, Text), type_coerce(entry.data, Text), entry.prev_sha256, entry.sha256)
    return sa_select(*columns, *rest).where(entry.chain == commune_id).order_by(entry.seq)


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
