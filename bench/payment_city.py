"""Invented people who are to be paid, put in by the database itself: the same statements on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlmodel import SQLModel

from models.approval import Decision
from models.base import ZONE, EncryptedText, canonical_json
from models.cycles import Cycle
from models.payment import Grant
from models.people import PayMethod, Person
from models.places import Commune, Village
from models.staff import Account, Mandate

NOW = datetime(2026, 7, 28, 9, 0, tzinfo=ZONE)
STAMP, DAY = "'2026-07-28 02:00:00.000000'", "'2026-07-28'"
THON = 10


@dataclass(frozen=True)
class PaidCity:
    """How many people in how many communes; all are paid by account."""

    people: int
    communes: int

    def sized(self, people: int) -> PaidCity:
        """As many people in each commune, fewer or more communes."""
        return PaidCity(people, max(1, round(self.communes * people / self.people)))


CITY = PaidCity(30_000, 114)
COUNTRY = PaidCity(1_000_000, 3_321)


def officers(commune: int) -> tuple[int, int]:
    """The accounts of the commune's two officers of Phòng Kinh tế."""
    return 2 * commune - 1, 2 * commune


def fill(engine: Engine, city: PaidCity) -> None:
    """Fill an empty migrated database."""
    commune = f"((i - 1) % {city.communes}) + 1"
    thon = f"(({commune}) - 1) * {THON} + ((i - 1) / {city.communes}) % {THON} + 1"
    with _unguarded(engine) as connection:
        seal = f"'{EncryptedText().process_bind_param('2200205000001', engine.dialect)}'"
        fill_table = _Filler(connection)
        fill_table(Commune, city.communes, code="'X' || i", name="'Mẫu ' || i", kind="'xã'", province="'Hải Phòng'")
        place = {"commune_id": f"(i - 1) / {THON} + 1", "code": "'T' || i", "name": "'Thôn Mẫu ' || i"}
        fill_table(Village, city.communes * THON, **place)
        account = {"username": "'kt' || i", "full_name": "'Cán bộ Hư Cấu ' || i", "created_at": STAMP}
        fill_table(Account, city.communes * 2, **account)
        mandate = {"commune_id": "(i + 1) / 2", "role": "'economy'", "valid_from": "'2020-01-01'"}
        fill_table(Mandate, city.communes * 2, account_id="i", **mandate)
        opened = {"year": "2026", "quarter": "3", "opened_on": DAY, "opened_at": STAMP}
        fill_table(Cycle, city.communes, commune_id="i", **opened)
        fill_table(Decision, city.communes, **_DECISION)
        name = {"full_name": "'Nguyễn Hư Cấu ' || i", "name_key": "'nguyen hu cau ' || i", "sort_key": "'cau ' || i"}
        born = {"birth_date": "'1950-03-02'", "sex": "'NU'", "household_id": "i"}
        fill_table(Person, city.people, commune_id=commune, village_id=thon, **name, **born)
        way = {"kind": "'ACCOUNT'", "bank_bin": "'970405'", "account_no": seal, "account_holder": "'NGUYEN HU CAU'"}
        fill_table(PayMethod, city.people, person_id="i", started_at=STAMP, **way)
        given = {"decision_id": commune, "commune_id": commune, "person_id": "i", "assessment_id": "i"}
        fill_table(Grant, city.people, **given, **_GRANT)
    with engine.connect() as connection:
        measured = connection.execution_options(isolation_level="AUTOCOMMIT")
        for model in fill_table.filled:  # of a table measured while empty the planner would believe that it stays empty
            measured.execute(text(f"ANALYZE {model.__tablename__}"))


_DECISION = {
    "submission_id": "i", "commune_id": "i", "cycle_id": "i", "number": "i", "symbol": "'QĐ-UBND'", "issued_on": DAY,
    "issued_year": "2026", "signer_id": "1", "signer_mandate_id": "1", "authority_lines": "'[]'", "audit_head": "'0'",
    "recorded_by": "1", "recorded_at": STAMP,
}  # fmt: skip
_GRANT = {
    "benefit": "'INCOME'", "category": "'THOAT_NGHEO'", "monthly_amount": "700000", "from_month": "'2026-07'",
    "law_sha256": "'0'",
}  # fmt: skip


@contextmanager
def _unguarded(engine: Engine) -> Iterator[Connection]:
    """A connection that asks no foreign key, for records that are not what is measured."""
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if is_sqlite:
            raw = connection.connection.driver_connection
            assert raw is not None  # noqa: S101 - an open connection has one
            raw.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            if not is_sqlite:
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            yield connection
    engine.dispose()


class _Filler:
    """Inserts rows 1 … n of a table in one statement; ``i`` is the row's number."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.filled: list[type[SQLModel]] = []

    def __call__(self, model: type[SQLModel], rows: int, **values: str) -> None:
        self.filled.append(model)
        given = {"id": "i"} | _usual(model) | values
        numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})"
        names, terms = ", ".join(given), ", ".join(given.values())
        statement = f"INSERT INTO {model.__tablename__} ({names}) {numbers} SELECT {terms} FROM n"
        is_postgres = self.connection.dialect.name == "postgresql"
        self.connection.exec_driver_sql(statement.replace("%", "%%") if is_postgres else statement)
        if is_postgres:
            self.connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{model.__tablename__}', 'id'), {rows})"
            )


def _usual(model: type[SQLModel]) -> dict[str, str]:
    """The record's own values, as the database writes them, for what is not given."""
    columns = model.__table__.columns  # type: ignore[attr-defined]
    fields = {name: field for name, field in model.model_fields.items() if name in columns and not field.is_required()}
    return {name: _literal(one.get_default(call_default_factory=True)) for name, one in fields.items() if name != "id"}


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    said = value if isinstance(value, str) else canonical_json(value)
    return "'" + str(said).replace("'", "''") + "'"
