"""A province's machines: servers and workers share the work, and what a dead one leaves is finished by the others."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlmodel import Session, col, func, select

from adapters import orchestrator
from adapters.settings import get_settings
from models.cycles import Cycle, CycleStep
from models.documents import Document, DocumentState
from models.lists import VillageList
from models.places import Village
from rules.workflow import Step, StepState
from tests import postgres
from tests.conftest import cannot_run
from tests.flows.several_machines import Machines, machines, redis_program, until
from tests.services.places import open_quarter

COMMUNES = 6
pytestmark = [pytest.mark.engine, pytest.mark.long, pytest.mark.postgres, pytest.mark.timeout(900)]


@pytest.fixture
def province(
    postgres_server: str, postgres_url: str, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Machines]:
    """The machines, on the records of this test and a database of the engine's own."""
    if redis_program() is None:
        cannot_run("Không có Redis: cài bằng apt-get install redis-server")
    name = postgres.fresh_name()
    own = make_url(postgres.create_database(postgres_server, name)).set(drivername="postgresql+asyncpg")
    settings = {
        "ANSINH_DATABASE_URL": postgres_url,
        "ANSINH_PREFECT_DATABASE_URL": own.render_as_string(hide_password=False),
        "ANSINH_LEASE_SECONDS": "2",
        "ANSINH_LINGER_SECONDS": "0",
    }
    for key, value in settings.items():
        monkeypatch.setenv(key, value)
    try:
        with machines(tmp_path, settings) as running:
            yield running
    finally:
        postgres.drop_database(postgres_server, name)
        get_settings.cache_clear()


def ask(monkeypatch: pytest.MonkeyPatch, url: str, deployment: str, key: str, **parameters: int) -> None:
    """Ask that server for a run, as the pages and the tick do."""
    monkeypatch.setenv("ANSINH_PREFECT_API_URL", url)
    get_settings.cache_clear()
    until(lambda: orchestrator.ask_run(deployment, parameters, key), f"{deployment} is asked for")


def communes(engine: Engine) -> list[int]:
    """So many communes with a thôn each, their quarter just opened; their cycles."""
    with Session(engine) as opened:
        found = [open_quarter(opened, f"317{number:02}") for number in range(COMMUNES)]
        for cycle_id in found:
            opened.add(Village(commune_id=opened.get_one(Cycle, cycle_id).commune_id, code="T1", name="Thôn T1"))
        opened.commit()
    return found


def waiting(engine: Engine, found: list[int]) -> int:
    """In how many of the cycles the machine has done its part and the thôn is waited for."""
    asked = select(func.count()).where(CycleStep.step == Step.lists, CycleStep.state == StepState.WAITING)
    written = select(func.count()).where(Document.state == DocumentState.WRITTEN, in_quarter())
    with Session(engine) as opened:
        return min(opened.exec(asked.where(col(CycleStep.cycle_id).in_(found))).one(), opened.exec(written).one())


def in_quarter() -> Any:
    """Papers of the quarter that the test opens: the engine's clock opens that of today beside it."""
    return col(Document.title).contains("Quý III/2026")


def test_what_a_dead_machine_leaves_is_finished_by_the_others(
    province: Machines, postgres_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two workers a busy one dies with its server; the rest is done once, by the other."""
    found = communes(postgres_engine)
    for number, cycle_id in enumerate(found):
        url = province.urls[number % 2]
        ask(monkeypatch, url, orchestrator.CYCLE, f"{cycle_id}:first", cycle_id=cycle_id)
    until(lambda: waiting(postgres_engine, found) >= 1, "a first commune is served")
    busy = 1 if province.taken("worker-1") else 2
    province.kill(f"worker-{busy}")
    province.kill(f"api-{busy}")
    rounds = count()

    def served() -> bool:
        if waiting(postgres_engine, found) == COMMUNES:
            return True
        ask(monkeypatch, province.urls[2 - busy], orchestrator.DUE_CYCLES, f"again:{next(rounds)}")
        return False

    until(served, "the communes that were left are served")
    assert province.taken(f"worker-{3 - busy}"), "the other one did it"
    each_once(postgres_engine, found)


def each_once(engine: Engine, found: list[int]) -> None:
    """Every thôn was asked once for the quarter and has one workbook; the engine's own schedules may do more beside."""
    with Session(engine) as opened:
        lists = opened.exec(select(VillageList.village_id).where(col(VillageList.cycle_id).in_(found))).all()
        assert len(lists) == len(set(lists)) == COMMUNES
        books = select(Document.commune_id).where(Document.kind == "village_workbook", in_quarter())
        papers = opened.exec(books).all()
        assert len(papers) == len(set(papers)) == COMMUNES
