"""What can stand against an act, in one Vietnamese sentence; the edge decides what page or code it becomes."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What kind of obstacle."""

    NOT_FOUND = "NOT_FOUND"
    NOT_ALLOWED = "NOT_ALLOWED"
    CONFLICT = "CONFLICT"
    INVALID = "INVALID"
    WAITING = "WAITING"


class Problem(Exception):
    """An act that cannot be done. ``message`` is for the user and holds no personal data; ``code`` is for tests.

    ``field`` is the entry that must be changed, by the name it has in the act's form; "" when it is no single one.
    """

    def __init__(self, kind: Kind, code: str, message: str, details: tuple[str, ...] = (), *, field: str = "") -> None:
        super().__init__(f"{kind}: {code}")
        self.kind = kind
        self.code = code
        self.message = message
        self.details = details
        self.field = field


def not_found(code: str, message: str) -> Problem:
    """There is no such thing, or not for this person."""
    return Problem(Kind.NOT_FOUND, code, message)


def not_allowed(code: str, message: str) -> Problem:
    """This person may not do it."""
    return Problem(Kind.NOT_ALLOWED, code, message)


def conflict(code: str, message: str, *, field: str = "") -> Problem:
    """It no longer fits how things stand; ``field`` names the entry, where it is one that does not."""
    return Problem(Kind.CONFLICT, code, message, field=field)


def invalid(code: str, message: str, details: tuple[str, ...] = (), *, field: str = "") -> Problem:
    """What was entered cannot be right; ``field`` names the entry."""
    return Problem(Kind.INVALID, code, message, details, field=field)


def waiting(code: str, message: str, details: tuple[str, ...] = ()) -> Problem:
    """Something else must come first."""
    return Problem(Kind.WAITING, code, message, details)
