"""One archive of an installation, made while it works: the records as they stand at one moment, and the files kept.

The key of the sealed fields is left out on purpose: whoever gets the archive reads no account and no diagnosis.
"""

from __future__ import annotations

import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath

from adapters import setup_token

DATABASE = "ansinh.db"
MADE_ANEW = {"logs", "prefect", "secrets", "libreoffice", "running.lock", "libreoffice.lock", setup_token.FILE}
"""What the machine makes anew, or must be kept apart."""


class BackupError(Exception):
    """The archive cannot be made or read; the message is one Vietnamese sentence."""


def write(archive: Path, data_dir: Path) -> int:
    """Write the archive of ``data_dir``, whole or not at all; returns how many files it holds.

    The records are copied first: a file is always kept before the record that names it is committed.
    """
    if archive.exists():
        raise BackupError(f"Đã có tệp {archive}: chọn tên khác, bản sao lưu cũ không bị ghi đè.")
    if archive.resolve().is_relative_to(data_dir):
        raise BackupError("Ghi bản sao lưu ra ngoài thư mục dữ liệu, tốt nhất là sang ổ đĩa khác.")
    database = data_dir / DATABASE
    if not database.exists():
        raise BackupError(f"Không có cơ sở dữ liệu trong {data_dir}.")
    with tempfile.TemporaryDirectory(dir=archive.resolve().parent, prefix=".sao-luu-") as room:
        draft, copy = Path(room) / "draft", Path(room) / DATABASE
        _copy_database(database, copy)
        count = 1
        with tarfile.open(draft, "w:gz", compresslevel=6) as out:
            out.add(copy, DATABASE)
            for path in _kept(data_dir):
                out.add(path, str(path.relative_to(data_dir)), recursive=False)
                count += 1
        draft.chmod(0o600)
        draft.rename(archive)
    return count


def read(archive: Path, data_dir: Path, *, check: Callable[[], object]) -> int:
    """Lay the archive out in ``data_dir``, which must hold no database yet; returns how many files there were.

    ``check`` is called when all but the records is there: what it raises leaves a folder that can be tried again.
    """
    if (data_dir / DATABASE).exists():
        raise BackupError(f"{data_dir} đã có cơ sở dữ liệu: đặt ANSINH_DATA_DIR sang thư mục mới rồi khôi phục.")
    try:
        with tarfile.open(archive, "r:gz") as packed:
            members = packed.getmembers()
            if DATABASE not in {member.name for member in members} or not all(map(_is_ours, members)):
                raise BackupError(f"{archive} không phải bản sao lưu của An Sinh.")
            for member in members:
                if member.name != DATABASE:
                    _lay_out(packed, member, data_dir)
            check()
            _lay_out(packed, packed.getmember(DATABASE), data_dir)
    except (tarfile.TarError, EOFError) as error:
        raise BackupError(f"{archive} hỏng hoặc không phải bản sao lưu của An Sinh.") from error
    return len(members)


def _copy_database(source: Path, target: Path) -> None:
    """The records of one moment, while others write; checked before it is called a copy."""
    try:
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new)
            is_whole = new.execute("PRAGMA quick_check").fetchone()[0] == "ok"
    except sqlite3.DatabaseError:
        is_whole = False
    if not is_whole:
        raise BackupError("Cơ sở dữ liệu đang dùng bị hỏng, chưa sao lưu được: khôi phục từ bản sao lưu trước.")


def _kept(data_dir: Path) -> Iterator[Path]:
    for path in sorted(data_dir.rglob("*")):
        first = path.relative_to(data_dir).parts[0]
        if path.is_file() and not path.is_symlink() and first not in MADE_ANEW and not first.startswith(DATABASE):
            yield path


def _is_ours(member: tarfile.TarInfo) -> bool:
    """A plain file at a place inside the folder."""
    place = PurePosixPath(member.name)
    return member.isfile() and not place.is_absolute() and ".." not in place.parts and place.parts[0] not in MADE_ANEW


def _lay_out(packed: tarfile.TarFile, member: tarfile.TarInfo, data_dir: Path) -> None:
    target = data_dir / member.name
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = packed.extractfile(member)
    if content is None:
        raise BackupError(f"Bản sao lưu thiếu {member.name}.")
    draft = target.with_name(f".{target.name}.draft")
    with content, draft.open("wb") as out:
        draft.chmod(0o600)
        while chunk := content.read(1 << 20):
            out.write(chunk)
    draft.rename(target)
