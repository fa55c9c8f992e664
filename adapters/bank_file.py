"""Money out: the bank's bulk-transfer file (Excel or CSV), made only from rows a bank could not misread.

No bank's own template is known, so the layout is a profile (`adapters.bank_profiles`) and is swapped there.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adapters.bank_profiles import NEUTRAL, BankProfile, profile
from adapters.sheets import Book, NothingToHandOver, OutputError, WrittenFile, written
from rules.identity import check_bank_account
from rules.months import Month
from rules.names import strip_marks_upper

_END_TO_END_ID = re.compile(r"[A-Z0-9-]{1,35}")
_BIN = re.compile(r"[0-9]{6}")
_NOT_ALLOWED = re.compile(r"[^A-Z0-9 .,/-]+")
MAX_HOLDER = 70
PURPOSE_MAX = 60

Cells = dict[str, str | int]


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


def write_bank_file(
    rows: Sequence[TransferRow], *, month: Month, list_ref: str, layout: BankProfile | None = None, payer_bin: str = ""
) -> WrittenFile:
    """Return the transfer file in the bank's layout (the neutral one by default); count and total stand in its name.

    `list_ref` names the payment list, e.g. "DS-12"; `payer_bin` is the bank that pays, for a layout that takes only
    its own accounts. Raises `OutputError` naming the first row that bank could not take.
    """
    layout = layout or profile(NEUTRAL)
    values = checked_rows(rows, purpose_max=layout.purpose_max)
    _fits(layout, values, payer_bin)
    total = sum(row.amount for row in rows)
    write = _xlsx if layout.format == "xlsx" else _csv
    data = write(layout, values, _facts(month, list_ref, len(rows), total))
    return written(_file_name(month, list_ref, len(rows), total, layout.format), data, count=len(rows), total=total)


def _facts(month: Month, list_ref: str, count: int, total: int) -> Cells:
    return {"danh_sach": list_ref, "thang": str(month), "so_giao_dich": count, "tong_so_tien": total}


def _fits(layout: BankProfile, values: Sequence[Cells], payer_bin: str) -> None:
    if layout.max_rows is not None and len(values) > layout.max_rows:
        raise OutputError(f"Ngân hàng nhận nhiều nhất {layout.max_rows} khoản một tệp; danh sách có {len(values)}.")
    others = sum(value["bank_bin"] != payer_bin for value in values)
    if layout.same_bank_only and others:
        raise OutputError(f"Mẫu tệp này chỉ chuyển trong cùng ngân hàng; có {others} khoản ở ngân hàng khác.")
    for column in layout.columns:
        for value in values:
            if column.field and column.max and len(str(value[column.field])) > column.max:
                raise OutputError(
                    f"Khoản {value['end_to_end_id']}: cột “{column.header}” dài quá {column.max} ký tự ngân hàng nhận."
                )


def _line(layout: BankProfile, value: Cells) -> list[str | int]:
    return [value[column.field] if column.field else column.value for column in layout.columns]


def _closing(layout: BankProfile, facts: Cells) -> list[str | int] | None:
    """The trailer under its headings; None where the bank wants none."""
    trailer = layout.trailer
    if trailer is None:
        return None
    said = {trailer.count: facts["so_giao_dich"], trailer.total: facts["tong_so_tien"]}
    line: list[str | int] = [said.get(column.header, "") for column in layout.columns]
    if trailer.label and not line[0]:
        line[0] = trailer.label
    return line


def _xlsx(layout: BankProfile, values: Sequence[Cells], facts: Cells) -> bytes:
    book = Book(f"Chuyen khoan {facts['danh_sach']}")
    sheet = book.sheet(layout.sheet, [column.width for column in layout.columns])
    book.printed(sheet, head=(layout.header_row - 1, layout.header_row - 1) if layout.header_row else None)
    if layout.header_row:
        for place, column in enumerate(layout.columns):
            book.put(sheet, layout.header_row - 1, place, column.header, "head")
        sheet.freeze_panes(layout.header_row, 0)
    first = layout.first_data_row - 1
    for number, value in enumerate(values, start=first):
        _put(book, sheet, number, layout, _line(layout, value))
    closing = _closing(layout, facts)
    if closing is not None:
        _put(book, sheet, first + len(values), layout, closing)
    if layout.summary_sheet:
        _summary(book, layout.summary_sheet, facts)
    return book.finish()


def _put(book: Book, sheet: Any, row: int, layout: BankProfile, line: Sequence[str | int]) -> None:
    for place, (column, cell) in enumerate(zip(layout.columns, line, strict=True)):
        book.put(sheet, row, place, str(cell) if column.kind == "text" else cell, column.kind)


def _summary(book: Book, name: str, facts: Cells) -> None:
    summary = book.sheet(name, [24, 28])
    for number, (label, fact) in enumerate(facts.items()):
        book.put(summary, number, 0, label, "head")
        book.put(summary, number, 1, fact, "money" if isinstance(fact, int) else "text")


def _csv(layout: BankProfile, values: Sequence[Cells], facts: Cells) -> bytes:
    """Every value quoted; no cell begins with what a spreadsheet reads as a command."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n", delimiter=layout.delimiter)
    if layout.header_row:
        writer.writerow([column.header for column in layout.columns])
    writer.writerows(_line(layout, value) for value in values)
    closing = _closing(layout, facts)
    if closing is not None:
        writer.writerow(closing)
    try:
        return text.getvalue().encode(layout.encoding)
    except UnicodeEncodeError:
        raise OutputError("Mẫu tệp ngân hàng dùng mã ASCII nhưng có tiêu đề có dấu.") from None


def transfer_purpose(month: Month, decision: str = "") -> str:
    """Return what the receiver sees on the statement, e.g. `HTTN T07/2026 QD35`: ASCII, cut to fit any bank."""
    purpose = _ascii(f"HTTN T{month} {decision}")
    return purpose[:PURPOSE_MAX].strip()


def checked_rows(rows: Sequence[TransferRow], *, purpose_max: int = PURPOSE_MAX) -> list[Cells]:
    """The rows as any bank can take them: ASCII names, whole amounts. Raises `OutputError` naming the first bad row."""
    if not rows:
        raise NothingToHandOver("Không có khoản chuyển nào để lập tệp ngân hàng.")
    seen: set[str] = set()
    values = []
    for number, row in enumerate(rows, start=1):
        if row.end_to_end_id in seen:
            raise OutputError(f"Mã giao dịch {row.end_to_end_id} xuất hiện hai lần.")
        seen.add(row.end_to_end_id)
        values.append(_value(number, row, purpose_max))
    return values


def _value(number: int, row: TransferRow, purpose_max: int) -> Cells:
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
