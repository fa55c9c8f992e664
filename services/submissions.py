"""Freeze the proposed list for the chairman, so that what he decides is exactly what was reviewed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.approval import Submission, SubmissionLine, Verdict
from models.base import canonical_json
from models.cycles import Case, Cycle
from models.eligibility import Assessment
from models.law import LawSnapshot
from models.people import HOUSEHOLD_STATUS_LABELS, HouseholdStatus, HouseholdStatusKind, Person
from models.places import Village
from rules.categories import labels
from rules.parameters import LawStatus, Value, worst
from rules.workflow import CaseStatus, Role, Step, SubmissionState
from services import earlier_months, law, ledger
from services.eligibility import currents
from services.staff import SYSTEM

OPEN = (SubmissionState.DRAFT, SubmissionState.SUBMITTED, SubmissionState.DECIDED)


def latest(session: Session, cycle_id: int) -> Submission | None:
    """The cycle's newest submission."""
    query = select(Submission).where(Submission.cycle_id == cycle_id).order_by(col(Submission.round).desc())
    return session.exec(query).first()


def lines_of(session: Session, submission_id: int) -> list[SubmissionLine]:
    """The frozen lines in the order they are printed."""
    query = select(SubmissionLine).where(SubmissionLine.submission_id == submission_id).order_by(col(SubmissionLine.id))
    return list(session.exec(query).all())


def verdicts_of(session: Session, submission_id: int) -> dict[int, Verdict]:
    """The chairman's word by line number; empty before he decided."""
    query = (
        select(Verdict)
        .join(SubmissionLine, col(SubmissionLine.id) == Verdict.submission_line_id)
        .where(SubmissionLine.submission_id == submission_id)
    )
    return {verdict.submission_line_id: verdict for verdict in session.exec(query)}


def is_stale(session: Session, cycle: Cycle, draft: Submission) -> bool:
    """The proposals, or months before them, changed since the draft was frozen."""
    rows, _answers, _values = _rows(session, cycle)
    return _digest(rows, draft.law_sha256) != draft.list_sha256


def freeze(session: Session, cycle: Cycle, now: datetime) -> Submission | None:
    """A new draft over the proposals as they stand; None when nobody is proposed. A stale draft is put away first."""
    rows, answers, values = _rows(session, cycle)
    before = latest(session, cycle.key)
    if before and before.state == SubmissionState.DRAFT:
        before.state, before.note = SubmissionState.SENT_BACK, "Đề xuất đã thay đổi, thay bằng dự thảo mới"
        session.add(before)
        session.flush()
    if not rows:
        return None
    law_sha256, is_demo = _pin_law(session, answers, values, now)
    submission = Submission(
        cycle_id=cycle.key,
        commune_id=cycle.commune_id,
        round=before.round + 1 if before else 1,
        frozen_at=now,
        list_sha256=_digest(rows, law_sha256),
        law_sha256=law_sha256,
        law_status=worst([LawStatus(answer.law_status) for answer in answers] + [value.status for value in values]),
        is_demo=is_demo,
    )
    session.add(submission)
    session.flush()
    session.add_all([SubmissionLine(submission_id=submission.key, **row) for row in rows])
    session.flush()
    _record(session, cycle, submission, len(rows), now)
    return submission


def _rows(session: Session, cycle: Cycle) -> tuple[list[dict[str, Any]], list[Assessment], list[Value]]:
    """What the list would hold now, the assessments behind it, and the values that its earlier months rest on."""
    query = (
        select(Case, Person, Village)
        .join(Person, col(Person.id) == Case.person_id)
        .join(Village, col(Village.id) == Person.village_id)
        .where(Case.cycle_id == cycle.key, col(Case.status).in_([CaseStatus.PROPOSED, CaseStatus.SUBMITTED]))
        .order_by(col(Village.code), col(Person.sort_key), col(Person.id))
    )
    found = session.exec(query).all()
    answers = currents(session, [case.key for case, _, _ in found])
    statuses = _status_texts(session, [person.household_id for _, person, _ in found])
    groups = labels(law.book_for(session, cycle.commune_id), cycle.opened_on)
    rows = [
        _row(case, person, village, answers[case.key], statuses.get(person.household_id, ""), groups)
        for case, person, village in found
    ]
    in_order = [answers[case.key] for case, _, _ in found]
    rows, values = earlier_months.add(session, cycle, rows, in_order)
    return rows, in_order, values


def _row(
    case: Case, person: Person, village: Village, answer: Assessment, status: str, groups: dict[str, str]
) -> dict[str, Any]:
    return {
        "case_id": case.key,
        "person_id": person.key,
        "assessment_id": answer.key,
        "proposal": case.proposal,
        "category": answer.category,
        "monthly_amount": answer.monthly_amount,
        "bhyt_share": answer.bhyt_share,
        "reason": case.proposal_reason,
        "snapshot": {
            "full_name": person.full_name,
            "birth_year": person.birth_date.year,
            "village": village.name,
            "household_status": status,
            "group": groups.get(answer.category, ""),
        },
    }


def _status_texts(session: Session, households: Sequence[int]) -> dict[int, str]:
    """The household's newest status as printed on the annex, by household."""
    query = select(HouseholdStatus).where(col(HouseholdStatus.household_id).in_(households))
    rows = session.exec(query.order_by(col(HouseholdStatus.valid_from), col(HouseholdStatus.id))).all()
    return {row.household_id: HOUSEHOLD_STATUS_LABELS[HouseholdStatusKind(row.kind)] for row in rows}


def _pin_law(
    session: Session, answers: Sequence[Assessment], extra: Sequence[Value], now: datetime
) -> tuple[str, bool]:
    """One snapshot of every value that any line used, and whether one of them is a demonstration value."""
    hashes = {answer.law_sha256 for answer in answers}
    contents = session.exec(select(LawSnapshot.content).where(col(LawSnapshot.sha256).in_(hashes))).all()
    used = [row for content in contents for row in content] + [value.as_data() for value in extra]
    values = law.canonical(used)
    return law.pin_rows(session, values, now=now), any(row["is_demo"] for row in values)


def _digest(rows: Sequence[dict[str, Any]], law_sha256: str) -> str:
    return hashlib.sha256(canonical_json([list(rows), law_sha256]).encode()).hexdigest()


def _record(session: Session, cycle: Cycle, submission: Submission, people: int, now: datetime) -> None:
    ledger.append(
        session,
        commune_id=cycle.commune_id,
        actor=SYSTEM,
        role=Role.system,
        action="freeze_list",
        subject=f"submission:{submission.key}",
        data={"people": people, "list": submission.list_sha256, "law": submission.law_sha256, "step": Step.approval},
        now=now,
    )
