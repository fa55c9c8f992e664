"""What one cell says: texts, dates as people write them, and answers out of a short list.

Never guesses: a date is day/month/year and nothing else, a word that is not in the list is a problem.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import isfinite

from rules.legacy_fonts import legacy_font, repair_text
from rules.names import clean_name, fold_name
from rules.village_sheet.model import CellValue

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_SERIAL_DAY_ZERO = date(1899, 12, 30)
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})")
_YEAR = re.compile(r"\d{4}")
_MONTH_YEAR = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00:00)?")
_BHYT_OBJECT = re.compile(r"([A-Z]{2})[\s\d-]*")
_EXACT_DIGITS = 10**15

SEXES = {"nam": "NAM", "nu": "NU", "m": "NAM", "f": "NU"}
STATUSES = {
    "ngheo": "NGHEO",
    "hn": "NGHEO",
    "can ngheo": "CAN_NGHEO",
    "hcn": "CAN_NGHEO",
    "cn": "CAN_NGHEO",
    "thoat ngheo": "THOAT_NGHEO",
    "tn": "THOAT_NGHEO",
    "thoat can ngheo": "THOAT_CAN_NGHEO",
    "tcn": "THOAT_CAN_NGHEO",
}
PAY_METHODS = {
    "tk": "ACCOUNT",
    "tai khoan": "ACCOUNT",
    "tai khoan ngan hang": "ACCOUNT",
    "chuyen khoan": "ACCOUNT",
    "ck": "ACCOUNT",
    "atm": "ACCOUNT",
    "tien mat": "CASH",
    "tm": "CASH",
    "vneid": "VNEID",
    "tai khoan vneid": "VNEID",
    "nhan thay": "PROXY",
    "uy quyen": "PROXY",
    "nguoi khac nhan thay": "PROXY",
}
RESIDENCES = {"thuong tru": "THUONG_TRU", "tam tru": "TAM_TRU"}
DISABILITIES = {
    "khong": "KHONG",
    "nhe": "NHE",
    "khuyet tat nhe": "NHE",
    "nang": "NANG",
    "khuyet tat nang": "NANG",
    "dac biet nang": "DAC_BIET_NANG",
    "khuyet tat dac biet nang": "DAC_BIET_NANG",
}
_INCOMES = {
    "luong huu": "LUONG_HUU",
    "huu tri": "LUONG_HUU",
    "bhxh": "BHXH",
    "bao hiem xa hoi": "BHXH",
    "mat suc": "BHXH",
}


class DateProblem(ValueError):
    """The cell holds no date this product reads; the text is the reason, in Vietnamese."""


def value_kind(value: CellValue) -> str:
    """What a cell held, without saying it: "blank", "text", "number" or "date"."""
    if value is None or value == "":
        return "blank"
    if isinstance(value, date):
        return "date"
    return "text" if isinstance(value, str) else "number"


def text_of(value: CellValue) -> str:
    """A cell as clean text, "" when blank; 5.0 is "5", a date is dd/mm/yyyy."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean_name(value)
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else str(value)


def repaired_text(value: CellValue, font: str | None) -> tuple[str, str]:
    """(text as it stood, text to use): the second differs where the cell's font was of before Unicode."""
    legacy = legacy_font(font)
    if legacy is None or not isinstance(value, str):
        text = text_of(value)
        return text, text
    return value.strip(), repair_text(value, legacy)


def lost_digits(value: CellValue) -> bool:
    """Whether a long number was typed as a number, of which a spreadsheet keeps only the first 15 digits."""
    return isinstance(value, int | float) and abs(value) >= _EXACT_DIGITS


def read_date(value: CellValue, *, on: date) -> tuple[date, str]:
    """(date, precision "day" | "month" | "year") of a date not after `on`. Raises `DateProblem`.

    Reads dd/mm/yyyy with / - or ., mm/yyyy, yyyy, 00/00/yyyy, yyyy-mm-dd, real dates, and serial day numbers; a
    number from 1900 to 2100 is a year.
    """
    found, precision = _date_parts(value)
    if found.year < _FIRST_YEAR:
        raise DateProblem("Năm phải từ 1900 trở đi.")
    if found > on:
        raise DateProblem(f"Ngày ở sau ngày {on:%d/%m/%Y}.")
    return found, precision


