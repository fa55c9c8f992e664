"""The outbox: take due mails for sending, one sender each, and write down what became of every attempt.

An attempt is a row begun before the mail goes out. A sender that was killed leaves it open; after ``held_until``
(machine time) the next one repeats the same attempt under the same Message-ID.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, update
from sqlmodel import Session, col, select

from models.notices import Delivery, Mail
from models.places import Department
from rules.workflow import MailState, Role
from services.store import insert_once

SENDING = "SENDING"
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 720, 1440, 1440, 1440))
"""How long after each attempt a mail that could not be sent for the moment is tried again; after the last it FAILED.

In all four and a half days: a server that is silent over a holiday loses no mail.
"""


@dataclass(frozen=True)
class Letter:
    """One mail taken for sending: its attempt, and all that the post office needs."""

    delivery_id: int
    mail_id: int
    template: str
    context: dict[str, Any]
    to_address: str
    to_name: str
    message_id: str
    held_until: datetime
    """Machine time until which nobody else may send it."""
    reply_to: str | None = None
    """The shared mailbox of Phòng Kinh tế: the sender's address is the machine's, nobody reads it."""


def take_due(session: Session, *, now: datetime, machine_now: datetime, hold: timedelta, limit: int) -> list[Letter]:
    """Begin an attempt for up to ``limit`` mails that are due at ``now`` and that nobody else is sending."""
    due = (
        select(Mail)
        .where(Mail.state == MailState.QUEUED, Mail.next_try_at <= now)
        .where(col(Mail.id).not_in(_in_hand(machine_now)))
        .order_by(col(Mail.id))
        .limit(limit)
    )
    taken = []
    mails = session.exec(due).all()
    answer_to = _reply_addresses(session, {mail.commune_id for mail in mails})
    for mail in mails:
        delivery_id = _begin(session, mail, now, machine_now, hold)
        if delivery_id:
            taken.append(
                Letter(
                    delivery_id,
                    mail.key,
                    mail.template,
                    mail.context,
                    mail.to_address,
                    mail.to_name,
                    mail.message_id,
                    machine_now + hold,
                    answer_to.get(mail.commune_id),
                )
            )
    return taken


def _reply_addresses(session: Session, communes: set[int]) -> dict[int, str]:
    query = select(Department).where(col(Department.commune_id).in_(communes), Department.role == Role.economy)
    return {department.commune_id: department.email for department in session.exec(query) if department.email}


def _in_hand(machine_now: datetime) -> Any:
    return select(Delivery.mail_id).where(Delivery.outcome == SENDING, col(Delivery.held_until) >= machine_now)


def _begin(session: Session, mail: Mail, now: datetime, machine_now: datetime, hold: timedelta) -> int | None:
    """The number of the attempt when it is ours; None when another sender was quicker."""
    attempt, until = mail.attempts + 1, machine_now + hold
    row = {"mail_id": mail.key, "attempt": attempt, "at": now, "outcome": SENDING, "held_until": until}
    same = col(Delivery.mail_id) == mail.key, col(Delivery.attempt) == attempt
    if not insert_once(session, Delivery, [row]):
        left_open = col(Delivery.outcome) == SENDING, col(Delivery.held_until) < machine_now
        statement = update(Delivery).where(*same, *left_open).values(held_until=until)
        result = session.execute(statement.execution_options(synchronize_session=False))
        assert isinstance(result, CursorResult)  # noqa: S101 - what an UPDATE gives; for the type checker
        if not result.rowcount:
            return None
    return session.exec(select(Delivery.id).where(*same)).one()


def settle(
    session: Session, *, delivery_id: int, outcome: str, server_words: str, now: datetime, is_temporary: bool = False
) -> MailState:
    """End an attempt: the mail is SENT, WITHHELD or FAILED for good, or tried again later while ``is_temporary``.

    ``outcome`` is the mailer's word: SENT, WITHHELD, PERMANENT or TEMPORARY. Returns where the mail stands then.
    """
    both = select(Delivery, Mail).join(Mail, col(Mail.id) == Delivery.mail_id).where(Delivery.id == delivery_id)
    delivery, mail = session.exec(both).one()
    delivery.outcome, delivery.server_words, delivery.held_until = outcome, server_words, None
    mail.attempts = delivery.attempt
    if is_temporary and mail.attempts <= len(BACK_OFF):
        mail.next_try_at = now + BACK_OFF[mail.attempts - 1]
    else:
        mail.state = {"SENT": MailState.SENT, "WITHHELD": MailState.WITHHELD}.get(outcome, MailState.FAILED)
        mail.settled_at = now
    return MailState(mail.state)


def give_back(session: Session, letters: Sequence[Letter]) -> None:
    """Letters that were taken and not tried: as if they had not been taken, unless another sender has them now."""
    for letter in letters:
        ours = col(Delivery.outcome) == SENDING, col(Delivery.held_until) == letter.held_until
        untried = delete(Delivery).where(col(Delivery.id) == letter.delivery_id, *ours)
        session.execute(untried.execution_options(synchronize_session=False))


def is_due(session: Session, *, now: datetime) -> bool:
    """Whether any mail waits to be sent."""
    due = select(Mail.id).where(Mail.state == MailState.QUEUED, Mail.next_try_at <= now).limit(1)
    return session.exec(due).first() is not None
