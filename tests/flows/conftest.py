"""Flows run on a Prefect of the test session alone, and on a new database each."""

import asyncio
from collections.abc import Iterator
from datetime import datetime

import pytest
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings
from prefect.testing.utilities import prefect_test_harness
from sqlalchemy import Engine

from adapters.settings import get_settings
from tasks import session as task_session
from tests.services.places import NOW


@pytest.fixture(scope="session")
def prefect() -> Iterator[None]:
    """Prefect's own server for the session; sync flows would otherwise wait a second each for their heart-beat."""
    quiet = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None, PREFECT_LOGGING_TO_API_ENABLED: False}
    with prefect_test_harness(server_startup_timeout=120), temporary_settings(quiet):
        yield
    asyncio.set_event_loop(None)


@pytest.fixture
def house(
    prefect: None, sqlite_engine: Engine, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[datetime]]:
    """The database that every task works on, and the product's moment, which a test may move."""
    monkeypatch.setenv("ANSINH_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("ANSINH_LINGER_SECONDS", "0")
    get_settings.cache_clear()
    moments = [NOW]
    monkeypatch.setattr(task_session, "engine", lambda: sqlite_engine)
    monkeypatch.setattr(task_session, "now", lambda: moments[0])
    yield moments
    get_settings.cache_clear()
