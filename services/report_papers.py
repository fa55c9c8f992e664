"""Báo cáo of each period that a closed month completes."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime

from sqlmodel import Session

from models.places import Commune
from rules.months import Month
from rules.papers import ActivityReport
from services import documents, law, paper_heads, payment_papers, reports
from services.reports import Span
from services.store import get

RECIPIENTS = ("Như trên", "Phòng Văn hóa - Xã hội", "Lưu: VT, KT")


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
        head=paper_heads.department(session, commune, kind="BC", recipients=RECIPIENTS, on=on, is_demo=commune.is_demo),
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
