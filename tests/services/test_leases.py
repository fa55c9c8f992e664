"""Whoever works on a step works alone; whoever was overtaken leaves nothing behind."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from adapters.database import session_scope
from models.cycles import Cycle, CycleStep
from models.places import Village
from rules.workflow import Role, Step, StepState
from services import cycles, leases
from services.leases import Claim, LeaseLost
from services.steps import Gate
from tests.services.places import NOW, open_quarter

TTL = timedelta(seconds=60)
OPEN_GATE = Gate(done=True, holder=Role.system, message="Xong")
SHUT_GATE = Gate(done=False, holder=Role.village_head, message="Chờ 3 thôn")


def _claim(
    session: Session, cycle_id: int, owner: str, now: datetime = NOW, step: Step = Step.lists, **more: Any
) -> Claim:
    return leases.claim(session, cycle_id=cycle_id, step=step, owner=owner, now=now, ttl=TTL, **more)


def _renew(session: Session, cycle_id: int, owner: str, now: datetime = NOW) -> None:
    leases.renew_or_stop(session, cycle_id=cycle_id, step=Step.lists, owner=owner, now=now, ttl=TTL)


def _finish(session: Session, cycle_id: int, owner: str, gate: Gate, step: Step = Step.lists) -> CycleStep:
    return leases.finish(session, cycle_id=cycle_id, step=step, owner=owner, gate=gate, now=NOW)


def test_a_step_has_its_deadline_from_the_day_it_begins(session: Session) -> None:
    """Without a day nobody is reminded of the step and no superior hears of it."""
    cycle_id = open_quarter(session)
    _claim(session, cycle_id, "worker")
    _finish(session, cycle_id, "worker", OPEN_GATE)
    cycle, following = session.get_one(Cycle, cycle_id), cycles.step_row(session, cycle_id, Step.health)
    assert following.due_on == cycles.deadline(session, cycle, Step.health, on=NOW.date())
    assert following.due_on > NOW.date()


def test_of_many_workers_that_race_for_a_step_one_gets_it(engine: Engine) -> None:
    with session_scope(engine) as session:
        cycle_id = open_quarter(session)
    answers: list[Claim] = []
    start = threading.Barrier(6)

    def race(name: str) -> None:
        start.wait(10)
        with session_scope(engine) as session:
            answers.append(_claim(session, cycle_id, name))

    racers = [threading.Thread(target=race, args=(f"worker-{number}",)) for number in range(6)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(60)
    assert sorted(answers) == [Claim.BUSY] * 5 + [Claim.TAKEN]


def test_the_lease_of_a_killed_worker_runs_out_and_another_takes_over(session: Session) -> None:
    cycle_id = open_quarter(session)
    assert _claim(session, cycle_id, "killed") is Claim.TAKEN
    assert _claim(session, cycle_id, "next", NOW + TTL) is Claim.BUSY
    assert _claim(session, cycle_id, "next", NOW + TTL + timedelta(seconds=1)) is Claim.TAKEN


def test_a_worker_that_still_writes_keeps_its_lease(session: Session) -> None:
    cycle_id = open_quarter(session)
    _claim(session, cycle_id, "slow")
    _renew(session, cycle_id, "slow", NOW + timedelta(seconds=50))
    assert _claim(session, cycle_id, "next", NOW + timedelta(seconds=90)) is Claim.BUSY


def test_a_worker_that_was_overtaken_stops_and_its_batch_leaves_nothing(engine: Engine) -> None:
    with session_scope(engine) as session:
        cycle_id = open_quarter(session)
        commune_id = session.get_one(Cycle, cycle_id).commune_id
        _claim(session, cycle_id, "slow")
    with session_scope(engine) as session:
        _claim(session, cycle_id, "next", NOW + TTL * 2)
    with pytest.raises(LeaseLost):
        _batch_of_the_overtaken(engine, cycle_id, commune_id)
    with session_scope(engine, write=False) as session:
        assert not session.exec(select(Village)).all()
        assert cycles.step_row(session, cycle_id, Step.lists).lease_owner == "next"


def _batch_of_the_overtaken(engine: Engine, cycle_id: int, commune_id: int) -> None:
    with session_scope(engine) as session:
        session.add(Village(commune_id=commune_id, code="T1", name="Thôn thử"))
        _renew(session, cycle_id, "slow", NOW + TTL * 2)


def test_an_overtaken_worker_cannot_finish_nor_give_away_the_step(session: Session) -> None:
    cycle_id = open_quarter(session)
    _claim(session, cycle_id, "slow")
    _claim(session, cycle_id, "next", NOW + TTL * 2)
    with pytest.raises(LeaseLost):
        _finish(session, cycle_id, "slow", OPEN_GATE)
    leases.release(session, cycle_id=cycle_id, step=Step.lists, owner="slow")
    assert _claim(session, cycle_id, "third", NOW + TTL * 2) is Claim.BUSY


def test_a_step_that_waits_says_for_whom_and_may_be_looked_at_again(session: Session) -> None:
    cycle_id = open_quarter(session)
    _claim(session, cycle_id, "first")
    row = _finish(session, cycle_id, "first", SHUT_GATE)
    assert (row.state, row.holder, row.message) == (StepState.WAITING, Role.village_head, "Chờ 3 thôn")
    assert not row.wanted
    assert _claim(session, cycle_id, "second") is Claim.TAKEN


def test_an_act_during_the_work_is_not_forgotten_when_it_finishes(session: Session) -> None:
    cycle_id = open_quarter(session)
    _claim(session, cycle_id, "worker")
    cycles.want_step(session, cycle_id, Step.lists, now=NOW)
    assert _finish(session, cycle_id, "worker", SHUT_GATE).wanted


def test_a_step_that_is_done_opens_the_next_and_cannot_be_claimed_again(session: Session) -> None:
    cycle_id = open_quarter(session)
    assert _claim(session, cycle_id, "early", step=Step.health) is Claim.BLOCKED
    _claim(session, cycle_id, "worker")
    _finish(session, cycle_id, "worker", OPEN_GATE)
    following = cycles.step_row(session, cycle_id, Step.health)
    assert (following.state, following.wanted) == (StepState.READY, True)
    assert _claim(session, cycle_id, "worker") is Claim.DONE
    assert _claim(session, cycle_id, "months", states=leases.STARTED) is Claim.TAKEN


def test_the_last_step_closes_the_cycle(session: Session) -> None:
    cycle_id = open_quarter(session)
    for step in Step:
        assert session.get_one(Cycle, cycle_id).done_at is None
        assert _claim(session, cycle_id, "worker", step=step) is Claim.TAKEN
        _finish(session, cycle_id, "worker", OPEN_GATE, step)
    assert session.get_one(Cycle, cycle_id).done_at == NOW
