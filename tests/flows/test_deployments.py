"""What prefect.yaml says can be served: every entry leads to a flow, on a clock that exists."""

import inspect
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapters import orchestrator
from flows import deployments

ENTRIES = deployments.entries()
ALLOWED = {"cron", "interval", "rrule", "timezone", "anchor_date", "active", "parameters", "slug", "replaces", "day_or"}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_an_entry_leads_to_a_flow_that_takes_its_parameters(entry: dict[str, Any]) -> None:
    flow = deployments.flow_of(entry)
    assert flow.name == entry["name"], "ask_run finds a deployment by one name for both"
    given = set(entry.get("parameters", {}))
    taken = inspect.signature(flow.fn).parameters
    assert given <= set(taken)
    needed = {name for name, parameter in taken.items() if parameter.default is inspect.Parameter.empty}
    if entry.get("schedules"):
        assert needed <= given, "a schedule cannot fill in what is missing"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_a_flow_takes_ids_and_codes_only(entry: dict[str, Any]) -> None:
    taken = inspect.signature(deployments.flow_of(entry).fn).parameters
    assert set(taken) <= {"cycle_id", "asked_by"}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_schedules_are_known_to_the_engine_and_told_on_the_clock_of_viet_nam(entry: dict[str, Any]) -> None:
    for schedule in entry.get("schedules", ()):
        assert set(schedule) <= ALLOWED
        assert ZoneInfo(schedule["timezone"]) == ZoneInfo("Asia/Ho_Chi_Minh")
    assert "concurrency_limit" not in entry, "a run that is killed keeps its place for minutes or for ever"


def test_the_engine_accepts_every_deployment() -> None:
    made = {item.name: item for item in deployments.all_deployments()}
    assert set(made) == {
        orchestrator.CYCLE,
        orchestrator.DUE_CYCLES,
        orchestrator.TICK,
        orchestrator.PAYMENT,
        orchestrator.REMINDERS,
        orchestrator.MAIL,
        orchestrator.RENEWALS,
        orchestrator.REPORTS,
        orchestrator.BUDGET,
    }
    asked_for = {orchestrator.CYCLE, orchestrator.DUE_CYCLES}
    assert {name for name, item in made.items() if not item.schedules} == asked_for
    assert all(item.entrypoint and ":" not in item.entrypoint for item in made.values())
