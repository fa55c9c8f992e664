"""Step 1 as scripted people do it: the cycle opens, ten thôn return their files, one has nothing to report."""

from __future__ import annotations

from sqlmodel import col, select

from adapters.filestore import make_filestore
from adapters.settings import get_settings
from adapters.workbooks import read_workbook
from cli.demo.scene import QUARTER, YEAR, Scene, Stage, at
from cli.demo.world import FOLDER
from models.lists import VillageList
from models.places import Village
from rules.village_sheet import read_village_sheet
from rules.workflow import ListState, Step
from services import cycles, list_reading, lists

NOTHING = "TM11"


def scenes() -> list[Scene]:
    """The lists come in."""
    return [_opens(), *(_returns(number) for number in range(1, 11)), _nothing()]


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
        known = list_reading.known(stage.session, stage.world.commune_id, stage.now.date())
        reading = read_village_sheet(read_workbook(data), on=stage.now.date(), known=known)
        stored = make_filestore(get_settings()).save(data, path.name)
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
