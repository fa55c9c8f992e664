"""The product's own way to a database with every table: its engine, its migrations and an invented key."""

from sqlalchemy import Engine

from adapters import database
from adapters.secrets import FieldCipher
from migrations.upgrade import upgrade

TEST_CIPHER = FieldCipher(b"invented key for the tests only!")


def open_engine(url: str) -> Engine:
    """An engine on ``url`` that reads and writes sealed columns with the test key."""
    return database.open_engine(url, cipher=TEST_CIPHER)


def build(url: str) -> None:
    """Bring the database at ``url`` to the newest form and leave no connection open."""
    opened = open_engine(url)
    try:
        upgrade(opened)
    finally:
        opened.dispose()
