"""The papers of a year's dự toán: the báo cáo and the workbook that goes up with it, both from one need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.documents import Document
from models.payment import Benefit, Grant
from models.places import Commune
from rules.papers import BudgetNeed, BudgetRow
from rules.parameters import LawGap
from services import documents, law, paper_heads, payment_papers
from services.budget_need import Group, Need, need
from services.report_papers import RECIPIENTS
from services.store import get

DAY_KEY = "OFFICE.budget_need_day"


def want(session: Session, *, commune_id: int, year: int, now: datetime) -> Document:
    """Ask for the dự toán of a year as things stand today: the báo cáo, and the workbook that goes up with it."""
    found = need(session, commune_id, year, on=now.date())
    _want_letter(session, found, now=now, commune_id=commune_id)
    return documents.want(
        session,
        commune_id=commune_id,
        cycle_id=payment_papers.cycle_id_of(session, commune_id),
        kind="budget_sheet",
        subject=_subject(commune_id, year) + now.date().isoformat(),
        title=f"Bảng dự toán kinh phí năm {year} theo tháng, theo thôn, tính đến ngày {now.date():%d/%m/%Y}",
        file_name=f"bang-du-toan-{year}-{now.date().isoformat()}.xlsx",
        data=asdict(found),
        now=now,
    )


def want_due(session: Session, *, commune_id: int, now: datetime) -> int:
    """Ask for next year's dự toán when it is to be made now; returns 1 when it was."""
    year = is_due(session, commune_id, on=now.date())
    if year is not None:
        want(session, commune_id=commune_id, year=year, now=now)
    return int(year is not None)


def is_due(session: Session, commune_id: int, *, on: date) -> int | None:
    """The year whose dự toán is to be made now: next year's, from the office's day on, once; else None."""
    try:
        day = str(law.book_for(session, commune_id).get(DAY_KEY, on=on).value)
    except LawGap:
        return None
    year = on.year + 1
    somebody = session.exec(select(Grant.id).where(Grant.commune_id == commune_id).limit(1)).first()
    if on.isoformat()[5:] < day or somebody is None or newest(session, commune_id, year) is not None:
        return None
    return year


def newest(session: Session, commune_id: int, year: int) -> Document | None:
    """The newest workbook of a year's dự toán."""
    query = select(Document).where(Document.kind == "budget_sheet", Document.commune_id == commune_id)
    query = query.where(col(Document.subject).startswith(_subject(commune_id, year)))
    return session.exec(query.order_by(col(Document.id).desc())).first()


def _subject(commune_id: int, year: int) -> str:
    return f"budget:{commune_id}:{year}:"


def _want_letter(session: Session, found: Need, *, commune_id: int, now: datetime) -> None:
    documents.want(
        session,
        commune_id=commune_id,
        cycle_id=payment_papers.cycle_id_of(session, commune_id),
        kind="budget_need",
        subject=_subject(commune_id, found.year) + found.counted_on.isoformat(),
        title=f"Dự toán kinh phí năm {found.year}, tính đến ngày {found.counted_on:%d/%m/%Y}",
        file_name=f"du-toan-{found.year}-{found.counted_on.isoformat()}.docx",
        data=asdict(letter(session, commune_id, found)),
        now=now,
    )


def letter(session: Session, commune_id: int, found: Need) -> BudgetNeed:
    """The báo cáo over a need: its sums are those of the workbook, and beside them those whom the plan expects.

    While a level of that year is not confirmed law the paper is marked.
    """
    commune = get(session, Commune, commune_id)
    on = found.counted_on
    income = tuple(_row(group) for group in found.groups if group.benefit == Benefit.INCOME)
    return BudgetNeed(
        head=paper_heads.department(
            session,
            commune,
            kind="BC",
            recipients=RECIPIENTS,
            on=on,
            is_demo=commune.is_demo,
            is_assumed=found.is_assumed,
        ),
        year=found.year,
        to=paper_heads.body_of(commune),
        policy=paper_heads.legal_text(law.book_for(session, commune_id), "NQ04.policy_name", on, ""),
        counted_on=on,
        plan_people=commune.plan_people,
        income=income,
        bhyt=tuple(_row(group) for group in found.groups if group.benefit == Benefit.BHYT),
        expected=_expected(commune.plan_people, income),
    )


def _row(group: Group) -> BudgetRow:
    return BudgetRow(group.label, group.people, group.months, group.amount)


def _expected(plan_people: int, income: Sequence[BudgetRow]) -> tuple[BudgetRow, ...]:
    """The plan's people who are not supported yet, all year at the average of a month of those who are."""
    missing = plan_people - sum(row.people for row in income)
    months, amount = sum(row.months for row in income), sum(row.yearly for row in income)
    if missing <= 0 or not months:
        return ()
    label = "Người dự kiến phát sinh theo kế hoạch (mức bình quân)"
    return (BudgetRow(label, missing, missing * 12, missing * 12 * round(amount / months)),)
