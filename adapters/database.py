"""The one door to the database: an engine that carries the field cipher, and one transaction per request or task."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlmodel import Session

READ_ONLY = "ansinh_read_only"
BUSY_MILLISECONDS = 30_000


class Cipher(Protocol):
    """Encrypts sensitive columns; ``adapters.secrets.FieldCipher`` is one."""

    def encrypt(self, text: str) -> str: ...

    def decrypt(self, text: str) -> str: ...


def open_engine(url: str, *, cipher: Cipher) -> Engine:
    """An engine for ``url`` (SQLite file or PostgreSQL) whose encrypted columns use ``cipher``.

    On SQLite every writing transaction begins with BEGIN IMMEDIATE: a deferred one that writes after reading fails at
    once when another writer came between, and no time-out helps it.
    """
    target = make_url(url)
    if target.get_backend_name() == "sqlite":
        engine = _open_sqlite(url, target.database)
    else:
        engine = create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=5, max_overflow=10)
    engine.dialect.ansinh_cipher = cipher  # type: ignore[attr-defined]
    return engine


def _open_sqlite(url: str, database: str | None) -> Engine:
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_MILLISECONDS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_MILLISECONDS}",
        "synchronous=FULL",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


@contextmanager
def session_scope(engine: Engine, *, write: bool = True) -> Iterator[Session]:
    """One transaction: committed when the block ends well, undone when it raises; ``write=False`` never commits."""
    bound = engine if write else engine.execution_options(**{READ_ONLY: True})
    with Session(bound, expire_on_commit=False) as session:
        if not write:
            yield session
            session.rollback()
            return
        yield session
        session.commit()
