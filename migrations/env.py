"""Alembic's entrance: the product hands over an open connection, so no address is ever configured here."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel.sql.sqltypes import AutoString

import models


def plain_type(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """A revision is history: it names the database's own types, not our classes, which may change."""
    if kind != "type" or not isinstance(item, sa.types.TypeDecorator):
        return False
    return "sa.String()" if isinstance(item, AutoString) else f"sa.{item.impl_instance!r}"


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=models.metadata,
    render_as_batch=True,
    render_item=plain_type,
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()
