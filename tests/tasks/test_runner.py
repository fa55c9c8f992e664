"""A step runs to its gate: done once, in batches, whoever is killed, overtaken or disturbed on the way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from models.cycles import Cycle, CycleStep
from models.places import Village
from models.runs import RunStep
from rules.parameters import ParameterUnknown
from rules.workflow import Role, RunOutcome, Step, StepState
from services import cycles, leases, runs
from services.errors import waiting
from services.steps import Gate, StepWork
from services.store import insert_once
from tasks import session
from tasks.failures import StepFailed
from tasks.runner import keep_up, run_step
from tests.services.places import open_quarter

DUE = date(2026, 7, 10)


@dataclass
class Villages:
    """Machine work of a test: found each thôn of a plan, one row each; people then answer, or not."""

    plan: list[int] = field(default_factory=lambda: list(range(1, 8)))
    answered: bool = True
    batches: list[list[int]] = field(default_factory=list)
    before_batch: Callable[[int], None] = lambda _number: None
    handed_over: int = 0

    def step(self, name: Step = Step.lists) -> StepWork:
        return StepWork(name, self.pending, self.work, self.gate, self.on_done, chunk=3)

    def pending(self, opened: Session, cycle: Cycle, _now: datetime) -> list[int]:
        return [number for number in self.plan if number not in founded(opened)]

    def work(self, opened: Session, cycle: Cycle, units: list[int], _now: datetime) -> dict[str, int]:
        self.batches.append(units)
        rows = [{"commune_id": cycle.commune_id, "code": str(unit), "name": f"Thôn {unit}"} for unit in units]
        insert_once(opened, Village, rows)
        self.before_batch(len(self.batches))
        return {"villages": len(units)}

    def gate(self, opened: Session, _cycle: Cycle, _now: datetime) -> Gate:
        if self.answered:
            return Gate(done=True, holder=Role.system, message="các thôn đã nộp")
        return Gate(done=False, holder=Role.village_head, message="chờ các thôn", due_on=DUE)

    def on_done(self, _opened: Session, _cycle: Cycle, _now: datetime) -> None:
        self.handed_over += 1


def founded(opened: Session) -> list[int]:
    return sorted(int(code) for code in opened.exec(select(Village.code)))


def start() -> tuple[int, int]:
    with session.transaction() as opened:
        cycle_id = open_quarter(opened)
        run_id = runs.open_run(opened, flow="test", started_by="operator", now=session.machine_now(), cycle_id=cycle_id)
    return cycle_id, run_id


def row_of(cycle_id: int, step: Step = Step.lists) -> CycleStep:
    with session.transaction() as opened:
        return cycles.step_row(opened, cycle_id, step)


def attempts() -> list[tuple[str, str]]:
    with session.transaction(write=False) as opened:
        rows = opened.exec(select(RunStep).order_by(col(RunStep.id))).all()
        return [(row.outcome, row.message) for row in rows]


def test_all_units_are_done_in_batches_and_the_next_step_is_opened() -> None:
    cycle_id, run_id = start()
    villages = Villages()
    report = run_step(cycle_id, villages.step(), run_id=run_id)
    assert report.done
    assert report.counts == {"villages": 7}
    assert [len(batch) for batch in villages.batches] == [3, 3, 1]
    assert villages.handed_over == 1
    assert row_of(cycle_id).lease_owner is None
    assert row_of(cycle_id, Step.health).state == StepState.READY


def test_a_step_that_people_hold_ends_the_run_with_whom_and_until_when() -> None:
    cycle_id, run_id = start()
    villages = Villages(answered=False)
    report = run_step(cycle_id, villages.step(), run_id=run_id)
    assert (report.outcome, report.message) == (RunOutcome.WAITING, "Thu danh sách thôn: chờ các thôn")
    row = row_of(cycle_id)
    assert (row.state, row.holder, row.due_on) == (StepState.WAITING, Role.village_head, DUE)
    assert villages.handed_over == 0


def test_a_step_that_is_done_is_not_done_again() -> None:
    cycle_id, run_id = start()
    villages = Villages()
    for _ in range(2):
        assert run_step(cycle_id, villages.step(), run_id=run_id).done
    assert (len(villages.batches), villages.handed_over) == (3, 1)
    assert len(attempts()) == 1


def test_an_error_undoes_its_batch_alone_and_the_next_try_does_the_rest() -> None:
    cycle_id, run_id = start()
    villages = Villages(before_batch=_fail_at(2))
    with pytest.raises(StepFailed, match=r"Thu danh sách thôn: ZeroDivisionError tại "):
        run_step(cycle_id, villages.step(), run_id=run_id)
    with session.transaction(write=False) as opened:
        assert founded(opened) == [1, 2, 3]
    assert run_step(cycle_id, villages.step(), run_id=run_id, attempt=2).done
    assert villages.batches[2:] == [[4, 5, 6], [7]]
    assert [outcome for outcome, _ in attempts()] == [RunOutcome.FAILED, RunOutcome.DONE]


def _fail_at(batch: int) -> Callable[[int], None]:
    def fail(number: int) -> None:
        if number == batch:
            _ = 1 // 0

    return fail


def test_the_words_of_a_failure_quote_nobody() -> None:
    cycle_id, run_id = start()

    def quote(_number: int) -> None:
        raise ValueError("Nguyễn Văn Thử, 001199000001")

    with pytest.raises(StepFailed) as failed:
        run_step(cycle_id, Villages(before_batch=quote).step(), run_id=run_id)
    told = f"{failed.value} {failed.value.__cause__} {attempts()}"
    assert "ValueError" in told
    assert "Thử" not in told
    assert "001199" not in told


def test_a_worker_that_was_overtaken_stops_and_undoes_its_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    cycle_id, run_id = start()
    villages = Villages()
    own = session.transaction
    taken: list[int] = []

    @contextmanager
    def transaction(*, write: bool = True) -> Iterator[Session]:
        with own(write=write) as opened:
            yield opened
        if len(villages.batches) == 1 and not taken:
            taken.append(cycle_id)
            _take_over(cycle_id)

    monkeypatch.setattr(session, "transaction", transaction)
    report = run_step(cycle_id, villages.step(), run_id=run_id)
    assert report.outcome is RunOutcome.BUSY
    assert len(villages.batches) == 1
    assert row_of(cycle_id).lease_owner == "other"


def _take_over(cycle_id: int) -> None:
    """Another worker, long after this one's lease."""
    later = session.machine_now() + timedelta(days=1)
    with session.transaction() as opened:
        leases.claim(opened, cycle_id=cycle_id, step=Step.lists, owner="other", now=later, ttl=session.lease())


