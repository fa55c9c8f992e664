"""Tờ trình and biên bản: what the office found, put before the chairman and signed by two departments."""

from __future__ import annotations

from typing import Any

from adapters.letters.head import annex_reference, closed_list, figures, head_context, numbered
from adapters.papers import PaperError
from rules.money import amount_in_words, format_dong
from rules.papers import MinutesPaper, ReviewedRow, SubmissionLetter, Tally
from rules.papers.citation import long_date


def submission_context(paper: SubmissionLetter) -> dict[str, Any]:
    """Return the values of the tờ trình; raise `PaperError` when it proposes nothing at all."""
    people = sum(row.people for row in paper.supported)
    monthly = sum(row.amount for row in paper.supported)
    if not people and not paper.refused:
        raise PaperError("Tờ trình không có người nào.")
    if people != sum(row.people for row in paper.by_village):
        raise PaperError("Số người theo nhóm và theo thôn của tờ trình không bằng nhau.")
    posted = paper.posted_from is not None and paper.posted_to is not None
    return head_context(paper.head) | {
        "to": paper.to,
        "legal_bases": closed_list(paper.bases),
        "cycle_label": paper.cycle_label,
        "policy": paper.policy,
        "reviewed": paper.reviewed,
        "people": people,
        "refused": paper.refused,
        "aside": paper.aside,
        "bhyt_people": paper.bhyt_people,
        "health_people": paper.health_people,
        "matches": paper.matches,
        "total": format_dong(monthly),
        "total_figures": figures(monthly),
        "total_in_words": amount_in_words(monthly),
        "groups": tallies(paper.supported),
        "villages": tallies(paper.by_village),
        "changes": counted(paper.changes),
        "stopped": counted(paper.stopped),
        "before": paper.before,
        "minutes_on": long_date(paper.minutes_on) if paper.minutes_on else "",
        "posted": posted,
        "posted_from": long_date(paper.posted_from) if paper.posted_from else "",
        "posted_to": long_date(paper.posted_to) if paper.posted_to else "",
        "posted_at": paper.posted_at,
        "opinions": paper.opinions,
        "opinions_open": paper.opinions_open,
    }


def minutes_context(paper: MinutesPaper) -> dict[str, Any]:
    """Return the values of the biên bản; raise `PaperError` when nobody was reviewed."""
    if not paper.rows:
        raise PaperError("Biên bản không có người nào trong danh sách.")
    supported = [row for row in paper.rows if row.monthly_amount]
    total = sum(row.monthly_amount for row in paper.rows)
    results: dict[str, int] = {}
    for row in sorted(paper.rows, key=lambda one: one.monthly_amount == 0):
        results[row.result] = results.get(row.result, 0) + 1
    return head_context(paper.head) | {
        "cycle_label": paper.cycle_label,
        "policy": paper.policy,
        "held_on": long_date(paper.held_on),
        "held_at": paper.place,
        "reviewed": len(paper.rows),
        "results": counted(tuple(Tally(label, people) for label, people in results.items())),
        "people": len(supported),
        "total": format_dong(total),
        "total_figures": figures(total),
        "total_in_words": amount_in_words(total),
        "matches": counted(paper.matches),
        "health": counted(paper.health),
        "conclusion": paper.conclusion,
        "left_department": paper.departments[0].upper(),
        "right_department": paper.departments[1].upper(),
        "departments": list(paper.departments),
        "rows": numbered([_reviewed(row) for row in paper.rows]),
        "annex_reference": annex_reference("Biên bản", paper.head),
    }


def _reviewed(row: ReviewedRow) -> dict[str, str]:
    return {
        "full_name": row.full_name,
        "birth_year": row.birth_year,
        "village": row.village,
        "household_status": row.household_status,
        "group": row.group,
        "result": row.result,
        "monthly": figures(row.monthly_amount) if row.monthly_amount else "",
        "reason": row.reason,
    }


def tallies(rows: tuple[Tally, ...]) -> list[dict[str, str]]:
    """Rows of a table of counts: "stt", "label", "people", "amount" without unit."""
    return numbered(
        [{"label": row.label, "people": figures(row.people), "amount": figures(row.amount)} for row in rows]
    )


def counted(rows: tuple[Tally, ...]) -> str:
    """ "mới 5 người, giữ nguyên 2 người"; empty when there is nobody."""
    said = [f"{row.label[:1].lower()}{row.label[1:]} {figures(row.people)} người" for row in rows if row.people]
    return ", ".join(said)
