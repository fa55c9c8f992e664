"""Step 3, the people's part: propose, set aside, sign the minutes, post the list."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from models.cycles import Case, Cycle
from models.eligibility import Posting, ReviewMinutes
from models.places import Commune
from rules.calendar import add_working_days
from rules.parameters import LawGap
from rules.workflow import CaseStatus, ProposalResult, Role, Step
from services import cases, cycles, law, ledger, notices, review_gate, review_papers
from services.eligibility import clear_proposal, current, currents
from services.errors import conflict, invalid, not_allowed, waiting
from services.staff import Actor
from services.store import get, lock

OBJECTED = "Có ý kiến của người dân đang giải quyết"


def propose(
    session: Session, *, case_id: int, result: ProposalResult, reason: str, actor: Actor, now: datetime
) -> Case:
    """Phòng Kinh tế's proposal for one person. To support somebody the law does not find eligible is refused."""
    case = lock(session, Case, case_id, "hồ sơ")
    actor.require(Role.economy, case.commune_id)
    answer = current(session, case_id)
    if answer is None or case.needs_assessment:
        raise waiting("not_assessed", "Hồ sơ đang chờ máy đánh giá lại, xin thử lại sau ít phút.")
    if result is ProposalResult.APPROVE and answer.outcome != "ELIGIBLE":
        raise conflict("not_eligible", "Chưa đủ căn cứ để đề nghị hỗ trợ: xem phần “Vì sao” của hồ sơ.")
    if result != clear_proposal(answer) and not reason.strip():
        raise invalid("reason_needed", "Đề xuất khác kết quả đánh giá: phải ghi lý do.", field="reason")
    cases.move(session, case, "propose", actor=actor, now=now)
    case.proposal, case.proposal_reason = result, reason.strip()
    _touched(session, case, actor, "propose", now)
    return case


def propose_all_clear(session: Session, *, cycle_id: int, actor: Actor, now: datetime) -> int:
    """Propose what the law's answer says for every case under review that has one. Returns how many."""
    cycle = get(session, Cycle, cycle_id, "kỳ xét")
    actor.require(Role.economy, cycle.commune_id)
    query = select(Case).where(Case.cycle_id == cycle_id, Case.status == CaseStatus.REVIEW)
    batch = [case for case in session.exec(query.order_by(col(Case.id))).all() if not case.needs_assessment]
    answers = currents(session, [case.key for case in batch])
    clear = [(case, result) for case in batch if case.key in answers and (result := clear_proposal(answers[case.key]))]
    for case, result in clear:
        propose(session, case_id=case.key, result=result, reason="", actor=actor, now=now)
    return len(clear)


def set_aside(session: Session, *, case_id: int, reason: str, actor: Actor, now: datetime) -> Case:
    """Leave one person out of this submission without refusing them: facts are missing or an objection is open."""
    case = lock(session, Case, case_id, "hồ sơ")
    if not reason.strip():
        raise invalid("reason_needed", "Phải ghi lý do để lại hồ sơ.")
    if case.status == CaseStatus.REVIEW:
        case.proposal = None
    cases.move(session, case, "set_aside", actor=actor, now=now, reason=reason.strip())
    _touched(session, case, actor, "set_aside", now)
    return case


def set_objected_aside(session: Session, *, cycle_id: int, actor: Actor, now: datetime) -> int:
    """Leave out of this submission everybody about whom an objection is open; all others go on. Returns how many."""
    actor.require(Role.economy, get(session, Cycle, cycle_id, "kỳ xét").commune_id)
    found = review_gate.objected(session, cycle_id)
    for case in found:
        set_aside(session, case_id=case.key, reason=OBJECTED, actor=actor, now=now)
    return len(found)


def resume(session: Session, *, case_id: int, actor: Actor, now: datetime) -> Case:
    """Take a case that was left aside back into review."""
    case = lock(session, Case, case_id, "hồ sơ")
    cases.move(session, case, "resume", actor=actor, now=now)
    case.proposal, case.proposal_reason, case.needs_assessment = None, "", True
    _touched(session, case, actor, "resume", now)
    return case


def _touched(session: Session, case: Case, actor: Actor, action: str, now: datetime) -> None:
    session.add(case)
    ledger.involve(session, cycle_id=case.cycle_id, actor=actor, action=action, now=now)
    cycles.want_step(session, case.cycle_id, Step.eligibility, now=now)


def open_minutes(
    session: Session, *, cycle_id: int, held_on: date, place: str, conclusion: str, actor: Actor, now: datetime
) -> ReviewMinutes:
    """Minutes of the review meeting over the proposals as they stand. A later change of them needs new minutes."""
    cycle = lock(session, Cycle, cycle_id, "kỳ xét")
    role = actor.require(Role.economy, cycle.commune_id)
    if review_gate.count(session, cycle_id, CaseStatus.LISTED, CaseStatus.HEALTH, CaseStatus.REVIEW):
        raise waiting("cases_open", "Còn hồ sơ chưa có đề xuất.")
    if held_on > now.date() or held_on < cycle.opened_on:
        raise invalid("held_on", "Ngày họp phải nằm trong kỳ xét và không ở tương lai.", field="held_on")
    last = review_gate.newest_minutes(session, cycle_id)
    minutes = ReviewMinutes(
        cycle_id=cycle_id,
        round=last.round + 1 if last else 1,
        held_on=held_on,
        place=place.strip(),
        conclusion=conclusion.strip(),
        list_sha256=review_gate.proposals_sha256(session, cycle_id),
    )
    session.add(minutes)
    session.flush()
    _recorded(session, cycle, f"review_minutes:{minutes.key}", "open_minutes", actor, role, now)
    review_papers.want_minutes(session, cycle, minutes, now=now)
    return minutes


