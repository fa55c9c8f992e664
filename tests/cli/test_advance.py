"""`ansinh advance` does what the engine would find to do, and what goes wrong in one place stops nothing elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, delete, select

from adapters.settings import get_settings
from models.cycles import Cycle, CycleStep
from models.notices import Mail
from models.runs import Run
from rules.workflow import MailState, RunOutcome, Step, StepState
from services.lists import STEP
from services.step_table import ALL
from services.steps import StepWork
from tasks import session as task_session
from tests.cli.command import run
from tests.factories import NOW, Office, create_office


@pytest.fixture(autouse=True)
def house(sqlite_engine: Engine, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The database and the moment of every command of this test."""
    monkeypatch.setenv("ANSINH_DATABASE_URL", sqlite_url)
    get_settings.cache_clear()
    monkeypatch.setattr(task_session, "engine", lambda: sqlite_engine)
    monkeypatch.setattr(task_session, "now", lambda: NOW)
    yield
    get_settings.cache_clear()


def offices(count: int) -> list[Office]:
    with task_session.transaction() as opened:
        return [create_office(opened) for _ in range(count)]


def all_of(model: Any) -> list[Any]:
    with task_session.transaction() as opened:
        return list(opened.exec(select(model).order_by(col(model.id))).all())


def test_a_quarter_whose_day_has_come_is_opened_and_begun_without_the_engine() -> None:
    offices(1)
    with task_session.transaction() as opened:
        opened.exec(delete(CycleStep))
        opened.exec(delete(Cycle))
    status, said = run("advance")
    assert status == 0
    assert "Mở kỳ xét mới: 1" in said
    (cycle,) = all_of(Cycle)
    assert (cycle.year, cycle.quarter) == (2026, 3)
    assert all_of(CycleStep)[0].state == StepState.WAITING
    letters = all_of(Mail)
    assert {mail.state for mail in letters} == {MailState.SENT}
    status, said = run("advance")
    assert (status, "Mở kỳ xét mới" in said, len(all_of(Mail))) == (0, False, len(letters))


def test_what_fails_in_one_cycle_is_told_without_its_text_and_keeps_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = offices(2)

    def quote(opened: Any, cycle: Cycle, now: datetime) -> list[int]:
        if cycle.key == first.cycle.key:
            raise ValueError("Nguyễn Văn Thử 001199000001")
        return STEP.pending(opened, cycle, now)

    monkeypatch.setitem(ALL, Step.lists, StepWork(Step.lists, quote, STEP.work, STEP.gate, STEP.on_done))
    status, said = run("advance")
    assert status == 1
    assert "ValueError" in said
    assert "Thử" not in said
    ended = {row.cycle_id: row.outcome for row in all_of(Run) if row.cycle_id}
    assert ended == {first.cycle.key: RunOutcome.FAILED, second.cycle.key: RunOutcome.WAITING}
    assert {mail.state for mail in all_of(Mail)} == {MailState.SENT}


def test_a_cycle_that_does_not_exist_is_told_in_a_sentence() -> None:
    status, said = run("advance", "--cycle", "77")
    assert (status, said.strip()) == (1, "Không tìm thấy kỳ xét.")
