"""Step 4, the end: the văn thư's number and date make the decision stand, grants begin, everyone concerned is told."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from models.approval import Decision, Submission
from models.cycles import Cycle
from models.documents import Document, RegisterEntry
from models.places import Commune
from models.staff import Mandate
from rules.authority import AuthorityError
from rules.workflow import Role, SubmissionState
from services import (
    change_papers,
    changes,
    decision_papers,
    grants,
    ledger,
    paper_heads,
    register,
    result_papers,
    signed_files,
    signed_papers,
    submissions,
)
from services.errors import conflict, invalid, not_allowed
from services.register_entry import Numbered, SignedFile
from services.staff import Actor, mandate_on
from services.store import get
from services.submission_acts import expect, load, record, tell

TAKEN = "Số, ký hiệu này đã cấp cho văn bản khác của Ủy ban nhân dân trong năm."


def issue(
    session: Session,
    *,
    submission_id: int,
    given: Numbered,
    actor: Actor,
    now: datetime,
    signed_file: SignedFile | None = None,
    other_month_seen: bool = False,
    even_if_taken: bool = False,
) -> Decision:
    """Enter the văn thư's number and date: the decision stands, grants begin, everyone concerned is told.

    ``signed_file``: as it was held against the list. Raises Problem CONFLICT ``other_month`` when the paper that was
    printed to be signed names another first month than this day gives (`decision_papers.other_month`), and
    ``duplicate_number`` when another paper of the year has this number (`same_number`): unless ``other_month_seen``
    and ``even_if_taken`` say that it is meant. No two decisions on lists ever have the same number.
    """
    submission, cycle = load(session, submission_id)
    role = actor.require(Role.economy, submission.commune_id)
    expect(submission, SubmissionState.DECIDED, "Chủ tịch chưa quyết định danh sách này.")
    register.check_fields(given)
    issued_on = given.issued_on
    if submission.decided_at is None or not submission.decided_at.date() <= issued_on <= now.date():
        raise invalid("issued_on", "Ngày ban hành phải từ ngày Chủ tịch quyết định đến hôm nay.")
    other = decision_papers.other_month(session, submission, issued_on)
    if other and not other_month_seen:
        raise conflict("other_month", other)
    taken = same_number(session, submission, number=given.number, symbol=given.symbol, year=issued_on.year)
    if taken and not even_if_taken:
        raise conflict("duplicate_number", TAKEN)
    decision = _decision(session, submission, given, actor, now)
    decision.signed_file_sha256 = signed_file.sha256 if signed_file else None
    _save(session, decision)
    submission.state = SubmissionState.ISSUED
    begun = grants.begin(session, decision, submissions.lines_of(session, submission.key), now=now)
    # at once, so that nobody who left after the freezing is sent to BHXH before the next payment list is built
    changes.apply_recorded(session, commune_id=submission.commune_id, now=now)
    done: dict[str, int | str] = {"decision": decision.key, "grants": begun, "other_month": int(bool(other))}
    done["same_number_before"] = len(taken)
    record(session, submission, "issue", actor, role, now, done | register.of_file(signed_file))
    _announce(session, cycle, submission, now)
    _want_papers(session, submission, decision, given, actor, now, signed_file)
    return decision


def same_number(
    session: Session, submission: Submission, *, number: int, symbol: str, year: int
) -> list[RegisterEntry]:
    """Other papers of the People's Committee with that number in the year, a decision on a change for instance."""
    organ = paper_heads.body_of(get(session, Commune, submission.commune_id, "đơn vị"))
    found = register.duplicates(
        session, commune_id=submission.commune_id, number=number, symbol=symbol, organ_name=organ, year=year
    )
    lists = select(Document.id).where(Document.commune_id == submission.commune_id, Document.kind == "decision")
    decisions = set(session.exec(lists))
    return [entry for entry in found if entry.document_id not in decisions]


def _save(session: Session, decision: Decision) -> None:
    session.add(decision)
    try:
        session.flush()
    except IntegrityError as error:
        raise conflict("number_taken", "Số, ký hiệu này đã dùng cho một quyết định khác trong năm.") from error


