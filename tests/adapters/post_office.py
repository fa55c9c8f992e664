# ruff: noqa: N802 - the server calls handlers by the SMTP command
"""A real SMTP server on loopback with STARTTLS, a password and bad days on request, for the mailer's tests."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import socket
import ssl
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOGIN, PASSWORD = "an-sinh@cathai.example", "mat-khau-thu-nghiem"


class PostOffice:
    """Keeps what arrived, and has the bad days it is told to have; what it says to an address it says each time.

    ``refuse`` and ``refuse_data``: the answer to RCPT, and to the content. ``drop_before_data``, ``drop_after_data``:
    the line falls at RCPT, or after the content was taken and before that is said. ``hang``: no answer to RCPT for
    good. ``closes_after``: so many mails in one conversation, then 421.
    """

    def __init__(self, user: str = LOGIN) -> None:
        self.user = user
        self.delivered: list[tuple[str, EmailMessage]] = []
        self.raw: list[bytes] = []
        self.refuse: dict[str, str] = {}
        self.refuse_data: dict[str, str] = {}
        self.drop_before_data: set[str] = set()
        self.drop_after_data: set[str] = set()
        self.hang: set[str] = set()
        self.logins = 0
        self.names: set[str] = set()
        self.refuse_sender = ""
        self.closes_after = 0

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse_sender:
            return self.refuse_sender
        taken = getattr(session, "taken", 0)
        if self.closes_after and taken >= self.closes_after:
            return "421 4.7.0 too many messages in this connection"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.drop_before_data:
            _cut(server)
        if address in self.hang:
            await asyncio.sleep(3600)
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        (address,) = envelope.rcpt_tos
        if address in self.refuse_data:
            return self.refuse_data[address]
        self.keep(address, envelope.content)
        session.taken = getattr(session, "taken", 0) + 1  # type: ignore[attr-defined]
        if address in self.drop_after_data:
            _cut(server)
        return "250 OK"

    def keep(self, address: str, content: bytes) -> None:
        """Put a mail on the shelf."""
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.raw.append(content)
        self.delivered.append((address, mail))

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.logins += 1
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        self.names.add(data.login.decode())
        good = data.login == self.user.encode() and data.password == PASSWORD.encode()
        return AuthResult(success=good, handled=False)


class LoopbackController(Controller):
    """A controller on a port the system chose."""

    def __init__(self, handler: PostOffice, **options: Any) -> None:
        self.sock = socket.socket()
        self.sock.bind(("127.0.0.1", 0))
        super().__init__(handler, hostname="127.0.0.1", port=self.sock.getsockname()[1], **options)

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self.sock, ssl=self.ssl_context)


def _cut(server: SMTP) -> None:
    """Drop the line without a word, as a dying server does."""
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()
    raise asyncio.CancelledError


def make_authority(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Make a throw-away certificate authority; return its PEM file and a server context for 127.0.0.1."""
    authority_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("Throw-away CA", authority_key, "Throw-away CA", authority_key, is_authority=True)
    server = _certificate("127.0.0.1", server_key, "Throw-away CA", authority_key, is_authority=False)
    ca_file, chain = folder / "ca.pem", folder / "server.pem"
    ca_file.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    private = server_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain.write_bytes(private + server.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return ca_file, context


def _certificate(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool,
) -> x509.Certificate:
    today = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
    )
    return builder.sign(issuer_key, hashes.SHA256())
