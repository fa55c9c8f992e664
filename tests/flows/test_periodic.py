"""Renewals, reports and the dự toán: each flow does what the records say is due, and a second knock finds nothing."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlmodel import Session, col, select

from cli.periodic import run_periodic
from flows.budget import budget_need
from flows.insurance import insurance_renewals
from flows.reports import reports
from models.documents import Document
from models.insurance import Registration
from models.notices import Mail
from models.payment import Benefit
from models.runs import Run
from rules.workflow import RunOutcome, Step
from services.insurance import STEP, mark_sent
from tasks import session
from tests.services.money import HALF_A_MILLION, Desk, moment, open_desk
from tests.services.test_insurance import batch_of, card, take

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("house")]


def settled(opened: Session) -> Desk:
    """One person with income support and a card until the end of January 2027."""
    desk = open_desk(opened, reach=Step.insurance)
    desk.know("BHYT.base_salary", 2_340_000)
    desk.know("BHYT.island_card_residents", "KHONG")
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    desk.decide({person.key: 105_300}, benefit=Benefit.BHYT)
    now = moment("2026-07")
    STEP.work(opened, desk.office.cycle, STEP.pending(opened, desk.office.cycle, now), now)
    mark_sent(opened, batch_id=batch_of(desk).key, actor=desk.first, now=moment("2026-07", 13))
    take(desk, card(person))
    desk.run_month("2026-07")
    return desk


def documents(kind: str) -> list[str]:
    with session.transaction(write=False) as opened:
        return list(opened.exec(select(Document.subject).where(Document.kind == kind).order_by(col(Document.id))))


def ended(flow: str) -> list[str]:
    with session.transaction(write=False) as opened:
        return list(opened.exec(select(Run.outcome).where(Run.flow == flow)))


def test_cards_are_renewed_once_and_the_office_hears_of_it_once_a_month(house: list[datetime]) -> None:
    with session.transaction() as opened:
        settled(opened)
    house[0] = moment("2026-12", 1)
    assert "0 đơn vị, báo 0 thư" in insurance_renewals()
    house[0] = moment("2027-01", 4)
    assert "1 đơn vị" in insurance_renewals()
    assert "0 đơn vị, báo 0 thư" in insurance_renewals()
    with session.transaction(write=False) as opened:
        rows = opened.exec(select(Registration).order_by(col(Registration.id))).all()
        assert [(row.from_month, row.state) for row in rows] == [("2026-07", "CARD"), ("2027-02", "PLANNED")]
    assert ended("insurance-renewals") == [RunOutcome.DONE]


def test_a_card_that_could_not_be_renewed_is_told_with_the_last_good_day(house: list[datetime]) -> None:
    with session.transaction() as opened:
        desk = settled(opened)
        desk.know("BHYT.island_card_residents", "CO", moment("2027-01").date())
    house[0] = moment("2027-02", 20)
    insurance_renewals()
    with session.transaction(write=False) as opened:
        mails = opened.exec(select(Mail).where(Mail.template == "cards_ending")).all()
        assert {mail.context["counts"]["gaps"] for mail in mails} == {1}
        assert {mail.context["due_on"] for mail in mails} == {"2027-04-30"}


def test_the_reports_and_the_need_are_made_once_also_by_hand(house: list[datetime]) -> None:
    with session.transaction() as opened:
        desk = settled(opened)
        desk.run_month("2026-08")
        commune_id = desk.commune_id
        for paper in opened.exec(select(Document).where(Document.kind == "activity_report")):
            opened.delete(paper)
    house[0] = moment("2026-09", 2)
    assert "Lập 2 báo cáo của 1 đơn vị" in reports()
    assert reports() == "Không còn báo cáo nào chưa lập"
    assert documents("activity_report") == [f"report:{commune_id}:2026-07", f"report:{commune_id}:2026-08"]
    assert "1 đơn vị" in budget_need()
    assert budget_need() == "Chưa đến kỳ lập dự toán"
    assert documents("budget_sheet") == [f"budget:{commune_id}:2027:2026-09-02"]
    assert run_periodic("operator") == "Gia hạn thẻ: 0 đơn vị · Báo cáo: 0 · Dự toán: 0 · Báo về thẻ: 0 thư"
    with session.transaction(write=False) as opened:
        assert set(opened.exec(select(Document.state).where(col(Document.kind).startswith("budget")))) == {"WRITTEN"}
