"""Báo cáo of each period that a closed month completes, and the dự toán of a year."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime

from sqlmodel import Session

from models.payment import Benefit, Grant
from models.places import Commune
from rules.amounts import contribution_of
from rules.categories import labels
from rules.months import Month
from rules.papers import ActivityReport, BudgetNeed, BudgetRow
from rules.parameters import LawBook, LawGap, LawStatus, worst
from rules.workflow import Role
from services import documents, law, paper_heads, payment_papers, reports
from services.reports import Span
from services.store import get

RECIPIENTS = ("Như trên", "Phòng Văn hóa - Xã hội", "Lưu: VT, KT")
LEVEL_KEYS = ("NQ04.income.target", "BHYT.rate", "BHYT.base_salary")


def want_reports(session: Session, *, commune_id: int, month: Month, now: datetime) -> None:
    """Ask for the reports of the month and of every longer period that ends with it."""
    for span in reports.spans_ending(month):
        want_report(session, commune_id=commune_id, span=span, now=now)


def want_report(session: Session, *, commune_id: int, span: Span, now: datetime) -> None:
    """Ask for the report of one period, once."""
    documents.want(
        session,
        commune_id=commune_id,
        cycle_id=payment_papers.cycle_id_of(session, commune_id),
        kind="activity_report",
        subject=report_subject(commune_id, span),
        title=f"Báo cáo {span.label}",
        file_name=f"bao-cao-{span.code}.docx",
        data=asdict(report(session, commune_id, span, on=now.date())),
        now=now,
    )


def report_subject(commune_id: int, span: Span) -> str:
    """ "report:3:2026-07_2026-09"."""
    return f"report:{commune_id}:{span.code}"


def report(session: Session, commune_id: int, span: Span, *, on: date) -> ActivityReport:
    """What the report of a period says."""
    commune = get(session, Commune, commune_id)
    book = law.book_for(session, commune_id)
    return ActivityReport(
        head=paper_heads.department(
            session, commune, Role.economy, kind="BC", recipients=RECIPIENTS, on=on, is_demo=commune.is_demo
        ),
        period=span.label,
        first_day=span.first_day,
        last_day=span.last_day,
        policy=paper_heads.legal_text(book, "NQ04.policy_name", span.last_day, ""),
        to=paper_heads.body_of(commune),
        figures=reports.figures(session, commune_id, span),
        by_village=reports.by_village(session, commune_id, span),
        by_group=reports.by_group(session, commune_id, span),
        by_month=reports.by_month(session, commune_id, span),
    )


def want_budget(session: Session, *, commune_id: int, year: int, now: datetime) -> None:
    """Ask for the dự toán of a year as things stand today; asked again on another day it is a paper of its own."""
    documents.want(
        session,
        commune_id=commune_id,
        cycle_id=payment_papers.cycle_id_of(session, commune_id),
        kind="budget_need",
        subject=f"budget:{commune_id}:{year}:{now.date().isoformat()}",
        title=f"Dự toán kinh phí năm {year}, tính đến ngày {now.date():%d/%m/%Y}",
        file_name=f"du-toan-{year}-{now.date().isoformat()}.docx",
        data=asdict(budget(session, commune_id, year, on=now.date())),
        now=now,
    )


def budget(session: Session, commune_id: int, year: int, *, on: date) -> BudgetNeed:
    """What a year will cost: who is supported now at today's amounts, and those the plan expects beyond them.

    Amounts of the year itself may be others: while a level of that year is not confirmed law the paper is marked.
    """
    commune = get(session, Commune, commune_id)
    book = law.book_for(session, commune_id)
    now = Month.of(on)
    income = reports.standing(session, commune_id, now)
    bhyt = reports.standing(session, commune_id, now, Benefit.BHYT)
    names = labels(book, on)
    return BudgetNeed(
        head=paper_heads.department(
            session,
            commune,
            Role.economy,
            kind="BC",
            recipients=RECIPIENTS,
            on=on,
            is_demo=commune.is_demo,
            is_assumed=not levels_confirmed(book, date(year, 1, 1)),
        ),
        year=year,
        to=paper_heads.body_of(commune),
        policy=paper_heads.legal_text(book, "NQ04.policy_name", on, ""),
        counted_on=on,
        plan_people=commune.plan_people,
        income=_rows(income, names),
        bhyt=_bhyt_rows(bhyt, book, on),
        expected=_expected(commune.plan_people, income),
    )


def _rows(grants: list[Grant], names: dict[str, str]) -> tuple[BudgetRow, ...]:
    found: dict[str, list[int]] = {}
    for grant in grants:
        found.setdefault(names.get(grant.category, grant.category), []).append(grant.monthly_amount)
    return tuple(_row(label, amounts) for label, amounts in sorted(found.items()))


def _row(label: str, amounts: list[int]) -> BudgetRow:
    return BudgetRow(label, len(amounts), sum(amounts), 12, sum(amounts) * 12)


def _bhyt_rows(grants: list[Grant], book: LawBook, on: date) -> tuple[BudgetRow, ...]:
    """By share; the contribution is that of the law today, or the grant's own while the law does not say."""
    found: dict[int, list[int]] = {}
    for grant in grants:
        try:
            amount = contribution_of(book, on, grant.bhyt_share)
        except LawGap:
            amount = grant.monthly_amount
        found.setdefault(grant.bhyt_share, []).append(amount)
    return tuple(_row(f"Hỗ trợ {share}% mức đóng", amounts) for share, amounts in sorted(found.items()))


def _expected(plan_people: int, income: list[Grant]) -> tuple[BudgetRow, ...]:
    """The plan's people who are not supported yet, at the average of those who are."""
    missing = plan_people - len(income)
    if missing <= 0 or not income:
        return ()
    average = round(sum(grant.monthly_amount for grant in income) / len(income))
    return (_row("Người dự kiến phát sinh theo kế hoạch (mức bình quân)", [average] * missing),)


def levels_confirmed(book: LawBook, on: date) -> bool:
    """Every level in force on the day is confirmed law, whatever its scope."""
    try:
        values = [value for key in LEVEL_KEYS for value in book.values_of(key) if value.holds(on)]
    except LawGap:
        return False
    known = {value.key for value in values}
    return known == set(LEVEL_KEYS) and worst(value.status for value in values) is LawStatus.CONFIRMED
