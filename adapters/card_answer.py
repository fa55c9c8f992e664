"""Cards back: the insurance office's D10a-TS list, each row a card with its dates or a refusal with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from adapters.answers import AnswerProblem, AnswerTable, Value, date_of, fold, read_answer_table, text_of
from adapters.sheets import load_profile

CARD, REFUSED = "CARD", "REFUSED"
CODE_DIGITS = 10


@dataclass(frozen=True)
class CardAnswerRow:
    """One answer. CARD has both dates; REFUSED has a reason. `code` and `citizen_no` are digits as text, or empty.

    `birth_date` is as printed (a day as dd/mm/yyyy, or a year), to tell namesakes apart.
    """

    row_number: int
    result: str
    full_name: str
    code: str = ""
    citizen_no: str = ""
    birth_date: str = ""
    facility: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    reason: str = ""


def read_card_answer(data: bytes) -> tuple[list[CardAnswerRow], list[AnswerProblem]]:
    """Read a D10a-TS file (Excel or CSV, `profiles/d10a.yaml`) into rows and problems.

    Group headings and the numbering line are passed over. Raises `UnreadableFile` when there is no such table.
    """
    profile = load_profile("d10a")
    table = read_answer_table(data, profile)
    rows: list[CardAnswerRow] = []
    problems: list[AnswerProblem] = []
    for number, values in table.lines():
        if _is_person(values):
            read = _read_row(table, profile, number, values)
            if isinstance(read, AnswerProblem):
                problems.append(read)
            else:
                rows.append(read)
    return rows, problems


def _read_row(
    table: AnswerTable, profile: dict[str, Any], number: int, values: dict[str, Value]
) -> CardAnswerRow | AnswerProblem:
    if not text_of(values["full_name"]):
        return table.problem(number, "full_name", "Thiếu họ tên.")
    note = text_of(values.get("note"))
    first, last = date_of(values["valid_from"]), date_of(values["valid_to"])
    dated = any(text_of(values[field]) for field in ("valid_from", "valid_to"))
    refused = fold(note).startswith(tuple(profile["refused"])) or (note != "" and not dated)
    if not refused:
        for field, day in (("valid_from", first), ("valid_to", last)):
            if day is None:
                return table.problem(number, field, "Thiếu ngày của thẻ hoặc ngày không đúng dạng ngày/tháng/năm.")
        if first and last and last < first:
            return table.problem(number, "valid_to", "Thẻ hết hạn trước ngày bắt đầu.")
    return CardAnswerRow(
        number,
        REFUSED if refused else CARD,
        text_of(values["full_name"]),
        _code(values.get("code")),
        _digits(values.get("citizen_no")),
        _birth(values.get("birth_date")),
        " – ".join(filter(None, (text_of(values.get("facility_code")), text_of(values.get("facility_name"))))),
        None if refused else first,
        None if refused else last,
        note if refused else "",
    )


def _is_person(values: dict[str, Value]) -> bool:
    """Anything that states a number, a birth date or a card speaks of a person; headings and totals state none."""
    stated = {field: text_of(value) for field, value in values.items()}
    if all(len(text) <= 2 for text in stated.values()):
        return False
    speaks = any(stated.get(field) for field in ("code", "citizen_no", "birth_date", "valid_from", "valid_to"))
    return speaks or bool(stated["full_name"] and stated.get("note"))


def _code(value: Value) -> str:
    """A card's code; a mã số BHXH of ten digits that Excel took for a number gets its zeros back."""
    code = _digits(value)
    return code.zfill(CODE_DIGITS) if isinstance(value, int | float) else code


def _digits(value: Value) -> str:
    return re.sub(r"[^0-9A-Z]", "", text_of(value).upper())


def _birth(value: Value) -> str:
    day = date_of(value)
    return f"{day:%d/%m/%Y}" if day else text_of(value)
