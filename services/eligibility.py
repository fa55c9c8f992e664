"""Step 3, the machine's part: match with social assistance, apply the law to the facts, keep the trace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from models.cycles import Case, Cycle
from models.eligibility import Assessment
from models.places import Commune
from rules.eligibility import assess
from rules.facts import PersonFacts
from rules.findings import Assessment as Answer
from rules.parameters import LawBook
from rules.workflow import STEP_LABELS, CaseStatus, ProposalResult, Role, Step
from services import cases, cross_checks, facts, law, notices, review_gate
from services.staff import SYSTEM
from services.steps import StepWork
from services.store import get, insert_once


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
    batch = session.exec(select(Case).where(col(Case.id).in_(numbers)).order_by(col(Case.id))).all()
    matches = cross_checks.find_matches(session, cycle, batch)
    book = law.book_for(session, cycle.commune_id)
    today = now.date()
    known = facts.gather(session, batch, today, book)
    changed = 0
    for case in batch:
        if _save(session, case, known[case.key], assess(known[case.key], today, book), today, now):
            changed += 1
            _reopen(session, case, now)
        case.needs_assessment = False
        session.add(case)
    session.flush()
    return {"assessed": len(batch), "changed": changed, "matches": matches}


def _save(session: Session, case: Case, known: PersonFacts, answer: Answer, on: date, now: datetime) -> bool:
    """Keep the answer as the current one; False when the same facts and law already gave the current answer."""
    row = {
        "case_id": case.key,
        "cycle_id": case.cycle_id,
        "person_id": case.person_id,
        "on_day": on,
        "outcome": answer.outcome,
        "category": answer.category,
        "monthly_amount": answer.monthly_amount,
        "bhyt_share": answer.bhyt_share,
        "findings": [finding.as_data() for finding in answer.findings],
        "missing": list(answer.missing),
        "facts": known.as_data(),
        "facts_sha256": facts.sha256(known),
        "law_sha256": law.pin(session, answer.values, now=now),
        "law_status": answer.law_status,
        "made_at": now,
    }
    newest = current(session, case.key)
    if newest and (newest.facts_sha256, newest.law_sha256) == (row["facts_sha256"], row["law_sha256"]):
        return False
    if newest:
        newest.current = False
        session.add(newest)
        session.flush()
    if not insert_once(session, Assessment, [row]):
        _restore(session, row)
    return newest is not None


def _restore(session: Session, row: dict[str, Any]) -> None:
    """The same facts and law gave an answer earlier today: it stands again."""
    earlier = session.exec(
        select(Assessment).where(
            Assessment.case_id == row["case_id"],
            Assessment.facts_sha256 == row["facts_sha256"],
            Assessment.law_sha256 == row["law_sha256"],
            Assessment.on_day == row["on_day"],
        )
    ).one()
    earlier.current = True
    session.add(earlier)
    session.flush()


def _reopen(session: Session, case: Case, now: datetime) -> None:
    if case.status == CaseStatus.PROPOSED:
        cases.move(session, case, "reassess", actor=SYSTEM, now=now, reason="Dữ kiện hoặc tham số đã thay đổi")
        case.proposal, case.proposal_reason = None, ""


def current(session: Session, case_id: int) -> Assessment | None:
    """The assessment that stands for the case, if it was assessed."""
    return session.exec(select(Assessment).where(Assessment.case_id == case_id, col(Assessment.current))).first()


def currents(session: Session, case_ids: Sequence[int]) -> dict[int, Assessment]:
    """The standing assessment of each of the cases, by case number."""
    query = select(Assessment).where(col(Assessment.case_id).in_(case_ids), col(Assessment.current))
    return {row.case_id: row for row in session.exec(query)}


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


STEP = StepWork(step=Step.eligibility, pending=pending, work=work, gate=review_gate.gate, on_done=on_done)
