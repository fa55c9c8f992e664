"""What the quyết định says: frozen when the list is, when the chairman has decided, and when it has its number."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, datetime

from sqlmodel import Session

from models.approval import Decision, Submission, SubmissionLine
from models.cycles import Cycle
from models.documents import Document
from models.places import Commune
from models.staff import Account
from rules.authority import AuthorityError
from rules.months import Month
from rules.papers import DecisionPaper, DecisionRow, Head
from rules.papers.citation import cited_again, long_date
from rules.parameters import LawGap, LawStatus
from rules.workflow import ProposalResult, Role
from services import cycles, documents, grants, law, paper_heads, review_gate, submissions
from services.earlier_months import in_words
from services.errors import waiting
from services.paper_heads import Signed
from services.staff import mandate_on
from services.store import get

SYMBOL = "QĐ-UBND"
TO_SIGN = 2
"""Version of the draft that the chairman signs: the first one was put before him."""
RECIPIENTS = (
    "Như Điều 3",
    "Thường trực Đảng ủy, HĐND",
    "CT, các PCT UBND",
    "Ủy ban MTTQ",
    "BHXH cơ sở",
    "Trưởng các thôn",
    "Lưu: VT, KT",
)


def want_draft(session: Session, submission: Submission, *, now: datetime) -> None:
    """Ask for the draft of a frozen list: everyone who is proposed for support."""
    lines = [line for line in submissions.lines_of(session, submission.key) if line.proposal == ProposalResult.APPROVE]
    if lines:
        said = _paper(session, submission, _head(session, submission, now.date()), [_row(line) for line in lines])
        _want_draft(session, submission, said, "Dự thảo quyết định phê duyệt danh sách", version=1, now=now)


def want_decided(session: Session, submission: Submission, *, now: datetime, version: int = TO_SIGN) -> None:
    """Ask for the paper to be signed: those whom the chairman approved, above his name, number and day left blank.

    The months are those of a decision issued today; without anybody approved there is nothing to sign. ``version``:
    above ``TO_SIGN`` when it is printed again.
    """
    lines = approved(session, submission.key)
    if not lines:
        return
    today = now.date()
    head = _head(session, submission, today, _decider(session, submission, today))
    first = grants.first_month_on(session, submission.commune_id, today)
    said = _paper(session, submission, head, [_row(line, first) for line in lines])
    _want_draft(session, submission, said, "Dự thảo quyết định để ký", version=version, now=now)


def to_sign(session: Session, submission: Submission) -> Document | None:
    """The newest paper that was printed to be signed."""
    draft = documents.find(session, kind="decision_draft", subject=f"submission:{submission.key}")
    return draft if draft is not None and draft.version >= TO_SIGN else None


def other_month(session: Session, submission: Submission, issued_on: date) -> str:
    """One sentence when a decision of that day pays from another month than the newest paper to be signed says.

    Empty when both agree, or nothing was printed to be signed.
    """
    draft = to_sign(session, submission)
    if draft is None:
        return ""
    printed = draft.data["rows"][0]["from_month"]
    first = grants.first_month_on(session, submission.commune_id, issued_on)
    if printed == str(first):
        return ""
    return (
        f"Dự thảo để ký ghi hưởng từ tháng {printed}; ban hành ngày {issued_on:%d/%m/%Y} thì hưởng từ tháng {first}. "
        "Hãy lập lại dự thảo để ký, hoặc xác nhận rằng bản đã ký ghi đúng tháng này."
    )


def want_issued(session: Session, submission: Submission, decision: Decision, *, now: datetime) -> Document:
    """Ask for the decision with its number and day; return the paper."""
    head = _head(session, submission, decision.issued_on, paper_heads.signed_like(session, decision))
    head = replace(head, symbol=decision.symbol, number=decision.number, issued_on=decision.issued_on)
    first = grants.first_month(session, decision)
    rows = [_row(line, first) for line in approved(session, submission.key)]
    return documents.want(
        session,
        commune_id=submission.commune_id,
        cycle_id=submission.cycle_id,
        kind="decision",
        subject=f"submission:{submission.key}",
        title=f"Quyết định số {decision.number}/{decision.symbol}",
        file_name=f"quyet-dinh-{decision.number}-{decision.issued_year}.docx",
        data=asdict(_paper(session, submission, head, rows, audit_head=decision.audit_head)),
        now=now,
    )


def approved(session: Session, submission_id: int) -> list[SubmissionLine]:
    """The lines that the chairman approved, in the order of the annex."""
    words = submissions.verdicts_of(session, submission_id)
    return [line for line in submissions.lines_of(session, submission_id) if words[line.key].word == "approve"]


def _want_draft(
    session: Session, submission: Submission, said: DecisionPaper, title: str, *, version: int, now: datetime
) -> None:
    cycle = get(session, Cycle, submission.cycle_id)
    stem = f"du-thao-quyet-dinh-{cycle.year}-Q{cycle.quarter}-lan-{submission.round}"
    documents.want(
        session,
        commune_id=submission.commune_id,
        cycle_id=cycle.key,
        kind="decision_draft",
        subject=f"submission:{submission.key}",
        title=title,
        file_name=f"{stem}{_to_sign(version)}.docx",
        data=asdict(said),
        version=version,
        now=now,
    )


def _to_sign(version: int) -> str:
    """How a draft's file name ends: "-de-ky", "-de-ky-2" for the one printed again; nothing before the chairman."""
    if version < TO_SIGN:
        return ""
    return "-de-ky" + (f"-{version - TO_SIGN + 1}" if version > TO_SIGN else "")


