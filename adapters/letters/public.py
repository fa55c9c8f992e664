"""What leaves the review for the public and for the health station: no diagnosis, no number, never more than needed."""

from __future__ import annotations

import re
from typing import Any

from adapters.letters.head import annex_reference, figures, head_context, numbered
from adapters.papers import PaperError
from rules.papers import Broadcast, HealthReferral, PostingNotice
from rules.papers.citation import long_date

_QUARTERS = ("một", "hai", "ba", "bốn")
_YEARS = re.compile(r"\b(\d{4})\s*[-–]\s*(\d{4})\b")


def posting_context(paper: PostingNotice) -> dict[str, Any]:
    """Return the values of the notice and its public list."""
    if not paper.rows:
        raise PaperError("Không có người nào để niêm yết.")
    if paper.ends_on < paper.starts_on:
        raise PaperError("Thời gian niêm yết không hợp lệ.")
    return head_context(paper.head) | {
        "cycle_label": paper.cycle_label,
        "policy": paper.policy,
        "starts_on": long_date(paper.starts_on),
        "ends_on": long_date(paper.ends_on),
        "posted_at": paper.posted_at,
        "offices": " hoặc ".join(paper.offices),
        "people": len(paper.rows),
        "rows": numbered(
            [
                {
                    "full_name": row.full_name,
                    "birth_year": row.birth_year,
                    "village": row.village,
                    "household_status": row.household_status,
                    "monthly": figures(row.monthly_amount),
                }
                for row in paper.rows
            ]
        ),
        "annex_reference": annex_reference("Thông báo", paper.head),
    }


def broadcast_context(paper: Broadcast) -> dict[str, Any]:
    """Return the values of the text that is read aloud: words that can be spoken, no abbreviation."""
    return {
        "commune": paper.commune,
        "quarter": f"quý {_QUARTERS[paper.quarter - 1]} năm {paper.year}",
        "policy": _YEARS.sub(r"\1 đến \2", paper.policy),
        "starts_on": long_date(paper.starts_on),
        "ends_on": long_date(paper.ends_on),
        "posted_at": spoken(paper.posted_at),
        "offices": " hoặc ".join(spoken(office) for office in paper.offices),
        "is_demo": paper.is_demo,
    }


def referral_context(paper: HealthReferral) -> dict[str, Any]:
    """Return the values of the phiếu chuyển and its list."""
    if not paper.rows:
        raise PaperError("Không có người nào để chuyển Trạm Y tế.")
    return head_context(paper.head) | {
        "cycle_label": paper.cycle_label,
        "policy": paper.policy,
        "due_on": long_date(paper.due_on),
        "people": len(paper.rows),
        "rows": numbered(
            [
                {"full_name": row.full_name, "birth": row.birth, "sex": row.sex, "village": row.village}
                for row in paper.rows
            ]
        ),
        "annex_reference": annex_reference("Phiếu chuyển", paper.head),
    }


_SPOKEN = {
    "UBND": "Ủy ban nhân dân",
    "HĐND": "Hội đồng nhân dân",
    "MTTQ": "Mặt trận Tổ quốc",
    "BHYT": "bảo hiểm y tế",
    "BHXH": "Bảo hiểm xã hội",
    "VH-XH": "Văn hóa - Xã hội",
}


def spoken(text: str) -> str:
    """The text with the office's abbreviations spoken out."""
    for short, long in _SPOKEN.items():
        text = re.sub(rf"\b{short}\b", long, text)
    return text
