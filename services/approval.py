"""Step 4: Phòng Kinh tế submits the frozen list, the chairman decides each person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.approval import Submission, SubmissionLine, Verdict
from models.cycles import Case, Cycle
from models.law import LawSnapshot
from rules.explain import parameter_title
from rules.parameters import LawStatus
from rules.workflow import CaseStatus, ProposalResult, Role, Step, SubmissionState
from services import cases, cycles, decision_papers, ledger, review_gate, submission_papers, submissions
from services.cases import Move
from services.errors import conflict, invalid, not_allowed, waiting
from services.staff import Actor
from services.steps import Gate, StepWork
from services.store import get, insert_new
from services.submission_acts import expect, load, record, tell

WORDS = ("approve", "refuse", "hold")
NOT_BEFORE_HIM = "Danh sách này không còn chờ Chủ tịch: đã quyết định, đã trả lại, hoặc chưa trình."


@dataclass(frozen=True)
class Ruling:
    """The chairman's word on one line that departs from the proposal, with his reason."""

    word: str
    reason: str = ""


def pending(session: Session, cycle: Cycle, now: datetime) -> list[int]:
    """The cycle's own number while a list must be frozen: none is open, or the draft no longer fits the proposals."""
    last = submissions.latest(session, cycle.key)
    if last is not None and last.state in {SubmissionState.SUBMITTED, SubmissionState.DECIDED}:
        return []
    if not review_gate.gate(session, cycle, now).done:
        return []
    if last is not None and last.state == SubmissionState.DRAFT:
        return [cycle.key] if submissions.is_stale(session, cycle, last) else []
    return [cycle.key] if review_gate.count(session, cycle.key, CaseStatus.PROPOSED) else []


def work(session: Session, cycle: Cycle, _numbers: list[int], now: datetime) -> dict[str, int]:
    """Freeze the list and ask for the draft decision."""
    submission = submissions.freeze(session, cycle, now)
    if submission is not None:
        submission_papers.want(session, submission, now=now)
    return {"frozen": len(submissions.lines_of(session, submission.key)) if submission else 0}


def gate(session: Session, cycle: Cycle, now: datetime) -> Gate:
    """Over when every proposed person is decided under a decision with number and date."""
    last = submissions.latest(session, cycle.key)
    due = cycles.step_row(session, cycle.key, Step.approval).due_on
    proposed = review_gate.count(session, cycle.key, CaseStatus.PROPOSED)
    if last is None or last.state == SubmissionState.SENT_BACK:
        review = review_gate.gate(session, cycle, now)
        if not proposed and review.done:
            return Gate(True, Role.system, "Không có ai được đề xuất trong kỳ này.")
        return Gate(False, review.holder if not review.done else Role.economy, review.message, due)
    if last.state == SubmissionState.DRAFT:
        return Gate(False, Role.economy, f"Chờ Phòng Kinh tế trình danh sách {proposed} người.", due)
    due = due_on(session, last, now)
    if last.state == SubmissionState.SUBMITTED:
        return Gate(False, Role.chairman, "Chờ Chủ tịch quyết định.", due)
    if last.state == SubmissionState.DECIDED:
        return Gate(False, Role.economy, "Chờ vào số, ngày của quyết định.", due)
    return Gate(True, Role.system, "Quyết định đã ban hành.")


def due_on(session: Session, submission: Submission, now: datetime) -> date | None:
    """Until when the chairman has time, from the day the list was put before him."""
    cycle = get(session, Cycle, submission.cycle_id, "kỳ xét")
    return cycles.known_deadline(session, cycle, Step.approval, on=(submission.submitted_at or now).date())


def on_done(session: Session, cycle: Cycle, now: datetime) -> None:
    """Nothing to hand over here: the decision itself was announced when it was issued."""


def submit(session: Session, *, submission_id: int, actor: Actor, now: datetime) -> Submission:
    """Phòng Kinh tế puts the frozen list before the chairman. Refused when the proposals changed meanwhile."""
    submission, cycle = load(session, submission_id)
    role = actor.require(Role.economy, submission.commune_id)
    if submission.state != SubmissionState.DRAFT:
        raise conflict("submission_state", "Danh sách này đã trình hoặc đã được thay bằng bản khác.")
    if submissions.is_stale(session, cycle, submission):
        raise conflict("submission_stale", "Đề xuất đã thay đổi; máy đang lập dự thảo mới.")
    lines = submissions.lines_of(session, submission.key)
    cases.move_all(session, [Move(case, "submit") for case in _cases(session, lines)], actor=actor, now=now)
    submission.state = SubmissionState.SUBMITTED
    submission.submitted_by, submission.submitted_at = actor.person_id, now
    record(session, submission, "submit", actor, role, now)
    ledger.involve(session, cycle_id=cycle.key, actor=actor, action="submit", now=now)
    due = due_on(session, submission, now)
    tell(session, cycle, submission, "submission_ready", Role.chairman, now, {"people": len(lines)}, due)
    return submission


