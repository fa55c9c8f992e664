"""A program of the engine is run with this installation's settings, wherever the operator stands."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.settings import get_settings
from tests.cli.command import run

HOUSE = Path(__file__).resolve().parents[2]
Become = list[tuple[str, list[str], dict[str, str]]]


@pytest.fixture
def become(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Become]:
    """What the process would have become; the operator stands in a folder of its own."""
    seen: Become = []

    def note(program: str, words: list[str], surroundings: Any) -> None:
        seen.append((program, words, dict(surroundings)))

    monkeypatch.setattr(os, "execvpe", note)
    monkeypatch.chdir(tmp_path)
    get_settings.cache_clear()
    yield seen
    get_settings.cache_clear()


def test_the_words_are_passed_on_and_the_settings_go_along(become: Become, tmp_path: Path) -> None:
    """A worker starts its runs in folders of their own: what the operator wrote into `.env` must reach them."""
    here = "postgresql+asyncpg://ansinh@127.0.0.1/prefect"
    tmp_path.joinpath(".env").write_text(f"ANSINH_PREFECT_DATABASE_URL={here}\nANSINH_LINGER_SECONDS=3\nOTHER=1\n")
    status, said = run("engine", "prefect", "--no-prompt", "worker", "start", "--pool", "ansinh")
    assert (status, said) == (0, "")
    ((program, words, surroundings),) = become
    assert (program, words) == ("prefect", ["prefect", "--no-prompt", "worker", "start", "--pool", "ansinh"])
    assert surroundings["PREFECT_SERVER_DATABASE_CONNECTION_URL"] == here
    assert surroundings["ANSINH_LINGER_SECONDS"] == "3"
    assert "OTHER" not in surroundings
    assert surroundings["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert Path.cwd() == HOUSE, "prefect.yaml lies there"


def test_what_stands_in_the_environment_comes_before_the_file(
    become: Become, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.joinpath(".env").write_text("ANSINH_LINGER_SECONDS=3\n")
    monkeypatch.setenv("ANSINH_LINGER_SECONDS", "5")
    run("engine", "prefect", "version")
    assert become[0][2]["ANSINH_LINGER_SECONDS"] == "5"


def test_several_servers_share_a_redis_and_one_server_needs_none(
    become: Become, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("engine", "prefect", "version")
    assert not [name for name in become[0][2] if name.startswith(("PREFECT_REDIS", "PREFECT_SERVER_DOCKET"))]
    monkeypatch.setenv("ANSINH_REDIS_URL", "redis://127.0.0.1:6379/0")
    get_settings.cache_clear()
    run("engine", "prefect", "version")
    surroundings = become[1][2]
    assert surroundings["PREFECT_SERVER_DOCKET_URL"] == "redis://127.0.0.1:6379/0"
    assert surroundings["PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE"] == "prefect_redis.lease_storage"
    assert surroundings["PREFECT_SERVER_DATABASE_MIGRATE_ON_START"] == "false"


def test_a_program_that_is_not_there_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    get_settings.cache_clear()
    status, said = run("engine", "khong-co-lenh-nay")
    assert status == 1
    assert "khong-co-lenh-nay" in said
    assert "Traceback" not in said
