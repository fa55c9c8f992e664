"""A whole quarter of a city, all that the machine does: by hand and through Prefect; what Prefect adds is its share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings
from prefect.testing.utilities import prefect_test_harness
from sqlalchemy import Engine
from sqlmodel import Session, select

from adapters.database import session_scope
from adapters.orchestrator import engine_environment
from adapters.settings import get_settings
from bench import city, review_city
from bench.city import NOW, City
from bench.workshop import Took, load, product, timed
from cli.advance import run_cycle
from flows import due_cycles as due_flow
from flows import quarterly_cycle
from flows.due_cycles import due_cycles
from models.approval import Decision, Submission, SubmissionLine, Verdict
from models.eligibility import AssistanceFile, Posting, ReviewMinutes
from models.places import Department
from rules.workflow import Role, Step
from services import grants, review_gate
from services.store import insert_new
from tasks import approval, chores, eligibility, health, insurance, lists, payment
from tasks.documents import write_wanted
from tasks.mail import deliver_outbox

PEOPLE = int(os.environ.get("ANSINH_BENCH_PEOPLE", "30000"))
BY_HAND = os.environ.get("ANSINH_BENCH_BY_HAND", "1") == "1"
COMMUNES = max(1, round(PEOPLE / 263))
YESTERDAY = date(2026, 7, 27)
NO_CALLS = ("PREFECT_SERVER_ANALYTICS_ENABLED", "DO_NOT_TRACK")
PASSES = ("lists asked", "assessed", "frozen", "paid list built", "insurance registered")


def main() -> None:
    """The same city twice, in two databases, or through Prefect alone; between passes people act, in bulk."""
    size = City(people=PEOPLE, communes=COMMUNES, months=1)
    print(f"{PEOPLE:,} people, {COMMUNES} communes, {len(PASSES)} passes; {load()}", flush=True)
    if BY_HAND:
        with product(NOW) as engine:
            _quarter(engine, size, "by hand", _by_hand)
    with product(NOW) as engine, _prefect():
        with _watched() as own:
            whole = _quarter(engine, size, "through Prefect", lambda _numbers: due_cycles(asked_by="bench"))
        runs = _task_runs()
    print(f"task runs: {runs} (communes × passes × steps, never people)")
    share = 100 * (whole.clock - sum(own)) / whole.clock
    print(
        f"of {whole.clock:.1f} s through Prefect our own steps took {sum(own):.1f} s: Prefect's share is {share:.1f} %"
    )
    print(f"(target: ≤ 10 %, all in < 5 min); {load()}")


@contextmanager
def _watched() -> Iterator[list[float]]:
    """The seconds spent inside our own steps while flows run: what is left of a run's time is Prefect's."""
    own: list[float] = []
    places = [(module, "run_step") for module in (approval, eligibility, health, insurance, lists, payment)]
    places += [(chores, name) for name in ("write_wanted", "make_missing_pdfs", "deliver_outbox")]
    places += [(due_flow, "cycles_due"), (due_flow, "is_due"), (quarterly_cycle, "still_ahead")]
    before = [getattr(module, name) for module, name in places]
    for (module, name), work in zip(places, before, strict=True):
        setattr(module, name, _clocked(work, own))
    yield own
    for (module, name), work in zip(places, before, strict=True):
        setattr(module, name, work)


def _clocked(work: Callable[..., Any], own: list[float]) -> Callable[..., Any]:
    def clocked(*given: Any, **named: Any) -> Any:
        result, took = timed(lambda: work(*given, **named))
        own.append(took.clock)
        return result

    return clocked


def _by_hand(numbers: Iterable[int]) -> None:
    """What ``ansinh advance`` does: every cycle, then papers and mails."""
    for number in numbers:
        run_cycle(number)
    write_wanted()
    deliver_outbox()


@contextmanager
def _prefect() -> Iterator[None]:
    """Prefect's own server in a process beside this one, set as the product sets it, on a file that goes away."""
    told = engine_environment(get_settings())
    os.environ.update({key: told[key] for key in told if "SERVICES" in key or "TELEMETRY" in key or key in NO_CALLS})
    quiet = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None, PREFECT_LOGGING_TO_API_ENABLED: False}
    with prefect_test_harness(server_startup_timeout=120), temporary_settings(quiet):
        yield


def _task_runs() -> int:
    with get_client(sync_client=True) as client:
        answer = client.request("POST", "/task_runs/count", json={})
        return int(answer.json())


def _quarter(engine: Engine, size: City, how: str, carry_on: Callable[[Iterable[int]], object]) -> Took:
    review_city.build(engine, size, Step.lists)
    _departments(engine, size)
    took = []
    for name, people in zip(PASSES, (_return_lists, _review, _decide, _pay, None), strict=True):
        _, one = timed(lambda: carry_on(city.numbers(size.communes)))
        took.append(one)
        print(f"  {how:<16}{name:<22}{one.clock:>8.1f} s   own computing {one.computing:>8.1f} s", flush=True)
        if people is not None:
            with session_scope(engine) as opened:
                people(opened)
    whole = Took(sum(one.clock for one in took), sum(one.computing for one in took))
    print(f"  {how:<16}{'in all':<22}{whole.clock:>8.1f} s   own computing {whole.computing:>8.1f} s", flush=True)
    _check(engine, size)
    return whole