def _date_parts(value: CellValue) -> tuple[date, str]:
    if isinstance(value, datetime):
        return value.date(), "day"
    if isinstance(value, date):
        return value, "day"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number_as_date(value)
    return _text_as_date(text_of(value))


def _number_as_date(value: int | float) -> tuple[date, str]:
    number = int(value) if isfinite(value) else 0
    if number == value and _FIRST_YEAR <= number <= _LAST_YEAR:
        return date(number, 1, 1), "year"
    if number == value and _LAST_YEAR < number < 80_000:
        return _SERIAL_DAY_ZERO + timedelta(days=number), "day"
    raise DateProblem("Không đọc được ngày; ghi theo dạng ngày/tháng/năm, ví dụ 05/09/1950.")


def _text_as_date(text: str) -> tuple[date, str]:
    if match := _DAY_MONTH_YEAR.fullmatch(text):
        return _make_date(int(match[1]), int(match[2]), int(match[3]))
    if _YEAR.fullmatch(text):
        return _make_date(0, 0, int(text))
    if match := _MONTH_YEAR.fullmatch(text):
        return _make_date(0, int(match[1]), int(match[2]))
    if match := _ISO.fullmatch(text):
        return _make_date(int(match[3]), int(match[2]), int(match[1]))
    raise DateProblem("Không đọc được ngày; ghi theo dạng ngày/tháng/năm, ví dụ 05/09/1950.")


def _make_date(day: int, month: int, year: int) -> tuple[date, str]:
    precision = "day" if day else "month" if month else "year"
    if day and not month:
        raise DateProblem("Có ngày mà không có tháng.")
    try:
        return date(year, month or 1, day or 1), precision
    except ValueError:
        raise DateProblem("Ngày này không có trong lịch; ghi theo thứ tự ngày/tháng/năm.") from None


def read_choice(text: str, choices: dict[str, str]) -> str | None:
    """The code of an answer, whatever its accents, case and leading "hộ" or "mới"; None when not in the list."""
    return choices.get(_choice_key(text))


@lru_cache(maxsize=512)
def _choice_key(text: str) -> str:
    words = "".join(char if char.isalnum() else " " for char in fold_name(text)).split()
    words = [word for word in words if not word.isdigit()]
    while words and words[0] in {"ho", "moi", "thuoc", "dien"}:
        words = words[1:]
    return " ".join(words)


@lru_cache(maxsize=512)
def read_yes_no(text: str) -> tuple[bool | None, str | None]:
    """(answer, what else was said): "Không" → no; "Có - trợ cấp tuổi già" → yes with its kind; blank → unknown."""
    folded = fold_name(text)
    if not folded:
        return None, None
    if re.match(r"(khong|chua|ko|k|0|-)\b", folded) or folded == "-":
        return False, None
    kind = clean_name(re.sub(r"^(?:có|co|x)(?=$|[\s,:;–-])[\s,:;–-]*", "", clean_name(text), flags=re.IGNORECASE))
    return True, kind or None


def read_income(text: str) -> str | None:
    """The kind of stable monthly income: KHONG, LUONG_HUU, BHXH, LUONG, or KHAC of another kind; None when blank."""
    answer, kind = read_yes_no(text)
    if answer is None:
        return None
    folded = fold_name(kind or "")
    pensions = (code for word, code in _INCOMES.items() if word in folded)
    return "KHONG" if not answer else next(pensions, "LUONG" if "luong" in folded else "KHAC")


def read_group(text: str, groups: Mapping[str, str] | None) -> tuple[str | None, str | None]:
    """(code, text) of a beneficiary group. With `groups` (code → label) the code is one of them, or None.

    A label cut short or with words added still counts when only one group begins so.
    """
    if not text:
        return None, None
    match = re.match(r"([A-Z][A-Z0-9_]+)\s*[-–:]\s+(.+)", text)
    code, label = (match[1], clean_name(match[2])) if match else (None, text)
    if groups is None:
        return code, label
    if code in groups:
        return code, label
    said = fold_name(label)
    known = {fold_name(name): known_code for known_code, name in groups.items()}
    near = {known[name] for name in known if name.startswith(said) or said.startswith(name)}
    return known.get(said) or (near.pop() if len(near) == 1 else None), label


def read_bhyt_object(text: str) -> str | None:
    """The two letters of a BHYT object ("CN", or the head of a card number); None for none or unknown."""
    match = _BHYT_OBJECT.fullmatch(text.upper())
    return match[1] if match and fold_name(text) not in {"co", "ko"} else None
