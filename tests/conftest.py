"""What every test stands on: fresh databases of both kinds, an empty environment, no way off this machine."""

import gc
import ipaddress
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine
from sqlmodel import Session

from tests import postgres, schema, shared

MEMORY, ROOM = Path("/dev/shm"), 3 * 2**30  # noqa: S108 -- mkdtemp makes the folder of a run in it
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

settings.register_profile("default", deadline=None, max_examples=60)
settings.register_profile("ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default"))


def pytest_configure(config: pytest.Config) -> None:
    """One folder for the whole run, named to the workers before they start; every test's files are in it.

    In memory where there is room: no test asks what outlives a loss of power, and waiting for the disk is a tenth.
    """
    if hasattr(config, "workerinput"):
        return
    is_roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    made = tempfile.mkdtemp(prefix="ansinh-tests-", dir=MEMORY if is_roomy else None)
    config.option.basetemp = config.option.basetemp or f"{made}/tests"
    os.environ[shared.NAME] = made
    os.environ["PREFECT_HOME"] = f"{made}/prefect"
    os.environ["DO_NOT_TRACK"] = "1"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what the run started."""
    if hasattr(config, "workerinput"):
        return
    made = Path(os.environ.pop(shared.NAME))
    postgres.stop_cluster(made)
    shutil.rmtree(made, ignore_errors=True)


SLOW = ("browser", "engine", "kill", "long")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: not any(item.get_closest_marker(mark) for mark in SLOW))


def pytest_collection_finish() -> None:
    """Let Python's collector pass over what imports and collection made: it would be looked through again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def cannot_run(reason: str) -> NoReturn:
    """Skip on a user's machine with a sentence; fail where nothing may be skipped (``CI`` is set)."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


# ---------------------------------------------------------------- the world outside


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    """No test reaches beyond this machine, not even by looking a name up."""
    connect, connect_ex, lookup = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _refuse_foreign(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_foreign(self, address)
        return connect_ex(self, address)

    def guarded_lookup(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not _is_here(host):
            raise OSError(f"a test asked for the address of {host!r}")
        return lookup(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_lookup)
        yield


def _refuse_foreign(sock: socket.socket, address: Any) -> None:
    if sock.family in {socket.AF_INET, socket.AF_INET6} and not _is_here(address[0]):
        raise OSError(f"a test tried to reach {address[0]!r}")


def _is_here(host: Any) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost", socket.gethostname()}:
        return True
    try:
        address = ipaddress.ip_address(name.split("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder of this test alone; no setting of the person's own shell reaches the test."""
    for name in [name for name in os.environ if name.startswith("ANSINH_") and not name.startswith("ANSINH_TEST_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("ANSINH_DATA_DIR", str(folder))
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the system Chromium; without one the test skips with a sentence, or fails under CI."""
    named = os.environ.get("ANSINH_TEST_CHROMIUM")
    found = named or next((path for path in map(shutil.which, BROWSERS) if path), None)
    if found is None:
        cannot_run("Không có Chromium: cài bằng apt-get install chromium")
    return found


# ---------------------------------------------------------------- databases


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """URL of a PostgreSQL server where this run may create databases."""
    try:
        return postgres.server_url(shared.folder())
    except postgres.PostgresMissing as missing:
        cannot_run(str(missing))


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    schema.build(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _postgres_database(postgres_server: str) -> Iterator[str]:
    name = postgres.fresh_name()
    url = postgres.create_database(postgres_server, name)
    schema.build(url)
    yield url
    postgres.drop_database(postgres_server, name)


@pytest.fixture(scope="session")
def _sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("office") / "ansinh.db"


@pytest.fixture
def sqlite_url(_sqlite_template: Path, _sqlite_file: Path) -> str:
    """A SQLite database with every table and no row; the worker's tests use its place one after the other."""
    for left in _sqlite_file.parent.iterdir():
        left.unlink()
    shutil.copyfile(_sqlite_template, _sqlite_file)
    return f"sqlite:///{_sqlite_file}"


@pytest.fixture
def postgres_url(_postgres_database: str) -> str:
    """A PostgreSQL database with every table and no row; the worker's tests use it one after the other."""
    postgres.empty_database(_postgres_database)
    return _postgres_database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a new database, once of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An open engine on a new database, once of each kind; secret columns use a test key."""
    opened = schema.kept_engine(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    """An open engine on a new SQLite database, for tests that promise nothing about the database itself."""
    opened = schema.kept_engine(sqlite_url)
    yield opened
    opened.dispose()


@pytest.fixture
def postgres_engine(postgres_url: str) -> Iterator[Engine]:
    """An open engine on a new PostgreSQL database."""
    opened = schema.kept_engine(postgres_url)
    yield opened
    opened.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on a new database of each kind; nothing is committed unless the test does so."""
    with Session(engine, expire_on_commit=False) as opened:
        yield opened


@pytest.fixture
def sqlite_session(sqlite_engine: Engine) -> Iterator[Session]:
    """A session on a new SQLite database; nothing is committed unless the test does so."""
    with Session(sqlite_engine, expire_on_commit=False) as opened:
        yield opened
