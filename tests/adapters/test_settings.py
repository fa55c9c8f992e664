"""The settings: harmless by default, refused when dangerous, all written down in `.env.example`."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from adapters.settings import Settings, get_settings

HOUSE = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ANSINH_DATA_DIR")
    monkeypatch.chdir(tmp_path)


def _example_lines() -> dict[str, str]:
    lines = (HOUSE / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_every_setting_is_in_the_example_file_and_no_other() -> None:
    assert set(_example_lines()) == {f"ANSINH_{name.upper()}" for name in Settings.model_fields}


def test_the_example_file_states_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = Settings()
    for name, value in _example_lines().items():
        monkeypatch.setenv(name, value)
    assert Settings() == defaults


def test_by_default_no_mail_can_leave_and_everything_listens_on_loopback() -> None:
    settings = Settings()
    assert settings.mail_mode == "file"
    assert not settings.may_mail("truongthon@example.org")
    assert settings.base_url == "http://127.0.0.1:8600"
    assert settings.prefect_api_url == "http://127.0.0.1:4260/api"


def test_an_address_on_the_guest_list_may_receive_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSINH_MAIL_GUEST_LIST", "Khach@example.org, @thu-nghiem.example")
    settings = Settings()
    assert settings.may_mail("khach@EXAMPLE.org")
    assert settings.may_mail("ai-do@thu-nghiem.example")
    assert not settings.may_mail("khac@example.org")


@pytest.mark.parametrize(
    "wrong",
    [
        {"field_key": SecretStr("ngắn")},
        {"field_key": SecretStr(base64.b64encode(bytes(32)).decode())},
        {"prefect_auth": SecretStr("admin:admin")},
        {"mode": "production", "base_url": "http://ansinh.example"},
        {"mode": "production", "base_url": "https://ansinh.example"},
        {"mode": "production", "demo_clock": Path("clock")},
        {"smtp_host": "mail.example", "smtp_security": "none", "smtp_password": SecretStr("bí mật")},
    ],
)
def test_a_weak_secret_or_dangerous_combination_is_refused(wrong: dict) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_a_refusal_does_not_print_the_secret() -> None:
    with pytest.raises(ValidationError) as refusal:
        Settings(prefect_auth=SecretStr("admin:lo-ra"))
    assert "lo-ra" not in str(refusal.value)


def test_the_settings_of_a_process_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    get_settings.cache_clear()
    try:
        first = get_settings()
        monkeypatch.setenv("ANSINH_WEB_PORT", "9999")
        assert get_settings() is first
    finally:
        get_settings.cache_clear()
