"""One mail and what became of it: plain values, and the form a mail takes on the wire."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from enum import StrEnum
from typing import Any

from adapters.clock import now
from adapters.settings import Settings

_MESSAGE_ID = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


@dataclass(frozen=True)
class Message:
    """One mail to one recipient, rendered. `message_id` is `<local@domain>`, the same at every attempt."""

    message_id: str
    to_address: str
    to_name: str
    subject: str
    text: str
    html: str
    reply_to: str | None = None

    def __post_init__(self) -> None:
        if not _MESSAGE_ID.fullmatch(self.message_id):
            raise ValueError(f"Message-ID không đúng dạng <…@…>: {self.message_id!r}")


class State(StrEnum):
    """What became of a mail. Only `TEMPORARY` is worth another attempt."""

    SENT = "SENT"
    TEMPORARY = "TEMPORARY"
    PERMANENT = "PERMANENT"
    WITHHELD = "WITHHELD"


@dataclass(frozen=True)
class Outcome:
    """The end of one attempt, in the server's words. `uncertain`: the line fell and the server may have the mail."""

    message_id: str
    state: State
    detail: str
    uncertain: bool = False


class _Wire(EmailPolicy):
    """Headers as they go out. Python 3.11 loses spaces where it breaks a long Vietnamese one; `Header` does not."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return one header in short lines, words that are not ASCII encoded by RFC 2047."""
        if name == "Subject":
            return _folded(name, str(value))
        if name in {"From", "To"} and not (box := value.addresses[0]).display_name.isascii():
            return _folded(name, box.display_name, f"<{box.addr_spec}>")
        return super().fold_binary(name, value)


WIRE = _Wire(linesep="\r\n")


def _folded(name: str, text: str, address: str = "") -> bytes:
    """`Name: text`, the address on a line of its own."""
    lines = [f"{name}: {Header(text, header_name=name).encode(linesep=WIRE.linesep)}"]
    if address:
        lines.append(f" {address}")
    return "".join(line + WIRE.linesep for line in lines).encode("ascii")


def build_mime(message: Message, settings: Settings) -> EmailMessage:
    """Return the mail as text and HTML, dated by the clock.

    Raises `ValueError` for an address or a subject that no mail can carry.
    """
    for address in filter(None, (message.to_address, message.reply_to)):
        if not _ADDRESS.fullmatch(address):
            raise ValueError("địa chỉ thư không hợp lệ")
    mime = EmailMessage(policy=WIRE)
    mime["From"] = Address(settings.mail_from_name, addr_spec=settings.mail_from)
    mime["To"] = Address(message.to_name, addr_spec=message.to_address)
    mime["Subject"] = message.subject
    mime["Date"] = format_datetime(now())
    mime["Message-ID"] = message.message_id
    mime["Auto-Submitted"] = "auto-generated"
    if message.reply_to:
        mime["Reply-To"] = message.reply_to
    mime.set_content(message.text, cte="quoted-printable")
    mime.add_alternative(message.html, subtype="html", cte="quoted-printable")
    return mime
