"""One person's case as its reviewers see it: identity, the standing answer with its trace, matches, opinions, history.

Holds no diagnosis and no account number: of health it says only đạt, không đạt, chờ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from models.cycles import Case
from models.eligibility import Assessment, AssistanceRecord, CrossCheck
from models.feedback import Feedback
from models.health import HealthCase
from models.people import Household, HouseholdStatus, Person
from models.places import Village
from rules.workflow import MOVES, CaseStatus, Role
from services import case_timeline
from services.case_timeline import Event
from services.eligibility import current
from services.staff import Actor
from services.store import get
from services.traces import findings_of

READERS = (Role.economy, Role.culture, Role.chairman)


@dataclass(frozen=True)
class Match:
    """A possible match with the social-assistance list and what was concluded."""

    check: CrossCheck
    record: AssistanceRecord


@dataclass(frozen=True)
class Dossier:
    """Everything a reviewer may see of one case."""

    person: Person
    village: Village
    household: Household
    statuses: list[HouseholdStatus]
    assessment: Assessment | None
    findings: tuple[Mapping[str, Any], ...]
    """The assessment's trace, each rule with the values that were read."""
    health: HealthCase | None
    matches: list[Match]
    feedback: list[Feedback]
    events: list[Event]
    actions: frozenset[str]
    """Moves of the workflow's table that begin where the case stands."""


def dossier(session: Session, *, case_id: int, actor: Actor) -> Dossier:
    """The case's dossier. Raises Problem NOT_ALLOWED outside the reviewing departments of its commune."""
    case = get(session, Case, case_id, "hồ sơ")
    actor.require(READERS, case.commune_id)
    person, answer = get(session, Person, case.person_id), current(session, case_id)
    statuses = select(HouseholdStatus).where(HouseholdStatus.household_id == person.household_id)
    feedback = select(Feedback).where(Feedback.case_id == case_id).order_by(col(Feedback.id))
    return Dossier(
        person=person,
        village=get(session, Village, case.village_id),
        household=get(session, Household, person.household_id),
        statuses=list(session.exec(statuses.order_by(col(HouseholdStatus.valid_from)))),
        assessment=answer,
        findings=findings_of(session, answer) if answer else (),
        health=session.exec(select(HealthCase).where(HealthCase.case_id == case_id)).first(),
        matches=_matches(session, case_id),
        feedback=list(session.exec(feedback)),
        events=case_timeline.timeline(session, case),
        actions=frozenset(name for name, move in MOVES.items() if CaseStatus(case.status) in move.sources),
    )


def _matches(session: Session, case_id: int) -> list[Match]:
    query = (
        select(CrossCheck, AssistanceRecord)
        .join(AssistanceRecord, col(AssistanceRecord.id) == CrossCheck.record_id)
        .where(CrossCheck.case_id == case_id)
        .order_by(col(CrossCheck.id))
    )
    return [Match(check, record) for check, record in session.exec(query)]
