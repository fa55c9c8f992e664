"""Prefect carries ids, the database carries people: nothing personal in the engine's file, the logs or a letter."""

from __future__ import annotations

import email
import os
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from functools import cache
from pathlib import Path

import pytest
import yaml

from rules.names import fold_name, strip_marks_upper

HOUSE = Path(__file__).parents[2]
DIAGNOSES = ("C34.9", "E11.7", "U ác tính", "đái tháo đường", "biến chứng nặng ở cơ quan đích")
pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demonstration that ran on the embedded product: engine, flows, pages."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "cli", "demo", "--exit", "--folder", str(folder)]
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("ANSINH_", "PREFECT_"))}
    run = subprocess.run(command, cwd=HOUSE, env=surroundings, capture_output=True, text=True, timeout=800, check=False)
    assert run.returncode == 0, (run.stdout + run.stderr)[-3000:]
    return folder


@cache
def personal_data() -> dict[str, str]:
    """Names, numbers, accounts and telephones of the invented people as we spell them, and what ails them.

    Each stands under the same in small letters.
    """
    content = yaml.safe_load((HOUSE / "demo" / "people.yaml").read_text("utf-8"))
    people = [member for household in content["households"] for member in household["members"]]
    names = {person["name"] for person in people} | {household["head"] for household in content["households"]}
    spelled = {spelling for name in names for spelling in (name, fold_name(name), strip_marks_upper(name))}
    numbers = {person[key] for person in people for key in ("citizen_id", "account", "phone") if person.get(key)}
    return {value.lower(): value for value in sorted(spelled | numbers | set(DIAGNOSES))}


def found_in(text: str) -> list[str]:
    """Which of them occur in the text."""
    lowered = text.lower()
    return [value for small, value in personal_data().items() if small in lowered]


def readable(path: Path) -> str:
    """A file's bytes as text, whatever it is."""
    return path.read_bytes().decode("utf-8", "replace")


def test_the_engines_own_files_name_nobody(played: Path) -> None:
    """Parameters, names of runs, states, events and results, and what SQLite has not yet folded in."""
    files = [path for path in (played / "prefect").rglob("*") if path.is_file()]
    assert any(path.name == "prefect.db" for path in files)
    assert {path.name: found for path in files if (found := found_in(readable(path)))} == {}


def test_the_logs_name_nobody(played: Path) -> None:
    """Of all three services."""
    logs = list((played / "logs").glob("*.log*"))
    assert {path.stem for path in logs} >= {"engine", "flows", "web"}
    assert {path.name: found for path in logs if (found := found_in(readable(path)))} == {}


def letters(folder: Path) -> Iterator[tuple[str, str]]:
    """Each letter's name and everything a reader of it could see."""
    for path in (folder / "mailbox").glob("*.eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=default)
        assert isinstance(message, EmailMessage)
        parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
        yield path.name, "\n".join([str(message["Subject"]), *parts])


def test_no_letter_names_anybody(played: Path) -> None:
    """Subjects and bodies carry counts, dates and a link."""
    read = dict(letters(played))
    assert len(read) > 100
    assert {name: found for name, text in read.items() if (found := found_in(text))} == {}


def test_the_search_would_find_somebody(played: Path) -> None:
    """The same search over the product's own database and papers does find people: it is not blind."""
    assert found_in(readable(played / "ansinh.db"))
