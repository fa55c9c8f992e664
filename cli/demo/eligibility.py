"""Step 3 as scripted people do it: cross-check, proposals, minutes, posting, one opinion answered."""

from __future__ import annotations

import hashlib
from datetime import date

from sqlmodel import col, func, select

from adapters.workbooks import read_workbook
from cli.demo.scene import YEAR, Scene, Stage, always, at
from cli.demo.world import FOLDER
from models.cycles import Case
from models.eligibility import Assessment, AssistanceFile, AssistanceRecord, CrossCheck
from models.feedback import Feedback
from rules.assistance_sheet import read_assistance_sheet
from rules.workflow import CaseStatus, CrossCheckOutcome, Outcome, Step
from services import cross_checks, feedback, review, review_gate

ASSISTANCE = FOLDER / "assistance" / "danh-sach-bao-tro-thang-06-2026.xlsx"


def scenes() -> list[Scene]:
    """The review, to the day before the chairman."""
    return [_matches(), *_review()]


def assistance() -> Scene:
    """Phòng VH-XH hands over its list while the health station is still at work."""

    def act(stage: Stage) -> None:
        data = ASSISTANCE.read_bytes()
        rows, _problems = read_assistance_sheet(read_workbook(data), on=stage.now.date())
        cross_checks.import_list(
            stage.session,
            cycle_id=stage.cycle_id,
            file_name=ASSISTANCE.name,
            sha256=hashlib.sha256(data).hexdigest(),
            rows=rows,
            actor=stage.actor("vanhoa"),
            now=stage.now,
        )

    def done(stage: Stage) -> bool:
        query = select(AssistanceFile.id).where(AssistanceFile.cycle_id == stage.cycle_id)
        return stage.session.exec(query).first() is not None

    return Scene(at(8, 14), "Phòng VH-XH", "nhập danh sách đang hưởng trợ giúp xã hội", act, done, always)


def _assessed(stage: Stage) -> bool:
    query = select(func.count()).where(Case.cycle_id == stage.cycle_id, col(Case.needs_assessment))
    open_cases = col(Case.status).in_([CaseStatus.REVIEW, CaseStatus.PROPOSED])
    return stage.session.exec(query.where(open_cases)).one() == 0 and stage.waits(Step.eligibility)


def _open_matches(stage: Stage) -> list[tuple[CrossCheck, AssistanceRecord]]:
    query = (
        select(CrossCheck, AssistanceRecord)
        .join(AssistanceRecord, col(AssistanceRecord.id) == CrossCheck.record_id)
        .where(CrossCheck.cycle_id == stage.cycle_id, col(CrossCheck.outcome).is_(None))
        .order_by(col(CrossCheck.id))
    )
    return list(stage.session.exec(query).all())


def _matches() -> Scene:
    def act(stage: Stage) -> None:
        for check, record in _open_matches(stage):
            outcome = CrossCheckOutcome.KEEP
            if "hưu trí" in record.kind:
                outcome = CrossCheckOutcome.EXCLUDE
            elif "nguồn nuôi dưỡng" in record.kind:
                outcome = CrossCheckOutcome.HIGHER
            cross_checks.record(
                stage.session,
                cross_check_id=check.key,
                outcome=outcome,
                note="" if outcome is CrossCheckOutcome.KEEP else "Theo quyết định trợ cấp trình diễn",
                actor=stage.actor("vanhoa"),
                now=stage.now,
            )

    return Scene(
        at(13, 8),
        "Phòng VH-XH",
        "kết luận từng trường hợp trùng",
        act,
        lambda stage: not _open_matches(stage),
        _assessed,
    )


def _undecided(stage: Stage) -> list[int]:
    query = (
        select(Case)
        .join(Assessment, (col(Assessment.case_id) == Case.id) & col(Assessment.current))
        .where(Case.cycle_id == stage.cycle_id, Case.status == CaseStatus.REVIEW)
        .where(Assessment.outcome == Outcome.CANNOT_DECIDE)
        .order_by(col(Case.id))
    )
    return [case.key for case in stage.session.exec(query).all()]


