"""Step 3, the machine's part: match with social assistance, apply the law to the facts, keep the trace."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select, update
from sqlmodel.sql.expression import SelectOfScalar

from models.base import Canonical, canonical_json
from models.cycles import Case, Cycle
from models.eligibility import Assessment
from models.places import Commune
from rules.eligibility import assess
from rules.facts import PersonFacts
from rules.findings import Assessment as Answer
from rules.parameters import LawBook
from rules.workflow import STEP_LABELS, CaseStatus, ProposalResult, Role, Step
from services import cases, cross_checks, facts, health, law, notices, review_gate
from services.staff import SYSTEM
from services.steps import StepWork
from services.store import get, insert_new
from services.traces import Traces, trace_text


class _Asked(NamedTuple):
    """A case to be assessed; a batch has too many to load as records."""

    key: int
    person_id: int
    cycle_id: int


def pending(session: Session, cycle: Cycle, _now: datetime) -> list[int]:
    """Cases under review whose facts, conclusions or law changed since they were assessed."""
    query = select(Case.id).where(
        Case.cycle_id == cycle.key,
        col(Case.status).in_([CaseStatus.REVIEW, CaseStatus.PROPOSED, CaseStatus.SET_ASIDE]),
        col(Case.needs_assessment),
    )
    return [number for number in session.exec(query.order_by(col(Case.id))) if number is not None]


def work(session: Session, cycle: Cycle, numbers: list[int], now: datetime) -> dict[str, int]:
    """Match and assess these cases as of today. A proposal that rested on older facts goes back to review."""
    chosen = select(Case.id, Case.person_id, Case.cycle_id).where(col(Case.id).in_(numbers)).order_by(col(Case.id))
    batch = [_Asked(*row) for row in session.exec(chosen)]
    matches = cross_checks.find_matches(session, cycle, batch)
    book = law.book_for(session, cycle.commune_id)
    today = now.date()
    known = facts.gather(session, batch, today, book)
    answers = {case.key: assess(known[case.key], today, book) for case in batch}
    changed = _save(session, batch, known, answers, today, now)
    _reopen(session, changed, now)
    session.flush()
    ill = [number for number, answer in answers.items() if "fact:health" in answer.missing]
    asked = health.ask_later(session, cycle, ill, now) if ill else 0
    session.exec(update(Case).where(col(Case.id).in_(numbers)).values(needs_assessment=False))
    if not pending(session, cycle, now):
        cross_checks.ask_for_outcomes(session, cycle, now=now)
    return {"assessed": len(batch), "changed": len(changed), "matches": matches, "asked": asked}


def _save(
    session: Session,
    batch: Sequence[_Asked],
    known: Mapping[int, PersonFacts],
    answers: Mapping[int, Answer],
    on: date,
    now: datetime,
) -> set[int]:
    """Keep the answers as the current ones; returns the cases that had another one before.

    Where the same facts and law gave an answer earlier today, that one stands again.
    """
    numbers = [case.key for case in batch]
    standing, of_today = currents(session, numbers), _made_on(session, numbers, on)
    traces = Traces()
    rows = [_row(case, known[case.key], answers[case.key], traces, on, now) for case in batch]
    traces.keep(session, now)
    rows = [row for row in rows if _place(standing.get(row["case_id"])) != _place(row)]
    replaced = {row["case_id"] for row in rows if row["case_id"] in standing}
    for number in replaced:
        standing[number].current = False
        session.add(standing[number])
    session.flush()
    new = [row for row in rows if (row["case_id"], _place(row)) not in of_today]
    insert_new(session, Assessment, new)
    for row in rows:
        if earlier := of_today.get((row["case_id"], _place(row))):
            earlier.current = True
            session.add(earlier)
    return replaced


def _row(case: _Asked, known: PersonFacts, answer: Answer, traces: Traces, on: date, now: datetime) -> dict[str, Any]:
    said, pin = canonical_json(known.as_data()), traces.pin(answer.values)
    return {
        "case_id": case.key,
        "cycle_id": case.cycle_id,
        "person_id": case.person_id,
        "on_day": on,
        "outcome": answer.outcome,
        "category": answer.category,
        "monthly_amount": answer.monthly_amount,
        "bhyt_share": answer.bhyt_share,
        "findings": trace_text(answer.findings, pin),
        "missing": list(answer.missing),
        "facts": Canonical(said),
        "facts_sha256": hashlib.sha256(said.encode()).hexdigest(),
        "law_sha256": pin.sha256,
        "law_status": answer.law_status,
        "current": True,
        "made_at": now,
    }


def _place(kept: Assessment | Mapping[str, Any] | None) -> tuple[str, str] | None:
    """Which facts and which law an answer rests on."""
    if kept is None or isinstance(kept, Assessment):
        return (kept.facts_sha256, kept.law_sha256) if kept else None
    return kept["facts_sha256"], kept["law_sha256"]


def _made_on(
    session: Session, numbers: Sequence[int], on: date
) -> dict[tuple[int, tuple[str, str] | None], Assessment]:
    query = _without_trace().where(col(Assessment.case_id).in_(numbers), Assessment.on_day == on)
    return {(row.case_id, _place(row)): row for row in session.exec(query)}


def _reopen(session: Session, numbers: set[int], now: datetime) -> None:
    proposed = select(Case).where(col(Case.id).in_(numbers), Case.status == CaseStatus.PROPOSED)
    for case in session.exec(proposed.order_by(col(Case.id))).all() if numbers else ():
        cases.move(session, case, "reassess", actor=SYSTEM, now=now, reason="Dữ kiện hoặc tham số đã thay đổi")
        case.proposal, case.proposal_reason = None, ""


def current(session: Session, case_id: int) -> Assessment | None:
    """The assessment that stands for the case, if it was assessed."""
    return session.exec(select(Assessment).where(Assessment.case_id == case_id, col(Assessment.current))).first()


def currents(session: Session, case_ids: Sequence[int]) -> dict[int, Assessment]:
    """The standing assessment of each of the cases, by case number; its trace is read only where it is asked for."""
    query = _without_trace().where(col(Assessment.case_id).in_(case_ids), col(Assessment.current))
    return {row.case_id: row for row in session.exec(query)}


def _without_trace() -> SelectOfScalar[Assessment]:
    return select(Assessment).options(defer(col(Assessment.findings)), defer(col(Assessment.facts)))  # type: ignore[arg-type]


def clear_proposal(answer: Assessment) -> ProposalResult | None:
    """What the law's answer alone would propose; None when it cannot decide."""
    return {"ELIGIBLE": ProposalResult.APPROVE, "NOT_ELIGIBLE": ProposalResult.REFUSE}.get(answer.outcome)


def law_of(session: Session, cycle: Cycle) -> LawBook:
    """The law as the cycle's commune applies it."""
    return law.book_for(session, cycle.commune_id)


def on_done(session: Session, cycle: Cycle, now: datetime) -> None:
    """The review is over: Phòng Kinh tế is told that the submission can be prepared."""
    commune = get(session, Commune, cycle.commune_id)
    notices.queue(
        session,
        key=f"eligibility_done:{cycle.key}",
        template="step_reminder",
        commune=commune,
        role=Role.economy,
        now=now,
        cycle=cycle,
        path=f"/approval?cycle={cycle.key}",
        counts={"waiting": review_gate.count(session, cycle.key, CaseStatus.PROPOSED)},
        extra={"step_label": STEP_LABELS[Step.approval]},
    )


STEP = StepWork(step=Step.eligibility, pending=pending, work=work, gate=review_gate.gate, on_done=on_done, chunk=500)
