"""Files that people hand in: read by the doors, kept in the file store, refused with one sentence when unreadable."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from adapters.filestore import FileStoreError, make_filestore
from adapters.secrets import make_cipher
from adapters.workbooks import UnreadableFile
from services.register_entry import SignedFile
from services.signed_papers import SignedCheck
from web.forms import Upload
from web.problems import FormError
from web.visit import Visit

if TYPE_CHECKING:
    from adapters.signed_pdf import SignedPdf

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


def receive_again(visit: Visit, read: Callable[[bytes], Reading], field: str = "file") -> Received[Reading]:
    """The file that was shown before it is written, found by its fingerprint: what is confirmed is what was shown.

    Raises FormError with one sentence when it is not there any more.
    """
    name, sha256 = visit.form.values.get("file_name", "")[:200], visit.form.values.get("sha256", "")
    try:
        content = make_filestore(visit.settings).load(sha256)
        return Received(Upload(name, content), sha256, read(content))
    except (FileStoreError, UnreadableFile) as error:
        raise FormError({field: "Không còn tệp đã xem trước. Hãy chọn lại tệp."}) from error


def receive_signed(visit: Visit) -> Received[SignedPdf]:
    """The signed PDF that was handed in. Raises FormError with one sentence."""
    return receive(visit, _signed_reader(visit))


def receive_signed_again(visit: Visit) -> Received[SignedPdf] | None:
    """The signed PDF that was checked; None when a number and a day are entered without one."""
    return receive_again(visit, _signed_reader(visit)) if visit.form.values.get("sha256") else None


def accept_signed(visit: Visit, received: Received[SignedPdf], check: SignedCheck) -> SignedFile:
    """The file as it is kept with the paper; what differs must have been seen, else the form gets an error."""
    if check.differs and not visit.form.ticked("seen"):
        visit.form.errors["seen"] = "Xem từng điểm khác rồi đánh dấu vào ô này, hoặc chọn tệp khác."
    return SignedFile(received.sha256, check.differs, received.reading.pages)


def _signed_reader(visit: Visit) -> Callable[[bytes], SignedPdf]:
    from adapters.signed_pdf import SignedPdfError, read_signed_pdf  # noqa: PLC0415 - large, for a few files a quarter

    def read(content: bytes) -> SignedPdf:
        try:
            return read_signed_pdf(content, roots=visit.settings.trusted_roots, now=visit.now)
        except SignedPdfError as error:
            raise UnreadableFile("CORRUPT", str(error)) from error

    return read


PAPER_BYTES = 10 * 1024 * 1024
_SIGNATURES = ((b"%PDF-", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))


@dataclass(frozen=True)
class Photo:
    """A photo or scan: its type by its content, fingerprint and size as sent, and where its sealed bytes are kept."""

    media_type: str
    size: int
    content_sha256: str
    file_sha256: str


def receive_photo(visit: Visit, field: str = "file") -> Photo:
    """Check by content that the upload is a JPEG, PNG or PDF of fair size, and keep it encrypted.

    The name it came with is dropped: it may name an illness. Raises FormError with one sentence.
    """
    upload = visit.form.file(field, need="Chọn ảnh hoặc tệp PDF của giấy tờ.")
    visit.form.check()
    media_type = next((name for start, name in _SIGNATURES if upload.content.startswith(start)), "")
    if not media_type:
        raise FormError({field: "Tệp này không phải ảnh JPEG, PNG hay PDF. Hãy chụp lại hoặc chọn tệp khác."})
    if len(upload.content) > PAPER_BYTES:
        raise FormError({field: "Tệp lớn hơn 10 MB. Hãy chụp lại với cỡ ảnh nhỏ hơn."})
    content_sha256 = hashlib.sha256(upload.content).hexdigest()
    sealed = make_cipher(visit.settings).encrypt(base64.b64encode(upload.content).decode("ascii"))
    stored = make_filestore(visit.settings).save(sealed.encode("utf-8"), "paper")
    return Photo(media_type, len(upload.content), content_sha256, stored.sha256)


def open_photo(visit: Visit, file_sha256: str) -> bytes:
    """The bytes of a kept photo, in clear."""
    sealed = make_filestore(visit.settings).load(file_sha256).decode("utf-8")
    return base64.b64decode(make_cipher(visit.settings).decrypt(sealed))
