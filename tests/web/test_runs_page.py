"""The dashboard tells where each cycle stands, what ran and why it failed, also while the engine is down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from adapters import clock, pdf
from flows.deployments import entries
from models.documents import Document
from models.notices import Mail
from models.payment import PaymentList, Transfer
from models.runs import Run, RunStep
from rules import run_words
from rules.workflow import MailState, Role, RunOutcome, Step, StepState
from services import cycles, documents
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
    assert "2 thôn" in one.words
    assert "khởi chạy bởi nhịp kiểm tra" in one.words
    assert any(link.endswith("/abc-123") for link in one.links)


def test_dashboard_stands_while_the_engine_is_down(world: World) -> None:
    world.flows.broken = True
    assert "Máy lập lịch chưa trả lời" in world.role(Role.admin).get("/runs").words


def test_the_first_page_says_since_when_the_machine_has_not_looked(world: World) -> None:
    """The step's sentence is of the machine's last look: who has acted since is told that it is an old one."""
    economy, stale = world.role(Role.economy), "Đã có việc mới sau lần máy xem lúc"
    with world.session() as session:
        _failed_run(session, world.here)
        step = cycles.step_row(session, world.here.cycle.key, Step.lists)
        step.state, step.wanted = StepState.WAITING, False
        session.commit()
    assert stale not in economy.get("/").words
    with world.session() as session:
        cycles.want_step(session, world.here.cycle.key, Step.lists, now=NOW)
        session.commit()
    assert stale in economy.get("/").words


def test_nobody_is_offered_to_run_again_what_is_running(world: World) -> None:
    path = f"/runs/cycles/{world.here.cycle.key}"
    with world.session() as session:
        number = _failed_run(session, world.here)
        run = session.get_one(Run, number)
        run.outcome, run.ended_at = RunOutcome.RUNNING, None
        session.commit()
    page = world.role(Role.economy).get(path)
    assert f"{path}/again" not in page.actions()
    assert "Máy đang chạy kỳ này" in page.words


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


def test_run_again_is_safe_to_press_twice_and_another_run_after_a_failure(world: World) -> None:
    path = f"/runs/cycles/{world.here.cycle.key}"
    economy = world.role(Role.economy)
    economy.get(path)
    for _ in range(2):
        economy.post(f"{path}/again")
    before = {key for _, key in world.flows.asked}
    assert len(before) == 1
    with world.session() as session:
        _failed_run(session, world.here)
        session.commit()
    page = economy.get(path)
    assert "Không mở được kho tệp" in page.words
    for _ in range(2):
        economy.post(f"{path}/again")
    after = {key for _, key in world.flows.asked}
    assert len(after) == 2, "the engine would hand back the failed run under its old key"
    chairman = world.role(Role.chairman)
    assert f"{path}/again" not in chairman.get(path).actions()
    chairman.post(f"{path}/again", status=403)


def test_the_timeline_shows_how_long_each_department_had_the_cycle(world: World) -> None:
    with world.session() as session:
        row = cycles.step_row(session, world.here.cycle.key, Step.lists)
        row.started_at, row.done_at, row.state = NOW - timedelta(days=2, hours=3), NOW, StepState.DONE
        session.add(row)
        session.commit()
    page = world.role(Role.economy).get(f"/runs/cycles/{world.here.cycle.key}")
    assert "Trưởng thôn Xong" in page.words
    assert "2 ngày 3 giờ" in page.words
    assert page.text.count("2 ngày 3 giờ") == 2, "in the table, and at its bar"


def test_people_and_money_stand_in_a_plot_and_in_its_table(world: World) -> None:
    with world.session() as session:
        for place, village in enumerate(world.here.villages):
            person = factories.create_person(session, village)
            _transfer(session, world.here, person.key, village.key, f"2026-0{7 + place}")
        session.commit()
    page = world.role(Role.chairman).get("/runs")
    assert page.text.count("<svg") == 2
    assert "07/2026 1 500.000 đồng 500.000 đồng" in page.words
    assert f"{world.here.villages[1].name} 1 500.000 đồng" in page.words


def test_papers_that_could_not_be_written_and_missing_fonts_are_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.session() as session:
        paper = documents.want(
            session, commune_id=world.here.commune.key, kind="refusal_letter", subject="submission_line:1",
            title="Văn bản trả lời", file_name="tra-loi.docx", now=NOW,
        )  # fmt: skip
        documents.mark_failed(session, paper, problem="Mẫu văn bản cong_van_tra_loi.docx không điền được.", now=NOW)
        session.commit()
    monkeypatch.setattr(pdf, "start_problem", lambda _settings: "Máy không có phông chữ.")
    page = world.role(Role.admin).get("/runs")
    assert "Chưa làm được bản PDF. Máy không có phông chữ." in page.words
    assert "Thông báo không hỗ trợ Mẫu văn bản cong_van_tra_loi.docx không điền được. 1 " in page.words
    with world.session() as session:
        written = session.get_one(Document, paper.key)
        documents.mark_written(session, written, file_sha256="f", data_sha256="d", template_sha256="t", now=NOW)
        session.commit()
    assert "không điền được" not in world.role(Role.admin).get("/runs").words


def _transfer(session: Session, office: factories.Office, person_id: int, village_id: int, month: str) -> None:
    commune = office.commune.key
    row = save(session, PaymentList(commune_id=commune, month=month, built_at=NOW, due_on=factories.TODAY))
    place = {"list_id": row.key, "commune_id": commune, "person_id": person_id, "village_id": village_id}
    money = {"end_to_end_id": f"HT-{person_id}", "amount": 500_000, "channel": "CASH", "payee": {}, "state": "PAID"}
    save(session, Transfer(**place, **money))


def test_a_failure_is_told_in_an_officers_words_and_its_code_kept_for_the_admin(world: World) -> None:
    with world.session() as session:
        number = _failed_run(session, world.here)
        run = session.get_one(Run, number)
        run.message = "OperationalError tại services/lists.py:120"
        session.add(run)
        session.commit()
    board = world.role(Role.economy).get("/runs")
    assert "Cơ sở dữ liệu đang bận" in board.words
    assert "OperationalError" not in board.words
    assert f"/runs/cycles/{world.here.cycle.key}" in board.links
    one = world.role(Role.economy).get(f"/runs/{number}")
    assert "Mã kỹ thuật cho Quản trị OperationalError tại services/lists.py:120" in one.words
    assert "Kỳ có lượt chạy lỗi 1" in world.role(Role.admin).get("/").words


def test_every_flow_starter_and_count_has_words() -> None:
    told = {entry["name"].replace("_", "-") for entry in entries()}
    assert told <= set(run_words.FLOW_LABELS)
    assert run_words.counts_text({"villages": 11, "mails": 1200, "failed": 0}) == "11 thôn, 1.200 thư"
    assert run_words.said("Chờ Trạm Y tế kết luận 7 người").code == ""
    assert run_words.said("KeyError").sentence == run_words.UNEXPECTED


def test_success_and_retries_are_counted_by_flow(world: World) -> None:
    with world.session() as session:
        _failed_run(session, world.here)
        for row in session.exec(select(Run)):
            row.started_at = clock.machine_now()
            session.add(row)
        session.commit()
    assert "Kỳ xét hằng quý 1 0 0 1 1" in world.role(Role.economy).get("/runs").words


def test_a_step_tried_three_times_is_one_step_and_two_retries(world: World) -> None:
    with world.session() as session:
        run = session.get_one(Run, _failed_run(session, world.here))
        run.started_at = clock.machine_now()
        run.ended_at = run.started_at + timedelta(seconds=95)
        third = {"started_at": NOW, "ended_at": NOW, "outcome": RunOutcome.FAILED, "counts": {}}
        save(session, RunStep(run_id=run.key, step="lists", attempt=3, **third))
        session.commit()
    page = world.role(Role.economy).get("/runs")
    assert "Kỳ xét hằng quý 1 0 0 1 2" in page.words
    assert "1 phút 35 giây 1 2 Lỗi" in page.words
    assert "Kỳ có lượt chạy lỗi" in world.role(Role.economy).get("/").words


def test_a_day_that_is_none_is_said_at_its_field(world: World) -> None:
    economy = world.role(Role.economy)
    assert "#loc-ngay" in economy.get("/runs/history?day=hom+qua").links
    assert "#loc-ngay" not in economy.get("/runs/history?day=05/07/2026").links
