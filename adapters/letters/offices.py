"""What goes to other offices: BHXH with the D03-TS, the reports and the budget."""

from __future__ import annotations

from typing import Any

from adapters.letters.head import head_context
from adapters.letters.public import spoken
from adapters.letters.review import tallies
from adapters.papers import PaperError
from rules.money import amount_in_words, format_dong
from rules.papers import InsuranceLetter


def insurance_context(paper: InsuranceLetter) -> dict[str, Any]:
    """Return the values of the công văn to BHXH; raise `PaperError` when nobody is registered."""
    people = sum(row.people for row in paper.by_period)
    total = sum(row.amount for row in paper.by_period)
    if not people:
        raise PaperError("Không có người nào đề nghị cấp thẻ.")
    return head_context(paper.head) | {
        "to": spoken(paper.to),
        "cycle_label": paper.cycle_label,
        "policy": paper.policy,
        "batch": paper.batch,
        "file_name": paper.file_name,
        "people": people,
        "total": format_dong(total),
        "total_figures": format_dong(total).removesuffix(" đồng"),
        "total_in_words": amount_in_words(total),
        "periods": tallies(paper.by_period),
        "card_days": "" if paper.card_days is None else str(paper.card_days),
    }
