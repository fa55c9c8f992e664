"""A year of 73 people worked out by hand (tests/golden/money): the product agrees line by line, to the đồng."""

from __future__ import annotations

import csv
import importlib.util
import shutil
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from models.base import ZONE
from models.payment import EntitlementLine, PaymentList
from models.people import PayMethodKind, Person
from rules.amounts import Overlap, support
from rules.months import Month
from rules.workflow import PAUSES, StopReason
from services import changes, law, payment, reconciliation_cash, transfers
from services.payment_papers import CASH_CHANNELS
from tests.services.money import Desk, moment, open_desk

GOLDEN = Path(__file__).parents[1] / "golden" / "money"
Row = dict[str, str]
pytestmark = pytest.mark.timeout(900)


def rows(name: str) -> list[Row]:
    with (GOLDEN / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_sheets_are_what_the_written_reasoning_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("people.csv", "events.csv"):
        shutil.copy(GOLDEN / name, tmp_path)
    spec = importlib.util.spec_from_file_location("write_year", GOLDEN / "write_year.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(script, "HERE", tmp_path)
    script.main()
    for name in ("lines.csv", "payments.csv"):
        assert (tmp_path / name).read_bytes() == (GOLDEN / name).read_bytes()


def test_the_year_has_everything_that_happens_to_money() -> None:
    """Each kind of event of a year occurs, with what follows from it: a year without it would prove nothing of it."""
    people, events, lines, paid = (rows(f"{name}.csv") for name in ("people", "events", "lines", "payments"))
    assert len(people) == 73
    assert {row["decided"] for row in people} == {"2026-07", "2026-10", "2027-01", "2027-04"}, "each quarter's group"
    assert any(row["from_month"] < row["decided"] for row in people), "a status known late gives arrears"
    stops = set(StopReason) - {StopReason.ERROR_FOUND}
    assert stops | {"ALLOWANCE", "RETURNED", "HELD", "CORRECTED"} == {event["what"] for event in events}
    assert {row["channel"] for row in people} == {"ACCOUNT", "CASH", "PROXY"}
    assert {row["channel"] for row in paid if row["result"] == "RETURNED"} == {"ACCOUNT", "CASH", "PROXY"}
    assert {row["attempt"] for row in paid} == {"1", "2", "3"}
    corrections = [int(row["amount"]) for row in lines if row["kind"] == "CORRECTION"]
    assert min(corrections) < 0 < max(corrections)
    assert all(row["explanation"] for row in (*lines, *paid))


class Year:
    """The commune of the sheets, carried through its twelve months by the product's own acts."""

    def __init__(self, session: Session) -> None:
        self.desk: Desk = open_desk(session)
        self.session = session
        self.sheet = rows("people.csv")
        self.events = rows("events.csv")
        self.people: dict[str, Person] = {
            row["stt"]: self.desk.person(PayMethodKind(row["channel"])) for row in self.sheet
        }
        self.allowance = {row["stt"]: int(row["allowance"]) for row in self.sheet}
        self.gone: set[str] = set()

    @cached_property
    def number(self) -> dict[int, str]:
        return {person.key: stt for stt, person in self.people.items()}

    def decide(self, people: list[Row], month: str, first: str) -> None:
        """A decision of the month: each amount by the law of its day."""
        day = date.fromisoformat(f"{month}-01")
        book = law.book_for(self.session, self.desk.commune_id)
        amounts = {}
        for row in people:
            target = int(book.get("NQ04.income.target", on=day, area=row["area"]).value)
            amount = support(target, self.allowance[row["stt"]], Overlap(row["mode"]))
            if amount and row["stt"] not in self.gone:
                amounts[self.people[row["stt"]].key] = amount
        self.desk.decide(amounts, first, frozen_at=moment(month, 1))

    def decisions_of(self, month: str) -> None:
        for first in sorted({row["from_month"] for row in self.sheet if row["decided"] == month}):
            self.decide(
                [row for row in self.sheet if (row["decided"], row["from_month"]) == (month, first)], month, first
            )
        if month == "2027-01":
            self.decide([row for row in self.sheet if row["decided"] < month], month, month)
        for event in self.events:
            if event["what"] == "ALLOWANCE" and event["known"][:7] == month:
                self.allowance[event["stt"]] = int(event["value"])
                self.decide([row for row in self.sheet if row["stt"] == event["stt"]], month, event["month"])

    def tell(self, month: str, *, before_list: bool) -> None:
        """What thôn and office hear of deaths and moves, before or after the month's list."""
        for event in self.events:
            if event["what"] not in set(StopReason) or event["known"][:7] != month:
                continue
            if (event["known"] <= f"{month}-11") == before_list:
                known = datetime.fromisoformat(f"{event['known']}T09:00:00").replace(tzinfo=ZONE)
                happened = min(date.fromisoformat(f"{event['month']}-03"), known.date())
                change = changes.record_event(
                    self.session,
                    person_id=self.people[event["stt"]].key,
                    reason=StopReason(event["what"]),
                    happened_on=happened,
                    note="",
                    actor=self.desk.first,
                    now=known,
                )
                if change.by_decision:
                    self.desk.decide_change(change, month, known.day + 1)
                if change.reason not in PAUSES:
                    self.gone.add(event["stt"])

    def run(self, month: str) -> None:
        self.decisions_of(month)
        self.tell(month, before_list=True)
        row = self.desk.build(month)
        self.desk.prepare(row)
        held = self.told("HELD", month)
        for one in self.desk.transfers(row):
            if self.number[one.person_id] in held:
                transfers.hold_transfer(
                    self.session, transfer_id=one.key, reason="Có đơn", actor=self.desk.first, now=moment(month, 12)
                )
        self.desk.approve(row)
        payment.mark_sent(self.session, list_id=row.key, actor=self.desk.first, now=moment(month, 13))
        self.answer(row)
        self.desk.close(row)
        self.correct(row)
        for one in self.desk.transfers(row):
            if one.state == "HELD":
                transfers.release_transfer(
                    self.session, transfer_id=one.key, actor=self.desk.second, now=moment(month, 26)
                )
        self.tell(month, before_list=False)

    def answer(self, row: PaymentList) -> None:
        """Cash and proxies are recorded one by one, the rest by the bank's file."""
        back = self.returned(row)
        for one in self.desk.transfers(row):
            if one.channel in CASH_CHANNELS and one.state == "SENT":
                payment.record_cash(
                    self.session,
                    transfer_id=one.key,
                    paid=one.end_to_end_id not in back,
                    reason="Vắng mặt",
                    actor=self.desk.first,
                    now=moment(row.month, 19),
                )
        self.desk.answer(row, *back)

    def correct(self, row: PaymentList) -> None:
        """Cash that was ticked as signed for by mistake, found after the closing: two people put it right."""
        mistaken = self.told("CORRECTED", row.month)
        for one in self.desk.transfers(row):
            if self.number[one.person_id] in mistaken:
                found = reconciliation_cash.propose_correction(
                    self.session,
                    transfer_id=one.key,
                    paid=False,
                    reason="Ký nhầm người trùng tên",
                    actor=self.desk.first,
                    now=moment(row.month, 27),
                )
                reconciliation_cash.confirm_correction(
                    self.session, correction_id=found.key, actor=self.desk.second, now=moment(row.month, 28)
                )

    def told(self, what: str, month: str) -> dict[str, str]:
        return {
            event["stt"]: event["value"] for event in self.events if (event["what"], event["month"]) == (what, month)
        }

    def returned(self, row: PaymentList) -> list[str]:
        back = self.told("RETURNED", row.month)
        return [
            one.end_to_end_id
            for one in self.desk.transfers(row)
            if (stt := self.number[one.person_id]) in back and back[stt] in ("", str(one.attempt))
        ]

    def lines(self) -> list[tuple[str, ...]]:
        query = select(EntitlementLine, PaymentList).join(PaymentList, col(PaymentList.id) == EntitlementLine.list_id)
        return [
            (row.month, self.number[line.person_id], line.month, str(line.kind), str(line.amount))
            for line, row in self.session.exec(query)
        ]

    def payments(self) -> list[tuple[str, ...]]:
        found: list[tuple[str, ...]] = []
        for row in payment.lists_of(self.session, self.desk.commune_id):
            for one in self.desk.transfers(row):
                month = Month(2000 + int(one.end_to_end_id[2:4]), int(one.end_to_end_id[4:6])).code
                said = (str(one.attempt), str(one.amount), str(one.state), str(one.channel))
                found.append((row.month, self.number[one.person_id], month, *said))
        return found


def test_a_year_of_73_people_agrees_with_the_sheet_to_the_dong(sqlite_session: Session) -> None:
    year = Year(sqlite_session)
    months = [month.code for month in Month(2026, 7).through(Month(2027, 6))]
    for month in months:
        year.run(month)
    wanted = [(row["list"], row["stt"], row["month"], row["kind"], row["amount"]) for row in rows("lines.csv")]
    assert sorted(year.lines()) == sorted(wanted)
    paid = [
        (row["list"], row["stt"], row["month"], row["attempt"], row["amount"], row["result"], row["channel"])
        for row in rows("payments.csv")
    ]
    assert sorted(year.payments()) == sorted(paid)
    for listed in payment.lists_of(sqlite_session, year.desk.commune_id):
        book = payment.balance(sqlite_session, listed.key)
        assert book.settled
        assert listed.total == book.planned == sum(int(row[4]) for row in paid if row[0] == listed.month)
