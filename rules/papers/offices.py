"""What the papers to other offices say: BHXH, the reports, the budget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rules.papers.head import Head, Tally


@dataclass(frozen=True)
class InsuranceLetter:
    """Công văn to BHXH with the D03-TS: who is to get a card, who is taken off, or both. Đồng for the whole period."""

    head: Head
    cycle_label: str
    policy: str
    to: str
    batch: int
    by_period: tuple[Tally, ...]
    """By period of use ("12 tháng, từ 08/2026"); empty where the D03-TS has decreases only."""
    file_name: str
    card_days: int | None
    leaving: tuple[Tally, ...] = ()
    """Who is taken off, by reason ("Chết"); the đồng of the months that are left."""


@dataclass(frozen=True)
class Figure:
    """One line of a report: what is counted, in what, how many."""

    label: str
    unit: str
    value: int


@dataclass(frozen=True)
class ActivityReport:
    """Báo cáo of a month, a quarter, half a year or a year; every figure comes from the records."""

    head: Head
    period: str
    first_day: date
    last_day: date
    policy: str
    to: str
    figures: tuple[Figure, ...]
    by_village: tuple[Tally, ...]
    by_group: tuple[Tally, ...]
    by_month: tuple[Tally, ...]


@dataclass(frozen=True)
class BudgetRow:
    """One group in the budget of a year: people of today, person-months of the year, đồng of the year."""

    label: str
    people: int
    months: int
    yearly: int


@dataclass(frozen=True)
class BudgetNeed:
    """Dự toán kinh phí of a year: who is supported now, carried through the year, and the people the plan expects."""

    head: Head
    year: int
    to: str
    policy: str
    counted_on: date
    plan_people: int
    income: tuple[BudgetRow, ...]
    bhyt: tuple[BudgetRow, ...]
    expected: tuple[BudgetRow, ...]
    """What the plan expects beyond those who are supported now."""
