"""Money as the office writes it: 1.234.567 đồng, in words, and back to a whole number of đồng.

Serves every decision, payment list and voucher (amount in figures and "bằng chữ").
"""

import re
from math import isfinite

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_BILLION = 1_000_000_000
_CURRENCY = re.compile(r"\s*(?:đồng|dong|vnđ|vnd|đ|d|₫)\.?$", re.IGNORECASE)
_MOST = 10**15
"""Beyond this a slip of the hand, and more than a spreadsheet holds exactly."""
_GROUPED = re.compile(r"\d{1,3}(?:([.,  ])\d{3})(?:\1\d{3})*")


class AmountError(ValueError):
    """The text is not a whole, non-negative number of đồng."""


def format_dong(amount: int) -> str:
    """Whole đồng with dots between thousands: 1234567 → "1.234.567 đồng"; a recovery keeps its minus sign."""
    return f"{amount:,}".replace(",", ".") + " đồng"


def parse_amount(value: str | int | float) -> int:
    """What a cell or a form says, as whole đồng ≥ 0.

    Accepts 2000000, 2e6 read from a cell, "2.000.000", "2,000,000 đ", "2000000 đồng". Raises `AmountError`
    for anything else: "1.5" could be one and a half or fifteen, "2tr" is not a number.
    """
    if isinstance(value, bool):
        raise AmountError("not an amount")
    if isinstance(value, int | float):
        return _whole(value)
    text = _CURRENCY.sub("", value.strip())
    if re.fullmatch(r"[0-9]{1,20}", text) or _GROUPED.fullmatch(text):
        return _whole(int(re.sub(r"[^0-9]", "", text)))
    raise AmountError("not an amount")


def amount_in_words(amount: int, *, empty_tens: str = "linh") -> str:
    """The amount "bằng chữ": 10005000 → "Mười triệu không trăm linh năm nghìn đồng".

    `empty_tens` is the word of an empty tens place ("linh", or "lẻ" where the office says so). A negative
    amount begins with "Âm".
    """
    words = ["âm"] if amount < 0 else []
    words += _number(abs(amount), empty_tens, full=False) or [_DIGITS[0]]
    sentence = " ".join(words) + " đồng"
    return sentence[0].upper() + sentence[1:]


def _whole(value: int | float) -> int:
    if not isfinite(value) or not 0 <= value <= _MOST or int(value) != value:
        raise AmountError("not a whole amount")
    return int(value)


def _number(number: int, empty_tens: str, *, full: bool) -> list[str]:
    """Words of a number; `full`: something was said before, so the first group is read with its hundreds."""
    billions, rest = divmod(number, _BILLION)
    words: list[str] = []
    if billions:
        words = [*_number(billions, empty_tens, full=full), "tỷ"]
    for unit, name in ((1_000_000, "triệu"), (1_000, "nghìn"), (1, "")):
        group = rest // unit % 1_000
        if group:
            words += _group(group, empty_tens, full=full or bool(words))
            words += [name] if name else []
    return words


def _group(group: int, empty_tens: str, *, full: bool) -> list[str]:
    hundreds, tens, ones = group // 100, group // 10 % 10, group % 10
    said_hundreds = full or hundreds > 0
    words = [_DIGITS[hundreds], "trăm"] if said_hundreds else []
    if tens == 0:
        return words + ([empty_tens] if ones and said_hundreds else []) + ([_DIGITS[ones]] if ones else [])
    words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    return words + _ones_after_tens(tens, ones)


def _ones_after_tens(tens: int, ones: int) -> list[str]:
    if ones == 0:
        return []
    if ones == 1 and tens > 1:
        return ["mốt"]
    return ["lăm"] if ones == 5 else [_DIGITS[ones]]
