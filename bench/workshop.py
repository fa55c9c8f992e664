"""What the benchmarks share: an empty product in a temporary folder, a stopwatch, and the line that compares."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, event, insert
from sqlmodel import SQLModel, select

from adapters import clock
from adapters.database import open_engine, session_scope
from adapters.secrets import make_cipher
from adapters.settings import get_settings
from migrations.upgrade import upgrade
from tasks import session

T = TypeVar("T")
Tables = list[tuple[type[SQLModel], list[dict[str, Any]]]]
"""Rows to insert, table by table."""


@contextmanager
def product(now: datetime) -> Iterator[Engine]:
    """The product's own database, empty, in a folder that goes away; its clock stands at ``now``."""
    with tempfile.TemporaryDirectory(prefix="ansinh-bench-") as folder:
        os.environ.update(
            ANSINH_DATA_DIR=folder, ANSINH_DEMO_CLOCK=f"{folder}/clock", ANSINH_MODE="dev", ANSINH_LINGER_SECONDS="0"
        )
        get_settings.cache_clear()
        session.engine.cache_clear()
        clock.set_demo_clock(Path(folder) / "clock", now)
        engine = session.engine()
        upgrade(engine)
        try:
            yield engine
        finally:
            engine.dispose()
            session.engine.cache_clear()


def copy_of(engine: Engine) -> Engine:
    """A second database that holds what the first holds now: the ground on which a floor works."""
    source = Path(str(engine.url.database))
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    target = source.with_name(f"floor-{time.monotonic_ns()}.db")
    shutil.copyfile(source, target)
    ground = open_engine(f"sqlite:///{target}", cipher=make_cipher(get_settings()))
    # rows of one batch may point at rows of the next; it also makes the floor faster, never slower
    event.listen(ground, "connect", lambda connection, _record: connection.execute("PRAGMA foreign_keys=OFF"))
    return ground


@dataclass(frozen=True)
class Took:
    """Seconds by the clock, and seconds of this process's own computing: those hardly depend on who else computes."""

    clock: float
    computing: float


def timed(work: Callable[[], T]) -> tuple[T, Took]:
    """What the work gives, and how long it took."""
    begun, computed = time.perf_counter(), time.process_time()
    result = work()
    return result, Took(time.perf_counter() - begun, time.process_time() - computed)


def rows_beyond(engine: Engine, model: type[SQLModel], last: int) -> list[dict[str, Any]]:
    """The rows that came after number ``last``, as an insert takes them."""
    table = model.__table__  # type: ignore[attr-defined]
    with session_scope(engine, write=False) as opened:
        return [dict(row._mapping) for row in opened.connection().execute(select(table).where(table.c.id > last))]


def insert_rows(engine: Engine, tables: Tables, batches: int) -> None:
    """The floor of writing: core inserts of ready rows, in as many transactions as the product used."""
    for batch in range(batches):
        with engine.begin() as connection:
            for model, rows in tables:
                part = rows[len(rows) * batch // batches : len(rows) * (batch + 1) // batches]
                if part:
                    connection.execute(insert(model.__table__), part)  # type: ignore[attr-defined]


def compare(what: str, took: Took, floor: Took, target: str) -> None:
    """The product beside its floor, by the clock and by computing time, and what is aimed at."""
    print(f"{what} (target: {target})")
    for name, one, bare in (("clock", took.clock, floor.clock), ("computing", took.computing, floor.computing)):
        print(f"  by {name:<10}{one:>9.2f} s   floor {bare:>8.2f} s   {one / bare:>6.1f} ×")


def load() -> str:
    """How busy the machine is besides: a ratio seen on a busy machine says less."""
    return f"machine load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