def _head(session: Session, submission: Submission, on: date, signed: Signed | None = None) -> Head:
    commune = get(session, Commune, submission.commune_id)
    return paper_heads.committee(
        session,
        commune,
        symbol=SYMBOL,
        recipients=RECIPIENTS,
        on=on,
        signed=signed,
        is_demo=submission.is_demo,
        is_assumed=submission.law_status != LawStatus.CONFIRMED,
    )


def _decider(session: Session, submission: Submission, on: date) -> Signed | None:
    """The chairman who decided, if his post lets him sign."""
    if submission.decided_by is None:
        return None
    mandate = mandate_on(session, submission.decided_by, submission.commune_id, Role.chairman, on)
    try:
        lines = paper_heads.lines_of(mandate, on)
    except AuthorityError:
        return None
    return Signed(lines, get(session, Account, submission.decided_by).full_name, mandate.key)


def _paper(
    session: Session, submission: Submission, head: Head, rows: list[DecisionRow], *, audit_head: str = ""
) -> DecisionPaper:
    """The words around the list. Raises Problem WAITING while the law gives no legal basis to cite."""
    cycle, commune = get(session, Cycle, submission.cycle_id), get(session, Commune, submission.commune_id)
    book = law.book_for(session, commune.key)
    try:
        for key in paper_heads.CITED:
            book.get(key, on=cycle.opened_on)
    except LawGap as gap:
        raise waiting("law_gap", f"Chưa lập được quyết định: {gap.message}") from gap
    return DecisionPaper(
        head=head,
        subject=f"Về việc phê duyệt danh sách người được hỗ trợ {cycles.label(cycle)} "
        f"theo {cited_again(head.resolution)}",
        authority_title=paper_heads.body_of(commune),
        bases=(*paper_heads.bases(head, book, cycle.opened_on), *_own_bases(session, cycle)),
        cycle_label=cycles.label(cycle),
        policy=book.get("NQ04.policy_name", on=cycle.opened_on).value,
        rows=tuple(rows),
        audit_head=audit_head,
    )


def _own_bases(session: Session, cycle: Cycle) -> tuple[str, ...]:
    minutes = review_gate.newest_minutes(session, cycle.key)
    held = (f"Căn cứ Biên bản họp xét duyệt {long_date(minutes.held_on)}",) if minutes else ()
    return (*held, "Theo đề nghị của Trưởng phòng Kinh tế")


def _row(line: SubmissionLine, first: Month | None = None) -> DecisionRow:
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
        note=in_words(line.earlier),
    )
