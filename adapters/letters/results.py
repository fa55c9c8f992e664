"""What follows a decision: the result to each thôn, the letter to a refused person, the end or change of support."""

from __future__ import annotations

from typing import Any

from adapters.letters.head import annex_reference, closed_list, figures, head_context, numbered
from adapters.letters.review import counted
from adapters.papers import PaperError
from rules.money import amount_in_words, format_dong
from rules.papers import ChangeDecision, ComplaintRule, RefusalLetter, Tally, VillageResult
from rules.papers.results import RESUME, STOP, SUSPEND


def village_context(paper: VillageResult) -> dict[str, Any]:
    """Return the values of the notice to one thôn."""
    if not paper.rows:
        raise PaperError("Thôn này không có người nào trong danh sách.")
    results: dict[str, int] = {}
    for row in sorted(paper.rows, key=lambda one: one.monthly_amount == 0):
        results[row.result] = results.get(row.result, 0) + 1
    return head_context(paper.head) | {
        "village": paper.village,
        "cycle_label": paper.cycle_label,
        "decision": paper.decision,
        "people": len(paper.rows),
        "results": counted(tuple(Tally(label, people) for label, people in results.items())),
        "rows": numbered(
            [
                {
                    "full_name": row.full_name,
                    "birth_year": row.birth_year,
                    "result": row.result,
                    "monthly": figures(row.monthly_amount) if row.monthly_amount else "",
                    "from_month": row.from_month,
                    "bhyt": row.bhyt,
                }
                for row in paper.rows
            ]
        ),
        "annex_reference": annex_reference("Thông báo", paper.head),
    }


def refusal_context(paper: RefusalLetter) -> dict[str, Any]:
    """Return the values of the letter to one person; raise `PaperError` when it gives no reason."""
    if not paper.reasons:
        raise PaperError("Văn bản trả lời phải nêu lý do.")
    return head_context(paper.head) | {
        "full_name": paper.full_name,
        "birth_year": paper.birth_year,
        "village": paper.village,
        "cycle_label": paper.cycle_label,
        "policy": paper.policy,
        "decision": paper.decision,
        "reasons": list(paper.reasons),
        "complaint_time": _complaint_time(paper.complaint),
        "complaint_handling": _complaint_handling(paper.complaint),
    }


def _complaint_time(rule: ComplaintRule) -> str:
    if rule.complain_days is None:
        return ""
    return f" trong thời hạn {rule.complain_days} ngày, kể từ ngày nhận được văn bản này hoặc biết được quyết định"


def _complaint_handling(rule: ComplaintRule) -> str:
    """The deadlines that are known, in one sentence; empty when none is."""
    parts = []
    if rule.accept_days is not None:
        parts.append(f"được thụ lý trong {rule.accept_days} ngày kể từ ngày nhận đơn")
    if rule.settle_days is not None:
        parts.append(f"giải quyết lần đầu không quá {rule.settle_days} ngày kể từ ngày thụ lý")
    if rule.complex_days is not None:
        parts.append(f"vụ việc phức tạp không quá {rule.complex_days} ngày")
    return f"Khiếu nại {', '.join(parts)}." if parts else ""


def change_context(paper: ChangeDecision) -> dict[str, Any]:
    """Return the values of a change decision; raise `PaperError` for nobody or a negative amount."""
    if not paper.rows:
        raise PaperError("Quyết định không có người nào trong danh sách.")
    if any(min(row.before, row.after) < 0 for row in paper.rows):
        raise PaperError("Mức hỗ trợ không được âm.")
    ends, rests = paper.kind == STOP, paper.kind == SUSPEND
    before, after = sum(row.before for row in paper.rows), sum(row.after for row in paper.rows)
    return head_context(paper.head) | {
        "kind": paper.kind,
        "kind_begins": paper.kind[:1].upper() + paper.kind[1:],
        "authority_title": paper.authority_title.upper(),
        "legal_bases": closed_list(paper.bases),
        "policy": paper.policy,
        "people": len(paper.rows),
        "ends": ends,
        "rests": rests,
        "resumes": paper.kind == RESUME,
        "support": "hỗ trợ hằng tháng" if before or not ends else "hỗ trợ đóng bảo hiểm y tế",
        "before": before,
        "before_total": format_dong(before),
        "before_words": f"(bằng chữ: {amount_in_words(before)})",
        "before_figures": figures(before),
        "after_total": format_dong(after),
        "after_words": f"(bằng chữ: {amount_in_words(after)})",
        "after_figures": figures(after),
        "rows": numbered(
            [
                {
                    "full_name": row.full_name,
                    "birth_year": row.birth_year,
                    "village": row.village,
                    "before": figures(row.before),
                    "after": figures(row.after),
                    "from_month": row.from_month,
                    "reason": row.reason,
                    "basis": row.basis,
                }
                for row in paper.rows
            ]
        ),
        "annex_reference": annex_reference("Quyết định", paper.head),
        "audit_head": paper.audit_head,
    }
