"""The product's own way to a database with every table: its migrations and its engine."""

from sqlalchemy import Engine, create_engine
from sqlmodel import SQLModel


def open_engine(url: str) -> Engine:
    """An engine on ``url``."""
    return create_engine(url)


def build(url: str) -> None:
    """Create every table at ``url`` and leave no connection open."""
    import models  # noqa: F401  (registers every table)

    opened = open_engine(url)
    SQLModel.metadata.create_all(opened)
    opened.dispose()
