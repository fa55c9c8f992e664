"""Another card was found: somebody else pays, so the programme does not register the person, or takes them off."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session, select

from models.cycles import Cycle
from models.insurance import CardDecrease, InsuranceBatch, Registration
from models.people import FactKind, PersonFact
from models.places import Commune
from rules.insurance import object_names
from rules.months import Month
from rules.workflow import RegistrationState, Role
from services import insurance_papers
from services.errors import conflict, invalid
from services.insurance_cover import FOUND, other_card
from services.insurance_decreases import give_back, paid_months
from services.insurance_notices import record
from services.staff import Actor
from services.store import get, lock, save

OPEN = (RegistrationState.PLANNED, RegistrationState.SENT, RegistrationState.CARD)


def found(
    session: Session, *, registration_id: int, code: str, since: date, actor: Actor, now: datetime
) -> Registration:
    """Record a card of object ``code`` valid since a day: Phòng Kinh tế or BHXH cơ sở.

    One that BHXH has not seen is covered at once; of the others the months from that day on go into the next D03-TS as
    a decrease. Raises Problem INVALID for an unknown code or a day to come, CONFLICT for a registration that is over.
    """
    row = get(session, Registration, registration_id, "đăng ký này")
    role = actor.require((Role.economy, Role.insurance), row.commune_id)
    lock(session, Commune, row.commune_id, "đơn vị")
    row = lock(session, Registration, registration_id, "đăng ký này")
    if code not in object_names():
        raise invalid("code", "Chọn mã đối tượng trong danh mục.")
    if since > now.date():
        raise invalid("since", "Ngày thẻ kia có giá trị không thể ở tương lai.")
    if row.state not in OPEN:
        raise conflict("registration_state", "Đăng ký này đã kết thúc nên không ghi thẻ khác được.")
    _remember(session, row, code, since, now)
    reason = other_card(code)
    if row.state == RegistrationState.PLANNED:
        _cover(session, row, code, reason, now)
    else:
        give_back(session, row, last=Month.of(since).plus(-1), reason=reason, now=now)
    cycle = get(session, Cycle, row.cycle_id, "kỳ xét")
    record(session, cycle, "other_card_found", f"registration:{row.key}", actor, role, {}, now)
    return row


def _remember(session: Session, row: Registration, code: str, since: date, now: datetime) -> None:
    """The fact stands for later quarters too: nobody is registered again beside that card."""
    save(
        session,
        PersonFact(
            person_id=row.person_id,
            kind=FactKind.BHYT_OBJECT,
            value=code,
            valid_from=since,
            source=FOUND,
            recorded_at=now,
        ),
    )


def _cover(session: Session, row: Registration, code: str, reason: str, now: datetime) -> None:
    batch_id, row.batch_id = row.batch_id, None
    row.state, row.reason, row.object_code = RegistrationState.COVERED, reason, code
    row.months, row.amount, row.monthly = 0, 0, []
    save(session, row)
    if batch_id is not None:
        batch = lock(session, InsuranceBatch, batch_id, "hồ sơ D03-TS")
        insurance_papers.recount(session, batch)
        insurance_papers.want(session, batch, now=now)


def decrease_of(session: Session, registration_id: int) -> CardDecrease | None:
    """The decrease that ends a registration, if there is one."""
    return session.exec(select(CardDecrease).where(CardDecrease.registration_id == registration_id)).first()


def months(row: Registration) -> list[tuple[str, int]]:
    """(month as read, đồng) of each month registered."""
    return [(str(month), amount) for month, amount in paid_months(row, None).items()]


def objects() -> list[tuple[str, str]]:
    """(code, code and name) of every BHYT object, for a pick list."""
    return [(code, f"{code} – {name}") for code, name in object_names().items()]
