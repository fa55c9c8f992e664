"""Whatever stands against a command is said in one Vietnamese sentence, with a status, and without a stack trace."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.settings import get_settings
from cli import status as status_command
from migrations.upgrade import upgrade
from tasks import session as task_session
from tests.cli.command import run


@pytest.fixture(autouse=True)
def _of_this_test_alone() -> Iterator[None]:
    """Settings and engine are read anew, as each command of an operator does."""
    forget()
    yield
    forget()


def forget() -> None:
    if task_session.engine.cache_info().currsize:
        task_session.engine().dispose()
    task_session.engine.cache_clear()
    get_settings.cache_clear()


def refused(status: int, *words: str) -> str:
    """The one sentence of a command that ended with that status."""
    forget()
    ended, said = run(*words)
    assert ended == status, said
    assert "Traceback" not in said
    assert 1 <= len(said.strip().splitlines()) <= 2
    return said


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("nope",), "Không có lệnh “nope”. Xem: ansinh --help"),
        (("law", "nope"), "Không có lệnh “nope”. Xem: ansinh law --help"),
        (("status", "--nope"), "--nope"),
        (("advance", "--cycle", "x"), "--cycle"),
        (("runs", "--limit", "0"), "--limit"),
        (("explain",), "--on"),
        (("audit", "verify", "x"), "Lệnh ghi chưa đúng"),
    ],
)
def test_a_command_typed_wrongly_names_what_is_wrong(words: tuple[str, ...], named: str) -> None:
    assert named in refused(2, *words)


@pytest.mark.parametrize("words", [("status",), ("runs",), ("audit", "verify"), ("advance",), ("law", "export")])
def test_a_command_before_the_first_start_says_what_to_run(words: tuple[str, ...]) -> None:
    assert "ansinh start" in refused(1, *words)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("WEB_PORT", "abc", "ANSINH_WEB_PORT phải là số nguyên"),
        ("WEB_PORT", "99999", "ANSINH_WEB_PORT không được quá 65535"),
        ("MODE", "x", "ANSINH_MODE phải là 'demo', 'dev' hoặc 'production'"),
        ("PUBLIC_PAGE", "x", "ANSINH_PUBLIC_PAGE phải là true hoặc false"),
        ("SMTP_TIMEOUT_SECONDS", "0", "ANSINH_SMTP_TIMEOUT_SECONDS phải lớn hơn 0"),
        ("FIELD_KEY", "abc", "ANSINH_FIELD_KEY phải là 32 byte"),
        ("DATABASE_URL", "x", "ANSINH_DATABASE_URL"),
        ("DATABASE_URL", "x://y", "ANSINH_DATABASE_URL"),
        ("DATABASE_URL", "postgresql+psycopg://a:bi-mat@127.0.0.1:1/x", "Không mở được cơ sở dữ liệu"),
        ("DATA_DIR", "/proc/nope", "Không dùng được /proc/nope"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    monkeypatch.setenv(f"ANSINH_{name}", value)
    sentence = refused(1, "status")
    assert said in sentence
    assert "bi-mat" not in sentence


def test_a_file_that_is_no_database_is_told(data_dir: Path) -> None:
    (data_dir / "ansinh.db").write_bytes(b"khong phai co so du lieu" * 99)
    assert "sao lưu" in refused(1, "status")


def test_a_database_of_a_newer_version_is_left_alone(data_dir: Path) -> None:
    upgrade(task_session.engine())
    with sqlite3.connect(data_dir / "ansinh.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert "bản An Sinh mới hơn" in refused(1, "migrate")


def test_what_nobody_expected_is_told_by_kind_and_place_without_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise KeyError("Nguyễn Thị Thử 031060000001")

    monkeypatch.setattr(status_command, "status", broken)
    sentence = refused(1, "status")
    assert "KeyError" in sentence
    assert "test_faults.py" in sentence
    assert "Thử" not in sentence