def sign_minutes(session: Session, *, cycle_id: int, actor: Actor, now: datetime) -> ReviewMinutes:
    """Sign for one's own department; the two signatures are two people's."""
    cycle = lock(session, Cycle, cycle_id, "kỳ xét")
    role = actor.require((Role.economy, Role.culture), cycle.commune_id)
    minutes = review_gate.newest_minutes(session, cycle_id)
    if minutes is None or minutes.list_sha256 != review_gate.proposals_sha256(session, cycle_id):
        raise conflict("minutes_stale", "Đề xuất đã thay đổi sau biên bản: phải lập biên bản mới.")
    if actor.person_id in {minutes.economy_signed_by, minutes.culture_signed_by}:
        raise not_allowed("two_people", "Biên bản cần chữ ký của hai người thuộc hai phòng.")
    if role is Role.economy:
        minutes.economy_signed_by, minutes.economy_signed_at = actor.person_id, now
    else:
        minutes.culture_signed_by, minutes.culture_signed_at = actor.person_id, now
    session.add(minutes)
    _recorded(session, cycle, f"review_minutes:{minutes.key}", "sign_minutes", actor, role, now)
    _ask_to_sign(session, cycle, minutes, now)
    return minutes


def post_list(session: Session, *, cycle_id: int, starts_on: date, place: str, actor: Actor, now: datetime) -> Posting:
    """Open the public posting. Its length is a legal parameter; while that is unknown there is no posting."""
    cycle = lock(session, Cycle, cycle_id, "kỳ xét")
    role = actor.require(Role.economy, cycle.commune_id)
    minutes = review_gate.newest_minutes(session, cycle_id)
    list_sha256 = review_gate.proposals_sha256(session, cycle_id)
    if not (minutes and minutes.economy_signed_by and minutes.culture_signed_by and minutes.list_sha256 == list_sha256):
        raise waiting("minutes_first", "Phải có biên bản xét duyệt đủ hai chữ ký trước khi niêm yết.")
    if starts_on < now.date():
        raise invalid("starts_on", "Ngày bắt đầu niêm yết không được ở quá khứ.", field="starts_on")
    last = review_gate.newest_posting(session, cycle_id)
    posting = Posting(
        cycle_id=cycle_id,
        round=last.round + 1 if last else 1,
        starts_on=starts_on,
        ends_on=_last_day(session, cycle, starts_on),
        place=place.strip(),
        list_sha256=list_sha256,
        posted_by=actor.person_id,
        posted_at=now,
    )
    session.add(posting)
    session.flush()
    _recorded(session, cycle, f"posting:{posting.key}", "post_list", actor, role, now)
    _tell_everyone(session, cycle, posting, now)
    review_papers.want_posting(session, cycle, posting, now=now)
    return posting


def _last_day(session: Session, cycle: Cycle, starts_on: date) -> date:
    """The last day of the window; the first day counts."""
    book = law.book_for(session, cycle.commune_id)
    try:
        days = int(book.get("NQ04.posting.days", on=starts_on).value)
        kind = book.get("NQ04.posting.day_type", on=starts_on).value
        if kind == "WORKING":
            return add_working_days(starts_on - timedelta(days=1), days, book)
    except LawGap as gap:
        raise waiting("law_gap", f"Chưa niêm yết được: {gap.message}", (gap.key,)) from gap
    return starts_on + timedelta(days=days - 1)


def _tell_everyone(session: Session, cycle: Cycle, posting: Posting, now: datetime) -> None:
    notices.queue_everywhere(
        session,
        key=f"posting:{posting.key}",
        template="posting_opened",
        commune=get(session, Commune, cycle.commune_id),
        roles=(Role.front, Role.media),
        now=now,
        cycle=cycle,
        due_on=posting.ends_on,
        path=f"/eligibility?cycle={cycle.key}",
    )


def _ask_to_sign(session: Session, cycle: Cycle, minutes: ReviewMinutes, now: datetime) -> None:
    """One department signed; the other is told."""
    missing = [
        role
        for role, signed_by in ((Role.economy, minutes.economy_signed_by), (Role.culture, minutes.culture_signed_by))
        if signed_by is None
    ]
    for role in missing:
        notices.queue(
            session,
            key=f"minutes_to_sign:{minutes.key}",
            template="minutes_to_sign",
            commune=get(session, Commune, cycle.commune_id),
            role=role,
            now=now,
            cycle=cycle,
            due_on=cycles.step_row(session, cycle.key, Step.eligibility).due_on,
            path=f"/eligibility?cycle={cycle.key}",
        )


def _recorded(
    session: Session, cycle: Cycle, subject: str, action: str, actor: Actor, role: Role, now: datetime
) -> None:
    ledger.append(
        session,
        commune_id=cycle.commune_id,
        actor=actor,
        role=role,
        action=action,
        subject=subject,
        data={"cycle": cycle.key},
        now=now,
    )
    ledger.involve(session, cycle_id=cycle.key, actor=actor, action=action, now=now)
    cycles.want_step(session, cycle.key, Step.eligibility, now=now)
