"""A city of invented people as bulk inserts: communes, officers, one decided cycle, payment lists of many months."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert
from sqlmodel import SQLModel

from models.approval import Decision, Submission, SubmissionLine, Verdict
from models.base import ZONE
from models.cycles import Case, Cycle, CycleStep
from models.eligibility import Assessment
from models.health import HealthCase
from models.insurance import Registration
from models.lists import VillageList
from models.payment import Benefit, EntitlementLine, Grant, PaymentList, Transfer
from models.people import Household, Person
from models.places import Commune, Village
from models.staff import Account, Mandate
from rules.names import fold_name, sort_key
from rules.workflow import Role, Step

NOW = datetime(2026, 7, 28, 9, 0, tzinfo=ZONE)
NEWEST = (2026, 7)
THON = 10
"""Villages in a commune."""
AMOUNT = 700_000
CHUNK = 20_000
ROLES = (Role.economy, Role.chairman, Role.health_station, Role.culture, Role.insurance, Role.village_head)
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô")
GIVEN = ("An", "Bình", "Cúc", "Dung", "Đào", "Giang", "Hạnh", "Khánh", "Lan", "Mơ", "Ngọc", "Oanh", "Phúc", "Quý")
Row = dict[str, Any]


@dataclass(frozen=True)
class City:
    """How large: every person is paid every month."""

    people: int = 30_000
    communes: int = 114
    months: int = 60

    def commune_of(self, person: int) -> int:
        """People are spread evenly."""
        return (person - 1) % self.communes + 1

    def village_of(self, person: int) -> int:
        """Thôn are numbered commune by commune."""
        place = (person - 1) // self.communes % THON
        return (self.commune_of(person) - 1) * THON + place + 1

    def month(self, back: int) -> str:
        """The month so many before the newest."""
        year, month = divmod(NEWEST[0] * 12 + NEWEST[1] - 1 - back, 12)
        return f"{year}-{month + 1:02d}"


def build(engine: Engine, city: City) -> None:
    """Fill an empty migrated SQLite database."""
    with filling(engine) as connection:
        for model, rows in _tables(city):
            fill(connection, model, rows)
        _repeat_months(connection, city)
        connection.exec_driver_sql("UPDATE payment_list SET state = 'CLOSED' WHERE month < ?", (city.month(0),))


@contextmanager
def filling(engine: Engine) -> Iterator[Connection]:
    """A connection that writes fast and asks no foreign key; it is closed afterwards, so no later work is like it."""
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None  # noqa: S101 - an open connection has one
        for pragma in ("foreign_keys=OFF", "synchronous=OFF", "journal_mode=OFF", "cache_size=-262144"):
            raw.execute(f"PRAGMA {pragma}")
        with connection.begin():
            yield connection
        raw.execute("ANALYZE")
    engine.dispose()


def fill(connection: Connection, model: type[SQLModel], rows: Iterator[Row]) -> None:
    """Insert the rows, each with the record's usual values for what it leaves out."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    usual = {
        name: field.get_default(call_default_factory=True)
        for name, field in model.model_fields.items()
        if name in table.columns and not field.is_required() and name != "id"
    }
    while chunk := [usual | row for row in islice(rows, CHUNK)]:
        connection.execute(insert(table), chunk)


