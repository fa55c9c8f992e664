"""What waits for whom: counts and deadlines for the first page, each limited to what this person may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import func, literal
from sqlmodel import Session, col, select

from models.approval import Submission
from models.changes import LifeEvent
from models.cycles import Case, Cycle, CycleStep
from models.eligibility import CrossCheck
from models.feedback import Feedback
from models.health import HealthCase
from models.insurance import InsuranceBatch, Registration
from models.lists import VillageList
from models.payment import BankAnswer, BankAnswerRow, PaymentList, Transfer
from models.receipts import CashCorrection
from models.runs import Run
from rules.workflow import (
    ROLE_LABELS,
    CaseStatus,
    ChangeState,
    HealthResult,
    ListState,
    PaymentListState,
    RegistrationState,
    Role,
    RunOutcome,
    Step,
    StepState,
    SubmissionState,
    TransferState,
)
from services import insurance_watch, pauses, staffing
from services.law_proposals import waiting as waiting_values
from services.papers_asked import BEFORE_SUBMISSION
from services.staff import Actor
from services.todos import Todo, with_step_dues

PREPARED_LABEL = "Danh sách chi trả chờ người thứ hai duyệt"

Counter = Callable[[Session, int, Actor], list[Todo]]


def todo(session: Session, *, commune_id: int, actor: Actor) -> list[Todo]:
    """The open work of this person's roles in the commune; kinds without any work are left out."""
    found: dict[str, Todo] = {}
    for role, count in _COUNTERS.items():
        if actor.has(role, commune_id):
            found |= {item.path + item.label: item for item in count(session, commune_id, actor) if item.count}
    return with_step_dues(session, commune_id, found.values())


def newest_cycle(session: Session, commune_id: int) -> Cycle | None:
    """The commune's newest cycle."""
    query = select(Cycle).where(Cycle.commune_id == commune_id)
    return session.exec(query.order_by(col(Cycle.year).desc(), col(Cycle.quarter).desc())).first()


def _counted(
    session: Session, label: str, path: str, model: Any, *where: Any, due: Any = None, step: Step | None = None
) -> Todo:
    first = func.min(due) if due is not None else literal(None)
    count, due_on = session.exec(select(func.count(), first).select_from(model).where(*where)).one()
    return Todo(label, count, path, due_on, step)


def _village_head(session: Session, commune_id: int, actor: Actor) -> list[Todo]:
    own = col(VillageList.village_id).in_(actor.villages(commune_id))
    waiting = VillageList.state == ListState.REQUESTED
    wrong = VillageList.error_count > 0, _open_lists()
    return [
        _own_lists(session, "Danh sách thôn chờ nộp", own, waiting, due=VillageList.due_on),
        _own_lists(session, "Danh sách đã nộp còn ô sai", own, *wrong),
        _asked_papers(session, commune_id, col(Case.village_id).in_(actor.villages(commune_id))),
    ]


def _own_lists(session: Session, label: str, *where: Any, due: Any = None) -> Todo:
    """Lists of the own thôn; the only one is led to at once, for who pays for every page on a phone."""
    found = _counted(session, label, "/lists", VillageList, *where, due=due)
    if found.count != 1:
        return found
    return replace(found, path=f"/lists/{session.exec(select(VillageList.id).where(*where)).one()}")


def _asked_papers(session: Session, commune_id: int, *where: Any) -> Todo:
    """People of whom Trạm Y tế asked for more papers, while it can still conclude."""
    waiting = HealthCase.result == HealthResult.MORE_PAPERS, _concludable(commune_id, *where)
    return _counted(session, "Người cần bổ sung giấy tờ", "/papers", HealthCase, *waiting, due=HealthCase.due_on)


def _concludable(commune_id: int, *where: Any) -> Any:
    """Health cases of the open cycle whose case was not withdrawn and is not before the chairman yet."""
    found = select(Case.id).join(Cycle, (col(Cycle.id) == Case.cycle_id) & col(Cycle.done_at).is_(None))
    found = found.where(Case.commune_id == commune_id, col(Case.status).in_(BEFORE_SUBMISSION), *where)
    return col(HealthCase.case_id).in_(found)


def _open_lists() -> Any:
    lists_open = select(CycleStep.cycle_id).where(CycleStep.step == "lists", CycleStep.state != StepState.DONE)
    return col(VillageList.cycle_id).in_(lists_open)


