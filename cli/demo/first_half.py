"""Steps 1 to 3 as scripted people do them: lists, health conclusions, review and posting."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from sqlmodel import col, func, select

from adapters.filestore import make_filestore
from adapters.settings import get_settings
from adapters.workbooks import read_workbook
from cli.demo.scene import QUARTER, YEAR, Scene, Stage
from cli.demo.world import FOLDER
from models.base import ZONE
from models.cycles import Case
from models.eligibility import Assessment, AssistanceFile, AssistanceRecord, CrossCheck
from models.feedback import Feedback
from models.health import HealthCase, HealthConclusion
from models.lists import VillageList
from models.people import Person
from models.places import Village
from rules.assistance_sheet import read_assistance_sheet
from rules.categories import labels
from rules.village_sheet import read_village_sheet
from rules.workflow import CaseStatus, CrossCheckOutcome, HealthResult, ListState, Outcome, Step
from services import cross_checks, cycles, feedback, health, law, lists, review, review_gate
from services.health import NewConclusion

NOTHING = "TM11"
ASSISTANCE = FOLDER / "assistance" / "danh-sach-bao-tro-thang-06-2026.xlsx"


def at(day: int, hour: int = 8, minute: int = 0, month: int = 7) -> datetime:
    """A moment of 2026 in Việt Nam."""
    return datetime(YEAR, month, day, hour, minute, tzinfo=ZONE)


def scenes() -> list[Scene]:
    """From the opening of the cycle to the day before the chairman."""
    returns = [_returns(number) for number in range(1, 11)]
    return [_opens(), *returns, _nothing(), _papers(), _concludes(), _assistance(), _matches(), *_review()]


# ---------------------------------------------------------------- step 1


def _opens() -> Scene:
    def act(stage: Stage) -> None:
        cycles.open_cycle(
            stage.session,
            commune_id=stage.world.commune_id,
            year=YEAR,
            quarter=QUARTER,
            actor=stage.actor("kinhte1"),
            now=stage.now,
        )

    def until(stage: Stage) -> bool:
        query = select(VillageList).where(VillageList.cycle_id == stage.cycle_id)
        found = stage.session.exec(query).all()
        papers = all(stage.is_written("village_workbook", f"village_list:{row.key}") for row in found)
        return stage.waits(Step.lists) and bool(found) and papers

    return Scene(at(1), "Phòng Kinh tế", "mở kỳ xét quý III/2026", act, lambda stage: stage.cycle is not None, until)


def _list_of(stage: Stage, code: str) -> VillageList:
    query = (
        select(VillageList)
        .join(Village, col(Village.id) == VillageList.village_id)
        .where(VillageList.cycle_id == stage.cycle_id, Village.code == code)
    )
    return stage.session.exec(query).one()


def _answered(code: str, stage: Stage) -> bool:
    return _list_of(stage, code).state != ListState.REQUESTED


def _returns(number: int) -> Scene:
    code = f"TM{number:02d}"

    def act(stage: Stage) -> None:
        path = FOLDER / "villages" / f"{code}.xlsx"
        data = path.read_bytes()
        groups = labels(law.book_for(stage.session, stage.world.commune_id), stage.now.date())
        reading = read_village_sheet(read_workbook(data), on=stage.now.date(), groups=groups)
        stored = make_filestore(get_settings()).save(data)
        lists.receive_file(
            stage.session,
            village_list_id=_list_of(stage, code).key,
            file_name=path.name,
            sha256=stored.sha256,
            size=len(data),
            reading=reading,
            actor=stage.actor(f"truongthon{number:02d}"),
            now=stage.now,
        )

    return Scene(
        at(2 + number // 3, 8 + number),
        f"Trưởng thôn {number}",
        f"nộp danh sách {code}.xlsx",
        act,
        lambda stage: _answered(code, stage),
        lambda stage: True,
    )


def _nothing() -> Scene:
    def act(stage: Stage) -> None:
        lists.declare_nothing(
            stage.session,
            village_list_id=_list_of(stage, NOTHING).key,
            actor=stage.actor("truongthon11"),
            now=stage.now,
        )

    return Scene(
        at(7, 16),
        "Trưởng thôn 11",
        "báo không phát sinh",
        act,
        lambda stage: _answered(NOTHING, stage),
        lambda stage: stage.waits(Step.health),
    )


# ---------------------------------------------------------------- step 2


def _health_cases(stage: Stage, *results: HealthResult) -> list[tuple[HealthCase, Person]]:
    query = (
        select(HealthCase, Person)
        .join(Person, col(Person.id) == HealthCase.person_id)
        .where(HealthCase.cycle_id == stage.cycle_id, col(HealthCase.result).in_(results))
        .order_by(col(HealthCase.id))
    )
    return list(stage.session.exec(query).all())


def _conclude(stage: Stage, row: HealthCase, new: NewConclusion) -> None:
    health.conclude(stage.session, health_case_id=row.key, new=new, actor=stage.actor("yte"), now=stage.now)


def _papers() -> Scene:
    def act(stage: Stage) -> None:
        row, _person = _health_cases(stage, HealthResult.PENDING)[0]
        _conclude(stage, row, NewConclusion(result=HealthResult.MORE_PAPERS, note="Thiếu tóm tắt hồ sơ bệnh án"))

    def done(stage: Stage) -> bool:
        query = select(HealthConclusion.id).where(HealthConclusion.result == HealthResult.MORE_PAPERS)
        return stage.session.exec(query).first() is not None

    return Scene(at(9, 9), "Trạm Y tế", "đề nghị một người bổ sung giấy tờ", act, done, lambda stage: True)


def _concludes() -> Scene:
    def act(stage: Stage) -> None:
        for row, person in _health_cases(stage, HealthResult.PENDING, HealthResult.MORE_PAPERS):
            refused = stage.world.people[person.citizen_id or ""]["story"] == "health_refused"
            _conclude(stage, row, _refusal() if refused else _illness())

    return Scene(
        at(10, 9),
        "Trạm Y tế",
        "kết luận sức khỏe từng người",
        act,
        lambda stage: not _health_cases(stage, HealthResult.PENDING, HealthResult.MORE_PAPERS),
        lambda stage: stage.waits(Step.eligibility),
    )


def _refusal() -> NewConclusion:
    return NewConclusion(
        result=HealthResult.NOT_MET,
        route="TT50",
        disease_code="E11.7",
        severity_met=False,
        evidence_kind="TOM_TAT_BENH_AN",
        note="Chưa có biến chứng nặng ở cơ quan đích",
    )


def _illness() -> NewConclusion:
    return NewConclusion(
        result=HealthResult.MET,
        route="TT50",
        disease_code="C34",
        severity_met=True,
        evidence_kind="GIAY_RA_VIEN",
        evidence_note="Giấy ra viện trình diễn",
        valid_until=date(2027, 6, 30),
    )


# ---------------------------------------------------------------- step 3


def _assistance() -> Scene:
    def act(stage: Stage) -> None:
        data = ASSISTANCE.read_bytes()
        rows, _problems = read_assistance_sheet(read_workbook(data))
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

    return Scene(at(10, 14), "Phòng VH-XH", "nhập danh sách đang hưởng trợ giúp xã hội", act, done, _assessed)


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
        Scene(at(13, 14), "Phòng Kinh tế", "đề xuất từng người, để lại ca thiếu dữ kiện", propose, _proposed, _always),
        Scene(at(14, 9), "Hai phòng", "lập và ký biên bản họp xét duyệt", minutes, _has_minutes, _always),
        Scene(at(14, 16), "Phòng Kinh tế", "niêm yết danh sách từ 15/07/2026", post, _is_posted, _always),
        Scene(at(16, 10), "Ủy ban MTTQ", "nhận một ý kiến của người dân", _opinion, _has_opinion, _always),
        Scene(at(17, 15), "Phòng Kinh tế", "trả lời ý kiến", _answer, _is_answered, _always),
    ]


def _always(_stage: Stage) -> bool:
    return True


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
