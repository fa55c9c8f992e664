"""The settings of one installation: every default is harmless, and only this module reads the environment.

Each setting is read from `ANSINH_<NAME>` or from `.env` in the working folder; `.env.example` lists them.
Secrets that are not given are made once and kept under `<data_dir>/secrets/` (see `adapters.secrets`).
"""

from __future__ import annotations

import base64
import binascii
import os
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, NoDecode, SettingsConfigDict

PREFIX = "ANSINH_"
FIELD_KEY_BYTES = 32
MIN_PASSWORD_CHARACTERS = 12


class Settings(BaseSettings):
    """What an operator may choose. Frozen once read; wrong or dangerous values are refused with one sentence.

    Raises pydantic's `ValidationError` (a `ValueError`) at start-up, before anything is opened or sent.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    mode: Literal["demo", "dev", "production"] = "dev"
    data_dir: Path = Path("var")
    database_url: str = ""
    base_url: str = ""

    field_key: SecretStr | None = None
    session_hours: Annotated[int, Field(ge=1, le=72)] = 10
    session_idle_minutes: Annotated[int, Field(ge=5, le=720)] = 60
    session_cookie: str = "ansinh_session"
    session_cookie_secure: bool = False

    mail_mode: Literal["file", "smtp", "off"] = "file"
    mail_to_real_addresses: bool = False
    mail_guest_list: Annotated[tuple[str, ...], NoDecode] = ()
    mail_from: str = "an-sinh@localhost.localdomain"
    mail_from_name: str = "An Sinh"
    smtp_host: str = "127.0.0.1"
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 587
    smtp_user: str = ""
    smtp_password: SecretStr | None = None
    smtp_security: Literal["ssl", "starttls", "none"] = "starttls"
    smtp_ca_file: Path | None = None
    smtp_mails_per_login: Annotated[int, Field(ge=1, le=100_000)] = 500
    smtp_timeout_seconds: Annotated[float, Field(gt=0, le=300)] = 20.0

    max_upload_bytes: Annotated[int, Field(ge=1024)] = 20 * 1024 * 1024
    demo_clock: Path | None = None
    public_page: bool = False
    pdf_backend: Literal["libreoffice", "none"] = "none"
    trusted_roots: Path | None = None

    web_host: str = "127.0.0.1"
    web_port: Annotated[int, Field(ge=1, le=65535)] = 8600
    prefect_port: Annotated[int, Field(ge=1, le=65535)] = 4260
    prefect_api_url: str = ""
    prefect_database_url: str = ""
    redis_url: str = ""
    prefect_auth: SecretStr | None = None
    lease_seconds: Annotated[int, Field(ge=1, le=3600)] = 120
    linger_seconds: Annotated[float, Field(ge=0, le=60)] = 8.0

    @field_validator(
        "field_key", "smtp_password", "smtp_ca_file", "demo_clock", "prefect_auth", "trusted_roots", mode="before"
    )
    @classmethod
    def _blank_is_absent(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("mail_guest_list", mode="before")
    @classmethod
    def _split_guests(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().lower() for part in value.split(",") if part.strip())
        return value

    @field_validator("field_key")
    @classmethod
    def _check_field_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            decode_field_key(value.get_secret_value())
        return value

    @field_validator("prefect_auth")
    @classmethod
    def _check_prefect_auth(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _is_strong_login(value.get_secret_value()):
            raise ValueError(
                f"ANSINH_PREFECT_AUTH phải có dạng tên:mật-khẩu, mật khẩu từ {MIN_PASSWORD_CHARACTERS} ký tự."
            )
        return value

    @model_validator(mode="before")
    @classmethod
    def _fill_derived(cls, data: dict[str, object]) -> dict[str, object]:
        """Fill the addresses that follow from others, so that an operator states each fact once."""
        filled = dict(data)
        folder = Path(str(filled.get("data_dir") or "var")).expanduser().resolve()
        filled["data_dir"] = folder
        filled["database_url"] = filled.get("database_url") or f"sqlite:///{folder / 'ansinh.db'}"
        host, port = filled.get("web_host") or "127.0.0.1", filled.get("web_port") or 8600
        filled["base_url"] = str(filled.get("base_url") or f"http://{host}:{port}").rstrip("/")
        prefect_port = filled.get("prefect_port") or 4260
        engine_file = folder / "prefect" / "prefect.db"
        filled["prefect_database_url"] = filled.get("prefect_database_url") or f"sqlite+aiosqlite:///{engine_file}"
        filled["prefect_api_url"] = filled.get("prefect_api_url") or f"http://127.0.0.1:{prefect_port}/api"
        return filled

    @model_validator(mode="after")
    def _refuse_dangerous(self) -> Self:
        if self.smtp_password is not None and self.smtp_security == "none" and not _is_loopback(self.smtp_host):
            raise ValueError("Không gửi mật khẩu thư qua đường truyền không mã hóa: đặt ANSINH_SMTP_SECURITY=ssl.")
        if self.mode == "production":
            self._refuse_in_production()
        return self

    def _refuse_in_production(self) -> None:
        if self.demo_clock is not None:
            raise ValueError("Đồng hồ trình diễn (ANSINH_DEMO_CLOCK) không được dùng khi vận hành thật.")
        address = urlsplit(self.base_url)
        if address.scheme != "https" and not _is_loopback(address.hostname or ""):
            raise ValueError("ANSINH_BASE_URL phải bắt đầu bằng https:// khi vận hành thật.")
        if address.scheme == "https" and not self.session_cookie_secure:
            raise ValueError("Đặt ANSINH_SESSION_COOKIE_SECURE=true khi trang dùng https.")

    @property
    def is_demo(self) -> bool:
        """True when every page, paper and mail must say DỮ LIỆU TRÌNH DIỄN."""
        return self.mode == "demo"

    def may_mail(self, address: str) -> bool:
        """Say whether mail may leave for this address: all may, or it or its `@domain` is a guest."""
        wanted = address.strip().lower()
        domain = "@" + wanted.rpartition("@")[2]
        return self.mail_to_real_addresses or wanted in self.mail_guest_list or domain in self.mail_guest_list


def decode_field_key(text: str) -> bytes:
    """Return the 32 bytes of a base64 field key; raise `ValueError` when it is no such key, or trivial."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("ANSINH_FIELD_KEY phải là 32 byte viết theo base64.") from error
    if len(key) != FIELD_KEY_BYTES or len(set(key)) < FIELD_KEY_BYTES // 4:
        raise ValueError("ANSINH_FIELD_KEY phải là 32 byte ngẫu nhiên viết theo base64.")
    return key


def _is_strong_login(text: str) -> bool:
    name, colon, password = text.partition(":")
    return bool(name and colon) and len(password) >= MIN_PASSWORD_CHARACTERS


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Return the settings of this process, read once; tests call `get_settings.cache_clear()`."""
    return Settings()


def use_demo_folder(folder: Path, *, web_port: int, prefect_port: int) -> Settings:
    """Make this process, and the programs it starts, the demonstration in ``folder``: its own data, clock and ports."""
    place = folder.expanduser().resolve()
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ.update(
        ANSINH_MODE="demo",
        ANSINH_DATA_DIR=str(place),
        ANSINH_DEMO_CLOCK=str(place / "clock"),
        ANSINH_WEB_PORT=str(web_port),
        ANSINH_PREFECT_PORT=str(prefect_port),
    )
    get_settings.cache_clear()
    return get_settings()


def process_environment() -> dict[str, str]:
    """Return this process's environment for the programs it starts: they may work in a folder without its `.env`."""
    file = DotEnvSettingsSource(Settings).env_vars.items()
    written = {name.upper(): value or "" for name, value in file if name.upper().startswith(PREFIX)}
    return written | os.environ
