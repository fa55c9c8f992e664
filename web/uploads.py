"""Files that people hand in: read by the doors, kept in the file store, refused with one sentence when unreadable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from adapters.filestore import make_filestore
from adapters.workbooks import UnreadableFile
from web.forms import Upload
from web.problems import FormError
from web.visit import Visit

Reading = TypeVar("Reading")


@dataclass(frozen=True)
class Received(Generic[Reading]):
    """A file that was read: what it says, and under which fingerprint its bytes are kept."""

    upload: Upload
    sha256: str
    reading: Reading


def receive(visit: Visit, read: Callable[[bytes], Reading], field: str = "file") -> Received[Reading]:
    """Read the uploaded file and keep its bytes. Raises FormError with one sentence; then nothing is kept."""
    upload = visit.form.file(field, need="Chọn tệp cần gửi.")
    visit.form.check()
    try:
        reading = read(upload.content)
    except UnreadableFile as error:
        raise FormError({field: error.reason}) from error
    stored = make_filestore(visit.settings).save(upload.content, upload.name)
    return Received(upload, stored.sha256, reading)
