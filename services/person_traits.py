"""Further facts of a person as an officer records them in the dossier: so or not, from a day on, none overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, or_, select

from models.cycles import Case
from models.people import PersonFact, trait_fact
from rules.traits import trait_labels
from rules.workflow import Role, Step
from services import law, ledger
from services.cross_checks import STILL_OPEN
from services.cycles import want_step
from services.errors import conflict, invalid
from services.list_facts import close
from services.staff import Actor
from services.store import lock, save


@dataclass(frozen=True)
class KnownTrait:
    """One of the facts that the law may ask for: None while nobody has stated it."""

    label: str
    so: bool | None
    since: date | None


def known(session: Session, case: Case, on: date) -> dict[str, KnownTrait]:
    """By code: each further fact of the law in force, as it stands for the case's person on a day."""
    labels = trait_labels(law.book_for(session, case.commune_id), on)
    query = select(PersonFact).where(
        PersonFact.person_id == case.person_id,
        col(PersonFact.kind).in_(map(trait_fact, labels)),
        PersonFact.valid_from <= on,
        or_(col(PersonFact.valid_to).is_(None), col(PersonFact.valid_to) >= on),
    )
    facts = {fact.kind: fact for fact in session.exec(query.order_by(col(PersonFact.valid_from), col(PersonFact.id)))}
    return {code: _known(label, facts.get(trait_fact(code))) for code, label in labels.items()}


def _known(label: str, fact: PersonFact | None) -> KnownTrait:
    return KnownTrait(label, fact.value if fact else None, fact.valid_from if fact else None)


def record(session: Session, *, case_id: int, code: str, so: bool, since: date, actor: Actor, now: datetime) -> bool:
    """Phòng Kinh tế records whether a further fact is so from a day on; returns whether that is anything new.

    Raises Problem INVALID for a fact that the law's list does not have or a day to come, CONFLICT once the case went to
    the chairman.
    """
    case = lock(session, Case, case_id, "hồ sơ")
    role = actor.require(Role.economy, case.commune_id)
    if case.status not in STILL_OPEN:
        raise conflict("case_closed", "Hồ sơ đã trình Chủ tịch, không ghi thêm hoàn cảnh được nữa.")
    if code not in trait_labels(law.book_for(session, case.commune_id), now.date()):
        raise invalid("trait", "Chọn hoàn cảnh trong danh mục.", field="trait")
    if since > now.date():
        raise invalid("since", "Ngày bắt đầu không thể ở tương lai.", field="since")
    facts = _facts(session, case.person_id, trait_fact(code))
    standing = next((fact for fact in reversed(facts) if _holds(fact, since)), None)
    if standing is not None and standing.value is so and standing.valid_from == since:
        return False  # said of the same day; of another day it holds whatever else becomes known of the days between
    data = {"trait": code, "so": so, "since": since}
    source = _written(session, case, actor, role, data, now)
    later = next((fact.valid_from - timedelta(days=1) for fact in facts if fact.valid_from > since), None)
    new = PersonFact(
        person_id=case.person_id,
        kind=trait_fact(code),
        value=so,
        valid_from=since,
        valid_to=later,
        source=source,
        recorded_at=now,
    )
    save(session, new)
    if standing is not None:
        close(standing, new)
    return True


def _facts(session: Session, person_id: int, kind: str) -> list[PersonFact]:
    query = select(PersonFact).where(PersonFact.person_id == person_id, PersonFact.kind == kind)
    query = query.where(col(PersonFact.replaced_by).is_(None))
    return list(session.exec(query.order_by(col(PersonFact.valid_from), col(PersonFact.id))))


def _holds(fact: PersonFact, on: date) -> bool:
    return fact.valid_from <= on and (fact.valid_to is None or on <= fact.valid_to)


def _written(session: Session, case: Case, actor: Actor, role: Role, data: Mapping[str, object], now: datetime) -> str:
    """Write the act down, have the person's open cases assessed anew; returns what the fact names as its source."""
    subject = f"person:{case.person_id}"
    entry = ledger.append(
        session,
        commune_id=case.commune_id,
        actor=actor,
        role=role,
        action="record_trait",
        subject=subject,
        data=data,
        now=now,
    )
    touched = select(Case).where(Case.person_id == case.person_id, col(Case.status).in_(STILL_OPEN))
    for one in session.exec(touched).all():
        one.needs_assessment = True
        ledger.involve(session, cycle_id=one.cycle_id, actor=actor, action="record_trait", now=now)
        want_step(session, one.cycle_id, Step.eligibility, now=now)
    return f"audit:{entry.seq}"
