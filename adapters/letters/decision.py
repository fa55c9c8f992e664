"""The chairman's quyết định with its annexed list. Layout and order by NĐ 30/2020/NĐ-CP, mẫu 1.2.

Totals are computed from the rows, so the figures in Điều 1, the words and the annex can never disagree.
"""

from __future__ import annotations

from typing import Any

from adapters.letters.head import annex_reference, closed_list, figures, head_context, numbered
from adapters.papers import PaperError
from rules.money import amount_in_words, format_dong
from rules.papers import DecisionPaper, DecisionRow


def decision_context(paper: DecisionPaper) -> dict[str, Any]:
    """Return the values of the decision; raise `PaperError` when what it says does not hold together."""
    _check(paper)
    total = sum(row.monthly_amount for row in paper.rows)
    return head_context(paper.head) | {
        "subject": paper.subject,
        "authority_title": paper.authority_title.upper(),
        "legal_bases": closed_list(paper.bases),
        "people": str(len(paper.rows)),
        "bhyt_people": str(sum(bool(row.bhyt) for row in paper.rows)),
        "cycle_label": paper.cycle_label,
        "policy": paper.policy,
        "total": format_dong(total),
        "total_figures": figures(total),
        "total_in_words": amount_in_words(total),
        "rows": numbered([_row(row) for row in paper.rows]),
        "annex_reference": annex_reference("Quyết định", paper.head),
        "audit_head": paper.audit_head,
    }


def _check(paper: DecisionPaper) -> None:
    if not paper.rows:
        raise PaperError("Quyết định không có người nào trong danh sách.")
    if not paper.bases:
        raise PaperError("Quyết định thiếu căn cứ ban hành.")
    if any(row.monthly_amount < 0 for row in paper.rows):
        raise PaperError("Mức hỗ trợ không được âm.")
    if paper.head.number is not None and not (paper.head.authority_lines and paper.head.signer_name):
        raise PaperError("Quyết định đã có số phải có người ký.")


def _row(row: DecisionRow) -> dict[str, str]:
    return {
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
