"""The audit chain of a busy commune proven from its first entry to its last, beside SHA-256 over the same bytes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from adapters.database import session_scope
from bench import city
from bench.city import NOW, City, Row
from bench.workshop import compare, load, product, timed
from models.base import canonical_json
from models.ledger import AuditEntry
from services import ledger

ENTRIES = int(os.environ.get("ANSINH_BENCH_ENTRIES", "1000000"))
ACTIONS = ("propose", "receive_list", "conclude_health", "cross_check", "build_payment_list", "import_answer")


def main() -> None:
    """Write the entries, prove the chain as ``ansinh audit verify`` does, and hash the same texts once more."""
    with product(NOW) as engine:
        said = _write(engine)
        found, took = timed(lambda: _verify(engine))
        if found is not None:
            raise RuntimeError(f"the chain is broken at {found}")
        _, floor = timed(lambda: [hashlib.sha256(text).digest() for text in said])
        print(f"{ENTRIES:,} entries, {sum(map(len, said)) / 1e6:.0f} MB of text; {load()}")
        compare(f"audit verify, {ENTRIES:,} entries", took, floor, "< 5 s")


def _verify(engine: Engine) -> int | None:
    with session_scope(engine, write=False) as opened:
        return ledger.verify(opened, 1)


def _write(engine: Engine) -> list[bytes]:
    """Chain and store the entries; returns what each hash is over."""
    said: list[bytes] = []
    with city.filling(engine) as connection:
        for model, rows in city.places(City(people=1, communes=1, months=1)):
            city.fill(connection, model, rows)
        city.fill(connection, AuditEntry, _entries(said))
    return said


def _entries(said: list[bytes]) -> Iterator[Row]:
    before = ledger.GENESIS
    for seq in range(1, ENTRIES + 1):
        at: datetime = NOW + timedelta(seconds=seq, microseconds=seq % 3 * 111)
        row = {
            "chain": 1,
            "seq": seq,
            "role": "economy" if seq % 3 else "system",
            "account_id": 1 if seq % 3 else None,
            "action": ACTIONS[seq % len(ACTIONS)],
            "subject": f"case_file:{seq}",
            "data": {"outcome": "ELIGIBLE", "case": seq, "list": hashlib.md5(b"%d" % seq).hexdigest()},  # noqa: S324
        }
        text = canonical_json(
            {name: row[name] for name in ("chain", "seq", "role", "action", "subject", "data")}
            | {"at": at.astimezone(UTC).isoformat(), "account": row["account_id"], "prev": before}
        ).encode()
        said.append(text)
        sha256 = hashlib.sha256(text).hexdigest()
        yield row | {"at": at, "prev_sha256": before, "sha256": sha256}
        before = sha256


if __name__ == "__main__":
    main()
