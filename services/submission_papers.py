"""The tờ trình that goes to the chairman with the frozen list: its figures are those of the moment of freezing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.approval import Submission
from models.cycles import Case, Cycle
from models.eligibility import CrossCheck
from models.feedback import Feedback
from models.health import HealthCase
from models.places import Commune
from rules.papers import SubmissionLetter, Tally
from rules.papers.citation import cited
from rules.workflow import CaseStatus, HealthResult, ProposalResult
from services import cycles, decision_papers, documents, law, paper_heads, review_gate, submissions
from services.store import get
from services.submission_changes import Change, change_of, decision_before, held_now, stopped_since

RECIPIENTS = ("Như trên", "Phòng Văn hóa - Xã hội", "Lưu: VT, KT")


def want(session: Session, submission: Submission, *, now: datetime) -> None:
    """Ask for the tờ trình of a frozen list, and for the draft of the decision."""
    decision_papers.want_draft(session, submission, now=now)
    cycle = get(session, Cycle, submission.cycle_id, "kỳ xét")
    documents.want(
        session,
        commune_id=submission.commune_id,
        cycle_id=cycle.key,
        kind="submission_letter",
        subject=f"submission:{submission.key}",
        title=f"Tờ trình phê duyệt danh sách {cycles.label(cycle)}",
        file_name=f"to-trinh-{cycle.year}-Q{cycle.quarter}-lan-{submission.round}.docx",
        data=asdict(letter(session, submission, now=now)),
        now=now,
    )


def letter(session: Session, submission: Submission, *, now: datetime) -> SubmissionLetter:
    """What the tờ trình says."""
    cycle, commune = get(session, Cycle, submission.cycle_id), get(session, Commune, submission.commune_id)
    book = law.book_for(session, commune.key)
    lines = submissions.lines_of(session, submission.key)
    supported = [line for line in lines if line.proposal == ProposalResult.APPROVE]
    held = held_now(session, [line.person_id for line in lines])
    changes = Counter(change_of(line, held.get(line.person_id)) for line in lines)
    minutes, posting = review_gate.newest_minutes(session, cycle.key), review_gate.newest_posting(session, cycle.key)
    before = decision_before(session, submission)
    opinions = session.exec(select(Feedback.closed_at).where(Feedback.cycle_id == cycle.key)).all()
    head = paper_heads.department(
        session,
        commune,
        kind="TTr",
        recipients=RECIPIENTS,
        on=now.date(),
        is_demo=submission.is_demo,
        is_assumed=submission.law_status != "CONFIRMED",
    )
    return SubmissionLetter(
        head=head,
        to=f"Chủ tịch {paper_heads.body_of(commune)}",
        bases=paper_heads.bases(head, book, cycle.opened_on),
        cycle_label=cycles.label(cycle),
        policy=paper_heads.legal_text(book, "NQ04.policy_name", cycle.opened_on, ""),
        reviewed=_cases(session, cycle) - _cases(session, cycle, CaseStatus.WITHDRAWN),
        supported=tallies((line.snapshot["group"], line.monthly_amount) for line in supported),
        by_village=tallies((line.snapshot["village"], line.monthly_amount) for line in supported),
        refused=len(lines) - len(supported),
        aside=_cases(session, cycle, CaseStatus.SET_ASIDE),
        bhyt_people=sum(line.bhyt_share > 0 for line in supported),
        health_people=_concluded(session, cycle),
        matches=_matches(session, cycle),
        changes=tuple(Tally(change, changes[change]) for change in Change if changes[change]),
        stopped=tuple(Tally(label, people) for label, people in sorted(stopped_since(session, submission).items())),
        before=cited("Quyết định", before.number, before.symbol, before.issued_on) if before else "",
        minutes_on=minutes.held_on if minutes else None,
        posted_from=posting.starts_on if posting else None,
        posted_to=posting.ends_on if posting else None,
        posted_at=posting.place if posting else "",
        opinions=len(opinions),
        opinions_open=sum(closed is None for closed in opinions),
    )


def tallies(rows: Iterable[tuple[str, int]]) -> tuple[Tally, ...]:
    """People and đồng by label, in the order the labels first appear."""
    people: dict[str, int] = {}
    amounts: dict[str, int] = {}
    for label, amount in rows:
        people[label] = people.get(label, 0) + 1
        amounts[label] = amounts.get(label, 0) + amount
    return tuple(Tally(label or "Không ghi", number, amounts[label]) for label, number in people.items())


def _cases(session: Session, cycle: Cycle, *statuses: CaseStatus) -> int:
    query = select(func.count()).where(Case.cycle_id == cycle.key)
    return session.exec(query.where(col(Case.status).in_(statuses)) if statuses else query).one()


def _concluded(session: Session, cycle: Cycle) -> int:
    done = (HealthResult.MET, HealthResult.NOT_MET)
    query = select(func.count()).where(HealthCase.cycle_id == cycle.key, col(HealthCase.result).in_(done))
    return session.exec(query).one()


def _matches(session: Session, cycle: Cycle) -> int:
    query = select(func.count()).where(CrossCheck.cycle_id == cycle.key, col(CrossCheck.outcome).is_not(None))
    return session.exec(query).one()
