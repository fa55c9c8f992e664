"""What the office itself says of the law: proposed and confirmed values, their scans, and the law a decision used."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import Code, Data, Moment, Record


class LawRevision(Record, table=True):
    """One dated value brought in by the office. Insert-only: a better value is a new row with a later number.

    It waits until a second person confirms it or somebody refuses it; after that nothing of it changes.
    """

    __tablename__ = "law_revision"
    __table_args__ = (
        CheckConstraint(
            "confirmed_by IS NULL OR (proposed_by IS NOT NULL AND confirmed_by <> proposed_by)", name="two_people"
        ),
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_whole"),
        CheckConstraint("(refused_by IS NULL) = (refused_at IS NULL)", name="refused_whole"),
        CheckConstraint("confirmed_by IS NULL OR refused_by IS NULL", name="one_answer"),
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
    """{"document": …, "issuer": …, "article": …, "note": …, "source": …, "evidence": sha256 of the scan}."""
    status: str = Field(sa_type=Code)
    is_demo: bool = False
    version: int = 1
    origin: str = ""
    """Where an imported proposal came from, in words; empty when an officer typed it."""
    proposed_by: int | None = Field(default=None, foreign_key="account.id")
    """Empty while nobody of the office has taken over what an operator brought in."""
    proposed_at: datetime = Field(sa_type=Moment)
    confirmed_by: int | None = Field(default=None, foreign_key="account.id")
    confirmed_at: datetime | None = Field(default=None, sa_type=Moment)
    refused_by: int | None = Field(default=None, foreign_key="account.id")
    refused_at: datetime | None = Field(default=None, sa_type=Moment)
    refusal: str = ""
    """Why it was refused or taken back."""


class LawEvidence(Record, table=True):
    """The scan of a document that values rest on, found by the fingerprint their reference names; kept for ever."""

    __tablename__ = "law_evidence"
    __table_args__ = (UniqueConstraint("commune_id", "content_sha256"), CheckConstraint("size > 0", name="size"))

    commune_id: int = Field(foreign_key="commune.id", index=True)
    document: str
    """Number and year of the document, as on the value it was first attached to."""
    issuer: str
    media_type: str = Field(sa_type=Code)
    size: int
    content_sha256: str
    file_sha256: str
    """Fingerprint of the sealed bytes in the file store."""
    added_by: int = Field(foreign_key="account.id")
    added_at: datetime = Field(sa_type=Moment)


class LawSnapshot(Record, table=True):
    """The values a computation read, pinned for ever under their hash."""

    __tablename__ = "law_snapshot"

    sha256: str = Field(unique=True)
    content: Any = Field(sa_type=Data)
    taken_at: datetime = Field(sa_type=Moment)
