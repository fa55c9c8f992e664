"""ISO 20022 in: what a bank says in a pain.002 or camt.054, as the same rows that an Excel answer gives.

Elements are found by their local name, so that every yearly version of the two messages reads alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

from adapters.answers import AnswerProblem
from adapters.bank_rows import BankAnswerRow, not_final
from adapters.sheets import load_profile
from adapters.workbooks import UnreadableFile
from rules.money import AmountError, parse_amount
from rules.transfer_codes import code_in

MAX_BYTES = 40 * 1024 * 1024
BOOKED = "BOOK"
_WHOLE = re.compile(r"(\d+)(?:\.0+)?")
Reading = tuple[list[BankAnswerRow], list[AnswerProblem]]


def is_xml(data: bytes) -> bool:
    """Whether the bytes begin as an XML file does."""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def read_message(data: bytes) -> Reading:
    """Rows and problems of a pain.002 or camt.054. Raises `UnreadableFile` for anything else, or half a file."""
    root = _parse(data)
    if (report := _first(root, "CstmrPmtStsRpt")) is not None:
        return _status_report(report)
    if (notice := _first(root, "BkToCstmrDbtCdtNtfctn")) is not None:
        return _notification(notice)
    raise UnreadableFile("NOT_EXCEL", "Tệp XML không phải pain.002 hoặc camt.054.")


def _parse(data: bytes) -> ET.Element:
    if len(data) > MAX_BYTES:
        raise UnreadableFile("TOO_BIG", "Tệp quá lớn.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFile("CORRUPT", "Tệp XML không dùng mã UTF-8.") from None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise UnreadableFile("CORRUPT", "Tệp XML khai báo thực thể riêng nên không được nhận.")
    try:
        return ET.fromstring(text)  # noqa: S314 - own entities are refused above
    except (ET.ParseError, ValueError):
        raise UnreadableFile("CORRUPT", "Tệp XML bị hỏng hoặc chỉ có một nửa; hãy lấy lại tệp từ ngân hàng.") from None


def _status_report(report: ET.Element) -> Reading:
    profile = load_profile("iso20022")
    rows: list[BankAnswerRow] = []
    problems: list[AnswerProblem] = []
    for number, said in enumerate(_all(report, "TxInfAndSts"), start=1):
        status = _text(said, "TxSts")
        result = next((name for name, words in profile["statuses"].items() if status in words), None)
        if result is None:
            problems.append(_problem("TxInfAndSts", number, not_final(status)))
            continue
        _take(rows, problems, number, "TxInfAndSts", result, said, _text(said, "OrgnlEndToEndId"))
    group = _text(report, "GrpSts")
    if not rows and not problems and group:
        return [], [_problem("GrpSts", 1, _whole_batch(group, _reason(report, profile)))]
    found = len(rows) + len(problems)
    return rows, problems + _count_problem("OrgnlNbOfTxs", _text(report, "OrgnlNbOfTxs"), found, after=found)


def _whole_batch(status: str, reason: tuple[str, str]) -> str:
    if status == "RJCT":
        return f"Ngân hàng từ chối cả lô{': ' + reason[0] if reason[0] else ''}; chưa khoản nào được ghi nhận."
    return f"Tệp chỉ ghi trạng thái chung “{status[:10]}”, không có kết quả từng khoản."


def _notification(notice: ET.Element) -> Reading:
    """Money that left is paid; money that came back (a credit, a reversal) is returned; only what is booked counts."""
    rows: list[BankAnswerRow] = []
    problems: list[AnswerProblem] = []
    number, entries = 0, list(_all(notice, "Ntry"))
    for entry in entries:
        status = _text(entry, "Sts") or BOOKED
        back = _text(entry, "CdtDbtInd") == "CRDT" or _text(entry, "RvslInd") == "true"
        day = _day(_text(entry, "BookgDt") or _text(entry, "ValDt"))
        for details in list(_all(entry, "TxDtls")) or [entry]:
            number += 1
            if status != BOOKED:
                problems.append(_problem("Ntry", number, not_final(status)))
                continue
            result = "RETURNED" if back or _first(details, "RtrInf") is not None else "PAID"
            _take(rows, problems, number, "Ntry", result, details, _code(details), day)
    stated = [_text(one, "NbOfNtries") for one in _all(notice, "TtlNtries")]
    whole = str(sum(int(one) for one in stated)) if stated and all(map(_is_number, stated)) else ""
    return rows, problems + _count_problem("NbOfNtries", whole, len(entries), after=number)


def _code(details: ET.Element) -> str:
    """The attempt's code: as the bank passed it through, or within the words that travelled with the money."""
    said = _text(details, "EndToEndId").upper()
    words = (text for one in _all(details, "Ustrd") for text in one.itertext())
    return code_in(said, *words) or ("" if said == "NOTPROVIDED" else said)


def _take(
    rows: list[BankAnswerRow],
    problems: list[AnswerProblem],
    number: int,
    place: str,
    result: str,
    said: ET.Element,
    code: str,
    day: date | None = None,
) -> None:
    try:
        amount = _amount(said)
    except AmountError:
        problems.append(_problem(place, number, "Số tiền không phải số nguyên đồng."))
        return
    reason, reason_code = _reason(said, load_profile("iso20022")) if result == "RETURNED" else ("", "")
    creditor, account = _first(said, "Cdtr"), _first(said, "CdtrAcct")
    holder = _text(creditor, "Nm") if creditor is not None else ""
    account_no = _text(account, "Id") if account is not None else ""
    rows.append(BankAnswerRow(number, code.upper(), result, amount, reason, reason_code, account_no, holder, day))


def _amount(said: ET.Element) -> int | None:
    """The transaction's own amount (the first that names a currency and is no charge): whole đồng, nothing else."""
    charges = {id(one) for name in ("ChrgsInf", "Chrgs") for part in _all(said, name) for one in part.iter()}
    found = next((one for one in said.iter() if one.get("Ccy") and id(one) not in charges), None)
    if found is None:
        return None
    whole = _WHOLE.fullmatch((found.text or "").strip())
    if whole is None or found.get("Ccy") != "VND":
        raise AmountError("not whole đồng")
    return parse_amount(whole.group(1))


def _reason(said: ET.Element, profile: dict[str, Any]) -> tuple[str, str]:
    """Words and code of why it came back; the code's own words where the bank wrote none."""
    info = _first(said, "StsRsnInf")
    info = info if info is not None else _first(said, "RtrInf")
    if info is None:
        return "", str(profile["other_reason"])
    code = _text(info, "Cd")
    return _text(info, "AddtlInf") or profile["reasons"].get(code, ""), code or str(profile["other_reason"])


def _count_problem(place: str, said: str, found: int, *, after: int) -> list[AnswerProblem]:
    """Fewer or more than the file itself counts, named as a row of its own below the others."""
    if not _is_number(said) or int(said) == found:
        return []
    return [_problem(place, after + 1, f"Tệp ghi {said} khoản nhưng chỉ có {found}: tệp thiếu, hãy lấy lại.")]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _problem(place: str, number: int, reason: str) -> AnswerProblem:
    return AnswerProblem(f"{place}[{number}]", number, reason)


def _all(element: ET.Element, name: str) -> Iterator[ET.Element]:
    return (one for one in element.iter() if one.tag.rpartition("}")[2] == name)


def _first(element: ET.Element, name: str) -> ET.Element | None:
    return next(_all(element, name), None)


def _text(element: ET.Element, name: str) -> str:
    """The first text at or below the named element."""
    found = _first(element, name)
    return "" if found is None else next((text.strip() for text in found.itertext() if text.strip()), "")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
