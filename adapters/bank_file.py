"""Money out: the bank's bulk-transfer file (Excel and CSV), made only from rows a bank could not misread.

No bank's own template is known, so the columns come from `profiles/bank_transfer.yaml` and are swapped there.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.sheets import Book, OutputError, WrittenFile, load_profile, written
from rules.identity import check_bank_account
from rules.months import Month
from rules.names import strip_marks_upper

_END_TO_END_ID = re.compile(r"[A-Z0-9-]{1,35}")
_BIN = re.compile(r"[0-9]{6}")
_NOT_ALLOWED = re.compile(r"[^A-Z0-9 .,/-]+")
MAX_HOLDER = 70


@dataclass(frozen=True)
class TransferRow:
    """One transfer: `end_to_end_id` of the attempt, the account as it stands in the evidence, whole đồng above 0."""

    end_to_end_id: str
    holder: str
    account_no: str
    bank_bin: str
    amount: int
    purpose: str
    bank_name: str = ""


def write_bank_xlsx(rows: Sequence[TransferRow], *, month: Month, list_ref: str) -> WrittenFile:
    """Return the transfer file as Excel; count and total stand in its name and on its second sheet.

    `list_ref` names the payment list, e.g. "DS-12". Raises `OutputError` naming the first row no bank could take.
    """
    profile = load_profile("bank_transfer")
    values = _checked(rows, profile["purpose_max"])
    total = sum(row.amount for row in rows)
    columns = profile["columns"]
    book = Book(f"Chuyen khoan {list_ref}")
    sheet = book.sheet(profile["sheet"], [column["width"] for column in columns])
    for place, column in enumerate(columns):
        book.put(sheet, 0, place, column["header"], "head")
        for number, value in enumerate(values, start=1):
            book.put(sheet, number, place, value[column["field"]], column["kind"])
    sheet.freeze_panes(1, 0)
    summary = book.sheet("Tong hop", [24, 28])
    facts: dict[str, str | int] = {
        "danh_sach": list_ref,
        "thang": str(month),
        "so_giao_dich": len(rows),
        "tong_so_tien": total,
    }
    for number, (label, fact) in enumerate(facts.items()):
        book.put(summary, number, 0, label, "head")
        book.put(summary, number, 1, fact, "money" if isinstance(fact, int) else "text")
    return written(_file_name(month, list_ref, len(rows), total, "xlsx"), book.finish(), count=len(rows), total=total)


def write_bank_csv(rows: Sequence[TransferRow], *, month: Month, list_ref: str) -> WrittenFile:
    """Return the same transfers as CSV: plain ASCII, every value quoted, no total line. Errors as `write_bank_xlsx`."""
    profile = load_profile("bank_transfer")
    values = _checked(rows, profile["purpose_max"])
    total = sum(row.amount for row in rows)
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([column["header"] for column in profile["columns"]])
    for value in values:
        writer.writerow([value[column["field"]] for column in profile["columns"]])
    data = text.getvalue().encode("ascii")
    return written(_file_name(month, list_ref, len(rows), total, "csv"), data, count=len(rows), total=total)


def transfer_purpose(month: Month, decision: str = "") -> str:
    """Return what the receiver sees on the statement, e.g. `HTTN T07/2026 QD35`: ASCII, cut to the profile's length."""
    purpose = _ascii(f"HTTN T{month} {decision}")
    return purpose[: load_profile("bank_transfer")["purpose_max"]].strip()


def checked_rows(rows: Sequence[TransferRow]) -> list[dict[str, str | int]]:
    """The rows as any bank can take them: ASCII names, whole amounts. Raises `OutputError` naming the first bad row."""
    return _checked(rows, load_profile("bank_transfer")["purpose_max"])


def _checked(rows: Sequence[TransferRow], purpose_max: int) -> list[dict[str, str | int]]:
    if not rows:
        raise OutputError("Không có khoản chuyển nào để lập tệp ngân hàng.")
    seen: set[str] = set()
    values = []
    for number, row in enumerate(rows, start=1):
        if row.end_to_end_id in seen:
            raise OutputError(f"Mã giao dịch {row.end_to_end_id} xuất hiện hai lần.")
        seen.add(row.end_to_end_id)
        values.append(_value(number, row, purpose_max))
    return values


def _value(number: int, row: TransferRow, purpose_max: int) -> dict[str, str | int]:
    account = check_bank_account(row.account_no)
    holder, purpose = _ascii(row.holder), _ascii(row.purpose)
    problems = {
        "mã giao dịch không hợp lệ": not _END_TO_END_ID.fullmatch(row.end_to_end_id),
        "tên người hưởng trống hoặc quá dài": not 0 < len(holder) <= MAX_HOLDER,
        "số tài khoản không hợp lệ": account is None,
        "mã ngân hàng phải có 6 chữ số": not _BIN.fullmatch(row.bank_bin),
        "số tiền phải lớn hơn 0": row.amount <= 0,
        f"nội dung trống hoặc dài quá {purpose_max} ký tự": not 0 < len(purpose) <= purpose_max,
    }
    for problem, found in problems.items():
        if found:
            raise OutputError(f"Khoản {row.end_to_end_id} (dòng {number}): {problem}.")
    return {
        "number": number,
        "end_to_end_id": row.end_to_end_id,
        "holder": holder,
        "account_no": account or "",
        "bank_bin": row.bank_bin,
        "bank_name": _ascii(row.bank_name),
        "amount": row.amount,
        "purpose": purpose,
    }


def _ascii(text: str) -> str:
    """Capitals without marks; nothing is left that a bank or a spreadsheet could read as a command."""
    return " ".join(_NOT_ALLOWED.sub(" ", strip_marks_upper(text)).split()).lstrip("-,./ ")


def _file_name(month: Month, list_ref: str, count: int, total: int, ending: str) -> str:
    return f"chuyen-khoan-{month.code}-{_ascii(list_ref).replace(' ', '-').replace('/', '-')}-{count}-{total}.{ending}"
