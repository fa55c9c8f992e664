"""Sealed fields, kept keys, passwords, tokens."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters.secrets import (
    FieldCipher,
    SecretError,
    hash_password,
    make_cipher,
    new_token,
    prefect_auth,
    token_digest,
    verify_password,
)
from adapters.settings import Settings

KEY = bytes(range(32))
ACCOUNT = "2100205123456"


def _settings(folder: Path, key: bytes | None = None) -> Settings:
    given = SecretStr(base64.b64encode(key).decode()) if key else None
    return Settings(data_dir=folder, field_key=given)


def test_a_sealed_account_is_unreadable_and_opens_again() -> None:
    cipher = FieldCipher(KEY)
    sealed = cipher.encrypt(ACCOUNT)
    assert ACCOUNT not in sealed
    assert sealed.startswith("v1:")
    assert cipher.decrypt(sealed) == ACCOUNT
    assert cipher.encrypt(ACCOUNT) != sealed


def test_vietnamese_text_and_the_empty_text_survive_sealing() -> None:
    cipher = FieldCipher(KEY)
    assert [cipher.decrypt(cipher.encrypt(text)) for text in ("Khuyết tật đặc biệt nặng", "")] == [
        "Khuyết tật đặc biệt nặng",
        "",
    ]


def test_an_altered_field_is_refused() -> None:
    cipher = FieldCipher(KEY)
    sealed = cipher.encrypt(ACCOUNT)
    altered = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
    for wrong in (altered, ACCOUNT, "v1:", "v1:*", sealed.replace("v1:", "v2:")):
        with pytest.raises(SecretError):
            cipher.decrypt(wrong)


def test_another_key_opens_nothing_and_finds_nothing() -> None:
    cipher, other = FieldCipher(KEY), FieldCipher(bytes(reversed(KEY)))
    with pytest.raises(SecretError):
        other.decrypt(cipher.encrypt(ACCOUNT))
    assert cipher.digest(ACCOUNT) == FieldCipher(KEY).digest(ACCOUNT)
    assert cipher.digest(ACCOUNT) != other.digest(ACCOUNT)
    assert len(cipher.digest(ACCOUNT)) == 64


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    sealed = make_cipher(_settings(tmp_path)).encrypt(ACCOUNT)
    assert make_cipher(_settings(tmp_path)).decrypt(sealed) == ACCOUNT
    key_file = tmp_path / "secrets" / "field.key"
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert [file.name for file in key_file.parent.iterdir()] == ["field.key"]


def test_a_lost_key_is_not_silently_replaced(tmp_path: Path) -> None:
    make_cipher(_settings(tmp_path))
    (tmp_path / "secrets" / "field.key").unlink()
    with pytest.raises(SecretError, match="Mất khóa"):
        make_cipher(_settings(tmp_path))


def test_a_key_that_did_not_seal_the_data_is_refused(tmp_path: Path) -> None:
    make_cipher(_settings(tmp_path, KEY))
    make_cipher(_settings(tmp_path, KEY))
    with pytest.raises(SecretError, match="không phải khóa"):
        make_cipher(_settings(tmp_path, bytes(reversed(KEY))))


def test_passwords_are_hashed_with_salt() -> None:
    stored = hash_password("mật khẩu đủ dài")
    assert stored.startswith("$argon2id$")
    assert stored != hash_password("mật khẩu đủ dài")
    assert verify_password("mật khẩu đủ dài", stored)
    assert not verify_password("mật khẩu khác", stored)
    assert not verify_password("mật khẩu đủ dài", "không phải mã băm")


def test_tokens_differ_and_only_their_digest_is_stored() -> None:
    token = new_token()
    assert token != new_token()
    assert len(token) >= 43
    assert token_digest(token) == token_digest(token)
    assert token not in token_digest(token)


def test_the_engine_password_is_made_once(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    assert prefect_auth(settings) == prefect_auth(settings)
    assert len(prefect_auth(settings)) > 40
