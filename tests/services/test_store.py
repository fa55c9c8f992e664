"""Many rows are written at once as one by one: the same values, the same rules, the same errors, on both databases."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, select

from models.people import FactKind, PayMethod, PersonFact
from services.errors import Kind, Problem
from services.store import insert_new
from tests import factories


def facts(session: Session, *values: Any) -> list[dict[str, Any]]:
    """Rows of facts, each of somebody else."""
    commune = factories.create_commune(session)
    village = factories.create_village(session, commune)
    known = {"kind": FactKind.INCOME, "valid_from": date(2026, 1, 1), "source": "test", "recorded_at": factories.NOW}
    people = [factories.create_person(session, village).key for _ in values]
    return [known | {"person_id": who, "value": value} for who, value in zip(people, values, strict=True)]


def test_rows_written_at_once_read_as_rows_written_one_by_one(session: Session) -> None:
    said = [{"kind": "LƯƠNG", "monthly": 5_000_000}, "tab\tdòng\nmới \\N ''", 0]
    rows = facts(session, *said)
    insert_new(session, PersonFact, rows)
    found = session.exec(select(PersonFact).order_by(PersonFact.person_id)).all()  # type: ignore[arg-type]
    assert [fact.value for fact in found] == said
    assert {(fact.kind, fact.valid_from, fact.valid_to, fact.recorded_at) for fact in found} == {
        (FactKind.INCOME, date(2026, 1, 1), None, factories.NOW)
    }


def test_a_sealed_column_is_sealed_also_when_many_are_written(session: Session) -> None:
    (row,) = facts(session, "một")
    about = {"kind": "ACCOUNT", "bank_bin": "970405", "account_holder": "Thử Thị An", "started_at": factories.NOW}
    insert_new(session, PayMethod, [about | {"person_id": row["person_id"], "account_no": "00123"}])
    assert session.exec(select(PayMethod.account_no)).one() == "00123"
    stored = session.connection().exec_driver_sql("SELECT account_no FROM pay_method").scalar_one()
    assert "00123" not in str(stored)


def test_a_row_that_a_rule_refuses_is_a_conflict_and_never_left_out_in_silence(session: Session) -> None:
    rows = facts(session, "một", "hai")
    with pytest.raises(Problem) as refused, session.begin_nested():
        insert_new(session, PersonFact, [*rows, rows[0] | {"person_id": 987_654}])
    assert refused.value.kind is Kind.CONFLICT
    assert session.exec(select(PersonFact)).all() == []


def test_what_else_the_database_says_is_an_error_that_every_edge_knows(session: Session) -> None:
    session.connection().exec_driver_sql("DROP TABLE benefit_adjustment")
    from models.adjustments import Adjustment

    with pytest.raises(SQLAlchemyError):
        insert_new(session, Adjustment, [{name: 1 for name in Adjustment.model_fields if name != "id"}])
