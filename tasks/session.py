"""The database and the clocks as a task meets them: one engine per process, one transaction per block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import Engine
from sqlmodel import Session

from adapters import clock
from adapters.database import open_engine, session_scope
from adapters.secrets import make_cipher
from adapters.settings import get_settings


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The engine of this process, opened at first use. Raises `SecretError` when the key does not fit the data."""
    settings = get_settings()
    return open_engine(settings.database_url, cipher=make_cipher(settings))


@contextmanager
def transaction(*, write: bool = True) -> Iterator[Session]:
    """One transaction: committed when the block ends well, undone when it raises."""
    with session_scope(engine(), write=write) as session:
        yield session


def now() -> datetime:
    """The product's moment: what services are given and people read."""
    return clock.now()


def machine_now() -> datetime:
    """The machine's moment: for leases and run times."""
    return clock.machine_now()


def lease() -> timedelta:
    """How long a worker that says nothing is believed to be at work."""
    return timedelta(seconds=get_settings().lease_seconds)
