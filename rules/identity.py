"""Who a person is on paper: citizen number, old identity number, bank account, telephone.

Serves the village list and every later matching. The citizen number (số định danh cá nhân, 12 digits) has no
check digit: province of birth registration, century and sex, and year of birth are all its form can prove.
Messages never contain the value they speak of.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from rules.lookups import birth_provinces
from rules.names import clean_name

_NOT_DIGITS = re.compile(r"[\s.\-'’]")
_CITIZEN_NUMBER = re.compile(r"[0-9]{12}")
_ACCOUNT = re.compile(r"[0-9A-Z]{6,19}")


@dataclass(frozen=True, slots=True)
class CitizenNumber:
    """A citizen number whose form holds; `padded`: its leading zero was restored, to be confirmed."""

    value: str
    province: str
    sex: str
    birth_year: int
    padded: bool = False


@dataclass(frozen=True, slots=True)
class IdentityProblem:
    """Why a number is refused: a stable code, and one Vietnamese sentence without the number itself."""

    code: str
    message_vi: str


def check_citizen_number(
    text: str, *, sex: str | None, birth_year: int | None, on: date
) -> CitizenNumber | tuple[IdentityProblem, ...]:
    """The number when its form holds on the date `on`, else every reason why not.

    `sex` is "NAM" or "NU"; None skips that comparison, as None for `birth_year` does. Spaces, dots, dashes
    and the apostrophe that keeps a spreadsheet from counting are ignored.
    """
    digits = _NOT_DIGITS.sub("", text)
    if not _CITIZEN_NUMBER.fullmatch(digits):
        return (_not_twelve(digits),)
    number = _parts(digits)
    problems = []
    if digits[:3] not in birth_provinces():
        problems.append(IdentityProblem("PROVINCE", "Ba số đầu của số định danh không phải mã tỉnh nào."))
    if sex is not None and number.sex != sex:
        problems.append(IdentityProblem("SEX", "Số định danh không khớp giới tính đã ghi."))
    if birth_year is not None and number.birth_year != birth_year:
        problems.append(IdentityProblem("BIRTH_YEAR", "Số định danh không khớp năm sinh đã ghi."))
    if number.birth_year > on.year:
        problems.append(IdentityProblem("FUTURE", "Số định danh cho năm sinh ở tương lai."))
    return tuple(problems) or number


def pad_if_valid(text: str, *, sex: str | None, birth_year: int | None, on: date) -> CitizenNumber | None:
    """The number with the leading zero a spreadsheet ate, only if it then passes every check; else None.

    Eleven digits only, and only against a known sex and year: otherwise too little would prove the guess.
    """
    digits = _NOT_DIGITS.sub("", text)
    if not re.fullmatch(r"[0-9]{11}", digits) or sex is None or birth_year is None:
        return None
    checked = check_citizen_number("0" + digits, sex=sex, birth_year=birth_year, on=on)
    return replace(checked, padded=True) if isinstance(checked, CitizenNumber) else None


def old_identity_number(text: str) -> str | None:
    """The nine digits of a CMND, the leading zero that a spreadsheet ate put back; None when it is none.

    No valid paper any more: for matching only, never in the place of a citizen number.
    """
    digits = _NOT_DIGITS.sub("", text)
    return digits.zfill(9) if re.fullmatch(r"[0-9]{8,9}", digits) else None


def mask_citizen_number(number: str | None) -> str:
    """The form for posted lists: 031150000012 → "0311*****012"; any other length is hidden whole."""
    if not number:
        return ""
    return f"{number[:4]}*****{number[-3:]}" if len(number) == 12 else "*" * len(number)


def check_bank_account(text: str) -> str | None:
    """The account as 6 to 19 capital letters and digits, leading zeros kept; None when it cannot be one."""
    account = _NOT_DIGITS.sub("", clean_name(text)).upper()
    return account if _ACCOUNT.fullmatch(account) and any(map(str.isdigit, account)) else None


def check_phone(text: str) -> str | None:
    """A ten-digit telephone number beginning with 0 (+84 and a lost zero are restored), else None."""
    digits = re.sub(r"[\s.\-()]", "", text)
    national = re.sub(r"^(?:\+?84)(?=[0-9]{9}$)", "0", digits)
    if re.fullmatch(r"[1-9][0-9]{8}", national):
        national = "0" + national
    return national if re.fullmatch(r"0[0-9]{9}", national) else None


def _not_twelve(digits: str) -> IdentityProblem:
    if len(digits) == 9 and old_identity_number(digits):
        return IdentityProblem("OLD_NUMBER", "Đây là số CMND 9 số, không còn giá trị; cần số định danh 12 số.")
    if re.fullmatch(r"[0-9]+", digits):
        return IdentityProblem("LENGTH", f"Số định danh phải có đủ 12 chữ số, ô này có {len(digits)} chữ số.")
    return IdentityProblem("NOT_DIGITS", "Số định danh chỉ gồm 12 chữ số.")


def _parts(digits: str) -> CitizenNumber:
    century, sex = divmod(int(digits[3]), 2)
    return CitizenNumber(
        value=digits,
        province=digits[:3],
        sex="NU" if sex else "NAM",
        birth_year=1900 + 100 * century + int(digits[4:6]),
    )
