"""The record that can be proven: audit entries chained by hash per commune, sensitive reads, hands on a list."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import Code, Data, Moment, Record, one_of
from rules.workflow import Role


class AuditEntry(Record, table=True):
    """One act. Each hash covers the one before; triggers refuse every change and deletion."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("chain", "seq"),
        UniqueConstraint("chain", "prev_sha256"),
        one_of("role", Role),
    )

    chain: int
    """The commune's number; 0 for acts on the installation."""
    seq: int
    at: datetime = Field(sa_type=Moment)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    role: str = Field(sa_type=Code)
    action: str = Field(sa_type=Code)
    subject: str = Field(sa_type=Code, index=True)
    """Table and number, e.g. "submission:12"."""
    data: Any = Field(sa_type=Data)
    prev_sha256: str
    sha256: str = Field(unique=True)


class SensitiveRead(Record, table=True):
    """Who looked at a diagnosis or a bank account, when, of whom."""

    __tablename__ = "sensitive_read"

    at: datetime = Field(sa_type=Moment)
    account_id: int = Field(foreign_key="account.id", index=True)
    role: str = Field(sa_type=Code)
    what: str = Field(sa_type=Code)
    subject: str = Field(sa_type=Code, index=True)


class Involvement(Record, table=True):
    """Who prepared, verified, reviewed or changed what a cycle's list says: a trigger keeps them from deciding it."""

    __tablename__ = "involvement"
    __table_args__ = (UniqueConstraint("cycle_id", "account_id", "action"),)

    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    action: str = Field(sa_type=Code)
    first_at: datetime = Field(sa_type=Moment)
