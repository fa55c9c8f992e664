"""The product's own way to a database with every table: its engine, its migrations and an invented key."""

from functools import cache
from pathlib import Path

from sqlalchemy import Engine, make_url

from adapters import database
from adapters.secrets import FieldCipher
from migrations.upgrade import upgrade

TEST_CIPHER = FieldCipher(b"invented key for the tests only!")


def open_engine(url: str) -> Engine:
    """An engine on ``url`` that reads and writes sealed columns with the test key."""
    return database.open_engine(url, cipher=TEST_CIPHER)


@cache
def kept_engine(url: str) -> Engine:
    """The same for a place that one test after the other uses: what a statement is in SQL is worked out once for all.

    Whoever takes it disposes of it, so that no connection outlives its database.
    """
    return open_engine(url)


def build(url: str) -> None:
    """Bring the database at ``url`` to the newest form and leave no connection open."""
    opened = open_engine(url)
    try:
        upgrade(opened)
    finally:
        opened.dispose()


def bytes_of(url: str) -> bytes:
    """Everything that lies on disk of a SQLite database, its write-ahead log too."""
    path = Path(str(make_url(url).database))
    return b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*"))
