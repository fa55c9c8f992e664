"""Acts of different steps at once on PostgreSQL: one waits for the other, none of them for ever.

Each act is cut in two: what it takes hold of first, and what it still needs. Both acts do their first half before
either goes on, as far as one does not have to wait for the other already: that is where two orders would meet.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations_with_replacement
from threading import Event

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from models.cycles import Case, Cycle
from models.eligibility import Assessment
from models.payment import PaymentList
from models.people import Person
from rules.months import Month
from rules.workflow import Role, Step
from services import cycles, documents, leases, ledger, payment
from services.leases import Claim
from services.store import lock
from tests.factories import NOW
from tests.services.money import HALF_A_MILLION, Desk, moment, open_desk

pytestmark = pytest.mark.postgres
OWNER = "run-1"
TTL = timedelta(minutes=5)


@dataclass(frozen=True)
class Rows:
    """What the acts are about."""

    commune: int
    cycle: int
    case: int
    person: int
    payment_list: int


def _audit(session: Session, rows: Rows) -> None:
    from services.staff import SYSTEM

    ledger.append(
        session,
        commune_id=rows.commune,
        actor=SYSTEM,
        role=Role.system,
        action="lock_order",
        subject="test:1",
        data={},
        now=NOW,
    )


def _paper(session: Session, rows: Rows) -> None:
    documents.want(
        session,
        commune_id=rows.commune,
        kind="bank_file",
        subject=f"lock:{id(session)}",
        title="t",
        file_name="f",
        now=NOW,
    )


def _renew(session: Session, rows: Rows) -> None:
    leases.renew_or_stop(session, cycle_id=rows.cycle, step=Step.payment, owner=OWNER, now=NOW, ttl=TTL)


FIRST: dict[str, Callable[[Session, Rows], object]] = {
    "worker": _renew,
    "review": lambda session, rows: lock(session, Case, rows.case),
    "minutes": lambda session, rows: lock(session, Cycle, rows.cycle),
    "payment": lambda session, rows: lock(session, PaymentList, rows.payment_list),
    "change": lambda session, rows: lock(session, Person, rows.person),
    "paper": _paper,
}


def _rest(session: Session, rows: Rows) -> None:
    """What acts go on to do, in the order in which they do it."""
    _audit(session, rows)
    for model, number in ((Cycle, rows.cycle), (Case, rows.case), (Person, rows.person)):
        lock(session, model, number)
    cycles.want_step(session, rows.cycle, Step.payment, now=NOW)


@pytest.fixture
def rows(postgres_engine: Engine) -> Rows:
    with Session(postgres_engine, expire_on_commit=False) as session:
        desk: Desk = open_desk(session)
        person = desk.person()
        desk.decide({person.key: HALF_A_MILLION})
        july = payment.build_list(session, commune_id=desk.commune_id, month=Month(2026, 7), now=moment("2026-07"))
        case = session.get_one(Assessment, 1).case_id
        cycle = desk.office.cycle.key
        taken = leases.claim(session, cycle_id=cycle, step=Step.payment, owner=OWNER, now=NOW, ttl=TTL)
        assert taken is Claim.TAKEN
        session.commit()
        return Rows(desk.commune_id, cycle, case, person.key, july.key)


def _act(engine: Engine, name: str, rows: Rows, mine: Event, other: Event) -> None:
    with Session(engine) as session:
        session.execute(text("SET lock_timeout = '20s'"))
        FIRST[name](session, rows)
        session.flush()
        mine.set()
        other.wait(timeout=0.3)
        _rest(session, rows)
        session.commit()


def test_two_acts_of_any_steps_both_come_to_their_end(postgres_engine: Engine, rows: Rows) -> None:
    pairs = list(combinations_with_replacement(FIRST, 2))
    with ThreadPoolExecutor(2) as pool:
        for left, right in pairs:
            here, there = Event(), Event()
            both = [
                pool.submit(_act, postgres_engine, left, rows, here, there),
                pool.submit(_act, postgres_engine, right, rows, there, here),
            ]
            refused = {name: done.exception(timeout=60) for name, done in zip((left, right), both, strict=True)}
            assert not any(refused.values()), f"{left} against {right}: {refused}"
    with Session(postgres_engine) as session:
        assert ledger.verify(session, rows.commune) is None
        acts = session.execute(text("SELECT count(*) FROM audit_entry WHERE action = 'lock_order'")).scalar_one()
    assert acts == 2 * len(pairs)