def places(city: City) -> Iterator[tuple[type[SQLModel], Iterator[Row]]]:
    """Communes, thôn, and one officer of each role in the first commune."""
    yield Commune, ({"id": n, "code": f"X{n}", "name": f"Xã Mẫu {n}", "kind": "Xã", "province": "Hải Phòng"}
                    for n in numbers(city.communes))  # fmt: skip
    yield Village, ({"id": n, "commune_id": (n - 1) // THON + 1, "code": f"T{n:05d}", "name": f"Thôn Mẫu {n}"}
                    for n in numbers(city.communes * THON))  # fmt: skip
    yield Account, ({"id": n, "username": str(role), "full_name": f"Cán bộ Mẫu {n}", "created_at": NOW}
                    for n, role in enumerate(ROLES, 1))  # fmt: skip
    yield Mandate, ({"id": n, "account_id": n, "commune_id": 1, "role": role, "valid_from": date(2020, 1, 1),
                     "village_id": 1 if role is Role.village_head else None}
                    for n, role in enumerate(ROLES, 1))  # fmt: skip


def _tables(city: City) -> Iterator[tuple[type[SQLModel], Iterator[Row]]]:
    yield from places(city)
    yield Household, ({"id": n, "commune_id": city.commune_of(n), "village_id": city.village_of(n), "code": f"H{n}",
                       "head_name": invented(n)} for n in numbers(city.people))  # fmt: skip
    yield Person, (_person(city, n) for n in numbers(city.people))
    yield from _cycle(city)
    yield from _money(city)


def numbers(count: int) -> range:
    """The numbers from 1 to ``count``."""
    return range(1, count + 1)


def invented(number: int) -> str:
    """An invented name."""
    return f"{FAMILY[number % 10]} Mẫu {GIVEN[number // 10 % 14]} {GIVEN[number // 140 % 14]}"


def _person(city: City, number: int) -> Row:
    name = invented(number)
    return {
        "id": number, "commune_id": city.commune_of(number), "village_id": city.village_of(number),
        "household_id": number, "full_name": name, "name_key": fold_name(name), "sort_key": sort_key(name),
        "birth_date": date(1950, 3, 2), "sex": "NU", "citizen_id": f"031150{number:06d}",
    }  # fmt: skip


def _cycle(city: City) -> Iterator[tuple[type[SQLModel], Iterator[Row]]]:
    """The newest quarter, decided, of every commune; numbers of cases, assessments and lines are those of people."""
    communes, people = numbers(city.communes), numbers(city.people)
    yield Cycle, ({"id": n, "commune_id": n, "year": 2026, "quarter": 3, "opened_on": NOW.date(), "opened_at": NOW}
                  for n in communes)  # fmt: skip
    yield CycleStep, ({"cycle_id": n, "step": step, "since": NOW, "state": _state(step)}
                      for n in communes for step in Step)  # fmt: skip
    yield VillageList, ({"cycle_id": (n - 1) // THON + 1, "commune_id": (n - 1) // THON + 1, "village_id": n,
                         "state": "RETURNED", "requested_at": NOW, "due_on": NOW.date()}
                        for n in numbers(city.communes * THON))  # fmt: skip
    place = {n: {"cycle_id": city.commune_of(n), "commune_id": city.commune_of(n), "person_id": n} for n in people}
    yield Case, ({"id": n, **place[n], "village_id": city.village_of(n), "status": "APPROVED", "proposal": "APPROVE",
                  "needs_assessment": False} for n in people)  # fmt: skip
    yield HealthCase, ({"id": n, **place[n], "case_id": n, "result": "MET", "routed_at": NOW, "due_on": NOW.date()}
                       for n in people if n % 4 == 0)  # fmt: skip
    yield Assessment, ({"id": n, "case_id": n, "cycle_id": city.commune_of(n), "person_id": n, "on_day": NOW.date(),
                        "outcome": "ELIGIBLE", "monthly_amount": AMOUNT, "findings": [], "missing": [], "facts": {},
                        "facts_sha256": "0", "law_sha256": "0", "law_status": "CONFIRMED", "made_at": NOW}
                       for n in people)  # fmt: skip
    yield Submission, ({"id": n, "cycle_id": n, "commune_id": n, "state": "ISSUED", "frozen_at": NOW,
                        "list_sha256": "0", "law_sha256": "0", "law_status": "CONFIRMED"}
                       for n in communes)  # fmt: skip
    yield SubmissionLine, ({"id": n, "submission_id": city.commune_of(n), "case_id": n, "person_id": n,
                            "assessment_id": n, "proposal": "APPROVE", "monthly_amount": AMOUNT,
                            "snapshot": _snapshot(city, n)} for n in people)  # fmt: skip
    yield Verdict, ({"submission_line_id": n, "word": "approve", "given_by": 2, "given_at": NOW} for n in people)
    yield Decision, ({"id": n, "submission_id": n, "commune_id": n, "cycle_id": n, "number": 1, "symbol": "QĐ-UBND",
                      "issued_on": NOW.date(), "issued_year": 2026, "signer_id": 2, "signer_mandate_id": 2,
                      "authority_lines": [], "audit_head": "0", "recorded_by": 1, "recorded_at": NOW}
                     for n in communes)  # fmt: skip


def _state(step: Step) -> str:
    return "WAITING" if step is Step.payment else "BLOCKED" if step is Step.insurance else "DONE"


def _snapshot(city: City, number: int) -> Row:
    return {
        "full_name": invented(number),
        "birth_year": 1950,
        "village": f"Thôn Mẫu {city.village_of(number)}",
        "household_status": "Thoát nghèo",
        "group": "",
    }


def _money(city: City) -> Iterator[tuple[type[SQLModel], Iterator[Row]]]:
    """Grants, cards, the payment lists of all months, and the lines and transfers of the newest."""
    people, newest = numbers(city.people), city.month(0)
    yield Grant, ({"id": n, "decision_id": city.commune_of(n), "commune_id": city.commune_of(n), "person_id": n,
                   "assessment_id": n, "benefit": Benefit.INCOME, "category": "ELDERLY", "monthly_amount": AMOUNT,
                   "from_month": city.month(city.months - 1), "law_sha256": "0"} for n in people)  # fmt: skip
    yield Registration, ({"cycle_id": city.commune_of(n), "commune_id": city.commune_of(n), "person_id": n,
                          "grant_id": n, "from_month": newest, "months": 6, "amount": 600_000}
                         for n in people)  # fmt: skip
    yield PaymentList, ({"id": back * city.communes + n, "commune_id": n, "month": city.month(back), "built_at": NOW,
                         "due_on": NOW.date(), "people": city.people // city.communes, "prepared_by": 1,
                         "prepared_at": NOW}
                        for back in range(city.months) for n in numbers(city.communes))  # fmt: skip
    yield EntitlementLine, ({"list_id": city.commune_of(n), "commune_id": city.commune_of(n), "grant_id": n,
                             "person_id": n, "benefit": Benefit.INCOME, "month": newest, "kind": "ENTITLEMENT",
                             "amount": AMOUNT} for n in people)  # fmt: skip
    yield Transfer, ({"list_id": city.commune_of(n), "commune_id": city.commune_of(n), "person_id": n,
                      "village_id": city.village_of(n), "end_to_end_id": f"{newest}-{n}", "amount": AMOUNT,
                      "channel": "CASH", "payee": {"full_name": invented(n), "birth_year": 1950}, "state": "SENT"}
                     for n in people)  # fmt: skip


def _repeat_months(connection: Connection, city: City) -> None:
    """The newest month's lines and transfers, once more for every month before it."""
    newest, first = city.month(0), f"id <= {city.people}"
    with _without_indexes(connection, ("entitlement_line", "transfer")):
        for back in range(1, city.months):
            month = city.month(back)
            shift = f"list_id + {back * city.communes}"
            _copy(connection, "entitlement_line", {"list_id": shift, "month": f"'{month}'"}, first)
            code = f"replace(end_to_end_id, '{newest}', '{month}')"
            changed = {"list_id": shift, "end_to_end_id": code, "state": "'PAID'"}
            _copy(connection, "transfer", changed, first)


@contextmanager
def _without_indexes(connection: Connection, tables: Sequence[str]) -> Iterator[None]:
    """Indexes and guards of the tables are made once, after millions of rows, instead of kept for each of them."""
    marks = ", ".join(f"'{table}'" for table in tables)
    query = f"SELECT name, type, sql FROM sqlite_master WHERE tbl_name IN ({marks}) AND type <> 'table'"
    made = [row for row in connection.exec_driver_sql(query).all() if row.sql]
    for name, kind, _ in made:
        connection.exec_driver_sql(f"DROP {kind} {name}")
    yield
    for _, _, statement in made:
        connection.exec_driver_sql(statement)


def _copy(connection: Connection, table: str, changed: dict[str, str], where: str) -> None:
    columns: Sequence[str] = [each.name for each in SQLModel.metadata.tables[table].columns if each.name != "id"]
    values = ", ".join(changed.get(name, name) for name in columns)
    statement = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE {where}"
    connection.exec_driver_sql(statement)
