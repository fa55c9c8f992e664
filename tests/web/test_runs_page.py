"""The dashboard tells where each cycle stands, what ran and why it failed, also while the engine is down."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from models.notices import Mail
from models.runs import Run, RunStep
from rules.workflow import MailState, Role, RunOutcome
from services import cycles
from tests import factories
from tests.factories import NOW, save
from tests.web.conftest import World


def _failed_run(session: Session, office: factories.Office) -> int:
    run = save(
        session,
        Run(
            flow="quarterly_cycle",
            commune_id=office.commune.key,
            cycle_id=office.cycle.key,
            started_by="tick",
            engine_run_id="abc-123",
            started_at=NOW,
            beat_at=NOW,
            ended_at=NOW + timedelta(seconds=95),
            outcome=RunOutcome.FAILED,
            message="Không mở được kho tệp",
        ),
    )
    for attempt, outcome in ((1, RunOutcome.FAILED), (2, RunOutcome.FAILED)):
        save(
            session,
            RunStep(
                run_id=run.key,
                step="lists",
                attempt=attempt,
                started_at=NOW,
                ended_at=NOW + timedelta(seconds=3),
                outcome=outcome,
                counts={"villages": 2},
                message="Không mở được kho tệp",
            ),
        )
    return run.key


def test_dashboard_shows_cycles_runs_schedule_and_mails(world: World) -> None:
    with world.session() as session:
        number = _failed_run(session, world.here)
        save(
            session,
            Mail(
                dedup_key="k",
                commune_id=world.here.commune.key,
                template="list_request",
                context={},
                role=Role.village_head,
                to_address="a@b.test",
                message_id="<x@y>",
                state=MailState.FAILED,
                next_try_at=NOW,
                queued_at=NOW,
            ),
        )
        session.commit()
    page = world.role(Role.economy).get("/runs")
    assert "Quý III/2026" in page.words
    assert "Không mở được kho tệp" in page.words
    assert "1 phút 35 giây" in page.words
    assert "Nhịp kiểm tra" in page.words
    assert "Gửi không được 1" in page.words
    assert f"/runs/{number}" in page.links
    one = world.role(Role.chairman).get(f"/runs/{number}")
    assert "villages: 2" in one.words
    assert any(link.endswith("/abc-123") for link in one.links)


def test_dashboard_stands_while_the_engine_is_down(world: World) -> None:
    world.flows.broken = True
    assert "Máy lập lịch chưa trả lời" in world.role(Role.admin).get("/runs").words


def test_an_act_is_kept_while_the_engine_is_down(world: World) -> None:
    world.flows.broken = True
    world.at(factories.NOW.replace(month=10))
    economy = world.role(Role.economy)
    economy.get("/")
    page = economy.post("/cycles")
    assert "Đã mở kỳ Quý IV/2026" in page.words
    with world.session() as session:
        assert cycles.find(session, commune_id=world.here.commune.key, year=2026, quarter=4)


def test_opening_a_cycle_twice_is_one_cycle_and_asks_the_engine_by_the_same_key(world: World) -> None:
    world.at(factories.NOW.replace(month=10))
    economy = world.role(Role.economy)
    economy.get("/")
    economy.post("/cycles")
    economy.post("/cycles")
    keys = {key for _, key in world.flows.asked}
    assert len(world.flows.asked) == 2
    assert len(keys) == 1


def test_the_page_refreshes_itself_only_while_a_run_is_going(world: World) -> None:
    economy = world.role(Role.economy)
    assert "data-hx-trigger" not in economy.get("/runs").text
    with world.session() as session:
        save(
            session,
            Run(flow="tick", commune_id=world.here.commune.key, started_by="tick", started_at=NOW, beat_at=NOW),
        )
        session.commit()
    assert 'data-hx-trigger="every 4s"' in economy.get("/runs").text
