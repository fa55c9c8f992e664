"""Rows around the people of a list that are no people: section titles, totals, dates and signatures."""

import re
from collections.abc import Sequence

from rules.names import fold_name
from rules.village_sheet.cells import repaired_text
from rules.village_sheet.model import Sheet

FOOTER_CELLS = 3
_FOOTER = re.compile(
    r"tong\b|cong\b|nguoi lap|truong thon|nguoi khai|an dinh danh sach|danh sach (co|gom)|ghi chu:|xac nhan|"
    r".*\bngay\b.*\bthang\b|\(?ky\b"
)
_SECTION = re.compile(r"(?:[ivx]{1,5}|[a-e])[./)]\s|\d{1,2}[./)]\s+(?:ho|thon|dien)\b")


def filled_texts(sheet: Sheet, row: int) -> list[str]:
    """The texts of a row's filled cells, legacy fonts repaired."""
    values = enumerate(sheet.rows[row])
    texts = [repaired_text(value, sheet.fonts.get((row, column)))[1] for column, value in values]
    return [text for text in texts if text]


def is_footer(filled: Sequence[str]) -> bool:
    """Whether a nearly empty row is a total, a place and date, or a signature: below it the list is over."""
    return 0 < len(filled) <= FOOTER_CELLS and any(_FOOTER.match(fold_name(text)) for text in filled)


def is_section(filled: Sequence[str]) -> bool:
    """Whether a row only says what the next rows are ("I. Hộ thoát nghèo", "Hộ cận nghèo: 3 hộ")."""
    if len(filled) != 1:
        return False
    text = fold_name(filled[0])
    return bool(_SECTION.match(text)) or bool(re.match(r"(?:cac )?(?:ho|dien) (?:moi )?(?:thoat |can )*ngheo\b", text))
