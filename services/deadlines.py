"""What somebody in a commune has to do by a day: silent thôn, held steps, payment lists, opinions without an answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.cycles import Cycle, CycleStep
from models.lists import VillageList
from models.payment import PaymentList, Transfer
from models.places import Village
from rules.months import Month
from rules.parameters import LawGap
from rules.workflow import STEP_LABELS, ListState, PaymentListState, Role, Step, StepState, TransferState
from services import cycles, feedback
from services.due import Table
from services.errors import Problem


@dataclass(frozen=True)
class Deadline:
    """One thing with its day. ``key`` is made of ids; ``roles`` are reminded, the first of them is said to be late."""

    key: str
    roles: tuple[Role, ...]
    due_on: date
    template: str
    path: str
    subject: str
    """What is to be done, as a superior reads it: "Xác minh sức khỏe"."""
    counts: dict[str, int] = field(default_factory=dict)
    waiting: int = 1
    """How many things are not done, as a superior reads it."""
    cycle: Cycle | None = None
    village: Village | None = None
    month: str | None = None


def open_deadlines(session: Session, *, commune_id: int, table: Table, now: datetime) -> Iterator[Deadline]:
    """Everything in the commune that has a day and is not done."""
    for cycle in cycles.open_cycles(session):
        if cycle.commune_id == commune_id:
            yield from _of_cycle(session, cycle, table, now)
    yield from _payment_lists(session, commune_id)
    yield from _opinions(session, commune_id)


def for_superiors(deadlines: Iterable[Deadline]) -> list[Deadline]:
    """The same as a superior reads it: the thôn of one quarter that are late from one day are one matter."""
    one_by_one = sorted(deadlines, key=_matter)
    together = []
    for matter, found in groupby(one_by_one, key=_matter):
        group = list(found)
        together.append(replace(group[0], key=matter[0], village=None, waiting=sum(one.waiting for one in group)))
    return together


def _matter(deadline: Deadline) -> tuple[str, str, str]:
    if deadline.village is None or deadline.cycle is None:
        return deadline.key, "", ""
    return f"lists:{deadline.cycle.key}", deadline.due_on.isoformat(), ""


def _of_cycle(session: Session, cycle: Cycle, table: Table, now: datetime) -> Iterator[Deadline]:
    step = cycles.current_step(session, cycle.key)
    if step is Step.lists:
        yield from _silent_villages(session, cycle)
    elif step is not None and step is not Step.payment:  # a month's list has its own day, also after the cycle's end
        row = cycles.step_row(session, cycle.key, step)
        if row.state == StepState.WAITING and row.holder != Role.system and row.due_on is not None:
            yield _held_step(session, cycle, row, row.due_on, table, now)


def _silent_villages(session: Session, cycle: Cycle) -> Iterator[Deadline]:
    query = (
        select(VillageList, Village)
        .join(Village, col(Village.id) == VillageList.village_id)
        .where(VillageList.cycle_id == cycle.key, VillageList.state == ListState.REQUESTED)
        .order_by(col(VillageList.id))
    )
    for asked, village in session.exec(query).all():
        yield Deadline(
            key=f"list:{asked.key}",
            roles=(Role.village_head,),
            due_on=asked.due_on,
            template="list_reminder",
            path="/lists",
            subject=STEP_LABELS[Step.lists],
            cycle=cycle,
            village=village,
        )


def _held_step(session: Session, cycle: Cycle, row: CycleStep, due_on: date, table: Table, now: datetime) -> Deadline:
    step = Step(row.step)
    waiting = _waiting(session, cycle, step, table, now)
    return Deadline(
        key=f"step:{cycle.key}:{step}:{row.holder}",
        roles=(Role(row.holder),),
        due_on=due_on,
        template="step_reminder",
        path=f"/{step}",
        subject=STEP_LABELS[step],
        counts={"waiting": waiting},
        waiting=waiting,
        cycle=cycle,
    )


def _waiting(session: Session, cycle: Cycle, step: Step, table: Table, now: datetime) -> int:
    """How many things the holder still has to do; at least the step itself."""
    try:
        counts = table[step].gate(session, cycle, now).counts
    except (Problem, LawGap):
        return 1
    return max(counts.get("waiting", 1), 1)


def _payment_lists(session: Session, commune_id: int) -> Iterator[Deadline]:
    query = select(PaymentList).where(
        PaymentList.commune_id == commune_id, PaymentList.state != PaymentListState.CLOSED
    )
    for row in session.exec(query.order_by(col(PaymentList.id))).all():
        is_sent = row.state == PaymentListState.SENT
        without_result = _without_result(session, row.key) if is_sent else 1
        yield Deadline(
            key=f"payment_list:{row.key}:{row.state}",
            roles=(Role.economy,),
            due_on=row.due_on,
            template="results_missing" if is_sent and without_result else "step_reminder",
            path=f"/payment/{row.key}",
            subject=f"{STEP_LABELS[Step.payment]} tháng {Month.parse(row.month)}",
            counts={"people": without_result, "waiting": 1},
            waiting=max(without_result, 1),
            month=row.month,
        )


def _without_result(session: Session, list_id: int) -> int:
    open_states = (TransferState.PLANNED, TransferState.SENT)
    query = select(func.count()).where(Transfer.list_id == list_id, col(Transfer.state).in_(open_states))
    return session.exec(query).one()


def _opinions(session: Session, commune_id: int) -> Iterator[Deadline]:
    """The opinions and complaints without an answer, under the day of the first of them."""
    waiting = feedback.open_feedback(session, commune_id)
    if waiting:
        yield Deadline(
            key=f"feedback:{waiting[0].key}",
            roles=(Role.economy, Role.culture),
            due_on=waiting[0].due_on,
            template="feedback_due",
            path="/feedback",
            subject="Trả lời phản ánh, kiến nghị, khiếu nại",
            counts={"open": len(waiting)},
            waiting=len(waiting),
        )
