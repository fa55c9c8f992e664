"""What is seen of health: the station its queue and its rounds, each look recorded; everybody else one word."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.cycles import Case, Cycle
from models.health import HealthCase, HealthConclusion
from models.lists import ListFile, ListRow, VillageList
from models.people import Person
from models.places import Village
from rules.workflow import HEALTH_RESULT_LABELS, CaseStatus, HealthResult, Role
from services import ledger
from services.papers_asked import BEFORE_SUBMISSION, arrivals
from services.staff import Actor
from services.store import get

EXPIRED = "Hết hạn"
UNDECIDED = (HealthResult.PENDING, HealthResult.MORE_PAPERS)


@dataclass(frozen=True)
class QueueRow:
    """One person at the health station, without a diagnosis. ``round_count``: conclusions so far."""

    health_case_id: int
    case_id: int
    case_status: CaseStatus
    full_name: str
    birth_date: date
    birth_precision: str
    sex: str
    citizen_id: str | None
    village_name: str
    result: HealthResult
    routed_at: datetime
    due_on: date
    valid_until: date | None
    round_count: int
    new_papers: int
    """Papers of this person that came in since the last round."""

    @property
    def waits(self) -> bool:
        """For a conclusion now: never concluded, or the papers asked for have come."""
        asked = self.result is HealthResult.MORE_PAPERS and self.new_papers > 0
        return self.result is HealthResult.PENDING or asked


def queue_for(session: Session, *, commune_id: int, actor: Actor, cycle_id: int | None = None) -> list[QueueRow]:
    """Everybody routed to the station, open cycles only unless one is named, those without a conclusion first.

    Raises Problem NOT_ALLOWED for others than the commune's health station.
    """
    actor.require(Role.health_station, commune_id)
    query = (
        select(HealthCase, Case, Person, Village)
        .join(Case, col(Case.id) == HealthCase.case_id)
        .join(Person, col(Person.id) == HealthCase.person_id)
        .join(Village, col(Village.id) == Case.village_id)
        .join(Cycle, col(Cycle.id) == HealthCase.cycle_id)
        .where(HealthCase.commune_id == commune_id)
    )
    closed = col(Case.status).not_in(BEFORE_SUBMISSION) & col(HealthCase.result).in_(UNDECIDED)
    query = query.where(~closed)  # withdrawn, or gone to the chairman without a conclusion: nothing is left to say
    query = query.where(col(Cycle.done_at).is_(None) if cycle_id is None else HealthCase.cycle_id == cycle_id)
    found = list(session.exec(query))
    done = _round_counts(session, [row.key for row, *_ in found])
    asked = {row.person_id: row.concluded_at for row, *_ in found if row.result == HealthResult.MORE_PAPERS}
    came = arrivals(session, list(asked))
    new = {who: sum(moment >= since for moment in came.get(who, ())) for who, since in asked.items() if since}
    ordered = sorted(found, key=lambda one: _order(one[0], one[2]))
    return [_queue_row(*one, done.get(one[0].key, 0), new.get(one[0].person_id, 0)) for one in ordered]


def _order(row: HealthCase, person: Person) -> tuple[bool, date, str, int]:
    settled = row.result not in {HealthResult.PENDING, HealthResult.MORE_PAPERS}
    return settled, row.due_on, person.sort_key, row.key


def _round_counts(session: Session, numbers: list[int]) -> dict[int, int]:
    query = select(HealthConclusion.health_case_id, func.count()).where(
        col(HealthConclusion.health_case_id).in_(numbers)
    )
    return dict(session.exec(query.group_by(col(HealthConclusion.health_case_id))).all())


def _queue_row(row: HealthCase, case: Case, person: Person, village: Village, round_count: int, new: int) -> QueueRow:
    return QueueRow(
        health_case_id=row.key,
        case_id=case.key,
        case_status=CaseStatus(case.status),
        full_name=person.full_name,
        birth_date=person.birth_date,
        birth_precision=person.birth_precision,
        sex=person.sex,
        citizen_id=person.citizen_id,
        village_name=village.name,
        result=HealthResult(row.result),
        routed_at=row.routed_at,
        due_on=row.due_on,
        valid_until=row.valid_until,
        round_count=round_count,
        new_papers=new,
    )


def rounds(session: Session, *, health_case_id: int, actor: Actor, now: datetime) -> list[HealthConclusion]:
    """Every conclusion of one person, oldest first, diagnosis in clear; the look is recorded.

    Raises Problem NOT_ALLOWED for others than the commune's health station, whatever else they may see.
    """
    row = _looked_at(session, health_case_id, "health_rounds", actor, now)
    query = select(HealthConclusion).where(HealthConclusion.health_case_id == row.key)
    return list(session.exec(query.order_by(col(HealthConclusion.round))))


def stated_papers(session: Session, *, health_case_id: int, actor: Actor, now: datetime) -> dict[str, str]:
    """What the thôn wrote of medical papers and remarks (``medical_papers``, ``note``) last; the look is recorded."""
    row = _looked_at(session, health_case_id, "stated_papers", actor, now)
    query = (
        select(ListRow.stated_health)
        .join(ListFile, col(ListFile.id) == ListRow.list_file_id)
        .join(VillageList, col(VillageList.id) == ListFile.village_list_id)
        .where(VillageList.cycle_id == row.cycle_id, ListRow.person_id == row.person_id)
        .where(col(ListRow.stated_health).is_not(None))
        .order_by(col(ListRow.id).desc())
    )
    newest = session.exec(query).first()
    stated: dict[str, str] = json.loads(newest) if newest else {}
    return stated


def _looked_at(session: Session, health_case_id: int, what: str, actor: Actor, now: datetime) -> HealthCase:
    row = get(session, HealthCase, health_case_id, "hồ sơ sức khỏe")
    role = actor.require(Role.health_station, row.commune_id)
    ledger.log_read(session, actor=actor, role=role, what=what, subject=f"health_case:{row.key}", now=now)
    session.flush()
    return row


def shown_result(row: HealthCase, on: date) -> str:
    """The word that other departments see on a day: Chờ, Đạt, Không đạt, Chờ bổ sung giấy tờ or Hết hạn."""
    if row.result == HealthResult.MET and row.valid_until is not None and row.valid_until < on:
        return EXPIRED
    return HEALTH_RESULT_LABELS[HealthResult(row.result)]


def results(session: Session, *, cycle_id: int, actor: Actor, on: date) -> dict[int, str]:
    """Case → the word shown for it, for the offices that review and decide. Raises Problem NOT_ALLOWED for others."""
    cycle = get(session, Cycle, cycle_id, "kỳ xét")
    actor.require((Role.economy, Role.culture, Role.chairman, Role.health_station), cycle.commune_id)
    query = select(HealthCase).where(HealthCase.cycle_id == cycle_id).order_by(col(HealthCase.id))
    return {row.case_id: shown_result(row, on) for row in session.exec(query)}
