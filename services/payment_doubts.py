"""Whom an officer should look at before the money goes: an open opinion or complaint, a proxy without a paper.

The machine holds nobody's money by itself: whoever looks decides, and a hold is let go by another person.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlmodel import Session, col, select

from models.cycles import Case
from models.feedback import Feedback
from models.payment import PaymentList, Transfer
from models.people import PayMethodKind, Person
from rules.workflow import TransferState
from services.transfers import OPEN_LISTS

OPINION, NO_PAPER = "Có ý kiến, khiếu nại chưa trả lời", "Nhận thay nhưng chưa ghi giấy ủy quyền"


class Doubt(NamedTuple):
    """One payment that may still be held, of whom, and why it deserves a look."""

    transfer_id: int
    full_name: str
    reason: str


def doubts(session: Session, payment_list: PaymentList) -> list[Doubt]:
    """Opinions first, each kind in Vietnamese name order; none once the list was sent, or for a held payment."""
    if payment_list.state not in OPEN_LISTS:
        return []
    planned = (
        select(Transfer, Person)
        .join(Person, col(Person.id) == Transfer.person_id)
        .where(Transfer.list_id == payment_list.key, Transfer.state == TransferState.PLANNED)
        .order_by(col(Person.sort_key), col(Transfer.id))
    )
    said = select(Case.person_id).join(Feedback, col(Feedback.case_id) == Case.id)
    open_said = said.where(Feedback.commune_id == payment_list.commune_id, col(Feedback.closed_at).is_(None))
    proxies = planned.where(Transfer.channel == PayMethodKind.PROXY)
    found = [
        Doubt(row.key, person.full_name, OPINION)
        for row, person in session.exec(planned.where(col(Transfer.person_id).in_(open_said)))
    ]
    return found + [
        Doubt(row.key, person.full_name, NO_PAPER)
        for row, person in session.exec(proxies)
        if not row.payee.get("proxy_paper")
    ]
