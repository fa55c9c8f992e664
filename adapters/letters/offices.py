"""What goes to other offices: BHXH with the D03-TS, the reports and the budget."""

from __future__ import annotations

from typing import Any

from adapters.letters.head import figures, head_context, numbered
from adapters.letters.public import spoken
from adapters.letters.review import counted, tallies
from adapters.papers import PaperError
from rules.money import amount_in_words, format_dong
from rules.papers import ActivityReport, BudgetNeed, BudgetRow, InsuranceLetter
from rules.papers.citation import long_date


def insurance_context(paper: InsuranceLetter) -> dict[str, Any]:
    """Return the values of the công văn to BHXH; raise `PaperError` when nobody is registered nor taken off."""
    people = sum(row.people for row in paper.by_period)
    total = sum(row.amount for row in paper.by_period)
    leaving, given_back = sum(row.people for row in paper.leaving), sum(row.amount for row in paper.leaving)
    if not people + leaving:
        raise PaperError("Không có người nào đề nghị cấp thẻ hoặc báo giảm.")
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
        "leaving": leaving,
        "leaving_reasons": counted(paper.leaving),
        "given_back": format_dong(given_back),
        "given_back_in_words": amount_in_words(given_back),
        "card_days": "" if paper.card_days is None else str(paper.card_days),
    }


def report_context(paper: ActivityReport) -> dict[str, Any]:
    """Return the values of a báo cáo: tables of counts, and room for what no record knows."""
    return head_context(paper.head) | {
        "period": paper.period,
        "to": paper.to,
        "policy": paper.policy,
        "first_day": long_date(paper.first_day),
        "last_day": long_date(paper.last_day),
        "rows": numbered(
            [{"label": row.label, "unit": row.unit, "value": figures(row.value)} for row in paper.figures]
        ),
        "villages": tallies(paper.by_village),
        "groups": tallies(paper.by_group),
        "months": tallies(paper.by_month),
        "village_people": figures(sum(row.people for row in paper.by_village)),
        "village_total": figures(sum(row.amount for row in paper.by_village)),
        "group_people": figures(sum(row.people for row in paper.by_group)),
        "group_total": figures(sum(row.amount for row in paper.by_group)),
        "month_people": figures(sum(row.people for row in paper.by_month)),
        "month_total": figures(sum(row.amount for row in paper.by_month)),
        "paid_in_words": amount_in_words(sum(row.amount for row in paper.by_month)),
    }


def budget_context(paper: BudgetNeed) -> dict[str, Any]:
    """Return the values of the dự toán; raise `PaperError` on more months than people have."""
    parts = (paper.income, paper.bhyt, paper.expected)
    if any(row.months > 12 * row.people for rows in parts for row in rows):
        raise PaperError("Dự toán có dòng nhiều tháng hưởng hơn số người.")
    income, bhyt, expected = (sum(row.yearly for row in rows) for rows in parts)
    total = income + bhyt + expected
    return head_context(paper.head) | {
        "year": str(paper.year),
        "to": paper.to,
        "policy": paper.policy,
        "counted_on": long_date(paper.counted_on),
        "plan_people": figures(paper.plan_people),
        "income_rows": _budget_rows(paper.income),
        "bhyt_rows": _budget_rows(paper.bhyt),
        "expected_rows": _budget_rows(paper.expected),
        "income_people": figures(sum(row.people for row in paper.income)),
        "income_total": format_dong(income),
        "bhyt_people": figures(sum(row.people for row in paper.bhyt)),
        "bhyt_total": format_dong(bhyt),
        "expected_total": format_dong(expected),
        "expected_people": figures(sum(row.people for row in paper.expected)),
        "total": format_dong(total),
        "total_in_words": amount_in_words(total),
        "income_months": figures(sum(row.months for row in paper.income)),
        "bhyt_months": figures(sum(row.months for row in paper.bhyt)),
        "expected_months": figures(sum(row.months for row in paper.expected)),
        "income_figures": figures(income),
        "bhyt_figures": figures(bhyt),
        "expected_figures": figures(expected),
    }


def _budget_rows(rows: tuple[BudgetRow, ...]) -> list[dict[str, str]]:
    return numbered(
        [
            {
                "label": row.label,
                "people": figures(row.people),
                "months": figures(row.months),
                "yearly": figures(row.yearly),
            }
            for row in rows
        ]
    )
