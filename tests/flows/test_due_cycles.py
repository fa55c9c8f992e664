"""One run for many communes: each carried as far as its people allow, none kept back by another, nothing done twice."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlmodel import Session, col, select

from adapters import orchestrator
from flows.due_cycles import MAX_FAILED, due_cycles
from flows.quarterly_cycle import quarterly_cycle
from flows.tick import tick
from models.cycles import Cycle, CycleStep
from models.documents import Document, DocumentState
from models.notices import Mail
from models.places import Village
from models.runs import Run, RunStep
from rules.workflow import RunOutcome, Step, StepState
from services import cycles
from services.errors import waiting
from services.lists import STEP
from services.steps import StepWork
from tasks import approval, eligibility, health, insurance, lists, payment, reminders, session
from tasks.failures import StepFailed
from tests.services.places import NOW, open_quarter

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("house")]


def communes(count: int) -> list[int]:
    """So many communes with a thôn each, their quarter just opened; their cycles."""
    with session.transaction() as opened:
        found = [open_quarter(opened, f"317{number:02}") for number in range(count)]
        for cycle_id in found:
            opened.add(Village(commune_id=opened.get_one(Cycle, cycle_id).commune_id, code="T1", name="Thôn T1"))
    return found


def all_of(model: Any) -> list[Any]:
    with session.transaction() as opened:
        return list(opened.exec(select(model).order_by(col(model.id))).all())


def test_one_run_carries_every_commune_as_far_as_its_people_allow() -> None:
    found = communes(12)
    assert due_cycles(asked_by="tick") == "Chạy 12 kỳ xét có việc đến hạn"
    runs = all_of(Run)
    assert [run.cycle_id for run in runs] == found
    assert len({run.engine_run_id for run in runs}) == 1
    assert {(run.flow, run.started_by, run.outcome) for run in runs} == {
        ("quarterly-cycle", "tick", RunOutcome.WAITING)
    }
    assert [paper.state for paper in all_of(Document)] == [DocumentState.WRITTEN] * 12


def test_a_second_run_finds_nothing_to_do() -> None:
    communes(2)
    due_cycles()
    assert due_cycles() == "Chạy 0 kỳ xét có việc đến hạn"
    assert len(all_of(Run)) == len(all_of(Document)) == 2


def test_a_commune_that_fails_keeps_no_other_from_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    first, *others = communes(3)

    def work(opened: Session, cycle: Cycle, *given: Any) -> dict[str, int]:
        if cycle.key == first:
            raise ValueError("Nguyễn Văn Thử 001199000001")
        return STEP.work(opened, cycle, *given)

    monkeypatch.setattr(lists, "STEP", StepWork(Step.lists, STEP.pending, work, STEP.gate, STEP.on_done))
    monkeypatch.setattr(lists.collect, "retries", 0)
    with pytest.raises(StepFailed, match="1 kỳ xét chạy lỗi"):
        due_cycles()
    assert [run.outcome for run in all_of(Run)] == [RunOutcome.FAILED] + [RunOutcome.WAITING] * len(others)


def test_a_fault_that_is_everybodys_leaves_the_rest_for_the_next_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    communes(12)

    def work(*_: object) -> dict[str, int]:
        raise ValueError

    monkeypatch.setattr(lists, "STEP", StepWork(Step.lists, STEP.pending, work, STEP.gate, STEP.on_done))
    monkeypatch.setattr(lists.collect, "retries", 0)
    with pytest.raises(StepFailed):
        due_cycles()
    assert MAX_FAILED <= len(all_of(Run)) < 12


def test_what_another_worker_has_taken_meanwhile_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = communes(2)
    monkeypatch.setattr("flows.due_cycles.is_due", lambda cycle_id: cycle_id == first)
    due_cycles()
    assert [run.cycle_id for run in all_of(Run)] == [first]
    assert second not in {row.cycle_id for row in all_of(CycleStep) if row.state == StepState.WAITING}


def test_the_tick_asks_for_one_run_however_many_communes_have_work(monkeypatch: pytest.MonkeyPatch) -> None:
    wishes: list[tuple[str, Mapping[str, Any]]] = []

    def ask(deployment: str, parameters: Mapping[str, Any], _key: str) -> str:
        wishes.append((deployment, parameters))
        return "run"

    monkeypatch.setattr(orchestrator, "ask_run", ask)
    monkeypatch.setattr(reminders, "is_round_due", lambda: False)
    first, _ = communes(2)
    tick()
    assert wishes == [(orchestrator.DUE_CYCLES, {"asked_by": "tick"})]
    due_cycles()
    with session.transaction() as opened:
        cycles.want_step(opened, first, Step.lists, now=NOW)
    tick()
    assert wishes[1:] == [(orchestrator.CYCLE, {"cycle_id": first, "asked_by": "tick"})]


def test_a_step_that_is_behind_the_cycle_costs_the_engine_no_task_run(monkeypatch: pytest.MonkeyPatch) -> None:
    (cycle_id,) = communes(1)
    begun: list[str] = []
    for module, name in (
        (lists, "collect"),
        (health, "verify"),
        (eligibility, "review"),
        (approval, "decide"),
        (payment, "pay"),
        (insurance, "register"),
    ):
        _watch(monkeypatch, module, name, begun)
    quarterly_cycle(cycle_id)
    assert begun == ["collect"]
    with session.transaction() as opened:
        row = cycles.step_row(opened, cycle_id, Step.lists)
        row.state, row.done_at = StepState.DONE, NOW
        row = cycles.step_row(opened, cycle_id, Step.health)
        row.state, row.started_at = StepState.READY, NOW
    begun.clear()
    quarterly_cycle(cycle_id)
    assert begun == ["verify", "review", "decide", "pay", "register"]
    begun.clear()
    quarterly_cycle(cycle_id)
    assert begun == ["register"], "the last one says that all is done"


def _watch(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, begun: list[str]) -> None:
    own = getattr(module, name)

    def watched(*given: Any) -> Any:
        begun.append(name)
        return own(*given)

    monkeypatch.setattr(module, name, watched)


def test_a_step_that_the_office_keeps_from_going_on_is_not_tried_again_and_again_in_one_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (cycle_id,) = communes(1)

    def work(*_: object) -> dict[str, int]:
        raise waiting("no_chairman", "Chưa có người được giao thẩm quyền.")

    monkeypatch.setattr(lists, "STEP", StepWork(Step.lists, STEP.pending, work, STEP.gate, STEP.on_done))
    assert quarterly_cycle(cycle_id).endswith("Chưa có người được giao thẩm quyền.")
    assert len(all_of(RunStep)) == 2
    assert all_of(Mail) == []
