"""The list of all pages: every route says here who may open it and how far it sees.

A route that is not made by `get` or `post` does not exist for the application, so none can be without a declaration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fastapi import Response

from rules.workflow import Role

Handler = Callable[..., Response]

STAFF = frozenset(role for role in Role if role is not Role.system)
"""Every role that a person can hold."""


class Scope(StrEnum):
    """How far a page sees."""

    PUBLIC = "public"
    """Open without sign-in; shows nothing of a record."""
    ACCOUNT = "account"
    """The signed-in person's own account."""
    VILLAGE = "village"
    """A village head: the own thôn; a department: its commune."""
    COMMUNE = "commune"
    """The communes where this person holds one of the page's roles."""


@dataclass(frozen=True)
class Page:
    """One route. ``writes``: its transaction commits; ``redisplay``: the page shown after a refusal."""

    method: str
    path: str
    handler: Handler
    roles: frozenset[Role]
    scope: Scope
    writes: bool
    redisplay: Handler | None = None
    prepare: Callable[..., Any] | None = None
    """Reads what was sent (a workbook) before the writing transaction begins; the result is ``visit.prepared``."""
    hidden: str = ""
    """Why a page without a number in its path is not in the menu."""


PAGES: list[Page] = []


def get(
    path: str, *, roles: Iterable[Role], scope: Scope, logs_read: bool = False, hidden: str = ""
) -> Callable[[Handler], Handler]:
    """Register a page to look at. ``logs_read``: it shows sensitive data and writes down who looked."""

    def register(handler: Handler) -> Handler:
        PAGES.append(Page("GET", path, handler, frozenset(roles), scope, logs_read, hidden=hidden))
        return handler

    return register


def post(
    path: str,
    *,
    roles: Iterable[Role],
    scope: Scope,
    redisplay: Handler | None = None,
    prepare: Callable[..., Any] | None = None,
) -> Callable[[Handler], Handler]:
    """Register an act: one writing transaction, only with the form's own token.

    ``prepare`` gets the visit, after the same checks, in a transaction that cannot write: long reading of files locks
    nobody out.
    """

    def register(handler: Handler) -> Handler:
        PAGES.append(Page("POST", path, handler, frozenset(roles), scope, True, redisplay, prepare))
        return handler

    return register
