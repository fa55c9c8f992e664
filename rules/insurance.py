"""Who needs no BHYT support because a state budget already pays the whole contribution (Luật BHYT)."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path

import yaml

STATE_PAID_KEY = "BHYT.state_paid_objects"
CARD_MONTHS_KEY = "BHYT.card_months"
CARD_DAYS_KEY = "BHYT.card_days"
_FILE = Path(__file__).parent / "law" / "bhyt_objects.yaml"


@cache
def object_names() -> dict[str, str]:
    """Two-letter object code → its name in Vietnamese; the file states its source."""
    entries: dict[str, str] = yaml.safe_load(_FILE.read_text("utf-8"))["entries"]
    return entries


def covered_reason(code: str | None, state_paid: Collection[str]) -> str:
    """Why a person holding a card of object ``code`` needs no support; empty when the person does need it.

    ``state_paid`` is the value of the parameter BHYT.state_paid_objects. A code is read whatever its case;
    a person without a card (None or empty) is not covered.
    """
    wanted = (code or "").strip().upper()
    if not wanted or wanted not in state_paid:
        return ""
    name = object_names().get(wanted)
    return f"Đã có thẻ mã {wanted}" + (f" ({name})" if name else "") + ", ngân sách đã đóng đủ"


def unknown_object(code: str | None) -> str:
    """A note when the code is in no list we know, so that somebody asks BHXH; empty otherwise."""
    wanted = (code or "").strip().upper()
    return (
        ""
        if not wanted or wanted in object_names()
        else f"Mã đối tượng {wanted} chưa có trong danh mục, hỏi BHXH cơ sở"
    )
