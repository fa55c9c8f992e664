"""The post office: mails out to an .eml folder, to an SMTP server through yagmail, or nowhere.

A mail carries counts, dates and a link, never a person's data: what it may say is settled by `templates/email/`.
Every mail has its own Message-ID, kept by the sender, so that a repeat after an unknown result is recognisable.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from email.errors import MessageError
from pathlib import Path
from typing import Protocol

from adapters.message import Message, Outcome, State, build_mime
from adapters.settings import Settings
from adapters.smtp_line import SmtpLine

__all__ = ["FileMailer", "Mailer", "Message", "OffMailer", "Outcome", "SmtpMailer", "State", "make_mailer"]


class Mailer(Protocol):
    """Takes mails one after the other and says of each what became of it; never raises because of a recipient."""

    @property
    def is_down(self) -> bool:
        """No further mail can leave for now; those not yet handed over are better left for later."""
        ...

    def send(self, message: Message) -> Outcome: ...

    def close(self) -> None: ...


def make_mailer(settings: Settings) -> Mailer:
    """Return the mailer the settings ask for: `file` (default), `smtp` or `off`. Whoever took it closes it."""
    if settings.mail_mode == "smtp":
        return SmtpMailer(settings)
    return FileMailer(settings) if settings.mail_mode == "file" else OffMailer()


class OffMailer:
    """Sends nothing and says so."""

    is_down = False

    def send(self, message: Message) -> Outcome:
        """Return WITHHELD."""
        return Outcome(message.message_id, State.WITHHELD, "Đang tắt gửi thư.")

    def close(self) -> None:
        """Nothing to close."""


class FileMailer:
    """Writes each mail as `<data_dir>/mailbox/<message-id>.eml`, once: a mail already there is left as it is."""

    is_down = False

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.data_dir / "mailbox"

    def send(self, message: Message) -> Outcome:
        """Return SENT when the mail is now in the folder, PERMANENT when it cannot be written as a mail."""
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            content = build_mime(message, self._settings).as_bytes()
        except (ValueError, MessageError) as error:
            return _unmailable(message, error)
        target = self._folder / f"{_file_stem(message.message_id)}.eml"
        if not target.exists():
            _write_once(target, content)
        return Outcome(message.message_id, State.SENT, f"Hộp thư tệp: {target.name}")

    def close(self) -> None:
        """Nothing to close."""


class SmtpMailer:
    """Sends over SMTP: one connection and login for all its mails, a verified TLS partner, one answer per recipient.

    Mail leaves only for addresses that `settings.may_mail` allows; the others come back WITHHELD, unsent.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._line = SmtpLine(settings)

    @property
    def is_down(self) -> bool:
        """The server could not be reached, refused the login, or dropped the line again and again."""
        return self._line.is_given_up

    def send(self, message: Message) -> Outcome:
        """Return the mail's outcome in the server's words; a fallen line fails only the mail on it."""
        if not self._settings.may_mail(message.to_address):
            reason = "Chưa cho gửi thư tới địa chỉ thật; địa chỉ này không có trong danh sách khách."
            return Outcome(message.message_id, State.WITHHELD, reason)
        try:
            content = build_mime(message, self._settings).as_bytes()
        except (ValueError, MessageError) as error:
            return _unmailable(message, error)
        return self._line.carry(message.message_id, message.to_address, content)

    def close(self) -> None:
        """Say goodbye to the server."""
        self._line.hang_up()


def _unmailable(message: Message, error: Exception) -> Outcome:
    return Outcome(message.message_id, State.PERMANENT, f"Không lập được thư: {error}"[:300])


def _file_stem(message_id: str) -> str:
    """A file name that differs whenever the Message-ID differs, also when letters had to be replaced."""
    inner = message_id.strip("<>")
    safe = re.sub(r"[^A-Za-z0-9.@+=-]", "_", inner)[:150].lstrip(".")
    return safe if safe == inner else f"{safe}-{hashlib.sha256(inner.encode()).hexdigest()[:12]}"


def _write_once(target: Path, content: bytes) -> None:
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".draft-")
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    Path(draft).replace(target)