def test_the_lease_of_a_killed_run_is_respected_until_it_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    cycle_id, run_id = start()
    with session.transaction() as opened:
        leases.claim(
            opened,
            cycle_id=cycle_id,
            step=Step.lists,
            owner="killed",
            now=session.machine_now(),
            ttl=session.lease(),
        )
    assert run_step(cycle_id, Villages().step(), run_id=run_id).outcome is RunOutcome.BUSY
    moment = session.machine_now() + session.lease() * 2
    monkeypatch.setattr(session, "machine_now", lambda: moment)
    assert run_step(cycle_id, Villages().step(), run_id=run_id).done


def test_what_a_person_does_during_the_run_is_seen_by_the_same_run() -> None:
    cycle_id, run_id = start()
    villages = Villages(answered=False)

    def act(number: int) -> None:
        if number == 3:
            villages.plan.append(8)
            villages.answered = True

    villages.before_batch = act
    assert run_step(cycle_id, villages.step(), run_id=run_id).done
    assert villages.batches[-1] == [8]


@pytest.mark.parametrize(
    "obstacle",
    [
        waiting("no_chairman", "Chưa có người được giao thẩm quyền."),
        ParameterUnknown("NQ04.monthly_amount", "Chưa biết giá trị của NQ04.monthly_amount."),
    ],
    ids=["office", "law"],
)
def test_what_the_office_or_the_law_lacks_makes_the_step_wait_and_say_so(obstacle: Exception) -> None:
    cycle_id, run_id = start()

    def meet(_number: int) -> None:
        raise obstacle

    report = run_step(cycle_id, Villages(before_batch=meet).step(), run_id=run_id)
    row = row_of(cycle_id)
    assert report.outcome is RunOutcome.WAITING
    assert (row.state, row.holder) == (StepState.WAITING, Role.economy)
    assert row.message.startswith(("Chưa có người", "Chưa biết giá trị"))


def test_work_that_never_gets_less_is_an_error_and_not_an_endless_run() -> None:
    cycle_id, run_id = start()
    idle = StepWork(
        Step.lists, lambda *_: [1], lambda *_: {}, lambda *_: Gate(True, Role.system, "xong"), lambda *_: None
    )
    with pytest.raises(StepFailed, match="RuntimeError"):
        run_step(cycle_id, idle, run_id=run_id)
    assert row_of(cycle_id).state == StepState.READY


def test_months_that_come_due_after_the_step_was_done_are_done_and_its_state_stays() -> None:
    cycle_id, run_id = start()
    villages = Villages()
    run_step(cycle_id, villages.step(), run_id=run_id)
    since = row_of(cycle_id).since
    villages.plan.append(9)
    report = keep_up(cycle_id, villages.step(), run_id=run_id)
    assert (report.outcome, report.counts) == (RunOutcome.DONE, {"villages": 1})
    assert (row_of(cycle_id).state, row_of(cycle_id).since) == (StepState.DONE, since)
    assert row_of(cycle_id).lease_owner is None


def test_units_that_come_due_leave_the_wish_of_a_person_for_the_run_that_looks_at_the_gate() -> None:
    """Whoever acted while the engine was away is not forgotten because a month came due first."""
    cycle_id, run_id = start()
    villages = Villages(answered=False)
    run_step(cycle_id, villages.step(), run_id=run_id)
    with session.transaction() as opened:
        cycles.want_step(opened, cycle_id, Step.lists, now=session.now())
    villages.plan.append(9)
    assert keep_up(cycle_id, villages.step(), run_id=run_id).done
    assert row_of(cycle_id).wanted
    villages.answered = True
    assert run_step(cycle_id, villages.step(), run_id=run_id).done
    assert not row_of(cycle_id).wanted