def _check(engine: Engine, size: City) -> None:
    """The quarter must really have been done, or its time means nothing."""
    questions = {
        "SELECT count(*) FROM assessment": size.people,
        "SELECT count(DISTINCT commune_id) FROM payment_list WHERE state = 'CLOSED'": size.communes,
        "SELECT count(DISTINCT commune_id) FROM registration": size.communes,
    }
    with engine.connect() as connection:
        for question, wanted in questions.items():
            found = connection.exec_driver_sql(question).scalar_one()
            if found != wanted:
                raise RuntimeError(f"{question}: {found}, not {wanted}")


def _departments(engine: Engine, size: City) -> None:
    desks = [role for role in Role if role not in (Role.system, Role.village_head)]
    rows = (
        {"commune_id": number, "role": role, "name": str(role), "email": f"{role}{number}@commune.test"}
        for number in city.numbers(size.communes)
        for role in desks
    )
    with city.filling(engine) as connection:
        city.fill(connection, Department, rows)


# ---------------------------------------------------------------- what people do, in bulk


def _run(opened: Session, *statements: str) -> None:
    for statement in statements:
        opened.connection().exec_driver_sql(statement)


def _return_lists(opened: Session) -> None:
    _run(opened, "UPDATE village_list SET state = 'RETURNED'")


def _review(opened: Session) -> None:
    """Phòng VH-XH hands in its list, everybody is proposed as the law says, minutes are signed, the list was posted."""
    answer = "SELECT {} FROM assessment a WHERE a.case_id = case_file.id AND a.current"
    proposal = answer.format("CASE a.outcome WHEN 'ELIGIBLE' THEN 'APPROVE' ELSE 'REFUSE' END")
    _run(
        opened,
        f"UPDATE case_file SET proposal = ({proposal}), status = 'PROPOSED'"
        f" WHERE status = 'REVIEW' AND ({answer.format('a.outcome')}) <> 'CANNOT_DECIDE'",
        "UPDATE case_file SET status = 'SET_ASIDE' WHERE status IN ('REVIEW', 'HEALTH')",
    )
    for number in opened.connection().exec_driver_sql("SELECT id FROM cycle ORDER BY id").scalars().all():
        sha256 = review_gate.proposals_sha256(opened, number)
        file = {"commune_id": number, "cycle_id": number, "file_name": "ds.xlsx", "sha256": "0", "row_count": 0}
        insert_new(opened, AssistanceFile, [file | {"uploaded_by": 4, "uploaded_at": NOW}])
        signed = {"economy_signed_by": 1, "economy_signed_at": NOW, "culture_signed_by": 4, "culture_signed_at": NOW}
        minutes = {"cycle_id": number, "held_on": YESTERDAY, "place": "UBND", "list_sha256": sha256} | signed
        insert_new(opened, ReviewMinutes, [minutes])
        posting = {"cycle_id": number, "starts_on": YESTERDAY, "ends_on": YESTERDAY, "place": "UBND"}
        insert_new(opened, Posting, [posting | {"list_sha256": sha256, "posted_by": 1, "posted_at": NOW}])


def _decide(opened: Session) -> None:
    """The chairman approves as proposed; the văn thư's numbers are given, grants begin."""
    for submission in opened.exec(select(Submission)).all():
        lines = opened.exec(select(SubmissionLine).where(SubmissionLine.submission_id == submission.key)).all()
        said = {"APPROVE": "approve", "REFUSE": "refuse"}
        words = [{"submission_line_id": line.key, "word": said[line.proposal]} for line in lines]
        insert_new(opened, Verdict, [word | {"given_by": 2, "given_at": NOW} for word in words])
        decision = Decision(
            submission_id=submission.key, commune_id=submission.commune_id, cycle_id=submission.cycle_id, number=1,
            symbol="QĐ-UBND", issued_on=NOW.date(), issued_year=2026, signer_id=2, signer_mandate_id=2,
            authority_lines=[], audit_head="0", recorded_by=1, recorded_at=NOW,
        )  # fmt: skip
        submission.state = "ISSUED"
        opened.add(decision)
        opened.flush()
        grants.begin(opened, decision, lines, now=NOW)
    _run(
        opened,
        "UPDATE case_file SET status = CASE proposal WHEN 'APPROVE' THEN 'APPROVED' ELSE 'REFUSED' END"
        " WHERE status = 'PROPOSED'",
    )


def _pay(opened: Session) -> None:
    _run(opened, "UPDATE transfer SET state = 'PAID'", "UPDATE payment_list SET state = 'CLOSED'")


if __name__ == "__main__":
    main()
