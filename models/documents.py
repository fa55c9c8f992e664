"""Papers: what is to be written, what was written, from which frozen data, under which number."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import Code, Data, Moment, Record, one_of


class DocumentState(StrEnum):
    """Asked for, written, or why not."""

    WANTED = "WANTED"
    WRITTEN = "WRITTEN"
    FAILED = "FAILED"


class Document(Record, table=True):
    """One paper, export or sheet. ``subject`` names what it is of; one paper of a kind per subject and version."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("kind", "subject", "version"), one_of("state", DocumentState))

    commune_id: int = Field(foreign_key="commune.id", index=True)
    cycle_id: int | None = Field(default=None, foreign_key="cycle.id", index=True)
    kind: str = Field(sa_type=Code)
    subject: str = Field(sa_type=Code, index=True)
    """"submission:12", "payment_list:3", "insurance_batch:1", "village_list:7"."""
    version: int = 1
    title: str
    file_name: str
    state: str = Field(sa_type=Code, default=DocumentState.WANTED)
    data: Any = Field(default=None, sa_type=Data, nullable=True)
    """Frozen data of the paper when it is not derived from ``subject`` itself."""
    data_sha256: str = ""
    template_sha256: str = ""
    file_sha256: str | None = None
    number: str = ""
    symbol: str = ""
    issued_on: date | None = None
    problem: str = ""
    wanted_at: datetime = Field(sa_type=Moment)
    written_at: datetime | None = Field(default=None, sa_type=Moment)
