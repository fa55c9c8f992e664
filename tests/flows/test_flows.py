"""The clock's flows: one run goes as far as people allow, the tick finds what was missed, nothing is said twice."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from sqlmodel import Session, col, select

from adapters import orchestrator
from flows.notices import deliver_mail, morning_round
from flows.payment import monthly_payment
from flows.quarterly_cycle import quarterly_cycle
from flows.tick import tick
from models.cycles import Cycle, CycleStep
from models.documents import Document, DocumentState
from models.notices import Mail
from models.places import Village
from models.runs import Run, RunStep
from models.staff import Account, Mandate
from rules.workflow import MailState, Role, RunOutcome, Step, StepState
from services import cycles, leases, runs
from services.lists import STEP
from services.staff import grant_mandate
from services.steps import StepWork
from tasks import chores, lists, reminders, session
from tasks.failures import StepFailed
from tasks.reminders import is_round_due
from tests.services.places import NOW, commune, open_quarter

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("house")]
Asked = list[tuple[str, Mapping[str, Any], str]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What the flows asked of the engine, on a day whose morning round is done."""
    wishes: Asked = []

    def ask(deployment: str, parameters: Mapping[str, Any], key: str) -> str:
        wishes.append((deployment, parameters, key))
        return "run"

    monkeypatch.setattr(orchestrator, "ask_run", ask)
    monkeypatch.setattr(reminders, "is_round_due", lambda: False)
    return wishes


def populate(opened: Session, commune_id: int) -> None:
    """Two thôn, each with a head who has a mailbox, and an admin."""
    places = [Village(commune_id=commune_id, code=code, name=f"Thôn {code}") for code in ("T1", "T2")]
    opened.add_all(places)
    opened.flush()
    holders = [(Role.village_head, places[0].key), (Role.village_head, places[1].key), (Role.admin, None)]
    for number, (role, village_id) in enumerate(holders):
        account = Account(username=f"u{number}", full_name="Người thử", email=f"u{number}@thu.example", created_at=NOW)
        opened.add(account)
        opened.flush()
        opened.add(
            Mandate(
                account_id=account.key,
                commune_id=commune_id,
                village_id=village_id,
                role=role,
                valid_from=NOW.date() - timedelta(days=30),
            )
        )


def start() -> int:
    with session.transaction() as opened:
        cycle_id = open_quarter(opened)
        populate(opened, opened.get_one(Cycle, cycle_id).commune_id)
    return cycle_id


def all_of(model: Any) -> list[Any]:
    with session.transaction() as opened:
        return list(opened.exec(select(model).order_by(col(model.id))).all())


def test_a_run_goes_as_far_as_people_allow_and_leaves_everything_in_order(data_dir: Path) -> None:
    cycle_id = start()
    said = quarterly_cycle(cycle_id, asked_by="economy")
    assert said.startswith("Thu danh sách thôn: Chờ 2 thôn")
    (run,) = all_of(Run)
    assert (run.outcome, run.message, run.started_by) == (RunOutcome.WAITING, said, "economy")
    assert len(run.engine_run_id) == 36
    assert [(row.step, row.outcome) for row in all_of(RunStep)] == [(Step.lists, RunOutcome.WAITING)]
    assert [paper.state for paper in all_of(Document)] == [DocumentState.WRITTEN] * 2
    assert [mail.state for mail in all_of(Mail)] == [MailState.SENT] * 2
    assert len(list((data_dir / "mailbox").iterdir())) == 2


def test_a_second_run_does_nothing_again() -> None:
    cycle_id = start()
    for _ in range(2):
        quarterly_cycle(cycle_id)
    assert len(all_of(Mail)) == len(all_of(Document)) == 2


def test_a_failed_run_says_what_and_where_and_quotes_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    cycle_id = start()

    def quote(*_: object) -> dict[str, int]:
        raise ValueError("Nguyễn Văn Thử 001199000001")

    monkeypatch.setattr(lists, "STEP", StepWork(Step.lists, STEP.pending, quote, STEP.gate, STEP.on_done))
    monkeypatch.setattr(lists.collect, "retries", 0)
    with pytest.raises(StepFailed):
        quarterly_cycle(cycle_id)
    (run,) = all_of(Run)
    with get_client(sync_client=True) as client:
        seen = client.read_flow_run(run.engine_run_id)
        known = f"{seen.state} {[task.state for task in client.read_task_runs()]} {run.message}"
    assert "ValueError" in run.message
    assert "001199" not in known
    assert "Nguyễn" not in known
    assert [mail.template for mail in all_of(Mail)] == ["run_failed"]


