"""A city at its review: every commune's cycle stands at eligibility, with people of many kinds to be assessed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import yaml
from sqlalchemy import Engine
from sqlmodel import SQLModel

from bench import city
from bench.city import NOW, City, Row
from models.cycles import Case, Cycle, CycleStep
from models.law import LawRevision
from models.people import Household, HouseholdStatus, Person, PersonFact
from rules.names import fold_name, sort_key
from rules.workflow import Step
from services import demo_law

OPENED = date(2026, 7, 1)
ESCAPED = date(2025, 6, 15)
LAW = Path(__file__).resolve().parents[1] / "demo" / "law.yaml"
BIRTHS = (date(1950, 3, 2), date(2015, 9, 1), date(1985, 4, 12), date(1962, 12, 31), date(1990, 6, 6))
STATUSES = ("THOAT_NGHEO", "CAN_NGHEO", "NGHEO", "THOAT_CAN_NGHEO")
DEGREES = ("KHONG", "NANG", "NHE", "DAC_BIET_NANG")
ALLOWANCES = (0, 0, 500_000, 0, 1_050_000, 2_000_000)
INCOMES = ("KHONG", "KHONG", "KHONG", "LUONG_HUU")
Tables = Iterator[tuple[type[SQLModel], Iterator[Row]]]


def build(engine: Engine, size: City, reach: Step = Step.eligibility) -> None:
    """Fill an empty migrated SQLite database; cycles stand at ``reach``, lists or eligibility.

    Person number n differs from n + 1 in kind, not at random.
    """
    with city.filling(engine) as connection:
        for model, rows in (*city.places(size), *_law(size), *_people(size), *_cycles(size, reach)):
            city.fill(connection, model, rows)


def _law(size: City) -> Tables:
    content = yaml.safe_load(LAW.read_text("utf-8"))
    values = [
        {
            "param_key": new.key,
            "scope": new.scope,
            "value": new.value,
            "valid_from": new.valid_from,
            "valid_to": new.valid_to,
            "reference": {"document": new.reference.document, "issuer": new.reference.issuer},
            "status": new.status,
            "is_demo": True,
            "proposed_by": 1,
            "proposed_at": NOW,
            "confirmed_by": 2,
            "confirmed_at": NOW,
        }
        for new in demo_law.new_values(content)
    ]
    yield LawRevision, (value | {"commune_id": n} for n in city.numbers(size.communes) for value in values)


def _people(size: City) -> Tables:
    people = city.numbers(size.people)
    yield Household, ({"id": n, "commune_id": size.commune_of(n), "village_id": size.village_of(n), "code": f"H{n}",
                       "head_name": city.invented(n)} for n in people)  # fmt: skip
    yield HouseholdStatus, ({"household_id": n, "kind": STATUSES[_kind(size, n) % 4], "valid_from": ESCAPED,
                             "recorded_at": NOW, "decision_no": "12/QĐ-UBND"} for n in people)  # fmt: skip
    yield Person, (_person(size, n) for n in people)
    yield PersonFact, ({"person_id": n, "kind": kind, "value": value, "valid_from": OPENED, "source": "bench",
                        "recorded_at": NOW} for n in people for kind, value in _facts(_kind(size, n)))  # fmt: skip


def _person(size: City, number: int) -> Row:
    name, born = city.invented(number), BIRTHS[_kind(size, number) % 5]
    return {
        "id": number, "commune_id": size.commune_of(number), "village_id": size.village_of(number),
        "household_id": number, "full_name": name, "name_key": fold_name(name), "sort_key": sort_key(name),
        "birth_date": born, "sex": "NU", "citizen_id": f"0311{number:08d}",
    }  # fmt: skip


def _kind(size: City, number: int) -> int:
    """What kind of person it is, so that every commune has all kinds, however many communes there are."""
    return number + (number - 1) // size.communes


def _facts(number: int) -> tuple[tuple[str, object], ...]:
    return (
        ("RESIDENCE", "THUONG_TRU" if number % 11 else "TAM_TRU"),
        ("DISABILITY", DEGREES[number % 4]),
        ("INCOME", {"kind": INCOMES[number % 4], "monthly": None}),
        ("ALLOWANCE", {"kind": "TRO_CAP", "monthly": ALLOWANCES[number % 6]}),
    )


def _cycles(size: City, reach: Step) -> Tables:
    communes, status = city.numbers(size.communes), "REVIEW" if reach is Step.eligibility else "LISTED"
    yield Cycle, ({"id": n, "commune_id": n, "year": 2026, "quarter": 3, "opened_on": OPENED, "opened_at": NOW}
                  for n in communes)  # fmt: skip
    yield CycleStep, ({"cycle_id": n, "step": step, "since": NOW, "state": _state(step, reach)}
                      for n in communes for step in Step)  # fmt: skip
    yield Case, ({"id": n, "cycle_id": size.commune_of(n), "commune_id": size.commune_of(n), "person_id": n,
                  "village_id": size.village_of(n), "status": status} for n in city.numbers(size.people))  # fmt: skip


def _state(step: Step, reach: Step) -> str:
    if step is reach:
        return "READY"
    return "DONE" if list(Step).index(step) < list(Step).index(reach) else "BLOCKED"
