"""What ran, how it ended, and who may see it: kept by us, because the engine forgets."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from models.runs import Run
from models.staff import Mandate
from rules.workflow import Role, RunOutcome, Step, StepState
from services import runs
from services.errors import Problem
from services.staff import Actor
from tests.services.places import NOW, open_quarter

LATER = NOW + timedelta(minutes=10)


def _officer(*communes: int, role: Role = Role.economy) -> Actor:
    mandates = (Mandate(account_id=1, commune_id=number, role=role, valid_from=NOW.date()) for number in communes)
    return Actor(account_id=1, full_name="Cán bộ thử", mandates=tuple(mandates))


def _start(session: Session, code: str = "31700") -> Run:
    cycle_id = open_quarter(session, code)
    run_id = runs.open_run(session, flow="quarterly-cycle", started_by="schedule", now=NOW, cycle_id=cycle_id)
    return session.get_one(Run, run_id)


def test_a_run_tells_its_steps_its_attempts_and_its_end(session: Session) -> None:
    run = _start(session)
    assert run.commune_id
    first = runs.open_step(session, run_id=run.key, step=Step.lists, attempt=1, now=NOW)
    runs.close_step(session, first, outcome=RunOutcome.FAILED, now=NOW, message="OperationalError")
    second = runs.open_step(session, run_id=run.key, step=Step.lists, attempt=2, now=NOW)
    runs.close_step(session, second, outcome=RunOutcome.WAITING, now=LATER, counts={"villages": 12})
    runs.close_run(session, run.key, outcome=RunOutcome.WAITING, message="Chờ 12 thôn", now=LATER)
    (line,) = runs.recent(session, actor=_officer(run.commune_id))
    assert (line.cycle_label, line.steps, line.retries) == ("Quý III/2026", 1, 1), "one step, tried once more"
    assert (line.run.outcome, line.run.message, line.run.ended_at) == (RunOutcome.WAITING, "Chờ 12 thôn", LATER)
    steps = runs.steps_of(session, run_id=run.key, actor=_officer(run.commune_id))
    assert [(s.attempt, s.outcome, s.counts) for s in steps] == [
        (1, RunOutcome.FAILED, {}),
        (2, RunOutcome.WAITING, {"villages": 12}),
    ]


def test_a_run_that_falls_silent_is_lost_and_one_that_beats_is_not(session: Session) -> None:
    silent, alive = _start(session), _start(session, "31701")
    runs.open_step(session, run_id=silent.key, step=Step.lists, attempt=1, now=NOW)
    runs.beat(session, alive.key, now=LATER)
    assert runs.mark_lost(session, now=LATER, older_than=timedelta(minutes=5)) == 1
    for run in (silent, alive):
        session.refresh(run)
    assert (silent.outcome, silent.ended_at) == (RunOutcome.LOST, LATER)
    assert alive.outcome == RunOutcome.RUNNING
    assert silent.commune_id
    (step,) = runs.steps_of(session, run_id=silent.key, actor=_officer(silent.commune_id))
    assert step.outcome == RunOutcome.LOST


def test_nobody_sees_the_runs_of_a_commune_they_do_not_work_for(session: Session) -> None:
    mine, other = _start(session), _start(session, "31701")
    assert mine.commune_id
    assert other.commune_id
    officer = _officer(mine.commune_id)
    assert [line.run.id for line in runs.recent(session, actor=officer)] == [mine.id]
    assert runs.recent(session, actor=officer, commune_id=other.commune_id) == []
    assert [line.cycle.commune_id for line in runs.cycle_board(session, actor=officer)] == [mine.commune_id]
    with pytest.raises(Problem, match="NOT_FOUND"):
        runs.steps_of(session, run_id=other.key, actor=officer)


def test_runs_of_the_whole_installation_are_the_admins(session: Session) -> None:
    run = _start(session)
    assert run.commune_id
    whole = runs.open_run(session, flow="deliver-mail", started_by="schedule", now=NOW)
    seen = [line.run.id for line in runs.recent(session, actor=_officer(run.commune_id, role=Role.admin))]
    assert seen == [whole, run.id]
    assert [line.run.id for line in runs.recent(session, actor=_officer(run.commune_id))] == [run.id]


def test_the_board_shows_where_each_cycle_stands_and_who_holds_it(session: Session) -> None:
    run = _start(session)
    assert run.commune_id
    (line,) = runs.cycle_board(session, actor=_officer(run.commune_id))
    assert line.label == "Quý III/2026"
    assert [row.step for row in line.steps] == list(Step)
    assert line.current is not None
    assert (line.current.step, line.current.state, line.current.since) == (Step.lists, StepState.READY, NOW)
    assert set(runs.mail_counts(session, actor=_officer(run.commune_id)).values()) == {0}
