"""An operator reads where things stand in a window of usual width: every moment and label whole, nothing cut off."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from rules.workflow import RunOutcome, Step
from services import runs
from tasks import session as task_session
from tests import factories
from tests.cli.command import run


@pytest.fixture(autouse=True)
def _records(sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_session, "engine", lambda: sqlite_engine)
    with Session(sqlite_engine) as opened, opened.begin():
        cycle = factories.create_office(opened, reach=Step.payment).cycle
        now = factories.NOW
        number = runs.open_run(opened, flow="monthly-payment", started_by="tick", now=now, cycle_id=cycle.key)
        runs.close_run(opened, number, outcome=RunOutcome.DONE, message="Chi trả: đã làm phần đến hạn", now=now)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("status", ("Chi trả", "06/07/2026")),
        ("runs", ("06/07/2026 09:00:00", "Chi trả hằng tháng", "Xong sau 0,0 giây")),
    ],
)
def test_it_is_whole_in_eighty_columns(command: str, expected: tuple[str, ...]) -> None:
    status, said = run(command, columns=80)
    assert status == 0
    assert max(len(line) for line in said.splitlines()) <= 80
    assert "…" not in said
    assert [words for words in expected if words not in said] == []