def send_back(session: Session, *, submission_id: int, note: str, actor: Actor, now: datetime) -> Submission:
    """The chairman sends the whole list back with his reason."""
    submission, cycle = load(session, submission_id)
    role = actor.require(Role.chairman, submission.commune_id)
    expect(submission, SubmissionState.SUBMITTED, NOT_BEFORE_HIM)
    if not note.strip():
        raise invalid("note_needed", "Phải ghi lý do trả lại.")
    lines = submissions.lines_of(session, submission.key)
    cases.move_all(session, [Move(case, "send_back") for case in _cases(session, lines)], actor=actor, now=now)
    submission.state, submission.note = SubmissionState.SENT_BACK, note.strip()
    record(session, submission, "send_back", actor, role, now)
    tell(session, cycle, submission, "sent_back", Role.economy, now, {"people": len(lines)})
    return submission


def decide(
    session: Session, *, submission_id: int, rulings: Mapping[int, Ruling], actor: Actor, now: datetime
) -> Submission:
    """The chairman decides every line: as proposed, except those in ``rulings`` (by line number).

    Raises Problem NOT_ALLOWED when he had a hand in the list, WAITING while a value used is not confirmed law.
    """
    submission, cycle = load(session, submission_id)
    role = actor.require(Role.chairman, submission.commune_id)
    expect(submission, SubmissionState.SUBMITTED, NOT_BEFORE_HIM)
    if ledger.had_a_hand(session, cycle_id=cycle.key, account_id=actor.person_id):
        raise not_allowed(
            "two_people", "Người đã tham gia lập, xác minh hoặc xét duyệt danh sách không được quyết định."
        )
    _law_confirmed(session, submission)
    lines = submissions.lines_of(session, submission.key)
    _check_rulings(lines, rulings)
    _rule(session, lines, [rulings.get(line.key) or _as_proposed(line) for line in lines], actor, now)
    submission.state = SubmissionState.DECIDED
    submission.decided_by, submission.decided_at = actor.person_id, now
    record(session, submission, "decide", actor, role, now)
    decision_papers.want_decided(session, submission, now=now)
    tell(session, cycle, submission, "number_wanted", Role.economy, now, {"people": len(lines)})
    return submission


def _check_rulings(lines: list[SubmissionLine], rulings: Mapping[int, Ruling]) -> None:
    if unknown := set(rulings) - {line.key for line in lines}:
        raise invalid("unknown_line", f"Có {len(unknown)} dòng không thuộc danh sách này.")
    refusable = {line.key for line in lines if line.proposal == ProposalResult.REFUSE}
    for number, ruling in rulings.items():
        if ruling.word not in WORDS:
            raise invalid("unknown_word", "Chỉ có thể phê duyệt, không phê duyệt hoặc tạm giữ.")
        if ruling.word == "approve" and number in refusable:
            raise conflict(
                "not_proposed", "Người không được đề nghị hỗ trợ thì không phê duyệt thẳng được: hãy trả lại."
            )
        if ruling.word != "approve" and not ruling.reason.strip():
            raise invalid("reason_needed", "Phải ghi lý do khi không phê duyệt hoặc tạm giữ.")


def _as_proposed(line: SubmissionLine) -> Ruling:
    return Ruling("approve" if line.proposal == ProposalResult.APPROVE else "refuse", line.reason)


def _rule(
    session: Session, lines: Sequence[SubmissionLine], words: Sequence[Ruling], actor: Actor, now: datetime
) -> None:
    said = {"given_by": actor.person_id, "given_at": now}
    rows = [
        {"submission_line_id": line.key, "word": ruling.word, "reason": ruling.reason.strip()}
        for line, ruling in zip(lines, words, strict=True)
    ]
    insert_new(session, Verdict, [row | said for row in rows])
    moves = [
        Move(case, ruling.word, ruling.reason.strip())
        for case, ruling in zip(_cases(session, lines), words, strict=True)
    ]
    cases.move_all(session, moves, actor=actor, now=now)


def _cases(session: Session, lines: Sequence[SubmissionLine]) -> list[Case]:
    """The case of each line, locked; the commune's row, which the submission's was locked with, comes before them."""
    query = select(Case).where(col(Case.id).in_([line.case_id for line in lines]))
    locking = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = {case.key: case for case in session.exec(locking)}
    return [found[line.case_id] for line in lines]


def _law_confirmed(session: Session, submission: Submission) -> None:
    """A decision may rest on confirmed values only; the ones that are not are named."""
    if submission.law_status == LawStatus.CONFIRMED:
        return
    content = session.exec(select(LawSnapshot.content).where(LawSnapshot.sha256 == submission.law_sha256)).one()
    keys = sorted({row["key"] for row in content if row["status"] != LawStatus.CONFIRMED})
    said = f"Chưa quyết định được: {len(keys)} tham số chưa được xác nhận."
    raise waiting("law_not_confirmed", said, tuple(map(parameter_title, keys)))


STEP = StepWork(step=Step.approval, pending=pending, work=work, gate=gate, on_done=on_done)
