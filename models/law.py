"""What the office itself says of the law: proposed and confirmed values, and the exact law a decision used."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import Code, Data, Moment, Record


class LawRevision(Record, table=True):
    """One dated value brought in by the office. Insert-only: a better value is a new row with a later number."""

    __tablename__ = "law_revision"
    __table_args__ = (
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> proposed_by", name="two_people"),
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_whole"),
        CheckConstraint("status IN ('CONFIRMED', 'ASSUMED')", name="status_known"),
        UniqueConstraint("commune_id", "param_key", "scope", "valid_from", "version"),
    )

    commune_id: int = Field(foreign_key="commune.id", index=True)
    param_key: str
    scope: str = ""
    """Canonical "area=…;status=…" text; empty for a value that holds for all."""
    value: Any = Field(sa_type=Data)
    valid_from: date
    valid_to: date | None = None
    reference: Any = Field(sa_type=Data)
    """{"document": "04/2026/NQ-HĐND", "issuer": …, "article": …, "note": …}."""
    status: str = Field(sa_type=Code)
    is_demo: bool = False
    version: int = 1
    proposed_by: int = Field(foreign_key="account.id")
    proposed_at: datetime = Field(sa_type=Moment)
    confirmed_by: int | None = Field(default=None, foreign_key="account.id")
    confirmed_at: datetime | None = Field(default=None, sa_type=Moment)


class LawSnapshot(Record, table=True):
    """The values a computation read, pinned for ever under their hash."""

    __tablename__ = "law_snapshot"

    sha256: str = Field(unique=True)
    content: Any = Field(sa_type=Data)
    taken_at: datetime = Field(sa_type=Moment)
