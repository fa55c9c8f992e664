"""When the review is over: every case proposed, every match concluded, minutes signed, the posting window past."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from models.base import canonical_json
from models.cycles import Case, Cycle
from models.eligibility import Assessment, AssistanceFile, CrossCheck, Posting, ReviewMinutes
from models.feedback import Feedback
from models.health import HealthCase
from rules.workflow import CaseStatus, Role, Step
from services.cycles import step_row
from services.health_views import UNDECIDED
from services.steps import Gate


def gate(session: Session, cycle: Cycle, now: datetime) -> Gate:
    """The first thing the review still waits for, and who holds it; done when there is none."""
    if not count(session, cycle.key, *_LIVE):
        return Gate(True, Role.system, "Không có hồ sơ nào để xét.")
    due = step_row(session, cycle.key, Step.eligibility).due_on
    if wait := first_wait(session, cycle, now):
        return Gate(False, wait.holder, wait.message, due, counts(session, cycle.key))
    return Gate(True, Role.system, "Đã xét duyệt và niêm yết xong.", counts=counts(session, cycle.key))


_LIVE = (CaseStatus.LISTED, CaseStatus.HEALTH, CaseStatus.REVIEW, CaseStatus.PROPOSED)


@dataclass(frozen=True)
class Wait:
    """What the review waits for and who holds it; ``work`` names it on the holder's first page if nothing else does."""

    holder: Role
    message: str
    work: str = ""
    path: str = "/eligibility"


def first_wait(session: Session, cycle: Cycle, now: datetime) -> Wait | None:
    """The first thing that is still missing, in the order of the work; None when nothing is."""
    return next((wait for question in _QUESTIONS if (wait := question(session, cycle, now))), None)


def _assistance_list(session: Session, cycle: Cycle, _now: datetime) -> Wait | None:
    if session.exec(select(AssistanceFile.id).where(AssistanceFile.cycle_id == cycle.key)).first() is None:
        message = "Chờ Phòng Văn hóa - Xã hội nhập danh sách đang hưởng trợ giúp xã hội."
        return Wait(Role.culture, message, "Danh sách hưởng trợ giúp xã hội chờ nhập", "/cross-checks")
    return None


def _matches(session: Session, cycle: Cycle, _now: datetime) -> Wait | None:
    query = select(func.count()).where(CrossCheck.cycle_id == cycle.key, col(CrossCheck.outcome).is_(None))
    if number := session.exec(query).one():
        message = f"Chờ Phòng Văn hóa - Xã hội kết luận {number} trường hợp trùng với trợ giúp xã hội."
        return Wait(Role.culture, message)
    return None


def _proposals(session: Session, cycle: Cycle, _now: datetime) -> Wait | None:
    """Phòng Kinh tế's proposals; when only people are left of whom Trạm Y tế was asked meanwhile, its conclusions."""
    number = count(session, cycle.key, CaseStatus.LISTED, CaseStatus.HEALTH, CaseStatus.REVIEW)
    if not number:
        return None
    asked = select(func.count()).join(Case, col(Case.id) == HealthCase.case_id).select_from(HealthCase)
    asked = asked.where(HealthCase.cycle_id == cycle.key, col(HealthCase.result).in_(UNDECIDED))
    if session.exec(asked.where(Case.status == CaseStatus.REVIEW)).one() == number:
        return Wait(Role.health_station, f"Chờ Trạm Y tế kết luận {number} người đang xét.", path="/health")
    return Wait(Role.economy, f"Chờ Phòng Kinh tế đề xuất {number} hồ sơ.")


def _minutes(session: Session, cycle: Cycle, _now: datetime) -> Wait | None:
    unsigned = "Biên bản họp xét duyệt chờ ký"
    minutes = newest_minutes(session, cycle.key)
    if minutes is None or minutes.list_sha256 != proposals_sha256(session, cycle.key):
        return Wait(Role.economy, "Chờ Phòng Kinh tế lập biên bản họp xét duyệt.", "Biên bản họp xét duyệt chờ lập")
    if minutes.economy_signed_by is None:
        return Wait(Role.economy, "Chờ Phòng Kinh tế ký biên bản.", unsigned)
    if minutes.culture_signed_by is None:
        return Wait(Role.culture, "Chờ Phòng Văn hóa - Xã hội ký biên bản.", unsigned)
    return None