def _health_station(session: Session, commune_id: int, actor: Actor) -> list[Todo]:
    here = _concludable(commune_id)
    open_cases = here, HealthCase.result == HealthResult.PENDING
    more = here, HealthCase.result == HealthResult.MORE_PAPERS
    return [
        _counted(session, "Người chờ kết luận sức khỏe", "/health", HealthCase, *open_cases, due=HealthCase.due_on),
        _counted(
            session,
            "Người chờ bổ sung giấy tờ y tế",
            "/health?result=MORE_PAPERS",
            HealthCase,
            *more,
            due=HealthCase.due_on,
        ),
    ]


def _economy(session: Session, commune_id: int, actor: Actor) -> list[Todo]:
    lists_here = VillageList.commune_id == commune_id, VillageList.state == ListState.REQUESTED
    review = Case.commune_id == commune_id, Case.status == CaseStatus.REVIEW
    aside = Case.commune_id == commune_id, Case.status == CaseStatus.SET_ASIDE
    submissions = Submission.commune_id == commune_id
    drafts, decided = (Submission.state == state for state in (SubmissionState.DRAFT, SubmissionState.DECIDED))
    batches = InsuranceBatch.commune_id == commune_id, col(InsuranceBatch.sent_at).is_(None)
    return [
        _counted(session, "Thôn chưa nộp danh sách", "/lists", VillageList, *lists_here, due=VillageList.due_on),
        _counted(session, "Người chờ đề xuất", "/eligibility?status=REVIEW", Case, *review, step=Step.eligibility),
        _asked_papers(session, commune_id),
        _counted(session, "Người để lại xem xét", "/eligibility?status=SET_ASIDE", Case, *aside),
        _counted(session, "Tờ trình chờ trình", "/approval", Submission, submissions, drafts, step=Step.approval),
        _counted(session, "Quyết định chờ số, ngày", "/approval", Submission, submissions, decided, step=Step.approval),
        *_payment_lists(session, commune_id, actor),
        *_stuck_payments(session, commune_id),
        _counted(session, "Đợt đăng ký BHYT chờ gửi", "/insurance", InsuranceBatch, *batches, step=Step.insurance),
        _changes(session, commune_id, "Biến động chờ số, ngày quyết định", ChangeState.APPROVED),
        Todo("Người đang tạm dừng hưởng", pauses.resting(session, commune_id), "/changes?reason=SUSPENDED"),
        *_feedback(session, commune_id, actor),
        *_failed_runs(session, commune_id, actor),
    ]


def _payment_lists(session: Session, commune_id: int, actor: Actor) -> list[Todo]:
    labels = {
        PaymentListState.DRAFT: "Danh sách chi trả chờ lập",
        PaymentListState.PREPARED: PREPARED_LABEL,
        PaymentListState.APPROVED: "Danh sách chi trả chờ chuyển tiền",
        PaymentListState.SENT: "Danh sách chi trả chờ kết quả",
    }
    found = select(PaymentList.state, func.count(), func.min(PaymentList.due_on))
    found = found.where(PaymentList.commune_id == commune_id, col(PaymentList.state).in_(labels))
    rows = session.exec(found.group_by(col(PaymentList.state))).all()
    return [Todo(labels[PaymentListState(state)], count, "/payment", due_on) for state, count, due_on in rows]


def _stuck_payments(session: Session, commune_id: int) -> list[Todo]:
    """What payments of all months leave for a person to decide."""
    unmatched = (
        select(func.count())
        .select_from(BankAnswerRow)
        .join(BankAnswer, col(BankAnswer.id) == BankAnswerRow.answer_id)
        .join(PaymentList, col(PaymentList.id) == BankAnswer.list_id)
        .where(PaymentList.commune_id == commune_id, col(BankAnswerRow.waits).is_(True))
    )
    held = Transfer.commune_id == commune_id, Transfer.state == TransferState.HELD, col(Transfer.released_by).is_(None)
    unconfirmed = CashCorrection.commune_id == commune_id, col(CashCorrection.confirmed_by).is_(None)
    return [
        Todo("Dòng kết quả chi trả chưa khớp", session.exec(unmatched).one(), "/payment/open"),
        _counted(session, "Khoản tạm giữ chờ giải tỏa", "/payment/open", Transfer, *held),
        _counted(session, "Đính chính chi tiền mặt chờ người thứ hai", "/payment/open", CashCorrection, *unconfirmed),
    ]


def _culture(session: Session, commune_id: int, actor: Actor) -> list[Todo]:
    cases_here = select(Case.id).where(Case.commune_id == commune_id)
    open_checks = col(CrossCheck.case_id).in_(cases_here), col(CrossCheck.outcome).is_(None)
    label = "Trường hợp trùng chờ kết luận"
    return [
        _counted(session, label, "/cross-checks", CrossCheck, *open_checks, step=Step.eligibility),
        *_feedback(session, commune_id, actor),
    ]


