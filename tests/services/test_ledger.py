"""The audit chain: whole as written, and the first entry that was touched is named, whatever was touched in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from models.base import ZONE
from rules.workflow import Role
from services import ledger
from services.staff import SYSTEM
from tests import factories

NOON = datetime(2026, 7, 6, 12, 0, tzinfo=ZONE)
WORDS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=20)


def append(session: Session, number: int, **values: Any) -> None:
    said: dict[str, Any] = {
        "action": "act",
        "subject": f"case_file:{number}",
        "data": {"n": number},
        "now": NOON,
    } | values
    ledger.append(session, commune_id=0, actor=SYSTEM, role=Role.system, **said)


def without_guards(session: Session) -> None:
    """As somebody who may do anything to the database."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        return
    names = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'"
    for name in session.connection().exec_driver_sql(names).scalars().all():
        session.connection().exec_driver_sql(f"DROP TRIGGER {name}")


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(WORDS, WORDS, st.dictionaries(WORDS, WORDS | st.integers() | st.none()), st.integers(0, 10**9)),
        max_size=4,
    )
)
def test_a_chain_is_whole_whatever_its_entries_say(
    sqlite_session: Session, said: list[tuple[str, str, dict[str, Any], int]]
) -> None:
    begun = sqlite_session.begin_nested()
    for number, (action, subject, data, micro) in enumerate(said):
        append(
            sqlite_session, number, action=action, subject=subject, data=data, now=NOON + timedelta(microseconds=micro)
        )
    assert ledger.verify(sqlite_session, 0) is None
    begun.rollback()


def test_moments_with_and_without_fractions_and_an_officer_hold(session: Session) -> None:
    commune = factories.create_commune(session)
    officer = factories.create_officer(session, commune, Role.economy)
    for number, micro in enumerate((0, 1, 500_000, 999_999)):
        ledger.append(
            session,
            commune_id=commune.key,
            actor=officer,
            role=Role.economy,
            action="act",
            subject=f"Hồ sơ “{number}”",
            data={"chữ": 'nháy " và \\ và \n', "day": NOON.date()},
            now=NOON + timedelta(microseconds=micro),
        )
    session.expire_all()
    assert ledger.verify(session, commune.key) is None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entry SET data = '{\"n\":99}' WHERE seq = 3 AND chain = 0",
        "UPDATE audit_entry SET data = '{\"n\": 3}' WHERE seq = 3 AND chain = 0",
        "UPDATE audit_entry SET action = 'other' WHERE seq = 3 AND chain = 0",
        "UPDATE audit_entry SET subject = 'case_file:33' WHERE seq = 3 AND chain = 0",
        "UPDATE audit_entry SET role = 'admin' WHERE seq = 3 AND chain = 0",
        "UPDATE audit_entry SET account_id = (SELECT min(id) FROM account) WHERE seq = 3 AND chain = 0",
        "UPDATE audit_entry SET at = '2026-07-06 05:00:01.000000' WHERE seq = 3 AND chain = 0",
        "UPDATE audit_entry SET sha256 = 'f' WHERE seq = 3 AND chain = 0",
        "DELETE FROM audit_entry WHERE seq = 3 AND chain = 0",
    ],
    ids=["data", "bytes", "action", "subject", "role", "account", "moment", "hash", "deleted"],
)
def test_the_first_entry_that_was_touched_is_named(session: Session, change: str) -> None:
    factories.create_account(session)
    for number in range(1, 6):
        append(session, number)
    assert ledger.verify(session, 0) is None
    without_guards(session)
    session.connection().exec_driver_sql(change)
    assert ledger.verify(session, 0) == 3


def test_entries_cut_off_the_end_show_in_the_head(session: Session) -> None:
    """A chain cannot miss its own end: that is why its head is printed on each decision."""
    for number in range(1, 4):
        append(session, number)
    head = ledger.head(session, 0)
    without_guards(session)
    session.connection().exec_driver_sql("DELETE FROM audit_entry WHERE seq = 3 AND chain = 0")
    assert ledger.verify(session, 0) is None
    assert ledger.head(session, 0) != head


@pytest.mark.parametrize("touched", [2, 3, 5])
def test_acts_written_in_a_set_are_chained_like_single_ones_and_read_a_few_at_a_time(
    session: Session, monkeypatch: pytest.MonkeyPatch, touched: int
) -> None:
    monkeypatch.setattr(ledger, "ROWS_AT_ONCE", 2)
    append(session, 1)
    acts = [ledger.Act(Role.system, "act", f"case_file:{number}", {"n": number}) for number in range(2, 5)]
    written = ledger.append_all(session, commune_id=0, actor=SYSTEM, acts=acts, now=NOON)
    append(session, 5)
    assert [entry.seq for entry in written] == [2, 3, 4]
    assert written[1].prev_sha256 == written[0].sha256 == ledger.digest(written[0])
    assert ledger.verify(session, 0) is None
    without_guards(session)
    change = f"UPDATE audit_entry SET subject = 'case_file:9' WHERE seq = {touched} AND chain = 0"
    session.connection().exec_driver_sql(change)
    assert ledger.verify(session, 0) == touched
