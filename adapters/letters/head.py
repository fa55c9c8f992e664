"""The parts that every paper has alike: number and day, marks, recipients, who signs; checked before printing."""

from __future__ import annotations

from datetime import date
from typing import Any

from adapters.papers import PaperError
from rules.authority import AuthorityError, check_lines
from rules.papers import Head
from rules.papers.citation import cited_again, long_date

MARK_DEMO = "DỮ LIỆU TRÌNH DIỄN – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
MARK_ASSUMED = "DỰ THẢO – tham số chưa đối chiếu"


def head_context(head: Head) -> dict[str, Any]:
    """Return what head, edges and signature of a template take; raise `PaperError` when they do not hold together."""
    check_head(head)
    return {
        "parent_line": head.parent_line,
        "resolution": head.resolution,
        "resolution_short": cited_again(head.resolution),
        "issuer_lines": list(head.issuer_lines),
        "number_line": number_line(head.number, head.symbol),
        "date_line": date_line(head.place, head.issued_on),
        "recipients": list(head.recipients),
        "authority_lines": list(head.authority_lines),
        "signer_name": head.signer_name,
        "mark": mark(is_demo=head.is_demo, is_assumed=head.is_assumed),
        "audit_head": "",
    }


def check_head(head: Head) -> None:
    """Raise `PaperError` when number, day, law and signature do not go together."""
    if (head.number is None) != (head.issued_on is None):
        raise PaperError("Số và ngày của văn bản phải cùng có hoặc cùng để trống.")
    if head.number is not None and head.is_assumed and not head.is_demo:
        raise PaperError("Không phát hành văn bản khi tham số pháp luật chưa đối chiếu.")
    if head.authority_lines:
        try:
            check_lines(head.issuer, head.authority_lines)
        except AuthorityError as error:
            raise PaperError(str(error)) from error


def mark(*, is_demo: bool, is_assumed: bool) -> str:
    """The mark printed red on each page; empty when there is nothing to mark."""
    return " · ".join([MARK_DEMO] * is_demo + [MARK_ASSUMED] * is_assumed)


def number_line(number: int | None, symbol: str) -> str:
    """ "Số: 05/QĐ-UBND"; a number below 10 gets a leading zero, a draft leaves room."""
    return f"Số: {two_digits(number)}/{symbol}"


def two_digits(number: int | None) -> str:
    """A number as NĐ 30 prints it, or room to write one."""
    return "      " if number is None else f"{number:02d}"


def date_line(place: str, day: date | None) -> str:
    """ "Cát Hải, ngày 03 tháng 02 năm 2026"; a draft leaves the day to be written."""
    return f"{place}, {dated(day)}"


def dated(day: date | None) -> str:
    """The day in words, or room to write it."""
    return long_date(day) if day else "ngày      tháng      năm       "


def annex_reference(kind: str, head: Head) -> str:
    """ "(Kèm theo Thông báo số 05/TB-UBND ngày 03 tháng 02 năm 2026 của …)"."""
    number = f"{two_digits(head.number)}/{head.symbol}"
    return f"(Kèm theo {kind} số {number} {dated(head.issued_on)} của {head.body})"


def figures(amount: int) -> str:
    """Whole đồng with dots, without the unit: for columns."""
    return f"{amount:,}".replace(",", ".")


def closed_list(lines: tuple[str, ...]) -> list[str]:
    """Căn cứ as printed: each ends with ";", the last with "."."""
    last = len(lines) - 1
    return [text + (";" if place < last else ".") for place, text in enumerate(lines)]


def numbered(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows with their "stt"."""
    return [{"stt": str(number), **row} for number, row in enumerate(rows, start=1)]