def _chairman(session: Session, commune_id: int, actor: Actor) -> list[Todo]:
    waiting = Submission.commune_id == commune_id, Submission.state == SubmissionState.SUBMITTED
    here = PaymentList.commune_id == commune_id, PaymentList.state == PaymentListState.PREPARED
    return [
        _counted(session, "Danh sách chờ quyết định", "/approval", Submission, *waiting, step=Step.approval),
        _counted(session, PREPARED_LABEL, "/payment", PaymentList, *here, due=PaymentList.due_on),
        _changes(session, commune_id, "Biến động chờ quyết định", ChangeState.WAITING),
    ]


def _changes(session: Session, commune_id: int, label: str, state: ChangeState) -> Todo:
    return _counted(session, label, "/changes", LifeEvent, LifeEvent.commune_id == commune_id, LifeEvent.state == state)


def cards(session: Session, *, commune_id: int, actor: Actor, on: date) -> list[Todo]:
    """Cards that end or are missing on a day, for Phòng Kinh tế and BHXH cơ sở; kinds without any are left out."""
    if not any(actor.has(role, commune_id) for role in (Role.economy, Role.insurance)):
        return []
    found = insurance_watch.watch(session, commune_id, on=on)
    soon = min((one.last_good_day for one in (*found.gaps, *found.ending)), default=None)
    kinds = [
        Todo("Thẻ BHYT sắp hết hạn, gián đoạn", len(found.ending) + len(found.gaps), "/insurance/watch", soon),
        Todo("Người đã gửi hồ sơ, chưa có thẻ BHYT", len(found.unanswered), "/insurance/watch"),
    ]
    return [kind for kind in kinds if kind.count]


def people_missing(session: Session, *, commune_id: int, actor: Actor, on: date) -> list[Todo]:
    """For the admin: who is not there yet, without whom a step waits for ever; nothing for anybody else."""
    if not actor.has(Role.admin, commune_id):
        return []
    nobody = staffing.unheld(session, commune_id, on)
    named = ", ".join(ROLE_LABELS[role] for role in nobody)
    found = (
        Todo(f"Chưa có ai giữ vai trò: {named}", len(nobody), "/staff"),
        Todo("Thôn chưa có trưởng thôn", staffing.headless(session, commune_id, on), "/staff"),
        Todo("Thôn chưa ghi căn cứ khu vực", staffing.without_basis(session, commune_id), "/villages"),
    )
    return [item for item in found if item.count]


def _insurance(session: Session, commune_id: int, actor: Actor) -> list[Todo]:
    waiting = Registration.commune_id == commune_id, Registration.state == RegistrationState.SENT
    return [_counted(session, "Người chờ thẻ BHYT", "/insurance", Registration, *waiting, step=Step.insurance)]


def _feedback(session: Session, commune_id: int, actor: Actor, label: str = "Phản ánh chờ trả lời") -> list[Todo]:
    waiting = Feedback.commune_id == commune_id, col(Feedback.closed_at).is_(None)
    return [_counted(session, label, "/feedback", Feedback, *waiting, due=Feedback.due_on)]


def _front(session: Session, commune_id: int, actor: Actor) -> list[Todo]:
    """Ủy ban MTTQ takes opinions in and sees that they are answered; it answers none itself."""
    return _feedback(session, commune_id, actor, "Phản ánh chờ các phòng trả lời")


def _failed_runs(session: Session, commune_id: int, actor: Actor) -> list[Todo]:
    """Cycles whose newest run failed: the machine stands still there."""
    newest = select(func.max(Run.id)).where(Run.commune_id == commune_id).group_by(col(Run.cycle_id))
    failed = col(Run.id).in_(newest), col(Run.outcome).in_([RunOutcome.FAILED, RunOutcome.LOST])
    return [_counted(session, "Kỳ có lượt chạy lỗi", "/runs", Run, *failed)]


def law_proposals(session: Session, commune_id: int, actor: Actor) -> list[Todo]:
    """Law values that this person may confirm, being another than the proposer."""
    waiting = [row for row in waiting_values(session, commune_id) if row.proposed_by != actor.account_id]
    return [Todo("Giá trị pháp lý chờ xác nhận", len(waiting), "/law")]


def _with_law(count: Counter) -> Counter:
    return lambda session, commune_id, actor: [
        *count(session, commune_id, actor),
        *law_proposals(session, commune_id, actor),
    ]


_COUNTERS: dict[Role, Counter] = {
    Role.village_head: _village_head,
    Role.health_station: _health_station,
    Role.economy: _with_law(_economy),
    Role.culture: _with_law(_culture),
    Role.chairman: _with_law(_chairman),
    Role.insurance: _insurance,
    Role.front: _front,
    Role.admin: _failed_runs,
}
