"""What every record shares: names of constraints, moments with a zone, codes, JSON and encrypted text."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Protocol, cast
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, DateTime, Dialect, String, Text, TypeDecorator
from sqlmodel import Field, SQLModel

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Cipher(Protocol):
    """What an engine's dialect carries as ``ansinh_cipher`` so that sensitive columns are unreadable in the file."""

    def encrypt(self, text: str) -> str: ...

    def decrypt(self, text: str) -> str: ...


class Moment(TypeDecorator[datetime]):
    """An aware moment: stored in UTC, read back in Việt Nam time, on either database. A naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(ZONE)


class Code(TypeDecorator[str]):
    """A short code; members of our vocabularies are stored by value."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)


class Canonical(str):
    """JSON text that ``canonical_json`` or an equal writer made: stored as it is."""

    __slots__ = ()


class Data(TypeDecorator[Any]):
    """JSON as canonical text (sorted keys, UTF-8, dates as ISO), so equal data has equal bytes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        if isinstance(value, Canonical):
            return str(value)
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class EncryptedText(TypeDecorator[str]):
    """Text that only the running product can read: the key is on the engine's dialect, never in the database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _cipher(dialect).encrypt(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _cipher(dialect).decrypt(value)


def _cipher(dialect: Dialect) -> Cipher:
    cipher = getattr(dialect, "ansinh_cipher", None)
    if cipher is None:
        raise RuntimeError("engine opened without a cipher: use adapters.database.open_engine")
    return cast(Cipher, cipher)


def canonical_json(value: object) -> str:
    """One text for one value: what hashes are taken of."""
    return _encode(value)


def _plain(value: object) -> object:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")


_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain, check_circular=False
).encode


def one_of(column: str, vocabulary: type[StrEnum]) -> CheckConstraint:
    """The database itself refuses a word that is not in the vocabulary."""
    words = ", ".join(f"'{word.value}'" for word in vocabulary)
    return CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")


class Record(SQLModel):
    """A row with a number of its own."""

    id: int | None = Field(default=None, primary_key=True)

    @property
    def key(self) -> int:
        """The number of a saved row; asking for it before the flush is a mistake of ours."""
        if self.id is None:
            raise RuntimeError(f"{type(self).__name__} has not been saved yet")
        return self.id
