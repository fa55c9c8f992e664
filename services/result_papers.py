"""What follows a decision: the result to each thôn, and a letter to each person who was refused, with the reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from models.approval import Decision, Submission, SubmissionLine, Verdict
from models.cycles import Case, Cycle
from models.eligibility import Assessment
from models.places import Commune, Village
from rules.papers import ComplaintRule, RefusalLetter, ResultRow, VillageResult
from rules.papers.citation import cited
from rules.parameters import LawBook, LawGap, LawStatus
from services import cycles, documents, grants, law, paper_heads, refusals, submissions
from services.store import get

RESULTS = {"approve": "Được hỗ trợ", "refuse": "Không được hỗ trợ", "hold": "Tạm giữ, xét tiếp"}
VILLAGE_RECIPIENTS = ("Phòng Kinh tế", "Phòng Văn hóa - Xã hội", "Lưu: VT, KT")
PERSON_RECIPIENTS = ("Như trên", "Trưởng thôn", "Lưu: VT, KT")
COMPLAINT_KEYS = ("KN.complain_days", "KN.accept_days", "KN.first_days", "KN.first_days_complex")

Told = tuple[SubmissionLine, Verdict, Village]


def want(session: Session, submission: Submission, decision: Decision, *, now: datetime) -> None:
    """Ask for the notice to each thôn with people on the list and the letter to each person refused."""
    found = _told(session, submission)
    for village in {village.key: village for _, _, village in found}.values():
        rows = [one for one in found if one[2].key == village.key]
        _want_village(session, decision, village, rows, now)
    for line, verdict, village in found:
        if verdict.word == "refuse":
            _want_letter(session, decision, line, verdict, village, now)


def _told(session: Session, submission: Submission) -> list[Told]:
    verdicts = submissions.verdicts_of(session, submission.key)
    lines = submissions.lines_of(session, submission.key)
    query = select(Case.id, Village).join(Village, col(Village.id) == Case.village_id)
    places = dict(session.exec(query.where(col(Case.id).in_([line.case_id for line in lines]))).all())
    return [(line, verdicts[line.key], places[line.case_id]) for line in lines if line.key in verdicts]


def _want_village(session: Session, decision: Decision, village: Village, rows: Sequence[Told], now: datetime) -> None:
    cycle = get(session, Cycle, decision.cycle_id)
    documents.want(
        session,
        commune_id=decision.commune_id,
        cycle_id=cycle.key,
        kind="village_result",
        subject=f"decision:{decision.key}:{village.code}",
        title=f"Thông báo kết quả {cycles.label(cycle)} – {village.name}",
        file_name=f"thong-bao-ket-qua-{cycle.year}-Q{cycle.quarter}-{village.code.lower()}.docx",
        data=asdict(village_result(session, decision, village, rows)),
        now=now,
    )


def village_result(session: Session, decision: Decision, village: Village, rows: Sequence[Told]) -> VillageResult:
    """What the thôn hears: each person's result, never a reason."""
    commune, cycle = get(session, Commune, decision.commune_id), get(session, Cycle, decision.cycle_id)
    first = str(grants.first_month(session, decision))
    return VillageResult(
        head=paper_heads.committee(
            session,
            commune,
            symbol="TB-UBND",
            recipients=(f"Trưởng {named(village)}", *VILLAGE_RECIPIENTS),
            on=decision.issued_on,
            signed=paper_heads.signed_like(session, decision),
        ),
        village=named(village),
        cycle_label=cycles.label(cycle),
        decision=cited("Quyết định", decision.number, decision.symbol, decision.issued_on),
        rows=tuple(_result_row(line, verdict.word, first) for line, verdict, _ in rows),
    )


def _result_row(line: SubmissionLine, word: str, first: str) -> ResultRow:
    approved = word == "approve"
    return ResultRow(
        full_name=line.snapshot["full_name"],
        birth_year=str(line.snapshot["birth_year"]),
        result=RESULTS[word],
        monthly_amount=line.monthly_amount if approved else 0,
        from_month=first if approved else "",
        bhyt=f"{line.bhyt_share}%" if approved and line.bhyt_share else "",
    )


def _want_letter(
    session: Session, decision: Decision, line: SubmissionLine, verdict: Verdict, village: Village, now: datetime
) -> None:
    cycle = get(session, Cycle, decision.cycle_id)
    documents.want(
        session,
        commune_id=decision.commune_id,
        cycle_id=cycle.key,
        kind="refusal_letter",
        subject=f"submission_line:{line.key}",
        title=f"Văn bản trả lời người không được phê duyệt, hồ sơ {line.case_id}",
        file_name=f"tra-loi-{cycle.year}-Q{cycle.quarter}-ho-so-{line.case_id}.docx",
        data=asdict(refusal_letter(session, decision, line, verdict, village)),
        now=now,
    )


def refusal_letter(
    session: Session, decision: Decision, line: SubmissionLine, verdict: Verdict, village: Village
) -> RefusalLetter:
    """Why, and how to complain; marked as a draft while a deadline of the law on complaints is not confirmed."""
    commune, cycle = get(session, Commune, decision.commune_id), get(session, Cycle, decision.cycle_id)
    book = law.book_for(session, commune.key)
    rule, confirmed = complaint_rule(book, decision.issued_on)
    return RefusalLetter(
        head=paper_heads.committee(
            session,
            commune,
            symbol=f"UBND-{paper_heads.code_of(session, commune, paper_heads.WRITER)}",
            recipients=PERSON_RECIPIENTS,
            on=decision.issued_on,
            signed=paper_heads.signed_like(session, decision),
            is_assumed=not confirmed,
        ),
        full_name=line.snapshot["full_name"],
        birth_year=str(line.snapshot["birth_year"]),
        village=named(village),
        cycle_label=cycles.label(cycle),
        policy=paper_heads.legal_text(book, "NQ04.policy_name", cycle.opened_on, ""),
        decision=cited("Quyết định", decision.number, decision.symbol, decision.issued_on),
        reasons=refusals.reasons(get(session, Assessment, line.assessment_id), verdict.reason),
        complaint=rule,
    )


def complaint_rule(book: LawBook, on: date) -> tuple[ComplaintRule, bool]:
    """The deadlines of a complaint in this commune on a day, and whether all of them are known and confirmed."""
    remote = paper_heads.legal_text(book, "KN.is_remote", on, "KHONG")
    days: list[Any] = []
    confirmed = True
    for key in COMPLAINT_KEYS:
        try:
            value = book.get(key, on=on, remote=remote)
        except LawGap:
            days.append(None)
            confirmed = False
        else:
            days.append(int(value.value))
            confirmed = confirmed and value.status is LawStatus.CONFIRMED
    return ComplaintRule(*days), confirmed


def named(village: Village) -> str:
    """ "thôn Phù Long", as within a sentence, also where the name says its kind already."""
    kinds = ("thôn ", "tổ ", "khu ", "xóm ", "bản ")
    says_kind = village.name.lower().startswith(kinds)
    return f"{village.name[:1].lower()}{village.name[1:]}" if says_kind else f"thôn {village.name}"
