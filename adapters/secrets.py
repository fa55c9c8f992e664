"""Keys, sealed fields, passwords and tokens: what must not be readable by whoever opens the database file.

Diagnosis and bank account are stored sealed (AES-256-GCM); an account is found again by a keyed digest.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from adapters.settings import FIELD_KEY_BYTES, Settings, decode_field_key

VERSION = "v1:"
NONCE_BYTES = 12
_passwords = PasswordHash((Argon2Hasher(),))


class SecretError(Exception):
    """A key is missing or wrong, or a sealed field was altered; the message is one Vietnamese sentence."""


class FieldCipher:
    """Seals text fields with one 32-byte key; sealing and digest use separate keys derived from it."""

    def __init__(self, key: bytes) -> None:
        if len(key) != FIELD_KEY_BYTES:
            raise SecretError("Khóa mã hóa trường phải dài đúng 32 byte.")
        self._seal = AESGCM(_derive(key, b"ansinh field seal v1"))
        self._digest_key = _derive(key, b"ansinh field digest v1")

    def encrypt(self, text: str) -> str:
        """Return the sealed text `v1:<base64>`; the same text gives another result each time."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._seal.encrypt(nonce, text.encode(), VERSION.encode())
        return VERSION + base64.urlsafe_b64encode(nonce + sealed).decode("ascii")

    def decrypt(self, text: str) -> str:
        """Return the text that was sealed; raise `SecretError` when altered or sealed with another key."""
        if not text.startswith(VERSION):
            raise SecretError("Dữ liệu mã hóa không đúng định dạng.")
        try:
            raw = base64.urlsafe_b64decode(text.removeprefix(VERSION))
            return self._seal.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], VERSION.encode()).decode()
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise SecretError("Dữ liệu mã hóa đã bị thay đổi hoặc khóa không đúng.") from error

    def digest(self, text: str) -> str:
        """Return a keyed HMAC-SHA256 (64 hex digits): equal texts are found without opening any field."""
        return hmac.new(self._digest_key, text.encode(), hashlib.sha256).hexdigest()


def make_cipher(settings: Settings) -> FieldCipher:
    """Return the installation's cipher: key from the environment, or made once into `secrets/field.key`.

    A fingerprint of the key is kept beside the data. Raises `SecretError` when the key that sealed the data
    is gone or another one is given: a new key would leave every sealed account and diagnosis unreadable.
    """
    _make_private(settings.data_dir)
    fingerprint_file = settings.data_dir / "field-key.id"
    key_file = settings.data_dir / "secrets" / "field.key"
    if settings.field_key is not None:
        text = settings.field_key.get_secret_value()
    elif key_file.exists() or not fingerprint_file.exists():
        text = _kept_secret(key_file, lambda: base64.b64encode(os.urandom(FIELD_KEY_BYTES)).decode("ascii"))
    else:
        raise SecretError("Mất khóa mã hóa secrets/field.key: hãy khôi phục từ bản sao lưu, không tạo khóa mới.")
    key = decode_field_key(text)
    fingerprint = hashlib.sha256(b"ansinh field key id" + key).hexdigest()[:16]
    if _kept_secret(fingerprint_file, lambda: fingerprint) != fingerprint:
        raise SecretError("Khóa mã hóa không phải khóa đã dùng cho dữ liệu này.")
    return FieldCipher(key)


def keep_field_key(settings: Settings, text: str) -> None:
    """Put a key that was kept elsewhere back in its place. Raises `SecretError` for what is no key."""
    try:
        decode_field_key(text)
    except ValueError as error:
        raise SecretError("Tệp này không chứa khóa mã hóa của An Sinh.") from error
    _make_private(settings.data_dir)
    path = settings.data_dir / "secrets" / "field.key"
    path.unlink(missing_ok=True)
    _kept_secret(path, text.strip)


def prefect_auth(settings: Settings) -> str:
    """Return `name:password` of the engine's own page: from the environment, or made once into `secrets/`."""
    if settings.prefect_auth is not None:
        return settings.prefect_auth.get_secret_value()
    return _kept_secret(settings.data_dir / "secrets" / "prefect.auth", lambda: f"ansinh:{new_token()}")


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password, salted."""
    return _passwords.hash(password)


def verify_password(password: str, stored: str) -> bool:
    """Say whether the password fits the stored hash; an unreadable hash never fits."""
    try:
        return _passwords.verify(password, stored)
    except UnknownHashError:
        return False


def new_token() -> str:
    """Return 256 random bits as URL-safe text, for a session, an invitation or a form."""
    return secrets.token_urlsafe(32)


def first_password() -> str:
    """A password to hand over, which its holder must change: 72 random bits."""
    return new_token()[:12]


def token_digest(token: str) -> str:
    """Return what may be stored of a token: its SHA-256 (64 hex digits)."""
    return hashlib.sha256(token.encode()).hexdigest()


def _make_private(folder: Path) -> None:
    """A new data folder opens to its owner alone: it will hold names and citizen numbers."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=FIELD_KEY_BYTES, salt=None, info=purpose).derive(key)


def _kept_secret(path: Path, make: Callable[[], str]) -> str:
    """Return the text of the file, making it first if absent; of two processes starting at once, one wins."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(make())
            out.flush()
            os.fsync(out.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
