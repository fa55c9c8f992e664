"""The file store: the same bytes once, owner-only, and an altered file is noticed."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import pytest

from adapters.filestore import FileStore, FileStoreError, make_filestore
from adapters.settings import Settings

LIST = "Danh sách thôn Phù Long (hư cấu)".encode()


def test_what_is_stored_is_found_by_its_fingerprint(data_dir: Path) -> None:
    store = make_filestore(Settings())
    kept = store.save(LIST, "danh-sach.xlsx")
    assert (kept.sha256, kept.size, kept.name) == (hashlib.sha256(LIST).hexdigest(), len(LIST), "danh-sach.xlsx")
    assert store.load(kept.sha256) == LIST
    assert kept.path.is_relative_to(data_dir / "files")
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    first, second = store.save(LIST, "a.xlsx"), store.save(LIST, "../b.xlsx")
    assert first.path == second.path
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [first.path]


def test_an_altered_file_is_refused_and_mended_when_the_bytes_come_again(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    kept = store.save(LIST, "a.xlsx")
    kept.path.write_bytes(LIST + b"!")
    with pytest.raises(FileStoreError, match="thay đổi"):
        store.load(kept.sha256)
    store.save(LIST, "a.xlsx")
    assert store.load(kept.sha256) == LIST


@pytest.mark.parametrize("wanted", ["0" * 64, "../../etc/passwd", "", "A" * 64])
def test_an_unknown_fingerprint_or_a_path_is_refused(tmp_path: Path, wanted: str) -> None:
    with pytest.raises(FileStoreError):
        FileStore(tmp_path).load(wanted)
