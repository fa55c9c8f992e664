"""The post office: mails out to an .eml folder, to an SMTP server through yagmail, or nowhere.

A mail carries counts, dates and a link, never a person's data: what it may say is settled by `templates/email/`.
Every mail has its own Message-ID, kept by the sender, so that a repeat after an unknown result is recognisable.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from email import policy
from email.errors import MessageError
from pathlib import Path
from typing import Protocol

from adapters.message import Message, Outcome, State, build_mime
from adapters.settings import Settings
from adapters.smtp_line import SmtpLine

__all__ = ["FileMailer", "Mailer", "Message", "OffMailer", "Outcome", "SmtpMailer", "State", "make_mailer"]


class Mailer(Protocol):
    """Takes mails, returns one outcome for each, in the same order; never raises because of one recipient."""

    def send_batch(self, messages: Sequence[Message]) -> list[Outcome]: ...


def make_mailer(settings: Settings) -> Mailer:
    """Return the mailer the settings ask for: `file` (default), `smtp` or `off`."""
    if settings.mail_mode == "smtp":
        return SmtpMailer(settings)
    return FileMailer(settings) if settings.mail_mode == "file" else OffMailer()


class OffMailer:
    """Sends nothing and says so."""

    def send_batch(self, messages: Sequence[Message]) -> list[Outcome]:
        """Return WITHHELD for each mail."""
        return [Outcome(message.message_id, State.WITHHELD, "Đang tắt gửi thư.") for message in messages]


class FileMailer:
    """Writes each mail as `<data_dir>/mailbox/<message-id>.eml`, once: a mail already there is left as it is."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.data_dir / "mailbox"

    def send_batch(self, messages: Sequence[Message]) -> list[Outcome]:
        """Return SENT for each mail now in the folder, PERMANENT for one that cannot be written as a mail."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return [self._drop(message) for message in messages]

    def _drop(self, message: Message) -> Outcome:
        try:
            content = build_mime(message, self._settings).as_bytes(policy=policy.SMTP)
        except (ValueError, MessageError) as error:
            return _unmailable(message, error)
        target = self._folder / f"{_file_stem(message.message_id)}.eml"
        if not target.exists():
            _write_once(target, content)
        return Outcome(message.message_id, State.SENT, f"Hộp thư tệp: {target.name}")


class SmtpMailer:
    """Sends over SMTP: one connection and login per batch, a verified TLS partner, one answer per recipient.

    Mail leaves only for addresses that `settings.may_mail` allows; the others come back WITHHELD, unsent.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def send_batch(self, messages: Sequence[Message]) -> list[Outcome]:
        """Return each mail's outcome; a mail given twice goes once, a fallen line fails only the mail on it."""
        outcomes: dict[str, Outcome] = {}
        line = SmtpLine(self._settings)
        try:
            for message in messages:
                if message.message_id not in outcomes:
                    outcomes[message.message_id] = self._send(line, message)
        finally:
            line.hang_up()
        return [outcomes[message.message_id] for message in messages]

    def _send(self, line: SmtpLine, message: Message) -> Outcome:
        if not self._settings.may_mail(message.to_address):
            reason = "Chưa cho gửi thư tới địa chỉ thật; địa chỉ này không có trong danh sách khách."
            return Outcome(message.message_id, State.WITHHELD, reason)
        try:
            mime = build_mime(message, self._settings)
        except (ValueError, MessageError) as error:
            return _unmailable(message, error)
        return line.carry(message.message_id, mime)


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
