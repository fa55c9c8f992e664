"""A back-up made while others write restores to the same records and files; it does not hold the key."""

from __future__ import annotations

import io
import sqlite3
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from adapters.filestore import make_filestore
from adapters.settings import get_settings
from migrations.upgrade import upgrade
from models.payer import PayerAccount, PayerKind
from models.places import Commune
from tasks import session as task_session
from tests import factories
from tests.cli.command import run
from tests.factories import NOW

ACCOUNT = "9523.1.1234567"


def forget() -> None:
    if task_session.engine.cache_info().currsize:
        task_session.engine().dispose()
    task_session.engine.cache_clear()
    get_settings.cache_clear()


@pytest.fixture(autouse=True)
def _of_this_test_alone() -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.fixture
def office(data_dir: Path) -> str:
    """An installation with a sealed account, an audit entry and a kept file; returns the file's hash."""
    upgrade(task_session.engine())
    with task_session.transaction() as opened:
        commune = factories.create_office(opened).commune
        opened.add(
            PayerAccount(
                commune_id=commune.key, kind=PayerKind.BUDGET, holder="UBND thử", account_no=ACCOUNT,
                place_name="Kho bạc thử", recorded_by=1, recorded_at=NOW,
            )
        )  # fmt: skip
    (data_dir / "logs").mkdir()
    (data_dir / "logs" / "web.log").write_text("x")
    return make_filestore(get_settings()).save(b"to khai thu", "to-khai.txt").sha256


def at(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """The operator turns to another data folder."""
    forget()
    monkeypatch.setenv("ANSINH_DATA_DIR", str(folder))


def test_a_backup_made_while_others_write_restores_to_the_same_records(
    office: str, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, key = tmp_path / "ban.tar.gz", data_dir / "secrets" / "field.key"
    with task_session.transaction() as writing:
        writing.add(Commune(code="DANGGHI", name="Chưa ghi", kind="xã", province="thử"))
        writing.flush()
        status, said = run("backup", str(archive))
        writing.rollback()
    assert (status, str(key) in said) == (0, True)
    assert archive.stat().st_mode & 0o077 == 0
    at(monkeypatch, tmp_path / "moi")
    status, said = run("restore", str(archive), "--key", str(key))
    assert (status, "nguyên vẹn" in said) == (0, True), said
    with task_session.transaction(write=False) as opened:
        assert opened.exec(select(PayerAccount)).one().account_no == ACCOUNT
        assert not opened.exec(select(Commune).where(Commune.code == "DANGGHI")).all()
    assert make_filestore(get_settings()).load(office) == b"to khai thu"
    assert (tmp_path / "moi").stat().st_mode & 0o077 == 0


def test_neither_key_nor_logs_are_in_the_archive(office: str, data_dir: Path, tmp_path: Path) -> None:
    run("backup", str(tmp_path / "ban.tar.gz"))
    with tarfile.open(tmp_path / "ban.tar.gz") as packed:
        names = {member.name for member in packed.getmembers()}
        content = b"".join(packed.extractfile(name).read() for name in names)  # type: ignore[union-attr]
    assert {"ansinh.db", "field-key.id"} <= names
    assert not [name for name in names if name.startswith(("secrets", "logs"))]
    assert (data_dir / "secrets" / "field.key").read_bytes() not in content
    assert ACCOUNT.encode() not in content


def test_a_wrong_key_restores_nothing_and_the_right_one_then_does(
    office: str, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, key, other = tmp_path / "ban.tar.gz", data_dir / "secrets" / "field.key", tmp_path / "khac.key"
    run("backup", str(archive))
    at(monkeypatch, tmp_path / "nua")
    upgrade(task_session.engine())
    other.write_text((tmp_path / "nua" / "secrets" / "field.key").read_text())
    at(monkeypatch, tmp_path / "moi")
    assert run("restore", str(archive))[0] == 1
    for wrong in (other, archive, tmp_path / "vang"):
        status, said = run("restore", str(archive), "--key", str(wrong))
        assert (status, "Traceback" in said) == (1, False)
        assert not (tmp_path / "moi" / "ansinh.db").exists()
    assert run("restore", str(archive), "--key", str(key))[0] == 0


def test_nothing_that_is_there_is_written_over(office: str, data_dir: Path, tmp_path: Path) -> None:
    archive = tmp_path / "ban.tar.gz"
    assert run("backup", str(archive))[0] == 0
    before = archive.read_bytes()
    assert "không bị ghi đè" in run("backup", str(archive))[1]
    assert "đã có cơ sở dữ liệu" in run("restore", str(archive))[1]
    assert "ra ngoài thư mục dữ liệu" in run("backup", str(data_dir / "ban.tar.gz"))[1]
    assert archive.read_bytes() == before


@pytest.mark.parametrize("name", ["../ngoai", "/ngoai", "secrets/field.key"])
def test_an_archive_of_somebody_else_lays_nothing_out(
    office: str, name: str, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, key = tmp_path / "la.tar.gz", data_dir / "secrets" / "field.key"
    with tarfile.open(archive, "w:gz") as packed:
        for member in ("ansinh.db", name):
            entry = tarfile.TarInfo(member)
            entry.size = 3
            packed.addfile(entry, io.BytesIO(b"abc"))
    at(monkeypatch, tmp_path / "moi")
    status, said = run("restore", str(archive), "--key", str(key))
    assert (status, "không phải bản sao lưu" in said) == (1, True), said
    assert not (tmp_path / "moi" / "ansinh.db").exists()
    assert (tmp_path / "moi" / "secrets" / "field.key").read_bytes() == key.read_bytes()


def test_half_an_archive_and_a_missing_one_are_told(
    office: str, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, key = tmp_path / "ban.tar.gz", data_dir / "secrets" / "field.key"
    run("backup", str(archive))
    archive.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    at(monkeypatch, tmp_path / "moi")
    for given in (archive, tmp_path / "vang.tar.gz"):
        status, said = run("restore", str(given), "--key", str(key))
        assert (status, "Traceback" in said, bool(said.strip())) == (1, False, True)
        assert not (tmp_path / "moi" / "ansinh.db").exists()


def test_a_database_that_is_damaged_is_not_called_a_backup(office: str, data_dir: Path, tmp_path: Path) -> None:
    with sqlite3.connect(data_dir / "ansinh.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    forget()
    with (data_dir / "ansinh.db").open("r+b") as raw:
        raw.seek(4096 * 2)
        raw.write(b"\x55" * 4096 * 30)
    status, said = run("backup", str(tmp_path / "ban.tar.gz"))
    assert (status, "bị hỏng" in said) == (1, True), said
    assert not (tmp_path / "ban.tar.gz").exists()


def test_a_data_folder_opens_to_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, tmp_path / "sau" / "hon")
    run("migrate")
    assert (tmp_path / "sau" / "hon").stat().st_mode & 0o077 == 0