def _want_papers(
    session: Session,
    submission: Submission,
    decision: Decision,
    given: Numbered,
    actor: Actor,
    now: datetime,
    signed_file: SignedFile | None,
) -> None:
    paper = decision_papers.want_issued(session, submission, decision, now=now)
    register.enter_decision(session, paper, decision, given=given, actor=actor, now=now, signed_file=signed_file)
    result_papers.want(session, submission, decision, now=now)
    change_papers.want_adjust(session, decision, now=now)


def print_again(session: Session, *, submission_id: int, actor: Actor, now: datetime) -> None:
    """Ask for the paper to be signed anew, with the months of a decision issued today. Phòng Kinh tế does it.

    Raises Problem CONFLICT unless the chairman decided and no number was given yet, or when the paper says that month.
    """
    submission, _ = load(session, submission_id)
    role = actor.require(Role.economy, submission.commune_id)
    expect(submission, SubmissionState.DECIDED, "Chỉ lập lại dự thảo để ký khi Chủ tịch đã quyết định và chưa có số.")
    printed = decision_papers.to_sign(session, submission)
    if printed is None or not decision_papers.other_month(session, submission, now.date()):
        raise conflict("printed", "Dự thảo để ký đang ghi đúng tháng, không phải lập lại.")
    decision_papers.want_decided(session, submission, now=now, version=printed.version + 1)
    record(session, submission, "print_decision_again", actor, role, now, {"version": printed.version + 1})


def attach_signed(
    session: Session, *, submission_id: int, signed_file: SignedFile, actor: Actor, now: datetime
) -> Decision:
    """Keep the signed file of a decision whose number and day were entered without one; they stay as they are.

    Phòng Kinh tế does it. Raises Problem CONFLICT while the decision is not issued, or when it has its file.
    """
    submission, _ = load(session, submission_id)
    role = actor.require(Role.economy, submission.commune_id)
    decision = signed_papers.without_file(session, submission)
    decision.signed_file_sha256 = signed_file.sha256
    session.add(decision)
    issued = select(Document).where(Document.kind == "decision", Document.subject == f"submission:{submission.key}")
    signed_files.keep_signed(session, session.exec(issued).one(), signed_file)
    done: dict[str, int | str] = {"decision": decision.key}
    record(session, submission, "attach_signed", actor, role, now, done | register.of_file(signed_file))
    return decision


def _decision(session: Session, submission: Submission, given: Numbered, actor: Actor, now: datetime) -> Decision:
    mandate, lines = _signing(session, submission, given.issued_on)
    return Decision(
        submission_id=submission.key,
        commune_id=submission.commune_id,
        cycle_id=submission.cycle_id,
        number=given.number,
        symbol=given.symbol.strip(),
        issued_on=given.issued_on,
        issued_year=given.issued_on.year,
        signer_id=mandate.account_id,
        signer_mandate_id=mandate.key,
        authority_lines=list(lines),
        audit_head=ledger.head(session, submission.commune_id),
        recorded_by=actor.person_id,
        recorded_at=now,
    )


def _signing(session: Session, submission: Submission, on: date) -> tuple[Mandate, tuple[str, ...]]:
    """The decider's mandate on the day and the lines printed above his name. Raises Problem NOT_ALLOWED without one."""
    mandate = mandate_on(session, submission.decided_by or 0, submission.commune_id, Role.chairman, on)
    try:
        return mandate, paper_heads.lines_of(mandate, on)
    except AuthorityError as error:
        raise not_allowed("authority", str(error)) from error


def _announce(session: Session, cycle: Cycle, submission: Submission, now: datetime) -> None:
    words = Counter(verdict.word for verdict in submissions.verdicts_of(session, submission.key).values())
    counts = {"approved": words["approve"], "refused": words["refuse"], "held": words["hold"]}
    for role in sorted(set(Role) - {Role.chairman, Role.admin, Role.system}):
        tell(session, cycle, submission, "decided", role, now, counts)
