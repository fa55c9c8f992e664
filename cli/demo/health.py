"""Step 2 as scripted people do it: papers asked for, illnesses concluded, one refused."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import col, select

from cli.demo.scene import Scene, Stage, at
from models.health import HealthCase, HealthConclusion
from models.people import Person
from rules.workflow import HealthResult, Step
from services import health

REFUSAL: dict[str, Any] = {
    "route": "TT50",
    "disease_code": "12 - E11.7",
    "severity_met": False,
    "evidence_kind": "TOM_TAT_BENH_AN",
    "note": "Chưa có biến chứng nặng ở cơ quan đích",
}
ILLNESS: dict[str, Any] = {
    "route": "TT50",
    "disease_code": "5 - C34.9",
    "severity_met": True,
    "evidence_kind": "GIAY_RA_VIEN",
    "evidence_note": "Giấy ra viện trình diễn",
    "valid_until": date(2027, 6, 30),
}


def scenes() -> list[Scene]:
    """The health station's desk."""
    return [_papers(), _concludes()]


def _health_cases(stage: Stage, *results: HealthResult) -> list[tuple[HealthCase, Person]]:
    query = (
        select(HealthCase, Person)
        .join(Person, col(Person.id) == HealthCase.person_id)
        .where(HealthCase.cycle_id == stage.cycle_id, col(HealthCase.result).in_(results))
        .order_by(col(HealthCase.id))
    )
    return list(stage.session.exec(query).all())


def _conclude(stage: Stage, row: HealthCase, result: HealthResult, **said: Any) -> None:
    actor = stage.actor("yte")
    health.conclude(stage.session, health_case_id=row.key, result=result, actor=actor, now=stage.now, **said)


def _papers() -> Scene:
    def act(stage: Stage) -> None:
        row, _person = _health_cases(stage, HealthResult.PENDING)[0]
        wanted = {"evidence_kind": "TOM_TAT_BENH_AN", "note": "Thiếu tóm tắt hồ sơ bệnh án"}
        _conclude(stage, row, HealthResult.MORE_PAPERS, **wanted)

    def done(stage: Stage) -> bool:
        query = select(HealthConclusion.id).where(HealthConclusion.result == HealthResult.MORE_PAPERS)
        return stage.session.exec(query).first() is not None

    return Scene(at(9, 9), "Trạm Y tế", "đề nghị một người bổ sung giấy tờ", act, done, lambda stage: True)


def _concludes() -> Scene:
    def act(stage: Stage) -> None:
        for row, person in _health_cases(stage, HealthResult.PENDING, HealthResult.MORE_PAPERS):
            if stage.world.people[person.citizen_id or ""]["story"] == "health_refused":
                _conclude(stage, row, HealthResult.NOT_MET, **REFUSAL)
            else:
                _conclude(stage, row, HealthResult.MET, **ILLNESS)

    return Scene(
        at(10, 9),
        "Trạm Y tế",
        "kết luận sức khỏe từng người",
        act,
        lambda stage: not _health_cases(stage, HealthResult.PENDING, HealthResult.MORE_PAPERS),
        lambda stage: stage.waits(Step.eligibility),
    )
