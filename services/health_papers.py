"""The phiếu chuyển to the health station: who is to be concluded, as its clerk finds them, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlmodel import Session, col, select

from models.cycles import Cycle
from models.health import HealthCase
from models.people import Person
from models.places import Commune, Village
from rules.papers import HealthReferral, ReferredRow
from services import cycles, documents, law, paper_heads
from services.insurance_papers import printed_birth
from services.store import get

RECIPIENTS = ("Như trên", "Lưu: VT, KT")
_SEX = {"NAM": "Nam", "NU": "Nữ"}


def want(session: Session, cycle: Cycle, waiting: Sequence[HealthCase], *, now: datetime) -> None:
    """Ask for the phiếu chuyển of everyone who waits; a later wave of people is a paper of its own."""
    newest = max(row.key for row in waiting)
    documents.want(
        session,
        commune_id=cycle.commune_id,
        cycle_id=cycle.key,
        kind="health_referral",
        subject=f"health_handover:{cycle.key}:{newest}",
        title=f"Phiếu chuyển Trạm Y tế {cycles.label(cycle)} ({len(waiting)} người)",
        file_name=f"phieu-chuyen-tram-y-te-{cycle.year}-Q{cycle.quarter}-{newest}.docx",
        data=asdict(referral(session, cycle, waiting, now=now)),
        now=now,
    )


def referral(session: Session, cycle: Cycle, waiting: Sequence[HealthCase], *, now: datetime) -> HealthReferral:
    """What the phiếu chuyển says; no illness, no citizen number."""
    commune = get(session, Commune, cycle.commune_id)
    people = (
        select(Person, Village)
        .join(Village, col(Village.id) == Person.village_id)
        .where(col(Person.id).in_([row.person_id for row in waiting]))
        .order_by(col(Village.code), col(Person.sort_key), col(Person.id))
    )
    return HealthReferral(
        head=paper_heads.department(
            session, commune, kind="PC", recipients=RECIPIENTS, on=now.date(), is_demo=commune.is_demo
        ),
        cycle_label=cycles.label(cycle),
        policy=paper_heads.legal_text(law.book_for(session, commune.key), "NQ04.policy_name", cycle.opened_on, ""),
        due_on=min(row.due_on for row in waiting),
        rows=tuple(
            ReferredRow(
                person.full_name,
                printed_birth(person.birth_date, person.birth_precision),
                _SEX[person.sex],
                village.name,
            )
            for person, village in session.exec(people)
        ),
    )
