"""Files kept by their content: what was received or written is found by its SHA-256 and proven unaltered when read."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from adapters.settings import Settings

_SHA256 = re.compile(r"[0-9a-f]{64}")


class FileStoreError(Exception):
    """The file is not there, or is no longer what was stored; the message is one Vietnamese sentence."""


@dataclass(frozen=True)
class StoredBytes:
    """One stored file: fingerprint (64 hex digits), size in bytes, where it lies, and the name it came with."""

    sha256: str
    size: int
    path: Path
    name: str


class FileStore:
    """Keeps bytes under `<data_dir>/files/ab/abcd…`, readable by the owner alone; the same bytes are kept once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, data: bytes, name: str) -> StoredBytes:
        """Store the bytes, on disk before this returns, whole or not at all. `name` is reported back, never a path."""
        fingerprint = hashlib.sha256(data).hexdigest()
        path = self._path(fingerprint)
        if not self._holds(path, fingerprint):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_durably(path, data)
        return StoredBytes(fingerprint, len(data), path, name)

    def load(self, sha256: str) -> bytes:
        """Return the bytes of a fingerprint; raise `FileStoreError` when they are missing or altered."""
        path = self._path(sha256)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise FileStoreError(f"Không tìm thấy tệp {sha256[:12]} trong kho tệp.") from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise FileStoreError(f"Tệp {sha256[:12]} trong kho tệp đã bị thay đổi.")
        return data

    def _path(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise FileStoreError("Mã tệp không hợp lệ.")
        return self._folder / sha256[:2] / sha256

    def _holds(self, path: Path, sha256: str) -> bool:
        """A damaged copy is replaced by the good bytes now at hand."""
        return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def make_filestore(settings: Settings) -> FileStore:
    """Return the installation's file store, under `<data_dir>/files`."""
    return FileStore(settings.data_dir / "files")


def _write_durably(path: Path, data: bytes) -> None:
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
    with os.fdopen(handle, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    Path(draft).replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
