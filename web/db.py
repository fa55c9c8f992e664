"""One request is one transaction: a look never writes, an act commits only when its answer is ready."""

from __future__ import annotations

from contextlib import AbstractContextManager

from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session

from adapters.database import session_scope


def engine_of(app: FastAPI) -> Engine:
    """The application's engine."""
    engine: Engine = app.state.engine
    return engine


def transaction(app: FastAPI, *, write: bool) -> AbstractContextManager[Session]:
    """The request's transaction; with ``write=False`` nothing can be committed."""
    return session_scope(engine_of(app), write=write)
