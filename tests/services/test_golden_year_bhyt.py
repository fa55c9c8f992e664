"""A year of BHYT for 73 people worked out by hand (tests/golden/money/bhyt.csv): the product agrees to the đồng."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from adapters.card_answer import CardAnswerRow as ReadRow
from models.base import ZONE
from models.insurance import InsuranceBatch, Registration
from models.payment import Benefit
from models.people import FactKind, Household, HouseholdStatusKind, Person
from rules.months import Month
from rules.workflow import RegistrationState, Role, Step, StopReason
from services import budget_records, changes, insurance, insurance_other
from services.insurance import STEP
from tests import factories
from tests.services.money import Desk, moment, open_desk

GOLDEN = Path(__file__).parents[1] / "golden" / "money"
MONTHS = [month.code for month in Month(2026, 7).through(Month(2027, 6))]
pytestmark = pytest.mark.timeout(600)


def rows(name: str) -> list[dict[str, str]]:
    with (GOLDEN / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Year:
    """The commune of the sheet: registered, answered and changed month by month by the product's own acts."""

    def __init__(self, session: Session) -> None:
        self.desk: Desk = open_desk(session, reach=Step.insurance)
        self.session = session
        for key, value in (
            ("BHYT.island_card_residents", "KHONG"),
            ("BHYT.salary_month_rule", "MONTH_BY_MONTH"),
            ("NQ04.bhyt.target_share", 100),
            ("BHYT.age_groups", []),
        ):
            self.desk.know(key, value)
        for day, salary in (
            (date(2026, 1, 1), 2_340_000),
            (date(2026, 10, 1), 2_530_000),
            (date(2027, 4, 1), 2_700_000),
        ):
            self.desk.know("BHYT.base_salary", salary, day)
        self.sheet = rows("bhyt_people.csv")
        self.people = {row["stt"]: self._person(row["note"]) for row in self.sheet}

    def _person(self, note: str) -> Person:
        village = self.desk.office.villages[0]
        if note == "NO_ID":
            return factories.create_person(self.session, village, citizen_id=None)
        person = factories.create_person(self.session, village)
        if note == "XD":
            factories.create_fact(self.session, person, FactKind.BHYT_OBJECT, "XD")
        if note == "CAN_NGHEO":
            home = self.session.get_one(Household, person.household_id)
            factories.create_status(self.session, home, HouseholdStatusKind.CAN_NGHEO)
        return person

    def decide(self, month: str) -> None:
        starting = [row for row in self.sheet if row["from_month"] == month]
        for share in dict.fromkeys(row["share"] for row in starting):
            given = {self.people[row["stt"]].key: 1 for row in starting if row["share"] == share}
            self.desk.decide(given, month, benefit=Benefit.BHYT, bhyt_share=int(share))

    def run(self, month: str) -> None:
        if any(row["from_month"] == month for row in self.sheet):
            self.decide(month)
        cycle, now = self.desk.office.cycle, moment(month, 1)
        STEP.work(self.session, cycle, STEP.pending(self.session, cycle, now), now)
        unsent = select(InsuranceBatch).where(col(InsuranceBatch.sent_at).is_(None))
        for batch in self.session.exec(unsent).all():
            insurance.mark_sent(self.session, batch_id=batch.key, actor=self.desk.first, now=moment(month, 2))
        self.answer(month)
        for what in EVENTS.get(month, ()):
            what(self)

    def answer(self, month: str) -> None:
        """BHXH gives each the months that were asked for, and refuses one."""
        query = select(Registration).where(Registration.state == RegistrationState.SENT)
        asked = self.session.exec(query.order_by(col(Registration.id))).all()
        answers = [self._card(number, row) for number, row in enumerate(asked, start=2)]
        if answers:
            insurance.import_cards(
                self.session,
                cycle_id=self.desk.office.cycle.key,
                file_name="D10a.xlsx",
                sha256=month,
                rows=answers,
                actor=self.desk.office[Role.insurance],
                now=moment(month, 8),
            )

    def _card(self, number: int, row: Registration) -> ReadRow:
        person = self.session.get_one(Person, row.person_id)
        if person.key == self.people["70"].key:
            return ReadRow(number, "REFUSED", "", citizen_no=person.citizen_id or "", reason="Sai thông tin")
        first = Month.parse(row.from_month)
        span = (first.first_day, first.plus(row.months - 1).last_day)
        return ReadRow(number, "CARD", "", f"31{row.key:08d}", person.citizen_id or "", "", "", *span)

    def happens(self, stt: str, reason: StopReason, on: date) -> None:
        event = changes.record_event(
            self.session,
            person_id=self.people[stt].key,
            reason=reason,
            happened_on=on,
            note="",
            actor=self.desk.first,
            now=datetime(on.year, on.month, 27, 9, tzinfo=ZONE) if on.day > 17 else moment(Month.of(on).code, 17),
        )
        if event.by_decision:
            self.desk.decide_change(event, Month.of(on).code)

    def other_card(self, stt: str, code: str, since: date) -> None:
        query = select(Registration).where(Registration.person_id == self.people[stt].key)
        row = self.session.exec(query.order_by(col(Registration.id).desc()).limit(1)).one()
        now = moment(Month.of(since).code, 9)
        insurance_other.found(
            self.session, registration_id=row.key, code=code, since=since, actor=self.desk.first, now=now
        )


EVENTS: dict[str, list[Callable[[Year], None]]] = {
    "2026-08": [lambda year: year.happens("67", StopReason.MOVED_AWAY, date(2026, 8, 20))],
    "2026-10": [lambda year: year.other_card("69", "DN", date(2026, 10, 1))],
    "2026-11": [lambda year: year.happens("66", StopReason.DEATH, date(2026, 11, 15))],
    "2027-02": [lambda year: year.happens("68", StopReason.OWN_REQUEST, date(2027, 2, 5))],
    "2027-03": [lambda year: year.happens("72", StopReason.DEATH, date(2027, 3, 3))],
}


def test_a_year_of_bhyt_agrees_with_the_sheet_to_the_dong(sqlite_session: Session) -> None:
    year = Year(sqlite_session)
    for month in MONTHS:
        year.run(month)
    stt_of = {person.key: stt for stt, person in year.people.items()}
    paid: dict[tuple[str, str], int] = defaultdict(int)
    for at in (2026, 2027):
        for (person_id, month), amount in budget_records.paid_bhyt(sqlite_session, year.desk.commune_id, at).items():
            paid[stt_of[person_id], month] += amount
    wanted = {(row["stt"], row["month"]): int(row["amount"]) for row in rows("bhyt.csv")}
    assert len(wanted) == 73 * 12
    found = {place: paid.get(place, 0) for place in wanted}
    assert {place: (found[place], wanted[place]) for place in wanted if found[place] != wanted[place]} == {}


def test_every_line_of_the_sheet_says_why_and_its_figures_multiply() -> None:
    for row in rows("bhyt.csv"):
        assert row["explanation"]
        if int(row["amount"]):
            share, _, base = (part.strip(" %") for part in row["explanation"].split(" = ")[0].split("×"))
            salary = int(base.removeprefix("lương cơ sở ").replace(".", ""))
            assert salary * 45 * int(share) == int(row["amount"]) * 100_000
