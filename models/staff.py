"""Who works here: accounts, the mandates they act under, and their sign-ins."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import Code, Moment, Record, one_of
from rules.workflow import Role


class Account(Record, table=True):
    """A person who signs in. Deactivated, never deleted: the record names who acted."""

    __tablename__ = "account"

    username: str = Field(sa_type=Code, unique=True)
    full_name: str
    email: str = ""
    phone: str = ""
    password_hash: str = ""
    password_is_given: bool = False
    """Chosen by the admin, so known to two: nothing but one's own account opens before it is changed."""
    active: bool = True
    wants_digest: bool = False
    """Mails that can wait are gathered into one a day."""
    created_at: datetime = Field(sa_type=Moment)


class Mandate(Record, table=True):
    """One role for one commune (for a village head: one thôn), from a day to a day, on somebody's written basis."""

    __tablename__ = "mandate"
    __table_args__ = (
        UniqueConstraint("account_id", "commune_id", "role", "village_id", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        CheckConstraint("(role = 'village_head') = (village_id IS NOT NULL)", name="village_for_heads"),
        CheckConstraint("signs_as IN ('', 'BY_ORDER', 'BY_DELEGATION')", name="signs_as_known"),
        one_of("role", Role),
    )

    account_id: int = Field(foreign_key="account.id", index=True)
    commune_id: int = Field(foreign_key="commune.id", index=True)
    village_id: int | None = Field(default=None, foreign_key="village.id")
    role: str = Field(sa_type=Code)
    post: str = ""
    """The post as printed under a signature, e.g. "Phó Chủ tịch"."""
    is_head: bool = False
    """Head of the issuing body; a deputy signs "KT."."""
    signs_as: str = Field(sa_type=Code, default="")
    """How the holder signs papers of the People's Committee on a written act of its chairman: a `rules.authority` code.

    BY_ORDER prints "TL. CHỦ TỊCH", BY_DELEGATION "TUQ. CHỦ TỊCH"; empty: no such act.
    """
    reference: str = ""
    valid_from: date
    valid_to: date | None = None


class SignIn(Record, table=True):
    """A signed-in browser. The cookie's token is stored only as a digest."""

    __tablename__ = "sign_in"

    token_digest: str = Field(unique=True)
    csrf_token: str
    account_id: int = Field(foreign_key="account.id", index=True)
    created_at: datetime = Field(sa_type=Moment)
    last_seen_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class SignInAttempt(Record, table=True):
    """A failed sign-in, to slow down guessing by name and by address."""

    __tablename__ = "sign_in_attempt"

    username: str = Field(sa_type=Code, index=True)
    client: str = Field(index=True)
    at: datetime = Field(sa_type=Moment, index=True)
