"""The one-time token of the first-run page: printed where the product starts, worthless once somebody is admitted."""

from __future__ import annotations

import hmac

from adapters.secrets import new_token
from adapters.settings import Settings

FILE = "setup-token"


def renew(settings: Settings) -> str:
    """A new token in place of any older one."""
    path, token = settings.data_dir / FILE, new_token()
    path.touch(mode=0o600)
    path.write_text(token, encoding="ascii")
    return token


def fits(settings: Settings, given: str) -> bool:
    """Whether this is the token that waits."""
    path = settings.data_dir / FILE
    expected = path.read_text(encoding="ascii").strip() if path.exists() else ""
    return bool(expected) and hmac.compare_digest(expected.encode(), given.encode())


def spend(settings: Settings) -> None:
    """It opens nothing any more."""
    (settings.data_dir / FILE).unlink(missing_ok=True)
