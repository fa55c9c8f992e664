"""Reports that no closing asked for are found and made once; a period with open payments waits."""

from __future__ import annotations

from datetime import date

from sqlmodel import col, select

from models.documents import Document
from services import reports_due
from tests.services.money import HALF_A_MILLION, Desk, moment


def made(desk: Desk) -> list[str]:
    query = select(Document.subject).where(Document.kind == "activity_report").order_by(col(Document.id))
    return [subject.split(":")[2] for subject in desk.session.exec(query)]


def test_a_quarter_without_any_payment_is_reported_all_the_same_and_once(desk: Desk) -> None:
    now = moment("2026-10", 6)
    assert reports_due.want_missing(desk.session, commune_id=desk.commune_id, now=now) == 4
    assert made(desk) == ["2026-07", "2026-08", "2026-09", "2026-07_2026-09"]
    assert reports_due.want_missing(desk.session, commune_id=desk.commune_id, now=now) == 0


def test_a_month_is_not_reported_before_its_payments_are_closed(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    now = moment("2026-08", 20)
    assert reports_due.missing(desk.session, desk.commune_id, now=now) == [], "its list is still to be built"
    july = desk.build("2026-07")
    desk.send(july)
    assert reports_due.missing(desk.session, desk.commune_id, now=now) == []
    desk.answer(july)
    desk.close(july)
    assert made(desk) == ["2026-07"], "the closing asked for it"
    assert reports_due.missing(desk.session, desk.commune_id, now=now) == []


def test_nothing_is_missing_before_the_first_cycle_and_of_a_month_that_runs(desk: Desk) -> None:
    assert reports_due.missing(desk.session, desk.commune_id, now=moment("2026-07", 31)) == []
    desk.office.cycle.opened_on = date(2026, 9, 1)
    spans = reports_due.missing(desk.session, desk.commune_id, now=moment("2026-10", 2))
    assert [span.code for span in spans] == ["2026-09", "2026-07_2026-09"]
