"""What the quyết định says, from frozen lines only: written again a year later it says the same."""

from __future__ import annotations

from sqlmodel import Session, select

from models.approval import Decision, Submission, SubmissionLine
from models.cycles import Cycle
from models.places import Commune
from models.staff import Account
from rules.months import Month
from rules.papers import DecisionPaper, DecisionRow
from rules.workflow import ProposalResult
from services import approval, cycles, grants, law, review_gate, submissions
from services.store import get

DRAFT_SYMBOL = "QĐ-UBND"
RECIPIENTS = (
    "Như Điều 3",
    "Thường trực Đảng ủy, HĐND",
    "CT, các PCT UBND",
    "Ủy ban MTTQ",
    "BHXH cơ sở",
    "Trưởng các thôn",
    "Lưu: VT, KT",
)


def paper_data(session: Session, submission_id: int, *, draft: bool) -> DecisionPaper:
    """The decision's content: the proposed persons in the draft, the approved ones once it is issued."""
    submission = get(session, Submission, submission_id, "tờ trình")
    cycle, commune = get(session, Cycle, submission.cycle_id), get(session, Commune, submission.commune_id)
    decision = None if draft else session.exec(select(Decision).where(Decision.submission_id == submission_id)).one()
    book = law.book_for(session, commune.key)
    body = f"Ủy ban nhân dân {commune.full_name}"
    return DecisionPaper(
        issuer_lines=("ỦY BAN NHÂN DÂN", commune.full_name.upper()),
        place=commune.name,
        symbol=decision.symbol if decision else DRAFT_SYMBOL,
        subject=f"Phê duyệt danh sách người được hỗ trợ {cycles.label(cycle)} theo Nghị quyết số 04/2026/NQ-HĐND",
        authority_title=body,
        legal_bases=(*book.get("NQ04.decision_bases", on=cycle.opened_on).value, *_own_bases(session, cycle)),
        cycle_label=cycles.label(cycle),
        policy=book.get("NQ04.policy_name", on=cycle.opened_on).value,
        rows=_rows(session, submission, decision),
        recipients=RECIPIENTS,
        authority_lines=tuple(decision.authority_lines) if decision else (),
        signer_name=get(session, Account, decision.signer_id).full_name if decision else "",
        number=decision.number if decision else None,
        issued_on=decision.issued_on if decision else None,
        is_demo=submission.is_demo or commune.is_demo,
        is_assumed=submission.law_status != "CONFIRMED",
        audit_head=decision.audit_head if decision else "",
    )


def _own_bases(session: Session, cycle: Cycle) -> tuple[str, ...]:
    minutes = review_gate.newest_minutes(session, cycle.key)
    held = (f"Căn cứ Biên bản họp xét duyệt ngày {minutes.held_on:%d/%m/%Y}",) if minutes else ()
    return (*held, "Theo đề nghị của Trưởng phòng Kinh tế")


def _rows(session: Session, submission: Submission, decision: Decision | None) -> tuple[DecisionRow, ...]:
    lines = submissions.lines_of(session, submission.key)
    if decision is None:
        return tuple(_row(line, None) for line in lines if line.proposal == ProposalResult.APPROVE)
    words = approval.verdicts_of(session, submission.key)
    first = grants.first_month(session, decision)
    return tuple(_row(line, first) for line in lines if words[line.key].word == "approve")


def _row(line: SubmissionLine, first: Month | None) -> DecisionRow:
    snapshot = line.snapshot
    return DecisionRow(
        full_name=snapshot["full_name"],
        birth_year=str(snapshot["birth_year"]),
        village=snapshot["village"],
        household_status=snapshot["household_status"],
        group=snapshot["group"],
        monthly_amount=line.monthly_amount,
        from_month=str(first) if first else "",
        bhyt=f"{line.bhyt_share}%" if line.bhyt_share else "",
    )
