"""Step 2, health: route those whose answer hangs on an illness, and keep what the health station concludes of them.

Serves part III.4 of the plan: TT 50/2024 (disease list), TTLT 28/2013 (injury percentage), TT 25/2025 (long-term
diseases). Only the health station reads a round, everybody else the result word. Rounds are sealed and append-only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.cycles import Case, Cycle
from models.health import HealthCase, HealthConclusion
from models.places import Commune
from rules.eligibility import needs_health
from rules.workflow import CaseStatus, HealthResult, Role, Step, StepState
from services import cases, cross_checks, cycles, facts, health_notices, health_papers, law, ledger, notices
from services.errors import conflict
from services.health_checks import Answer, check
from services.health_views import UNDECIDED, QueueRow, queue_for, results, rounds, shown_result, stated_papers
from services.papers_asked import BEFORE_SUBMISSION
from services.staff import SYSTEM, Actor
from services.steps import Gate, StepWork
from services.store import get, insert_once, lock

__all__ = [
    "BEFORE_SUBMISSION",
    "STEP",
    "QueueRow",
    "conclude",
    "queue_for",
    "results",
    "rounds",
    "shown_result",
    "stated_papers",
]


def conclude(
    session: Session,
    *,
    health_case_id: int,
    result: HealthResult,
    route: str = "NONE",
    disease_code: str | None = None,
    severity_met: bool | None = None,
    injury_pct: int | None = None,
    evidence_kind: str = "",
    evidence_note: str | None = None,
    valid_until: date | None = None,
    note: str | None = None,
    actor: Actor,
    now: datetime,
) -> HealthConclusion:
    """One round of the station's conclusion: it replaces the earlier ones in effect, all of them stay.

    ``route``: TT50, INJURY_PCT, TT25 or NONE; ``injury_pct`` 0–100; ``disease_code`` as written ("5 - C34.9").
    Raises Problem NOT_ALLOWED for others than the station, CONFLICT once the case was submitted, INVALID or WAITING
    when the conclusion does not carry itself (see :func:`services.health_checks.check`).
    """
    health_case = lock(session, HealthCase, health_case_id, "hồ sơ sức khỏe")
    role = actor.require(Role.health_station, health_case.commune_id)
    case = lock(session, Case, health_case.case_id, "hồ sơ")
    if case.status not in BEFORE_SUBMISSION:
        raise conflict("case_closed", "Hồ sơ đã trình Chủ tịch hoặc đã rút, không kết luận lại được nữa.")
    answer = Answer(
        result=HealthResult(result),
        route=route,
        disease_code=disease_code,
        severity_met=severity_met,
        injury_pct=injury_pct,
        evidence_kind=evidence_kind,
        valid_until=valid_until,
        note=note,
    )
    check(answer, book=law.book_for(session, case.commune_id), on=now.date())
    conclusion = _new_round(session, health_case, answer, evidence_note, actor, now)
    _take_effect(session, health_case, case, conclusion, actor, now)
    _record_act(session, health_case, conclusion, actor, role, now)
    if result is HealthResult.MORE_PAPERS:
        health_notices.ask_for_papers(session, case, due_on=health_case.due_on, now=now)
    return conclusion


def _new_round(
    session: Session, health_case: HealthCase, answer: Answer, evidence_note: str | None, actor: Actor, now: datetime
) -> HealthConclusion:
    newest = select(func.max(HealthConclusion.round)).where(HealthConclusion.health_case_id == health_case.key)
    conclusion = HealthConclusion(
        health_case_id=health_case.key,
        round=(session.exec(newest).one() or 0) + 1,
        result=answer.result,
        route=answer.route,
        disease_code=answer.disease_code,
        severity_met=answer.severity_met,
        injury_pct=answer.injury_pct,
        evidence_kind=answer.evidence_kind,
        evidence_note=evidence_note,
        valid_until=answer.valid_until,
        note=answer.note,
        concluded_by=actor.person_id,
        concluded_at=now,
    )
    session.add(conclusion)
    session.flush()
    return conclusion


def _take_effect(
    session: Session, health_case: HealthCase, case: Case, conclusion: HealthConclusion, actor: Actor, now: datetime
) -> None:
    health_case.result = conclusion.result
    health_case.valid_until = conclusion.valid_until
    health_case.concluded_at = now
    case.needs_assessment = True
    session.add_all([health_case, case])
    if case.status == CaseStatus.HEALTH and conclusion.result not in UNDECIDED:
        cases.move(session, case, "conclude_health", actor=actor, now=now)
    session.flush()


def _record_act(
    session: Session, health_case: HealthCase, conclusion: HealthConclusion, actor: Actor, role: Role, now: datetime
) -> None:
    ledger.append(
        session,
        commune_id=health_case.commune_id,
        actor=actor,
        role=role,
        action="health_conclusion",
        subject=f"health_case:{health_case.key}",
        data={"case": health_case.case_id, "round": conclusion.round, "result": str(conclusion.result)},
        now=now,
    )
    ledger.involve(session, cycle_id=health_case.cycle_id, actor=actor, action="health_conclusion", now=now)
    over = cycles.step_row(session, health_case.cycle_id, Step.health).state == StepState.DONE
    cycles.want_step(session, health_case.cycle_id, Step.eligibility if over else Step.health, now=now)


# ---------------------------------------------------------------- the step


def _pending(session: Session, cycle: Cycle, _now: datetime) -> list[int]:
    query = select(Case.id).where(Case.cycle_id == cycle.key, Case.status == CaseStatus.LISTED)
    return [number for number in session.exec(query.order_by(col(Case.id))) if number is not None]


def _work(session: Session, cycle: Cycle, numbers: list[int], now: datetime) -> dict[str, int]:
    """Send each listed case where it belongs: to the station when an illness decides about it, else to review."""
    query = select(Case).where(col(Case.id).in_(numbers), Case.status == CaseStatus.LISTED).order_by(col(Case.id))
    batch = session.exec(query.with_for_update()).all()
    book = law.book_for(session, cycle.commune_id)
    known = facts.gather(session, batch, now.date(), book)
    ill = [case for case in batch if needs_health(known[case.key], now.date(), book)]
    due_on = cycles.deadline(session, cycle, Step.health, on=now.date())
    rows = [_health_case(case, now, due_on) for case in ill]
    insert_once(session, HealthCase, rows)
    to_station = {case.key for case in ill}
    moves = [cases.Move(case, "route_health" if case.key in to_station else "route_review") for case in batch]
    cases.move_all(session, moves, actor=SYSTEM, now=now)
    mails = 0 if _pending(session, cycle, now) else _hand_over(session, cycle, now)
    return {"health": len(ill), "review": len(batch) - len(ill), "mails": mails}


def ask_later(session: Session, cycle: Cycle, numbers: Sequence[int], now: datetime) -> int:
    """Ask the station about cases under review whose answer came to hang on an illness only after the routing.

    They stay under review: Phòng Kinh tế may wait for the conclusion or leave the person aside. Returns how many were
    asked about; whoever was routed before is not asked about twice.
    """
    routed = select(HealthCase.case_id).where(col(HealthCase.case_id).in_(numbers))
    query = select(Case).where(col(Case.id).in_(numbers), Case.status == CaseStatus.REVIEW, col(Case.id).not_in(routed))
    batch = session.exec(query.order_by(col(Case.id)).with_for_update()).all()
    if not batch:
        return 0
    due_on = cycles.deadline(session, cycle, Step.health, on=now.date())
    insert_once(session, HealthCase, [_health_case(case, now, due_on) for case in batch])
    acts = [ledger.Act(Role.system, "ask_station", f"case:{case.key}", {}) for case in batch]
    ledger.append_all(session, commune_id=cycle.commune_id, actor=SYSTEM, acts=acts, now=now)
    _hand_over(session, cycle, now)
    return len(batch)


def _health_case(case: Case, now: datetime, due_on: date) -> dict[str, object]:
    return {
        "case_id": case.key,
        "cycle_id": case.cycle_id,
        "commune_id": case.commune_id,
        "person_id": case.person_id,
        "routed_at": now,
        "due_on": due_on,
    }


def _hand_over(session: Session, cycle: Cycle, now: datetime) -> int:
    """One mail when all are routed, with the number that waits; a later wave of cases is a mail of its own."""
    waiting = _waiting(session, cycle)
    if not waiting:
        return 0
    health_papers.want(session, cycle, waiting, now=now)
    return notices.queue(
        session,
        key=f"health_handover:{cycle.key}:{max(row.key for row in waiting)}",
        template="health_handover",
        commune=get(session, Commune, cycle.commune_id, "đơn vị"),
        role=Role.health_station,
        now=now,
        cycle=cycle,
        due_on=min(row.due_on for row in waiting),
        path=f"/health?cycle={cycle.key}",
        counts={"people": len(waiting)},
    )


def _waiting(session: Session, cycle: Cycle) -> list[HealthCase]:
    """Open cases without a conclusion; a withdrawn one waits for nobody."""
    query = (
        select(HealthCase)
        .join(Case, col(Case.id) == HealthCase.case_id)
        .where(HealthCase.cycle_id == cycle.key, col(HealthCase.result).in_(UNDECIDED))
        .where(col(Case.status).in_(BEFORE_SUBMISSION))
    )
    return list(session.exec(query).all())


def _gate(session: Session, cycle: Cycle, _now: datetime) -> Gate:
    routed = select(func.count()).where(HealthCase.cycle_id == cycle.key)
    waiting = _waiting(session, cycle)
    papers = sum(row.result == HealthResult.MORE_PAPERS for row in waiting)
    counts = {"routed": session.exec(routed).one(), "waiting": len(waiting), "more_papers": papers}
    if not waiting:
        return Gate(True, Role.system, f"Đã kết luận đủ {counts['routed']} người.", counts=counts)
    due_on = min(row.due_on for row in waiting)
    message = f"Chờ Trạm Y tế kết luận {len(waiting)} người, hạn {due_on:%d/%m/%Y}"
    if papers:
        message += f" ({papers} người chờ bổ sung giấy tờ)"
    return Gate(False, Role.health_station, message, due_on, counts)


def _on_done(session: Session, cycle: Cycle, now: datetime) -> None:
    """Phòng Kinh tế is told how many cases are ready for review, Phòng VH-XH that its payment list is wanted."""
    ready = select(func.count()).where(Case.cycle_id == cycle.key, Case.status == CaseStatus.REVIEW)
    due_on = cycles.deadline(session, cycle, Step.eligibility, on=now.date())
    notices.queue(
        session,
        key=f"health_done:{cycle.key}",
        template="eligibility_handover",
        commune=get(session, Commune, cycle.commune_id, "đơn vị"),
        role=Role.economy,
        now=now,
        cycle=cycle,
        due_on=due_on,
        path=f"/eligibility?cycle={cycle.key}",
        counts={"people": session.exec(ready).one()},
    )
    cross_checks.ask_for_list(session, cycle, due_on=due_on, now=now)


STEP = StepWork(step=Step.health, pending=_pending, work=_work, gate=_gate, on_done=_on_done)