def _review() -> list[Scene]:
    def propose(stage: Stage) -> None:
        actor = stage.actor("kinhte1")
        for case_id in _undecided(stage):
            reason = "Còn thiếu dữ kiện, xét lại kỳ sau"
            review.set_aside(stage.session, case_id=case_id, reason=reason, actor=actor, now=stage.now)
        review.propose_all_clear(stage.session, cycle_id=stage.cycle_id, actor=actor, now=stage.now)

    def minutes(stage: Stage) -> None:
        review.open_minutes(
            stage.session,
            cycle_id=stage.cycle_id,
            held_on=stage.now.date(),
            place="Hội trường UBND (trình diễn)",
            conclusion="Thống nhất danh sách đề xuất",
            actor=stage.actor("kinhte1"),
            now=stage.now,
        )
        for username in ("kinhte1", "vanhoa"):
            review.sign_minutes(stage.session, cycle_id=stage.cycle_id, actor=stage.actor(username), now=stage.now)

    def post(stage: Stage) -> None:
        review.post_list(
            stage.session,
            cycle_id=stage.cycle_id,
            starts_on=date(YEAR, 7, 15),
            place="Nhà văn hóa thôn và trụ sở UBND (trình diễn)",
            actor=stage.actor("kinhte1"),
            now=stage.now,
        )

    return [
        Scene(at(13, 14), "Phòng Kinh tế", "đề xuất từng người, để lại ca thiếu dữ kiện", propose, _proposed, always),
        Scene(at(14, 9), "Hai phòng", "lập và ký biên bản họp xét duyệt", minutes, _has_minutes, always),
        Scene(at(14, 16), "Phòng Kinh tế", "niêm yết danh sách từ 15/07/2026", post, _is_posted, always),
        Scene(at(16, 10), "Ủy ban MTTQ", "nhận một ý kiến của người dân", _opinion, _has_opinion, always),
        Scene(at(17, 15), "Phòng Kinh tế", "trả lời ý kiến", _answer, _is_answered, always),
    ]


def _proposed(stage: Stage) -> bool:
    return review_gate.count(stage.session, stage.cycle_id, CaseStatus.REVIEW) == 0


def _has_minutes(stage: Stage) -> bool:
    return review_gate.newest_minutes(stage.session, stage.cycle_id) is not None


def _is_posted(stage: Stage) -> bool:
    return review_gate.newest_posting(stage.session, stage.cycle_id) is not None


def _feedback(stage: Stage) -> list[Feedback]:
    return list(stage.session.exec(select(Feedback).where(Feedback.cycle_id == stage.cycle_id)).all())


def _opinion(stage: Stage) -> None:
    query = select(Case).where(Case.cycle_id == stage.cycle_id, Case.status == CaseStatus.PROPOSED)
    case = stage.session.exec(query.order_by(col(Case.id))).first()
    feedback.receive(
        stage.session,
        commune_id=stage.world.commune_id,
        case_id=case.key if case else None,
        kind=feedback.FeedbackKind.PHAN_ANH,
        content="Đề nghị kiểm tra lại hoàn cảnh của hộ này (ý kiến trình diễn)",
        sender="Người dân trình diễn",
        received_on=stage.now.date(),
        actor=stage.actor("mattran"),
        now=stage.now,
    )


def _has_opinion(stage: Stage) -> bool:
    return bool(_feedback(stage))


def _answer(stage: Stage) -> None:
    feedback.answer(
        stage.session,
        feedback_id=_feedback(stage)[0].key,
        text="Đã xác minh tại thôn: hộ đúng đối tượng",
        actor=stage.actor("kinhte1"),
        now=stage.now,
    )


def _is_answered(stage: Stage) -> bool:
    return all(row.closed_at is not None for row in _feedback(stage))
