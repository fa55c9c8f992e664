"""The review of a city with stored traces, beside the bare insert of the same rows; a million people in the engine."""

from __future__ import annotations

import os
from collections import Counter, deque
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from adapters.collector import set_start_aside
from adapters.database import session_scope
from bench import review_city
from bench.city import NOW, City
from bench.workshop import Tables, compare, copy_of, insert_rows, load, product, rows_beyond, timed
from cli.law import book_of
from models.cycles import Cycle
from models.eligibility import Assessment
from models.law import LawSnapshot
from rules.eligibility import assess
from rules.facts import HealthFact, PersonFacts, StatusFact
from services.eligibility import STEP

PEOPLE = int(os.environ.get("ANSINH_BENCH_PEOPLE", "30000"))
PERSONS = int(os.environ.get("ANSINH_BENCH_PERSONS", "1000000"))


def main() -> None:
    """Assess a city through the step as the engine runs it, then a million people without records."""
    with product(NOW) as engine:
        size = City(people=PEOPLE, communes=max(1, PEOPLE // 263))
        review_city.build(engine, size)
        ground = copy_of(engine)
        batches, took = timed(lambda: _assess_all(engine, size))
        rows = rows_beyond(engine, Assessment, 0)
        outcomes = Counter(row["outcome"] for row in rows)
        tables: Tables = [(LawSnapshot, rows_beyond(engine, LawSnapshot, 0)), (Assessment, rows)]
        _, floor = timed(lambda: insert_rows(ground, tables, batches))
        print(f"{len(rows):,} assessments in {batches} transactions {dict(outcomes)}; {load()}")
        compare(f"eligibility and amounts, {PEOPLE:,} people", took, floor, "< 10 s, ≤ 3 ×")
    _engine_alone()


def _assess_all(engine: Engine, size: City) -> int:
    """Every cycle's units in the step's own batches, a transaction each; returns how many transactions."""
    set_start_aside()
    batches = 0
    for cycle_id in range(1, size.communes + 1):
        with session_scope(engine, write=False) as opened:
            units = STEP.pending(opened, _cycle(opened, cycle_id), NOW)
        for start in range(0, len(units), STEP.chunk):
            with session_scope(engine) as opened:
                STEP.work(opened, _cycle(opened, cycle_id), units[start : start + STEP.chunk], NOW)
            batches += 1
    return batches


def _cycle(opened: Session, number: int) -> Cycle:
    return opened.get_one(Cycle, number)


def _engine_alone() -> None:
    """Persons made one by one and thrown away, each asked on a day of the years that the law covers."""
    book, outcomes = book_of("demo"), Counter[str]()
    days = [date(2026, 1, 1) + timedelta(days=30 * number) for number in range(60)]

    def run() -> None:
        for number in range(PERSONS):
            outcomes[assess(_anybody(number), days[number % 60], book).outcome] += 1

    _, making = timed(lambda: deque(map(_anybody, range(PERSONS)), maxlen=0))
    _, took = timed(run)
    print(
        f"{PERSONS:,} persons through the pure engine: {took.clock:.0f} s by the clock, {took.computing:.0f} s "
        f"computing, of it {making.computing:.0f} s to make the persons; {PERSONS / took.computing:,.0f} a second; "
        f"{dict(outcomes)}; {load()}"
    )


_DEGREES = (None, "KHONG", "NHE", "NANG", "DAC_BIET_NANG")
_KINDS = ("NGHEO", "CAN_NGHEO", "THOAT_NGHEO", "THOAT_CAN_NGHEO")
_ANY = PersonFacts(birth_date=date(1950, 1, 1), residence="THUONG_TRU")


def _anybody(number: int) -> PersonFacts:
    """Birth days over a century, and every kind of fact in turn; no two numbers near each other are alike."""
    return replace(
        _ANY,
        birth_date=date(1930, 1, 1) + timedelta(days=number * 7919 % 34_000),
        area="NONG_THON" if number % 3 else "THANH_THI",
        statuses=(StatusFact(_KINDS[number % 4], date(2024, 1, 1) + timedelta(days=number * 31 % 900)),),
        disability=_DEGREES[number % 5],
        income_kinds=("LUONG",) if number % 7 == 0 else (),
        allowance=number * 50_000 % 2_100_000 if number % 2 else 0,
        health=HealthFact(True, number % 26 == 0, None, "TT50") if number % 13 == 0 else HealthFact(),
        bhyt_objects=("GD",) if number % 17 == 0 else (),
    )


if __name__ == "__main__":
    main()
