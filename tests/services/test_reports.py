"""Báo cáo and dự toán: every figure is what the records hold, and a closed month asks for the reports it completes."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import Session, col, select

from adapters.letters import FORMS, write_letter
from adapters.papers import docx_text
from models.documents import Document
from models.people import PayMethodKind
from rules.months import Month
from rules.workflow import StopReason
from services import reports
from services.changes import record_event
from services.payment_build import lists_of
from services.reports import Span, spans_ending
from tests.services.money import HALF_A_MILLION, Desk, moment, open_desk

QUARTER = Span(Month(2026, 7), Month(2026, 9))


@pytest.fixture
def desk(session: Session) -> Desk:
    """Three people paid for a quarter; one died in July, so two are paid to the end."""
    desk = open_desk(session)
    people = [desk.person(), desk.person(PayMethodKind.CASH, village=1), desk.person()]
    desk.decide({person.key: HALF_A_MILLION for person in people})
    desk.run_month("2026-07")
    record_event(
        session,
        person_id=people[0].key,
        reason=StopReason.DEATH,
        happened_on=date(2026, 7, 20),
        note="",
        actor=desk.first,
        now=moment("2026-07", 21),
    )
    desk.run_month("2026-08")
    desk.run_month("2026-09")
    return desk


def test_the_figures_are_those_of_the_records(desk: Desk) -> None:
    found = {row.label: row.value for row in reports.figures(desk.session, desk.commune_id, QUARTER)}
    assert found["Người đang hưởng hỗ trợ hằng tháng cuối kỳ"] == 2
    assert found["Người thôi hưởng trong kỳ"] == 1
    assert found["- Chết"] == 1
    assert found["Khoản đã chi trả thành công"] == 7
    assert found["Số tiền đã chi trả"] == 7 * HALF_A_MILLION


def test_every_breakdown_adds_up_to_the_money_paid(desk: Desk) -> None:
    given = (desk.session, desk.commune_id, QUARTER)
    total = 7 * HALF_A_MILLION
    assert sum(row.amount for row in reports.by_month(*given)) == total
    assert sum(row.amount for row in reports.by_village(*given)) == total
    assert sum(row.people for row in reports.by_village(*given)) == 2
    assert sum(row.people for row in reports.by_group(*given)) == 2


def test_what_came_back_after_its_month_was_closed_is_not_reported_as_paid(desk: Desk) -> None:
    september = lists_of(desk.session, desk.commune_id)[-1]
    desk.say_late(september, desk.transfers(september)[0], paid=False)
    given = (desk.session, desk.commune_id, QUARTER)
    found = {row.label: row.value for row in reports.figures(*given)}
    assert (found["Số tiền đã chi trả"], found["Khoản bị trả lại"]) == (6 * HALF_A_MILLION, 1)
    for breakdown in (reports.by_month, reports.by_village):
        assert sum(row.amount for row in breakdown(*given)) == 6 * HALF_A_MILLION


def test_a_closed_month_asks_for_its_report_and_the_last_of_a_quarter_for_the_quarter(desk: Desk) -> None:
    query = select(Document).where(Document.kind == "activity_report").order_by(col(Document.id))
    papers = desk.session.exec(query).all()
    assert [paper.subject.split(":")[2] for paper in papers] == ["2026-07", "2026-08", "2026-09", "2026-07_2026-09"]
    text = docx_text(write_letter(FORMS["activity_report"], papers[-1].data))
    assert "Kết quả thực hiện chính sách hỗ trợ quý III/2026" in text
    assert "3.500.000" in text
    assert "Ba triệu năm trăm nghìn đồng" in text


def test_the_periods_that_a_month_completes() -> None:
    assert [span.label for span in spans_ending(Month(2026, 5))] == ["tháng 05/2026"]
    assert [span.label for span in spans_ending(Month(2026, 6))][1:] == ["quý II/2026", "6 tháng đầu năm 2026"]
    assert [span.label for span in spans_ending(Month(2026, 12))][1:] == [
        "quý IV/2026",
        "6 tháng cuối năm 2026",
        "năm 2026",
    ]
