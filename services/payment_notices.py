"""What each act of the payment column leaves behind: its audit entry, the step to look again, the mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.cycles import Cycle, CycleStep
from models.payment import PaymentList, PaymentListReturn, Transfer
from models.places import Commune, Village
from rules.workflow import Role, Step, StepState
from services import cycles, ledger, notices
from services.payment_papers import cycle_id_of
from services.staff import Actor
from services.store import get


def record(
    session: Session,
    payment_list: PaymentList,
    action: str,
    actor: Actor,
    role: Role,
    data: Mapping[str, int | str],
    now: datetime,
) -> None:
    """Write an act on a list into the audit chain; the payment step looks again."""
    ledger.append(
        session,
        commune_id=payment_list.commune_id,
        actor=actor,
        role=role,
        action=action,
        subject=f"payment_list:{payment_list.key}",
        data=data,
        now=now,
    )
    want_payment_step(session, payment_list.commune_id, now=now)


def want_payment_step(session: Session, commune_id: int, *, now: datetime) -> None:
    """The next run looks again at the payment step of each cycle of the commune that stands there."""
    query = (
        select(Cycle.id)
        .join(CycleStep, col(CycleStep.cycle_id) == Cycle.id)
        .where(Cycle.commune_id == commune_id, CycleStep.step == Step.payment)
        .where(col(CycleStep.state).in_((StepState.READY, StepState.WAITING)))
        .order_by(col(Cycle.id))
    )
    for cycle_id in session.exec(query).all():
        if cycle_id is not None:
            cycles.want_step(session, cycle_id, Step.payment, now=now)


def tell_economy(session: Session, payment_list: PaymentList, *, now: datetime) -> None:
    """A draft waits to be checked and prepared."""
    _tell(session, payment_list, "payment_to_prepare", "draft", Role.economy, {"people": payment_list.people}, now)


def tell_approvers(session: Session, payment_list: PaymentList, *, now: datetime) -> None:
    """A prepared list waits for the second person; one that was sent back before is told of again."""
    what = _again(session, payment_list, "approve")
    for role in (Role.economy, Role.chairman):
        _tell(session, payment_list, "payment_for_approval", what, role, {"people": payment_list.people}, now)


def tell_sent_back(session: Session, payment_list: PaymentList, *, now: datetime) -> None:
    """The second person sent the list back: Phòng Kinh tế prepares it anew."""
    what = _again(session, payment_list, "draft")
    _tell(session, payment_list, "payment_sent_back", what, Role.economy, {"people": payment_list.people}, now)


def _again(session: Session, payment_list: PaymentList, what: str) -> str:
    """ "approve", and "approve:1" after the list was sent back once: one mail for each time it comes."""
    times = select(func.count()).where(PaymentListReturn.list_id == payment_list.key)
    count = session.exec(times).one()
    return f"{what}:{count}" if count else what


def tell_villages(session: Session, payment_list: PaymentList, *, now: datetime) -> None:
    """The list is on its way: each thôn hears how many of its people are to receive money."""
    transfers = select(Transfer.village_id, Transfer.person_id).where(Transfer.list_id == payment_list.key)
    people = Counter(village_id for village_id, _ in set(session.exec(transfers).all()))
    for village in session.exec(select(Village).where(col(Village.id).in_(people)).order_by(col(Village.id))).all():
        counts = {"people": people[village.key]}
        _tell(session, payment_list, "payment_sent", "sent", Role.village_head, counts, now, village)


def _tell(
    session: Session,
    payment_list: PaymentList,
    template: str,
    what: str,
    role: Role,
    counts: dict[str, int],
    now: datetime,
    village: Village | None = None,
) -> None:
    cycle_id = cycle_id_of(session, payment_list.commune_id)
    notices.queue(
        session,
        key=f"payment_list:{payment_list.key}:{what}" + (f":{village.code}" if village else ""),
        template=template,
        commune=get(session, Commune, payment_list.commune_id, "đơn vị"),
        cycle=get(session, Cycle, cycle_id, "kỳ xét") if cycle_id else None,
        village=village,
        role=role,
        now=now,
        due_on=None if village else payment_list.due_on,
        path=f"/payment/{payment_list.key}",
        counts=counts,
        extra={"month": payment_list.month},
    )
