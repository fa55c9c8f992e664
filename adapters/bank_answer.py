"""Money back: the result file of the bank or of whoever paid in cash, row by row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from adapters.answers import AnswerProblem, AnswerTable, Value, fold, read_answer_table, text_of
from adapters.sheets import load_profile
from rules.money import AmountError, parse_amount

PAID, RETURNED = "PAID", "RETURNED"


@dataclass(frozen=True)
class BankAnswerRow:
    """One answer: the attempt it speaks of, PAID or RETURNED, the reason as written and its ISO 20022 code.

    `amount` is None where the file has no amount; `reason_code` is empty for PAID and NARR for a reason unknown to
    the profile.
    """

    row_number: int
    end_to_end_id: str
    result: str
    amount: int | None = None
    reason: str = ""
    reason_code: str = ""

    @property
    def paid(self) -> bool:
        """Whether the money arrived."""
        return self.result == "PAID"


def read_bank_answer(data: bytes) -> tuple[list[BankAnswerRow], list[AnswerProblem]]:
    """Read an answer (Excel or CSV, `profiles/bank_answer.yaml`) into rows and problems.

    An attempt answered twice settles nothing: each of its rows is a problem. Raises `UnreadableFile` when there is
    no such table in the file.
    """
    profile = load_profile("bank_answer")
    table = read_answer_table(data, profile)
    rows: list[BankAnswerRow] = []
    problems: list[AnswerProblem] = []
    for number, values in table.lines():
        if _is_total(values):
            continue
        read = _read_row(table, profile, number, values)
        if isinstance(read, AnswerProblem):
            problems.append(read)
        else:
            rows.append(read)
    times = Counter(row.end_to_end_id for row in rows)
    repeated = [row for row in rows if times[row.end_to_end_id] > 1]
    problems += [
        table.problem(row.row_number, "end_to_end_id", f"Mã giao dịch {row.end_to_end_id} có nhiều kết quả trong tệp.")
        for row in repeated
    ]
    settled = [row for row in rows if times[row.end_to_end_id] == 1]
    return settled, sorted(problems, key=lambda problem: problem.row_number)


def _read_row(
    table: AnswerTable, profile: dict[str, Any], number: int, values: dict[str, Value]
) -> BankAnswerRow | AnswerProblem:
    end_to_end_id = text_of(values["end_to_end_id"]).upper()
    if not end_to_end_id:
        return table.problem(number, "end_to_end_id", "Thiếu mã giao dịch.")
    said = fold(values["result"])
    result = next((name for name, words in profile["results"].items() if said in words), None)
    if result is None:
        return table.problem(number, "result", "Không hiểu kết quả ghi ở ô này; hãy ghi “Thành công” hoặc “Trả lại”.")
    try:
        amount = None if values.get("amount") in (None, "") else _amount(values["amount"])
    except AmountError:
        return table.problem(number, "amount", "Số tiền không phải số nguyên đồng.")
    reason = text_of(values.get("reason")) if result == RETURNED else ""
    code = _reason_code(profile, reason) if result == RETURNED else ""
    return BankAnswerRow(number, end_to_end_id, result, amount, reason, code)


def _amount(value: Value) -> int:
    if isinstance(value, str | int | float):
        return parse_amount(value)
    raise AmountError("not an amount")


def _reason_code(profile: dict[str, Any], reason: str) -> str:
    said = f" {fold(reason)} "
    for entry in profile["reasons"]:
        if any(f" {words} " in said for words in entry["words"]):
            return str(entry["code"])
    return str(profile["other_reason"])


def _is_total(values: dict[str, Value]) -> bool:
    """A closing line of totals has no attempt and no result."""
    return not text_of(values["end_to_end_id"]) and not text_of(values["result"])
