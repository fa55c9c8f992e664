"""Tasks find their database through the settings: each test gives them a new one and the test key."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from adapters.settings import get_settings
from tasks import session as task_session


@pytest.fixture(autouse=True)
def house(sqlite_engine: Engine, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The database that every task of this test works on."""
    monkeypatch.setenv("ANSINH_DATABASE_URL", sqlite_url)
    get_settings.cache_clear()
    monkeypatch.setattr(task_session, "engine", lambda: sqlite_engine)
    yield sqlite_engine
    get_settings.cache_clear()
