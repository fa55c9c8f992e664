"""The chairman's quyết định with its annexed list: what it says, as plain values, checked before it is printed.

Layout and order by NĐ 30/2020/NĐ-CP, mẫu 1.2 (quyết định quy định trực tiếp). Totals are computed from the rows, so
the figures in Điều 1, the words and the annex can never disagree.
"""

from __future__ import annotations

from typing import Any

from adapters.letters.head import closed_list, date_line, figures, mark, number_line, two_digits
from adapters.papers import DOCUMENTS, PaperError, fill_docx
from rules.authority import AuthorityError, check_lines
from rules.money import amount_in_words, format_dong
from rules.papers import DecisionPaper, DecisionRow

TEMPLATE = DOCUMENTS / "quyet_dinh_phe_duyet.docx"


def write_decision(paper: DecisionPaper) -> bytes:
    """Return the .docx of the decision; raise `PaperError` when what it says does not hold together."""
    _check(paper)
    return fill_docx(TEMPLATE, decision_context(paper))


def decision_context(paper: DecisionPaper) -> dict[str, Any]:
    """Return the values the Word template takes, every one of them text or a list of texts as printed."""
    total = sum(row.monthly_amount for row in paper.rows)
    return {
        "issuer_lines": list(paper.issuer_lines),
        "number_line": number_line(paper.number, paper.symbol),
        "date_line": date_line(paper.place, paper.issued_on),
        "subject": paper.subject,
        "authority_title": paper.authority_title.upper(),
        "legal_bases": closed_list(paper.legal_bases),
        "people": str(len(paper.rows)),
        "bhyt_people": str(sum(bool(row.bhyt) for row in paper.rows)),
        "cycle_label": paper.cycle_label,
        "policy": paper.policy,
        "total": format_dong(total),
        "total_figures": figures(total),
        "total_in_words": amount_in_words(total),
        "rows": [_row_context(number, row) for number, row in enumerate(paper.rows, start=1)],
        "recipients": list(paper.recipients),
        "authority_lines": list(paper.authority_lines),
        "signer_name": paper.signer_name,
        "annex_reference": _annex_reference(paper),
        "mark": mark(is_demo=paper.is_demo, is_assumed=paper.is_assumed),
        "audit_head": paper.audit_head,
    }


def _check(paper: DecisionPaper) -> None:
    if not paper.rows:
        raise PaperError("Quyết định không có người nào trong danh sách.")
    if not paper.legal_bases:
        raise PaperError("Quyết định thiếu căn cứ ban hành.")
    if (paper.number is None) != (paper.issued_on is None):
        raise PaperError("Số và ngày của quyết định phải cùng có hoặc cùng để trống.")
    if any(row.monthly_amount < 0 for row in paper.rows):
        raise PaperError("Mức hỗ trợ không được âm.")
    _check_signing(paper)


def _check_signing(paper: DecisionPaper) -> None:
    if paper.number is not None and not (paper.authority_lines and paper.signer_name):
        raise PaperError("Quyết định đã có số phải có người ký.")
    if paper.number is not None and paper.is_assumed and not paper.is_demo:
        raise PaperError("Không phát hành quyết định khi tham số pháp luật chưa đối chiếu.")
    if paper.authority_lines:
        try:
            check_lines(paper.issuer, paper.authority_lines)
        except AuthorityError as error:
            raise PaperError(str(error)) from error


def _row_context(number: int, row: DecisionRow) -> dict[str, str]:
    return {
        "stt": str(number),
        "full_name": row.full_name,
        "birth_year": row.birth_year,
        "village": row.village,
        "household_status": row.household_status,
        "group": row.group,
        "monthly": figures(row.monthly_amount),
        "from_month": row.from_month,
        "bhyt": row.bhyt,
        "note": row.note,
    }


def _annex_reference(paper: DecisionPaper) -> str:
    body = " ".join(paper.authority_title.split())
    day = f"{paper.issued_on:%d/%m/%Y}" if paper.issued_on else "     /     /       "
    return f"(Kèm theo Quyết định số {two_digits(paper.number)}/{paper.symbol} ngày {day} của {body})"
