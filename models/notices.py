"""The mail outbox: queued with the act it tells of, delivered later, each attempt kept with the server's words."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import Code, Data, Moment, Record, one_of
from rules.workflow import MailState


class Mail(Record, table=True):
    """One mail to one mailbox. ``dedup_key``: ids and ISO dates, so one notice cannot be queued twice."""

    __tablename__ = "mail"
    __table_args__ = (
        one_of("state", MailState),
        CheckConstraint("(state = 'IN_DIGEST') = (digest_id IS NOT NULL)", name="digest_named"),
    )

    dedup_key: str = Field(unique=True)
    commune_id: int = Field(foreign_key="commune.id", index=True)
    cycle_id: int | None = Field(default=None, foreign_key="cycle.id", index=True)
    template: str = Field(sa_type=Code)
    context: Any = Field(sa_type=Data)
    """Counts, dates, labels and a path; never a person's data."""
    role: str = Field(sa_type=Code)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    """Whose digest it waits for; none when it goes by itself."""
    digest_id: int | None = Field(default=None, foreign_key="mail.id", index=True)
    """The digest that told of it."""
    to_address: str
    to_name: str = ""
    message_id: str = Field(unique=True)
    state: str = Field(sa_type=Code, default=MailState.QUEUED, index=True)
    attempts: int = 0
    next_try_at: datetime = Field(sa_type=Moment)
    queued_at: datetime = Field(sa_type=Moment)
    settled_at: datetime | None = Field(default=None, sa_type=Moment)


class Delivery(Record, table=True):
    """One attempt to hand one mail to the mail server: begun before it is sent, ended with the server's words."""

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("mail_id", "attempt"),)

    mail_id: int = Field(foreign_key="mail.id", index=True)
    attempt: int
    at: datetime = Field(sa_type=Moment)
    outcome: str = Field(sa_type=Code)
    """"SENDING" while it is under way, then what the mailer says of it."""
    server_words: str = ""
    held_until: datetime | None = Field(default=None, sa_type=Moment)
    """Machine time until which a sender that says nothing is still believed to be at it."""