def _posting(session: Session, cycle: Cycle, now: datetime) -> Wait | None:
    posting = newest_posting(session, cycle.key)
    if posting is None or posting.list_sha256 != proposals_sha256(session, cycle.key):
        return Wait(Role.economy, "Chờ Phòng Kinh tế niêm yết danh sách.", "Danh sách chờ niêm yết")
    if posting.cut_short:
        message = "Danh sách bị gỡ trước khi hết thời gian niêm yết; chờ Phòng Kinh tế niêm yết lại."
        return Wait(Role.economy, message, "Danh sách bị gỡ sớm, chờ niêm yết lại")
    if now.date() <= posting.ends_on:
        return Wait(Role.system, f"Đang niêm yết đến hết ngày {posting.ends_on:%d/%m/%Y}.")
    return None


def _objections(session: Session, cycle: Cycle, _now: datetime) -> Wait | None:
    if number := len(objected(session, cycle.key)):
        message = f"Chờ giải quyết ý kiến về {number} hồ sơ, hoặc để lại riêng các hồ sơ đó."
        return Wait(Role.economy, message)
    return None


def objected(session: Session, cycle_id: int) -> list[Case]:
    """The proposed cases about which an opinion or complaint is open: they alone are held up by it."""
    open_ones = select(Feedback.case_id).where(col(Feedback.case_id).is_not(None), col(Feedback.closed_at).is_(None))
    query = select(Case).where(Case.cycle_id == cycle_id, Case.status == CaseStatus.PROPOSED)
    return list(session.exec(query.where(col(Case.id).in_(open_ones)).order_by(col(Case.id))).all())


_QUESTIONS: tuple[Callable[[Session, Cycle, datetime], Wait | None], ...] = (
    _assistance_list,
    _matches,
    _proposals,
    _minutes,
    _posting,
    _objections,
)


def count(session: Session, cycle_id: int, *statuses: CaseStatus) -> int:
    """How many cases of the cycle stand at one of the statuses."""
    return session.exec(select(func.count()).where(Case.cycle_id == cycle_id, col(Case.status).in_(statuses))).one()


def counts(session: Session, cycle_id: int) -> dict[str, int]:
    """Number of the cycle's cases by status."""
    query = select(Case.status, func.count()).where(Case.cycle_id == cycle_id).group_by(Case.status)
    return {str(status): number for status, number in session.exec(query)}


def newest_minutes(session: Session, cycle_id: int) -> ReviewMinutes | None:
    """The minutes of the latest meeting."""
    query = select(ReviewMinutes).where(ReviewMinutes.cycle_id == cycle_id)
    return session.exec(query.order_by(col(ReviewMinutes.round).desc())).first()


def newest_posting(session: Session, cycle_id: int) -> Posting | None:
    """The latest posting."""
    query = select(Posting).where(Posting.cycle_id == cycle_id)
    return session.exec(query.order_by(col(Posting.round).desc())).first()


def proposals_sha256(session: Session, cycle_id: int) -> str:
    """Hash of what is proposed for whom. A person set aside keeps their line, so one objection needs no new posting."""
    said = (Case.id, Case.proposal, Assessment.category, Assessment.monthly_amount, Assessment.bhyt_share)
    query = (
        sa_select(*said)  # type: ignore[call-overload]
        .join(Assessment, (col(Assessment.case_id) == Case.id) & col(Assessment.current))
        .where(Case.cycle_id == cycle_id, col(Case.proposal).is_not(None))
        .where(col(Case.status).not_in([CaseStatus.REVIEW, CaseStatus.WITHDRAWN]))
        .order_by(col(Case.id))
    )
    rows = [list(row) for row in session.execute(query)]
    return hashlib.sha256(canonical_json(rows).encode()).hexdigest()
