"""Money back: the result file of the bank or of whoever paid in cash, row by row."""

from __future__ import annotations

from typing import Any

from adapters.answers import AnswerProblem, AnswerTable, Value, date_of, fold, read_answer_table, text_of
from adapters.bank_rows import BankAnswerRow, not_final
from adapters.iso20022 import is_xml, read_message
from adapters.sheets import load_profile
from adapters.workbooks import UnreadableFile
from rules.money import AmountError, parse_amount
from rules.transfer_codes import code_in

__all__ = ["PAID", "RETURNED", "BankAnswerRow", "read_bank_answer"]

PAID, RETURNED = "PAID", "RETURNED"


def read_bank_answer(data: bytes) -> tuple[list[BankAnswerRow], list[AnswerProblem]]:
    """Read an answer (Excel or CSV by `profiles/bank_answer.yaml`, pain.002, camt.054) into rows and problems.

    Raises `UnreadableFile` when there is no such table or message in the file.
    """
    if is_xml(data):
        return read_message(data)
    profile = load_profile("bank_answer")
    table = _table(data, profile)
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
    return rows, problems


def _table(data: bytes, profile: dict[str, Any]) -> AnswerTable:
    """By the attempts' codes; a file without them by account, amount and result."""
    try:
        return read_answer_table(data, profile)
    except UnreadableFile:
        try:
            return read_answer_table(data, profile | {"required": profile["required_without_code"]})
        except UnreadableFile:
            pass
        raise


def _read_row(
    table: AnswerTable, profile: dict[str, Any], number: int, values: dict[str, Value]
) -> BankAnswerRow | AnswerProblem:
    end_to_end_id = _code(values)
    account_no, holder = text_of(values.get("account_no")), text_of(values.get("holder"))
    if not (end_to_end_id or account_no or holder):
        return table.problem(number, "end_to_end_id", "Thiếu mã giao dịch.")
    said = fold(values["result"])
    result = next((name for name, words in profile["results"].items() if said in words), None)
    if said in profile["not_final"]:
        return table.problem(number, "result", not_final(text_of(values["result"])))
    if result is None:
        return table.problem(number, "result", "Không hiểu kết quả ghi ở ô này; hãy ghi “Thành công” hoặc “Trả lại”.")
    try:
        amount = None if values.get("amount") in (None, "") else _amount(values["amount"])
    except AmountError:
        return table.problem(number, "amount", "Số tiền không phải số nguyên đồng.")
    reason = text_of(values.get("reason")) if result == RETURNED else ""
    code = _reason_code(profile, reason) if result == RETURNED else ""
    day = date_of(values.get("paid_on"))
    return BankAnswerRow(number, end_to_end_id, result, amount, reason, code, account_no, holder, day)


def _code(values: dict[str, Value]) -> str:
    """The attempt's code, wherever the bank wrote it: in a column of its own, within its reference or a description."""
    said = text_of(values.get("end_to_end_id")).upper()
    return code_in(said, text_of(values.get("description"))) or said


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
    """A closing line of totals has no attempt, no account and no result."""
    fields = ("account_no", "end_to_end_id", "result")
    return not any(text_of(values.get(field)) for field in fields)
