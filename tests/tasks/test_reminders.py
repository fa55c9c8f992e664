"""The morning round: due once a day from seven on, again after a failure, never in a demonstration."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from adapters.settings import get_settings
from models.places import Commune
from rules.parameters import LawGap
from rules.workflow import RunOutcome
from services import digests, runs
from services import reminders as office_reminders
from tasks import reminders, session
from tasks.failures import StepFailed
from tests.services.places import NOW, commune


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The product's moment and the machine's, which a test may move."""
    moments = [NOW]
    monkeypatch.setattr(session, "now", lambda: moments[0])
    monkeypatch.setattr(session, "machine_now", lambda: moments[0])
    return moments


def ran(outcome: RunOutcome) -> None:
    """A round of this day that ended so."""
    with session.transaction() as opened:
        run_id = runs.open_run(opened, flow=reminders.FLOW, started_by="schedule", now=session.machine_now())
        if outcome is not RunOutcome.RUNNING:
            runs.close_run(opened, run_id, outcome=outcome, message="", now=session.machine_now())


@pytest.mark.parametrize(("hour", "is_due"), [(6, False), (7, True), (23, True)])
def test_the_round_is_due_from_seven_on(moment: list[datetime], hour: int, is_due: bool) -> None:
    moment[0] = NOW.replace(hour=hour)
    assert reminders.is_round_due() is is_due


@pytest.mark.parametrize("outcome", [RunOutcome.DONE, RunOutcome.RUNNING])
def test_a_round_done_or_under_way_is_not_due_again_until_tomorrow(moment: list[datetime], outcome: RunOutcome) -> None:
    ran(outcome)
    assert not reminders.is_round_due()
    moment[0] = NOW.replace(day=NOW.day + 1)
    assert reminders.is_round_due()


def test_a_round_that_failed_or_was_lost_is_tried_again_but_not_for_ever() -> None:
    for outcome in (RunOutcome.FAILED, RunOutcome.LOST, RunOutcome.FAILED, RunOutcome.FAILED):
        ran(outcome)
        assert reminders.is_round_due()
    ran(RunOutcome.FAILED)
    assert not reminders.is_round_due()


def test_a_demonstration_is_never_reminded_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSINH_DEMO_CLOCK", str(tmp_path / "clock"))
    get_settings.cache_clear()
    assert not reminders.is_round_due()


def place() -> int:
    with session.transaction() as opened:
        made: Commune = commune(opened)
        return made.key


def test_a_value_that_is_not_known_stops_the_reminders_and_not_the_digests(monkeypatch: pytest.MonkeyPatch) -> None:
    def gap(*_: object, **__: object) -> int:
        raise LawGap("OFFICE.calendar", "chưa có lịch của năm")

    monkeypatch.setattr(office_reminders, "remind", gap)
    monkeypatch.setattr(digests, "gather", lambda *_, **__: 2)
    assert reminders.go_round(place()) == 2


def test_an_unexpected_error_is_told_by_its_kind_and_place_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def quote(*_: object, **__: object) -> int:
        raise ValueError("Nguyễn Văn Hư Cấu")

    monkeypatch.setattr(office_reminders, "remind", quote)
    with pytest.raises(StepFailed, match="ValueError") as failed:
        reminders.go_round(place())
    assert "Hư Cấu" not in str(failed.value)
