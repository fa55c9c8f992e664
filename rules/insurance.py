"""Who needs no BHYT support because a state budget already pays the whole contribution, and what the others cost."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from rules.amounts import contribution_of
from rules.months import Month
from rules.parameters import LawBook, LawGap
from rules.strict_yaml import load_strict

STATE_PAID_KEY = "BHYT.state_paid_objects"
CARD_MONTHS_KEY = "BHYT.card_months"
CARD_DAYS_KEY = "BHYT.card_days"
RENEWAL_KEY = "BHYT.renewal_days"
ISLAND_KEY = "BHYT.island_card_residents"
SALARY_RULE_KEY = "BHYT.salary_month_rule"
_FILE = Path(__file__).parent / "law" / "bhyt_objects.yaml"


@cache
def object_names() -> dict[str, str]:
    """Two-letter object code → its name in Vietnamese; the file states its source."""
    entries: dict[str, str] = load_strict(_FILE.read_text("utf-8"))["entries"]
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


def first_object(codes: Sequence[str], state_paid: Sequence[str]) -> str:
    """Of the cards a person holds, the one that counts: a state-paid one first, in the law's order, else the newest.

    ``codes`` are read whatever their case, the newest last; empty when there are none.
    """
    held = [code.strip().upper() for code in codes if code.strip()]
    paid = [code for code in state_paid if code in held]
    return (paid or held[-1:] or [""])[0]


def island_reason(book: LawBook, on: date) -> str:
    """Why no resident of an island commune needs support, empty where they do. Raises LawGap while it is not known."""
    if book.get(ISLAND_KEY, on=on).value != "CO":
        return ""
    return f"Cư dân xã đảo, huyện đảo được cấp thẻ mã XD ({object_names()['XD']}), ngân sách đã đóng đủ"


def contributions(book: LawBook, *, first: Month, months: int, share: int, paid_on: date) -> tuple[int, ...]:
    """Đồng of each month of a registration: ``share`` percent of the contribution of the law (Điều 4).

    Where the base salary or the rate changes between the months, BHYT.salary_month_rule says whether each month has
    its own or all have that of the day of payment. Raises LawGap for what is not known.
    """
    unknown: LawGap | None = None
    rule = ""
    try:
        rule = str(book.get(SALARY_RULE_KEY, on=paid_on).value)
    except LawGap as gap:
        unknown = gap
    if rule == "AT_PAYMENT":
        return (contribution_of(book, paid_on, share),) * months
    each = tuple(contribution_of(book, first.plus(place).first_day, share) for place in range(months))
    if unknown and len(set(each)) > 1:
        raise unknown
    return each