def test_the_tick_opens_the_quarter_and_asks_for_its_run(asked: Asked) -> None:
    with session.transaction() as opened:
        ours = commune(opened).key
        populate(opened, ours)
    tick()
    assert all_of(Cycle) == []  # nobody of Phòng Kinh tế yet, who would run it
    with session.transaction() as opened:
        admin = opened.exec(select(Mandate).where(Mandate.role == Role.admin)).one()
        grant_mandate(
            opened,
            account_id=admin.account_id,
            commune_id=ours,
            role=Role.economy,
            valid_from=admin.valid_from,
        )
    tick()
    (cycle,) = all_of(Cycle)
    assert (cycle.year, cycle.quarter) == (2026, 3)
    deployment, parameters, key = asked[0]
    assert (deployment, parameters) == (orchestrator.CYCLE, {"cycle_id": cycle.key, "asked_by": "tick"})
    assert key.startswith(f"{cycle.key}:lists:{cycle.version}:")
    tick()
    assert len(all_of(Cycle)) == 1


def test_the_tick_leaves_alone_what_people_hold_and_what_a_worker_holds(asked: Asked) -> None:
    cycle_id = start()
    with session.transaction() as opened:
        moment = session.machine_now()
        leases.claim(opened, cycle_id=cycle_id, step=Step.lists, owner="other", now=moment, ttl=timedelta(minutes=1))
    tick()
    with session.transaction() as opened:
        leases.release(opened, cycle_id=cycle_id, step=Step.lists, owner="other")
    quarterly_cycle(cycle_id)
    tick()
    assert asked == []


def test_the_tick_finds_what_a_person_did_while_the_engine_was_away(asked: Asked) -> None:
    cycle_id = start()
    quarterly_cycle(cycle_id)
    with session.transaction() as opened:
        cycles.want_step(opened, cycle_id, Step.lists, now=NOW)
    tick()
    assert [parameters["cycle_id"] for _, parameters, _ in asked] == [cycle_id]


def test_the_tick_finds_a_step_whose_worker_is_gone_and_a_run_that_is_lost(asked: Asked) -> None:
    cycle_id = start()
    long_ago = session.machine_now() - timedelta(days=1)
    with session.transaction() as opened:
        runs.open_run(opened, flow="quarterly-cycle", started_by="schedule", now=long_ago, cycle_id=cycle_id)
        leases.claim(opened, cycle_id=cycle_id, step=Step.lists, owner="gone", now=long_ago, ttl=timedelta(minutes=1))
    tick()
    assert len(asked) == 1
    assert all_of(Run)[0].outcome == RunOutcome.LOST


def test_nothing_to_do_leaves_no_trace_in_the_history(asked: Asked) -> None:
    assert deliver_mail() == "Không có thư chờ gửi"
    monthly_payment()
    tick()
    assert all_of(Run) == []
    assert asked == []


def test_the_morning_round_reminds_once_and_is_kept_in_the_history(house: list[datetime]) -> None:
    cycle_id = start()
    quarterly_cycle(cycle_id)
    sent = len(all_of(Mail))
    morning_round()
    assert len(all_of(Mail)) == sent, "the day is still far"
    with session.transaction() as opened:
        row = opened.exec(select(CycleStep).where(CycleStep.step == Step.lists)).one()
        assert row.state == StepState.WAITING
        assert row.due_on is not None
        house[0] = datetime.combine(row.due_on, NOW.timetz())
    for _ in range(2):
        morning_round()
    assert [mail.template for mail in all_of(Mail)[sent:]] == ["list_reminder"] * 2
    assert all(mail.state == MailState.SENT for mail in all_of(Mail))
    rounds = [run for run in all_of(Run) if run.flow == "reminders"]
    assert [(run.outcome, run.message) for run in rounds] == [
        (RunOutcome.DONE, f"Nhắc việc: {count} thư") for count in (0, 2, 0)
    ]


def test_the_tick_makes_up_for_a_morning_round_that_was_missed(
    asked: Asked, house: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "is_round_due", is_round_due)
    with session.transaction() as opened:
        populate(opened, commune(opened).key)
    house[0] = NOW.replace(hour=6)
    tick()
    assert orchestrator.REMINDERS not in [deployment for deployment, _, _ in asked], "its hour has not come"
    house[0] = NOW.replace(hour=9)
    tick()
    assert orchestrator.REMINDERS in [deployment for deployment, _, _ in asked]
    morning_round()
    asked.clear()
    tick()
    assert orchestrator.REMINDERS not in [deployment for deployment, _, _ in asked], "it was done today"


def test_one_commune_that_fails_keeps_no_other_from_its_reminders(monkeypatch: pytest.MonkeyPatch) -> None:
    with session.transaction() as opened:
        first, second = commune(opened, "31701").key, commune(opened, "31702").key
    seen: list[int] = []

    def go_round(commune_id: int) -> int:
        seen.append(commune_id)
        if commune_id == first:
            raise StepFailed("ValueError tại services/reminders.py:1")
        return 3

    monkeypatch.setattr(chores, "go_round", go_round)
    with pytest.raises(StepFailed, match="1 đơn vị"):
        morning_round()
    assert seen == [first, second]
    assert [run.outcome for run in all_of(Run)] == [RunOutcome.FAILED]
