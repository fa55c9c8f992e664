"""What five years leave behind on a commune's other desks: papers, the register, runs, mails, opinions, matches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

from sqlalchemy import Engine
from sqlmodel import SQLModel

from bench.city import NOW, City, Row, fill, filling, invented, numbers
from models.documents import Document, RegisterEntry
from models.eligibility import AssistanceFile, AssistanceRecord, CrossCheck
from models.feedback import Feedback
from models.notices import Mail
from models.runs import Run, RunStep
from rules.names import fold_name

QUARTERS = 20
PAPERS = 40
"""Papers of a commune in a quarter; every sixth of them has a number."""
RUNS, STEPS = 30, 3
MAILS = 30
OPINIONS = 2
MATCHES = 12
Tables = Iterator[tuple[type[SQLModel], Iterator[Row]]]


def furnish(engine: Engine, city: City) -> None:
    """Fill the other desks of a city that `bench.city.build` made."""
    with filling(engine) as connection:
        for model, rows in (*_papers(city), *_runs(city), *_opinions(city), *_matches(city)):
            fill(connection, model, rows)


def _each(city: City, times: int) -> Iterator[tuple[int, int, int, int]]:
    """(number, commune, quarter, which one) for every commune, so many times in each of its quarters."""
    running = count(1)
    for quarter in range(QUARTERS):
        for commune in numbers(city.communes):
            for place in range(times):
                yield next(running), commune, quarter, place


def _papers(city: City) -> Tables:
    yield Document, ({"id": n, "commune_id": commune, "kind": "bank_file" if n % 2 else "posting_notice",
                      "subject": f"bench:{n}", "title": _title(quarter, n), "title_key": fold_name(_title(quarter, n)),
                      "file_name": f"{n}.docx", "state": "WRITTEN", "file_sha256": "0" * 64, "wanted_at": NOW,
                      "written_at": NOW} for n, commune, quarter, _ in _each(city, PAPERS))  # fmt: skip
    yield RegisterEntry, (
        {"commune_id": commune, "document_id": n, "file_catalog": 2022 + quarter // 4, "doc_ordinal": n,
         "type_name": "Thông báo", "code_number": n, "code_notation": "TB-UBND", "issued_on": NOW.date(),
         "organ_name": f"UBND Xã Mẫu {commune}", "subject": _title(quarter, n), "recipients": ["Các thôn"],
         "recorded_by": 1, "recorded_at": NOW}
        for n, commune, quarter, place in _each(city, PAPERS) if place % 6 == 0
    )  # fmt: skip


def _title(quarter: int, number: int) -> str:
    return f"Thông báo niêm yết quý {quarter % 4 + 1}/{2022 + quarter // 4} số {number}"


def _runs(city: City) -> Tables:
    yield Run, ({"id": n, "flow": "quarterly_cycle", "commune_id": commune, "cycle_id": commune,
                 "started_by": "tick", "started_at": NOW - timedelta(days=90 * (QUARTERS - quarter)), "beat_at": NOW,
                 "ended_at": NOW, "outcome": "DONE"} for n, commune, quarter, _ in _each(city, RUNS))  # fmt: skip
    yield RunStep, ({"run_id": n, "step": "lists", "started_at": NOW, "ended_at": NOW, "outcome": "DONE", "counts": {}}
                    for n, *_ in _each(city, RUNS) for _ in range(STEPS))  # fmt: skip
    yield Mail, ({"dedup_key": f"bench:{n}", "commune_id": commune, "cycle_id": commune, "template": "list_request",
                  "context": {}, "role": "village_head", "to_address": f"m{n}@example.test",
                  "message_id": f"<{n}@example.test>", "state": "SENT", "next_try_at": NOW, "queued_at": NOW}
                 for n, commune, _, _ in _each(city, MAILS))  # fmt: skip


def _opinions(city: City) -> Tables:
    yield Feedback, ({"commune_id": commune, "kind": "PHAN_ANH", "content": f"Ý kiến {n}",
                      "received_on": date(2026, 7, 1), "received_by": 1, "due_on": date(2026, 7, 20),
                      **({} if quarter == QUARTERS - 1 else {"answer": "Đã trả lời", "closed_at": NOW, "closed_by": 1})}
                     for n, commune, quarter, _ in _each(city, OPINIONS))  # fmt: skip


def _matches(city: City) -> Tables:
    communes = numbers(city.communes)
    yield AssistanceFile, ({"id": n, "commune_id": n, "cycle_id": n, "file_name": "btxh.xlsx", "sha256": f"{n:064d}",
                            "row_count": MATCHES, "uploaded_by": 1, "uploaded_at": NOW} for n in communes)  # fmt: skip
    found = [(n, place) for n in communes for place in range(min(MATCHES, city.people // city.communes))]
    yield AssistanceRecord, (
        {"id": number, "file_id": n, "commune_id": n, "row_number": place + 1, "full_name": invented(number),
         "name_key": fold_name(invented(number)), "kind": "Trợ cấp xã hội", "monthly_amount": 500_000}
        for number, (n, place) in enumerate(found, start=1)
    )  # fmt: skip
    yield CrossCheck, ({"case_id": n + place * city.communes, "cycle_id": n, "record_id": number,
                        "reason": "Trùng họ tên và năm sinh"}
                       for number, (n, place) in enumerate(found, start=1))  # fmt: skip
