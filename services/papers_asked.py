"""Papers that Trạm Y tế asked for and still waits for: of whom, which kind of paper, what has come since.

A kind of paper (`rules/law/evidence.yaml`) names no illness; what the station wrote beside it stays with the station.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.cycles import Case, Cycle
from models.health import HealthCase, HealthConclusion
from models.people import Person, PersonPaper
from models.places import Village
from rules.diseases import evidence_kinds
from rules.workflow import CaseStatus, HealthResult, Role
from services.staff import Actor

READERS = (Role.village_head, Role.economy)
BEFORE_SUBMISSION = (CaseStatus.HEALTH, CaseStatus.REVIEW, CaseStatus.PROPOSED, CaseStatus.SET_ASIDE)


@dataclass(frozen=True)
class AskedPaper:
    """One person whose papers are awaited. ``kind``: the paper in words, "" when the station named none."""

    person: Person
    village: Village
    kind: str
    asked_at: datetime
    due_on: date
    sent: int
    """Papers of this person that came after the question."""


def asked_papers(
    session: Session,
    *,
    commune_id: int,
    actor: Actor,
    villages: tuple[int, ...] | None = None,
    person_id: int | None = None,
) -> list[AskedPaper]:
    """Everybody of whom papers are asked in an open cycle, the earliest deadline first.

    ``villages`` limits; None is the whole commune. Raises Problem NOT_ALLOWED for others than a
    village head or Phòng Kinh tế of the commune.
    """
    actor.require(READERS, commune_id)
    newest = (
        select(func.max(HealthConclusion.round))
        .where(HealthConclusion.health_case_id == HealthCase.id)
        .correlate(HealthCase)
        .scalar_subquery()
    )
    shown: Any = (Person, Village, HealthConclusion.evidence_kind, HealthConclusion.concluded_at, HealthCase.due_on)
    query = (
        select(*shown)
        .join(HealthCase, col(HealthCase.person_id) == Person.id)
        .join(Case, col(Case.id) == HealthCase.case_id)
        .join(Cycle, (col(Cycle.id) == HealthCase.cycle_id) & col(Cycle.done_at).is_(None))
        .join(Village, col(Village.id) == Person.village_id)
        .join(HealthConclusion, col(HealthConclusion.health_case_id) == HealthCase.id)
        .where(HealthCase.commune_id == commune_id, HealthCase.result == HealthResult.MORE_PAPERS)
        .where(col(Case.status).in_(BEFORE_SUBMISSION), HealthConclusion.round == newest)
        .order_by(col(HealthCase.due_on), col(Person.sort_key), col(HealthCase.id))
    )
    if villages is not None:
        query = query.where(col(Person.village_id).in_(villages))
    if person_id is not None:
        query = query.where(Person.id == person_id)
    found = session.exec(query).all()
    came = arrivals(session, [person.key for person, *_ in found])
    labels = {code: kind.label for code, kind in evidence_kinds().items()}
    return [
        AskedPaper(
            person=person,
            village=village,
            kind=labels.get(kind, ""),
            asked_at=asked_at,
            due_on=due_on,
            sent=sum(moment >= asked_at for moment in came.get(person.key, ())),
        )
        for person, village, kind, asked_at, due_on in found
    ]


def arrivals(session: Session, people: list[int]) -> dict[int, list[datetime]]:
    """When each paper of these people came in; says nothing of what it is."""
    query = select(PersonPaper.person_id, PersonPaper.uploaded_at).where(col(PersonPaper.person_id).in_(people))
    found: dict[int, list[datetime]] = {}
    for person_id, moment in session.exec(query):
        found.setdefault(person_id, []).append(moment)
    return found
