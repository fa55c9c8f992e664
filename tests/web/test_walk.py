"""The entire quarter through the pages alone, as nine roles, from the opened cycle to money reconciled and cards in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from sqlalchemy import Engine
from sqlmodel import Session, select

from adapters.settings import get_settings
from models.cycles import Cycle
from models.insurance import Registration
from models.payment import PaymentList, Transfer
from models.staff import SignIn
from rules.workflow import PaymentListState, RegistrationState, TransferState
from services import cycles
from tests.web.walk import ARGUMENTS, Office, serving, small_commune
from tests.web.walk_pages import grave_issues
from tests.web.walk_quarter import walk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture
def office(
    engine: Engine, database_url: str, data_dir: Path, chromium: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    """The commune before its first cycle, served once on each kind of database."""
    app = small_commune(monkeypatch, engine, database_url, data_dir)
    with serving(app) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield Office(address, browser)
        browser.close()
    get_settings.cache_clear()


def test_nine_roles_walk_the_quarter_through_the_pages(office: Office, engine: Engine, tmp_path: Path) -> None:
    issues: list[str] = []
    if engine.dialect.name == "sqlite":  # the pages are the same on both
        office.looks = [lambda page: issues.extend(grave_issues(page))]

    walk(office, tmp_path)

    assert not issues, "\n".join(sorted(set(issues)))

    with office.visit("kinhte1") as page:
        page.get_by_text("6. ").wait_for()
        assert page.locator("ol.steps li").count() == 6
        assert page.locator("ol.steps li.DONE").count() == 6
    with office.visit("quantri") as page:
        office.go(page, "Tiến độ")
        page.get_by_text("Đã xong cả sáu bước").wait_for()
    assert len(office.windows) == 12
    with Session(engine) as session:
        cycle = session.exec(select(Cycle)).one()
        assert cycle.done_at is not None
        assert cycles.current_step(session, cycle.key) is None
        month = session.exec(select(PaymentList).where(PaymentList.month == "2026-07")).one()
        assert month.state == PaymentListState.CLOSED
        transfers = session.exec(select(Transfer).where(Transfer.list_id == month.key)).all()
        states = sorted(transfer.state for transfer in transfers)
        assert states.count(TransferState.RETURNED) == 1
        assert set(states) == {TransferState.RETURNED, TransferState.PAID}
        cards = session.exec(select(Registration)).all()
        assert {card.state for card in cards} <= {RegistrationState.CARD, RegistrationState.COVERED}
        assert RegistrationState.CARD in {card.state for card in cards}
        assert all(visit.ended_at is not None for visit in session.exec(select(SignIn)))
