"""Reading what people typed: each reader returns a plain value or says in Vietnamese what to enter instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from rules.money import AmountError, parse_amount
from web.problems import FormError

MAIL_ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
Word = TypeVar("Word", bound=StrEnum)
Value = TypeVar("Value")


@dataclass(frozen=True)
class Upload:
    """A file as the browser sent it."""

    name: str
    content: bytes


YEARS = range(1900, 2101)
"""The years that anything here can lie in; another one is a slip of the finger."""


def parse_day(text: str) -> date | None:
    """A day written dd/mm/yyyy (or yyyy-mm-dd) in one of `YEARS`; None when blank. Raises ValueError."""
    text = text.strip()
    if not text:
        return None
    if "-" in text[:5]:
        found = date.fromisoformat(text)
    else:
        day, month, year = (int(part) for part in text.replace("-", "/").replace(".", "/").split("/"))
        found = date(year, month, day)
    if found.year not in YEARS:
        raise ValueError(text)
    return found


def without_secrets(values: Mapping[str, str]) -> dict[str, str]:
    """What was typed, as it may be shown again: no password, no token of a form."""
    return {name: value for name, value in values.items() if "password" not in name and name != "csrf"}


class Form:
    """The fields of one submitted form. Readers collect what is wrong; `check` raises it all at once."""

    def __init__(self, values: Mapping[str, str], files: Mapping[str, Upload]) -> None:
        self.values = dict(values)
        self.files = dict(files)
        self.errors: dict[str, str] = {}

    def text(self, name: str, *, need: str = "", most: int = 2000) -> str:
        """The text, trimmed; ``need`` is the sentence shown when it is blank."""
        value = self.values.get(name, "").strip()
        if not value and need:
            self.errors[name] = need
        if len(value) > most:
            self.errors[name] = f"Chỉ nhập tối đa {most} ký tự."
        return value

    def address(self, name: str) -> str:
        """A mail address, blank allowed: what a mail server would never take is refused where it is typed."""
        value = self.text(name, most=120)
        if value and not MAIL_ADDRESS.fullmatch(value):
            self.errors[name] = "Ghi địa chỉ thư theo dạng ten@coquan.gov.vn."
        return value

    def username(self, name: str) -> str:
        """A name to sign in with, which every keyboard can type."""
        value = self.text(name, need="Nhập tên đăng nhập.").lower()
        if value and not USERNAME.fullmatch(value):
            self.errors[name] = "Tên đăng nhập chỉ gồm chữ thường không dấu, chữ số, dấu chấm, gạch; từ 2 đến 40 ký tự."
        return value

    def day(self, name: str, *, need: str = "") -> date | None:
        """A day, dd/mm/yyyy."""
        try:
            value = parse_day(self.values.get(name, ""))
        except ValueError:
            self.errors[name] = "Ghi ngày theo dạng ngày/tháng/năm, ví dụ 05/09/2026."
            return None
        if value is None and need:
            self.errors[name] = need
        return value

    def need_day(self, name: str, need: str) -> date:
        """A day that must be given; a stand-in when it was not (the error is noted and `check` raises it)."""
        return self.day(name, need=need) or date.min

    def whole(self, name: str, *, need: str = "", least: int = 0, most: int = 10**12) -> int | None:
        """A whole number within bounds."""
        text = self.values.get(name, "").strip()
        if not text:
            if need:
                self.errors[name] = need
            return None
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            self.errors[name] = f"Nhập một số nguyên từ {least} đến {most}."
            return None
        return int(text)

    def amount(self, name: str, *, need: str) -> int:
        """Whole đồng, with or without dots."""
        try:
            return parse_amount(self.text(name, need=need) or 0)
        except AmountError:
            self.errors[name] = "Nhập số tiền bằng số, ví dụ 1.500.000."
            return 0

    def word(self, name: str, vocabulary: type[Word], *, need: str) -> Word:
        """A word of a vocabulary; its first one stands in when it was wrong (the error is noted)."""
        try:
            return vocabulary(self.values.get(name, ""))
        except ValueError:
            self.errors[name] = need
            return next(iter(vocabulary))

    def choice(self, name: str, allowed: Iterable[str], *, need: str = "") -> str:
        """One of the texts offered; blank allowed when ``need`` is blank."""
        value = self.values.get(name, "").strip()
        if value not in set(allowed) and (value or need):
            self.errors[name] = need or "Chọn một mục trong danh sách."
        return value

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self.values.get(name, "") not in {"", "0", "false"}

    def file(self, name: str, *, need: str = "Chọn một tệp.") -> Upload:
        """The uploaded file; an empty one counts as not chosen."""
        found = self.files.get(name)
        if found is None or not found.name:
            self.errors[name] = need
            return Upload("", b"")
        return found

    def check(self) -> None:
        """Raises FormError with everything noted so far."""
        if self.errors:
            raise FormError(self.errors)
