"""The insurance column: who is registered and who is taken off, and the D03-TS that is sent.

Serves Điều 4: each person given BHYT support ends the cycle with a card, or with the reason why there is none.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, select

from models.cycles import Cycle
from models.insurance import InsuranceBatch, Registration
from models.places import Commune
from rules.workflow import RegistrationState, Role
from services.card_answers import answer_rows, import_cards, preview_cards
from services.errors import conflict
from services.insurance_notices import record, tell
from services.insurance_papers import d03_decreases, d03_rows
from services.insurance_step import STEP
from services.staff import Actor
from services.store import get, lock, save

__all__ = [
    "STEP", "answer_rows", "d03_decreases", "d03_rows", "import_cards", "mark_sent", "preview_cards",
]  # fmt: skip


def mark_sent(session: Session, *, batch_id: int, actor: Actor, now: datetime) -> InsuranceBatch:
    """The batch's D03-TS went to BHXH cơ sở. Phòng Kinh tế does it.

    Raises Problem CONFLICT when it was sent before or nobody is left in it.
    """
    commune_id = get(session, InsuranceBatch, batch_id, "hồ sơ D03-TS").commune_id
    role = actor.require(Role.economy, commune_id)
    lock(session, Commune, commune_id, "đơn vị")
    batch = lock(session, InsuranceBatch, batch_id, "hồ sơ D03-TS")
    if batch.sent_at is not None:
        raise conflict("batch_sent", "Hồ sơ D03-TS này đã gửi rồi.")
    if not batch.people + batch.decreases:
        raise conflict("batch_empty", "Hồ sơ D03-TS này không còn ai để gửi.")
    batch.sent_by, batch.sent_at = actor.person_id, now
    for row in session.exec(select(Registration).where(Registration.batch_id == batch_id)).all():
        row.state = RegistrationState.SENT
        session.add(row)
    save(session, batch)
    cycle = get(session, Cycle, batch.cycle_id, "kỳ xét")
    counts = {"people": batch.people, "leaving": batch.decreases}
    record(session, cycle, "send_insurance_batch", f"insurance_batch:{batch_id}", actor, role, {}, now)
    tell(session, cycle, "insurance_handover", f"batch:{batch_id}", Role.insurance, counts, now)
    return batch
