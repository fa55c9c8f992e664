"""Once a year Phòng Kinh tế sends up the next year's dự toán: here by the office itself, before the clock does it."""

from __future__ import annotations

from sqlmodel import col, select

from cli.demo.scene import YEAR, Scene, Stage, at
from models.documents import Document, DocumentState
from services import budget_papers

KINDS = ("budget_need", "budget_sheet")


def next_year() -> Scene:
    """The báo cáo and the workbook, as soon as there is somebody to pay for."""

    def ask(stage: Stage) -> None:
        commune_id = stage.world.commune_id
        budget_papers.want(stage.session, commune_id=commune_id, year=YEAR + 1, now=stage.now)

    def asked(stage: Stage) -> bool:
        return budget_papers.newest(stage.session, stage.world.commune_id, YEAR + 1) is not None

    def written(stage: Stage) -> bool:
        found = stage.session.exec(select(Document.state).where(col(Document.kind).in_(KINDS))).all()
        return bool(found) and set(found) == {DocumentState.WRITTEN}

    return Scene(at(22, 9), "Phòng Kinh tế", f"lập dự toán kinh phí năm {YEAR + 1}", ask, asked, written)
