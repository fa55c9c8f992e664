"""What two demonstrations must agree on: every record of the programme, read as the product reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, MetaData, select

import models
from adapters.database import open_engine
from adapters.secrets import make_cipher
from adapters.settings import use_demo_folder

# run history, leases and when a letter left or a paper was written tell how often the machine tried;
# a password's salt is random
LEFT_OUT_TABLES = frozenset({"run", "run_step", "delivery"})
LEFT_OUT_COLUMNS = {
    "account": {"password_hash"},
    "cycle_step": {"lease_owner", "lease_until", "version"},
    "mail": {"attempts", "next_try_at", "held_until", "settled_at"},
    "document": {"written_at"},
}


def open_demo(folder: Path) -> Engine:
    """The database of a demonstration, with the key that its own folder keeps."""
    settings = use_demo_folder(folder, web_port=8600, prefect_port=4260)
    return open_engine(settings.database_url, cipher=make_cipher(settings))


def records(engine: Engine, metadata: MetaData = models.metadata) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, in the order of its number."""
    with engine.connect() as connection:
        return {
            table.name: [
                {name: value for name, value in row._mapping.items() if name not in left_out}
                for row in connection.execute(select(table).order_by(table.c.id))
            ]
            for table in metadata.sorted_tables
            if table.name not in LEFT_OUT_TABLES
            for left_out in [LEFT_OUT_COLUMNS.get(table.name, set())]
        }
