"""A PostgreSQL server for the tests: the one named, the one running here, or a throw-away cluster.

The cluster is shared by all parallel workers of one test run and stopped by the process that began the run.
"""

import getpass
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL, make_url

from tests.shared import locked

CLUSTER_FILE = "postgres-cluster"
START_ATTEMPTS = 3
MISSING = (
    "Không có PostgreSQL: đặt ANSINH_TEST_POSTGRES_URL, chạy một máy chủ ở 127.0.0.1:5432, "
    "hoặc cài bằng: apt-get install postgresql"
)


class PostgresMissing(Exception):
    """There is no server, and none could be started; the text tells the person what to do."""


def server_url(shared: Path) -> str:
    """URL of a database from which others can be created. ``shared``: a folder common to all workers.

    Raises PostgresMissing when nothing answers and no server program is installed.
    """
    named = os.environ.get("ANSINH_TEST_POSTGRES_URL")
    if named:
        return _with_driver(named)
    with locked(shared / "postgres.lock"):
        note = shared / CLUSTER_FILE
        if note.exists():
            return note.read_text("utf-8").splitlines()[0]
        url = _running_server()
        if url is None:
            folder, url = _start_cluster()
            note.write_text(f"{url}\n{folder}\n", "utf-8")
        return url


def stop_cluster(shared: Path) -> None:
    """Stop the run's own cluster, if it started one, and remove its folder."""
    note = shared / CLUSTER_FILE
    if not note.exists():
        return
    folder = Path(note.read_text("utf-8").splitlines()[1])
    _run([_program("pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "-w", "stop"], folder)
    shutil.rmtree(folder, ignore_errors=True)


def fresh_name() -> str:
    """A database name no other run uses."""
    return f"ansinh_test_{os.getpid()}_{secrets.token_hex(4)}"


def create_database(server: str, name: str, *, template: str = "template0") -> str:
    """Create database ``name`` as a copy of ``template`` and return its URL."""
    with _admin(server) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off'.encode())
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def drop_database(server: str, name: str) -> None:
    """Drop database ``name`` and end whatever is still connected to it."""
    with _admin(server) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


EMPTY = """DO $$ DECLARE found record; BEGIN
PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
SET LOCAL session_replication_role = replica;
FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('DELETE FROM %I', found.tablename);
END LOOP;
PERFORM setval(format('%I', sequencename), 1, false) FROM pg_sequences WHERE schemaname = 'public' AND last_value > 0;
END $$"""


def empty_database(url: str) -> None:
    """Take every row out of a test's database, past its guards, and let its numbers begin anew.

    Ten times as fast as a new database. Needs a superuser, as the server of a test machine gives one.
    """
    with psycopg.connect(_libpq(make_url(url)), autocommit=True, connect_timeout=10) as connection:
        connection.execute(EMPTY.encode())


@contextmanager
def _admin(server: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(_libpq(make_url(server)), autocommit=True, connect_timeout=10) as connection:
        yield connection


def _with_driver(url: str) -> str:
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _libpq(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _running_server() -> str | None:
    for user in dict.fromkeys((getpass.getuser(), "postgres")):
        url = URL.create("postgresql+psycopg", username=user, host="127.0.0.1", port=5432, database="postgres")
        try:
            with psycopg.connect(_libpq(url), connect_timeout=2) as connection:
                row = connection.execute(
                    "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
                ).fetchone()
        except psycopg.OperationalError:
            continue
        if row and row[0]:
            return url.render_as_string(hide_password=False)
    return None


def _start_cluster() -> tuple[Path, str]:
    initdb = _program("initdb")
    folder = Path(tempfile.mkdtemp(prefix="ansinh-postgres-"))
    if (user := _server_user()) is not None:
        shutil.chown(folder, user=user)
    data = str(folder / "data")
    made = _run([initdb, "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-locale", "-N"], folder)
    for _ in range(START_ATTEMPTS if made else 0):  # another program may take the free port first
        port = _free_port()
        if _run([*_start_command(data, folder, port), "-w", "start"], folder):
            return folder, f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    raise PostgresMissing(f"PostgreSQL không khởi động được: xem {folder / 'log'}")


def _start_command(data: str, folder: Path, port: int) -> list[str]:
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} "
        "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
    )
    return [_program("pg_ctl"), "-D", data, "-l", str(folder / "log"), "-o", options]


def _run(command: list[str], folder: Path) -> bool:
    """Run a server program as a user PostgreSQL accepts; no pipe is left open to it."""
    user = _server_user()
    group = None if user is None else pwd.getpwnam(user).pw_gid
    quiet = subprocess.DEVNULL
    done = subprocess.run(
        command, check=False, cwd=folder, stdin=quiet, stdout=quiet, stderr=quiet, user=user, group=group
    )
    return done.returncode == 0


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root: then it runs as `postgres`, or as `nobody` where there is none."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _program(name: str) -> str:
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: float(p.parts[-3]))
    found = str(versions[-1]) if versions else shutil.which(name)
    if found is None:
        raise PostgresMissing(MISSING)
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
