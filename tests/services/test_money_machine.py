"""Any order of decisions, deaths, moves, holds, returned transfers and repeated runs: the books always add up.

What is owed is kept here a second time, as plain stretches of months, and compared with what is listed and paid.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from models.changes import LifeEvent
from models.payment import BankAnswerRow, EntitlementLine, LineKind, PaymentList, Transfer
from models.people import PayMethodKind, Person
from models.receipts import AmountReceived
from models.treasury import TreasuryReturnLine
from rules.months import Month
from rules.workflow import PaymentListState, Role, StopReason, TransferState
from services import (
    change_withdrawals,
    changes,
    payment,
    reconciliation,
    reconciliation_amounts,
    reconciliation_cash,
    reconciliation_late,
    transfers,
)
from services.errors import Problem
from services.matching import state_of
from services.payment_build import fingerprint, lists_of
from services.payment_step import STEP
from services.staff import load_actor
from services.transfers import is_live
from tests import factories
from tests.services.money import Answer, Desk, moment, open_desk

PEOPLE = 4
FIRST, LAST = Month(2026, 7), Month(2026, 12)
WHO = st.integers(0, PEOPLE - 1)
AMOUNTS = st.sampled_from([300_000, 500_000, 750_000])
BACK = st.integers(0, 3)
# at once, and (the last) only by the chairman's decision
REASONS = [StopReason.DEATH, StopReason.MOVED_AWAY, StopReason.AGE_LIMIT, StopReason.OWN_REQUEST]


class Stretch:
    """So much a month from a month to a month (None: still running), by a later decision or by what happened."""

    def __init__(self, first: Month, amount: int) -> None:
        self.first, self.amount = first, amount
        self.replaced: Month | None = None
        self.ends: dict[int, Month] = {}

    @property
    def last(self) -> Month | None:
        ends = [*self.ends.values(), *([self.replaced] if self.replaced else [])]
        return min(ends, default=None)

    def covers(self, month: Month) -> bool:
        return self.first <= month and (self.last is None or month <= self.last)


class MoneyMachine(RuleBasedStateMachine):
    """One commune, four people, half a year; steps taken in any order."""

    engine: Engine
    steps: Counter[str]

    @initialize()
    def open(self) -> None:
        self.session = Session(self.engine, expire_on_commit=False)
        self.desk: Desk = open_desk(self.session)
        self.people: list[Person] = [
            self.desk.person(PayMethodKind.CASH if n == 0 else PayMethodKind.ACCOUNT) for n in range(PEOPLE)
        ]
        self.owed: dict[int, list[Stretch]] = defaultdict(list)
        self.dead: set[int] = set()
        self.events: set[tuple[int, StopReason, date]] = set()
        self.recorded: list[tuple[int, LifeEvent]] = []
        self.pauses: dict[int, dict[int, tuple[StopReason, Month]]] = defaultdict(dict)
        deputy = factories.create_account(self.session)
        factories.create_mandate(self.session, deputy, self.desk.office.commune, Role.chairman)
        self.deputy = load_actor(self.session, deputy.key, on=FIRST.first_day)
        self.month, self.minutes = FIRST, 0
        self.closed: dict[int, tuple[str, list[tuple[str, str]], payment.Balance]] = {}
        for who in range(PEOPLE):
            self.decide(who, 500_000, 0)

    def teardown(self) -> None:
        if not hasattr(self, "session"):
            return
        try:
            self._carry_everything_to_its_end()
        finally:
            self.session.rollback()
            self.session.close()

    def now(self) -> datetime:
        self.minutes += 1
        return moment(self.month.code, 20) + timedelta(minutes=self.minutes)

    # ------------------------------------------------------------ what happens

    @rule(who=WHO, amount=AMOUNTS, back=BACK)
    def decide(self, who: int, amount: int, back: int) -> None:
        person = self.people[who]
        if who in self.dead:
            return
        first = self.month.plus(-back)
        self.desk.decide({person.key: amount}, first.code, frozen_at=self.now())
        for stretch in self.owed[who]:
            if stretch.last is None:
                stretch.replaced = first.plus(-1)
        self.owed[who].append(Stretch(first, amount))

    @rule(amount=AMOUNTS, back=BACK)
    def the_law_changes(self, amount: int, back: int) -> None:
        """Everybody whose support runs gets another amount, also for months that were given already."""
        running = {who: stretches[-1] for who, stretches in self.owed.items() if stretches[-1].last is None}
        since = {who: max(self.month.plus(-back), stretch.first) for who, stretch in running.items()}
        by_number = {self.people[who].key: first for who, first in since.items()}
        self.desk.change_law(amount, by_number, self.month, frozen_at=self.now())
        for who, first in since.items():
            running[who].replaced = first.plus(-1)
            self.owed[who].append(Stretch(first, amount))

    @rule(who=WHO)
    def moves_house(self, who: int) -> None:
        """To the other thôn of the commune: the support goes on, the money goes there from the next list on."""
        one, other = self.desk.office.villages
        person = self.people[who]
        person.village_id = other.key if person.village_id == one.key else one.key
        self.session.add(person)

    @rule(who=WHO, back=BACK, reason=st.sampled_from(REASONS))
    def somebody_leaves(self, who: int, back: int, reason: StopReason) -> None:
        if who not in self.dead:
            self.leave(who, back, reason)

    def leave(self, who: int, back: int, reason: StopReason) -> bool:
        month = self.month.plus(-back)
        event = self._recorded(who, reason, month)
        if event is None:
            return False
        if event.by_decision:
            self.desk.decide_change(event, self.month.code, day=20)
            self.steps["decided stops"] += 1
        for stretch in self.owed[who]:
            stretch.ends[event.key] = month
        self.dead |= {who} if reason is StopReason.DEATH else set()
        self.recorded.append((who, event))
        return True

    def _recorded(self, who: int, reason: StopReason, month: Month) -> LifeEvent | None:
        """The event on some day of the month; None for the same one again: tests/services/test_changes.py."""
        now = self.now()
        day = date(month.year, month.number, 3 + self.minutes % 15)
        if (who, reason, day) in self.events:
            return None
        self.events.add((who, reason, day))
        return changes.record_event(
            self.session,
            person_id=self.people[who].key,
            reason=reason,
            happened_on=day,
            note="",
            actor=self.desk.first,
            now=now,
        )

    @rule(who=WHO, back=BACK, reason=st.sampled_from(REASONS), others=st.sets(st.integers(0, PEOPLE)))
    def a_mistake_is_withdrawn(self, who: int, back: int, reason: StopReason, others: set[int]) -> None:
        """What was recorded wrongly, perhaps acted upon already, ends as if it had never been recorded."""
        self.somebody_leaves(who, back, reason)
        self.machine_runs(1)
        self.office_goes_on(2, others)
        if not self.recorded:
            return
        mistaken, event = self.recorded.pop(self.minutes % len(self.recorded))
        change_withdrawals.withdraw(
            self.session,
            event_id=event.key,
            reason="Ghi nhầm người",
            revoked_by="Quyết định thu hồi",
            actor=self.deputy,
            now=self.now(),
        )
        for stretch, after in zip(self.owed[mistaken], [*self.owed[mistaken][1:], None], strict=True):
            stretch.ends.pop(event.key, None)
            if after is not None and stretch.replaced is None and not stretch.ends:
                stretch.replaced = after.first.plus(-1)
        self.pauses[mistaken].pop(event.key, None)
        self.dead -= {mistaken} if event.reason == StopReason.DEATH else set()
        self.steps["withdrawn events"] += 1

    @rule(who=WHO, back=BACK)
    def support_rests_or_goes_on(self, who: int, back: int) -> None:
        """The chairman suspends what is paid, or lets it go on, perhaps from a month that rested already."""
        resting = [first for first, last in self._rests(who) if last is None]
        reason = StopReason.RESUMED if resting else StopReason.SUSPENDED
        month = max([self.month.plus(-back), *(first.plus(-1) for first in resting)])
        runs = any(stretch.last is None for stretch in self.owed[who])
        event = self._recorded(who, reason, month) if runs else None
        if event is None:
            return
        self.desk.decide_change(event, self.month.code, day=20)
        self.pauses[who][event.key] = (reason, month)
        self.recorded.append((who, event))
        self.steps["pauses" if reason is StopReason.SUSPENDED else "goes on"] += 1

    def _rests(self, who: int) -> list[tuple[Month, Month | None]]:
        """The months that rest: after the one of the suspension, until the one from which it goes on."""
        found: list[tuple[Month, Month | None]] = []
        for _, (reason, month) in sorted(self.pauses[who].items()):
            is_open = bool(found) and found[-1][1] is None
            if reason is StopReason.SUSPENDED and not is_open:
                found.append((month.plus(1), None))
            elif reason is StopReason.RESUMED and is_open:
                found[-1] = (found[-1][0], month.plus(-1))
        return found

    @rule(who=WHO, amount=AMOUNTS, back=BACK)
    def a_list_is_issued_that_did_not_know_of_a_move(self, who: int, amount: int, back: int) -> None:
        """Frozen, then the move is told, then it gets its number: the move counts, whatever was built before."""
        if who in self.dead:
            return
        frozen_at = self.now()
        if not self.leave(who, back, StopReason.MOVED_AWAY):
            return
        self.desk.decide({self.people[who].key: amount}, self.month.code, frozen_at=frozen_at)
        # as the entry of the number does: a decision that comes before the next payment list finds it ended
        changes.apply_recorded(self.session, commune_id=self.desk.commune_id, now=self.now())
        given = Stretch(self.month, amount)
        given.ends[self.recorded[-1][1].key] = self.month.plus(-back)
        self.owed[who].append(given)
        self.steps["moves unknown to a list"] += 1

    @rule()
    def time_passes(self) -> None:
        self.month = min(self.month.plus(1), LAST)

    @rule(times=st.integers(1, 2))
    def machine_runs(self, times: int) -> None:
        for _ in range(times):
            months = STEP.pending(self.session, self.desk.office.cycle, self.now())
            STEP.work(self.session, self.desk.office.cycle, months, self.now())
            STEP.work(self.session, self.desk.office.cycle, months, self.now())

    @rule(data=st.data())
    def hold(self, data: st.DataObject) -> None:
        planned = [row for row in self._open_transfers() if row.state == TransferState.PLANNED]
        if planned:
            row = data.draw(st.sampled_from(planned))
            transfers.hold_transfer(
                self.session, transfer_id=row.key, reason="Có đơn", actor=self.desk.second, now=self.now()
            )

    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        held = [row for row in self._all_transfers() if row.state == TransferState.HELD and row.released_by is None]
        if held:
            row = data.draw(st.sampled_from(held))
            with pytest.raises(Problem, match="two_people"):
                transfers.release_transfer(self.session, transfer_id=row.key, actor=self.desk.second, now=self.now())
            transfers.release_transfer(self.session, transfer_id=row.key, actor=self.desk.first, now=self.now())

    @rule(acts=st.integers(1, 5), returned=st.sets(st.integers(0, PEOPLE)))
    def office_goes_on(self, acts: int, returned: set[int]) -> None:
        for _ in range(acts):
            row = next((one for one in self._lists() if one.state != PaymentListState.CLOSED), None)
            if row is not None:
                self._next(row, returned)

    @rule(data=st.data())
    def the_bank_says_otherwise_too_late(self, data: st.DataObject) -> None:
        """After the closing: money came back that counted as paid, or arrived although it counted as returned."""
        said, parts = self._said_late(), self._parts()
        found = [
            one
            for row in self._lists()
            if row.state == PaymentListState.CLOSED
            for one in self.desk.transfers(row)
            if one.key not in parts and state_of(one, said) in (TransferState.PAID, TransferState.RETURNED)
        ]
        if found:
            one = data.draw(st.sampled_from(found))
            paid = state_of(one, said) != TransferState.PAID
            self._take(one.list_id, [Answer(2, one.end_to_end_id, one.amount, paid, "Trả lại")], f"late-{self.minutes}")
            assert state_of(one, self._said_late()) == (TransferState.PAID if paid else TransferState.RETURNED)
            self.steps["late results"] += 1

    @rule(data=st.data())
    def cash_was_recorded_wrongly(self, data: st.DataObject) -> None:
        """After the closing, two people say that it was the other way round."""
        parts, given_back = self._parts(), set(self.session.exec(select(TreasuryReturnLine.transfer_id)))
        found = [
            one
            for row in self._lists()
            if row.state == PaymentListState.CLOSED
            for one in self.desk.transfers(row)
            if one.channel == PayMethodKind.CASH and one.key not in parts | given_back
            if state_of(one, self._said_late()) in (TransferState.PAID, TransferState.RETURNED)
        ]
        if found:
            self._correct(data.draw(st.sampled_from(found)))

    def _correct(self, one: Transfer) -> None:
        paid = state_of(one, self._said_late()) != TransferState.PAID
        found = reconciliation_cash.propose_correction(
            self.session, transfer_id=one.key, paid=paid, reason="Nhầm người", actor=self.desk.first, now=self.now()
        )
        with pytest.raises(Problem, match="two_people"):
            reconciliation_cash.confirm_correction(
                self.session, correction_id=found.key, actor=self.desk.first, now=self.now()
            )
        reconciliation_cash.confirm_correction(
            self.session, correction_id=found.key, actor=self.desk.second, now=self.now()
        )
        assert (state_of(one, self._said_late()) == TransferState.PAID) == paid
        self.steps["late corrections" if found.is_late else "corrections"] += 1

    @rule(data=st.data())
    def money_goes_back_to_the_treasury(self, data: st.DataObject) -> None:
        """What nobody took is given back once; what its person is owed stays owed."""
        there = reconciliation.unclaimed(self.session, self.desk.commune_id)
        if there:
            one, now = data.draw(st.sampled_from(there)), self.now()
            for again in (False, True):
                with pytest.raises(Problem, match="nothing_returned") if again else nullcontext():
                    reconciliation.record_refund(
                        self.session,
                        commune_id=self.desk.commune_id,
                        transfer_ids=[one.key],
                        voucher_no=f"{self.minutes}",
                        returned_on=now.date(),
                        note="",
                        actor=self.desk.first,
                        now=now,
                    )
            self.steps["refunds"] += 1

    @rule()
    def the_second_person_sends_back(self) -> None:
        for row in self._lists():
            if row.state == PaymentListState.PREPARED:
                chairman = self.desk.office[Role.chairman]
                payment.send_back(self.session, list_id=row.key, reason="Xem lại", actor=chairman, now=self.now())

    @rule(returned=st.sets(st.integers(0, PEOPLE)))
    def a_month_is_paid(self, returned: set[int]) -> None:
        self.office_goes_on(4, returned)
        self.time_passes()
        self.machine_runs(1)
        self.office_goes_on(4, returned)

    def _lists(self) -> list[PaymentList]:
        return lists_of(self.session, self.desk.commune_id)

    # ------------------------------------------------------------ what must hold

    @invariant()
    def a_month_of_a_person_has_one_line(self) -> None:
        if hasattr(self, "session"):
            self.steps["taken"] += 1
            lines = self.session.exec(select(EntitlementLine).where(EntitlementLine.kind == LineKind.ENTITLEMENT))
            times = Counter((line.person_id, line.benefit, line.month) for line in lines)
            assert not [key for key, count in times.items() if count > 1]

    @invariant()
    def a_closed_month_stays_as_it_was_and_adds_up(self) -> None:
        for number, as_it_was in getattr(self, "closed", {}).items():
            assert self._picture(number) == as_it_was
            assert as_it_was[2].settled

    def _books_add_up(self, row: PaymentList) -> None:
        """Just frozen: lines give what is owed through the list's month; nobody who owes gets money from it."""
        for who, person in enumerate(self.people):
            listed = self._sum_of_lines(person)
            assert listed == sum(self._due(who, Month.parse(row.month)).values()), person.key
            rest = listed - sum(
                one.amount
                for one in self._all_transfers()
                if one.person_id == person.key and is_live(one, self._said_late())
            )
            rest -= self._arrived_in_part(person)
            assert rest <= 0
            here = [one for one in self.desk.transfers(row) if one.person_id == person.key]
            assert not (rest < 0 and here)
            assert {one.village_id for one in here} <= {person.village_id}

    def _due(self, who: int, through: Month) -> dict[Month, int]:
        months: dict[Month, int] = {}
        for stretch in self.owed[who]:
            for month in stretch.first.through(through):
                if stretch.covers(month):
                    months[month] = stretch.amount
        for first, last in self._rests(who):
            months |= {month: 0 for month in months if first <= month and (last is None or month <= last)}
        return months

    # ------------------------------------------------------------ how it is done

    def _next(self, row: PaymentList, returned: set[int]) -> None:
        session, now, first = self.session, self.now(), self.desk.first
        match PaymentListState(row.state):
            case PaymentListState.DRAFT:
                payment.prepare(session, list_id=row.key, actor=first, now=now)
                self._books_add_up(row)
            case PaymentListState.PREPARED:
                with pytest.raises(Problem, match="list_state"):
                    payment.prepare(session, list_id=row.key, actor=first, now=now)
                payment.approve(session, list_id=row.key, actor=self.desk.office[Role.chairman], now=now)
            case PaymentListState.APPROVED:
                payment.mark_sent(session, list_id=row.key, actor=first, now=now)
            case _:
                self._answer_and_close(row, returned, now)

    def _answer_and_close(self, row: PaymentList, returned: set[int], now: datetime) -> None:
        on_its_way = [one for one in self.desk.transfers(row) if one.state == TransferState.SENT]
        for one in on_its_way:
            if one.channel == PayMethodKind.CASH:
                payment.record_cash(
                    self.session,
                    transfer_id=one.key,
                    paid=0 not in returned,
                    reason="Vắng",
                    actor=self.desk.first,
                    now=now,
                )
                if PEOPLE in returned:
                    self._correct(one)
        sent = [one for one in on_its_way if one.state == TransferState.SENT]
        # of some only a part arrives, and the bank leaves it at that
        rows = [
            Answer(
                n, one.end_to_end_id, one.amount // 2 if n + 2 in returned else one.amount, n not in returned, "Trả lại"
            )
            for n, one in enumerate(sent)
        ]
        for _ in range(2 if rows else 0):
            self._take(row.key, rows, f"{row.key}")
        for waiting in reconciliation.waiting_rows(self.session, row.key):
            self._a_part_arrived(waiting, next(one for one in sent if one.end_to_end_id == waiting.end_to_end_id), now)
        payment.close_month(self.session, list_id=row.key, actor=self.desk.first, now=now)
        self.closed[row.key] = self._picture(row.key)

    def _take(self, list_id: int, rows: list[Answer], digest: str) -> None:
        payment.import_answer(
            self.session,
            list_id=list_id,
            file_name="kq",
            sha256=digest,
            rows=rows,
            actor=self.desk.first,
            now=self.now(),
        )

    def _a_part_arrived(self, row: BankAnswerRow, transfer: Transfer, now: datetime) -> None:
        session, first, second = self.session, self.desk.first, self.desk.second
        found = reconciliation_amounts.propose(
            session, row_id=row.key, transfer_id=transfer.key, note="Sao kê", actor=first, now=now
        )
        reconciliation_amounts.confirm(session, receipt_id=found.key, actor=second, now=now)
        self.steps["parts"] += 1

    def _said_late(self) -> dict[int, bool]:
        return reconciliation_late.latest(self.session, self.desk.commune_id)

    def _parts(self) -> set[int]:
        return set(self.session.exec(select(AmountReceived.transfer_id)).all())

    def _arrived_in_part(self, person: Person) -> int:
        mine = select(Transfer.id).where(Transfer.person_id == person.key)
        rows = self.session.exec(select(AmountReceived.counts).where(col(AmountReceived.transfer_id).in_(mine)))
        return sum(rows)

    def _picture(self, number: int) -> tuple[str, list[tuple[str, str]], payment.Balance]:
        row = self.session.get_one(PaymentList, number)
        states = [(one.end_to_end_id, str(one.state)) for one in self.desk.transfers(row)]
        return fingerprint(self.session, row), states, payment.balance(self.session, number)

    def _all_transfers(self) -> list[Transfer]:
        return list(self.session.exec(select(Transfer).order_by(Transfer.end_to_end_id)).all())

    def _open_transfers(self) -> Iterator[Transfer]:
        for row in self._lists():
            if row.state in transfers.OPEN_LISTS:
                yield from self.desk.transfers(row)

    def _sum_of_lines(self, person: Person) -> int:
        return sum(amount for _, _, amount in self.desk.lines(person))

    def _carry_everything_to_its_end(self) -> None:
        """Nothing is held or comes back any more: at last everybody has what is due, or owes what is too much."""
        for row in self._all_transfers():
            if row.state == TransferState.HELD and row.released_by is None:
                transfers.release_transfer(self.session, transfer_id=row.key, actor=self.desk.first, now=self.now())
        self.month = self.month.plus(1)
        for _ in range(60):
            waiting = [row for row in self._lists() if row.state != "CLOSED"]
            if waiting:
                self._next(waiting[0], set())
                continue
            self.machine_runs(1)
            if all(row.state == "CLOSED" for row in self._lists()):
                break
        self._everybody_has_what_is_due()

    def _everybody_has_what_is_due(self) -> None:
        last = [Month.parse(row.month) for row in self._lists()][-1:]
        for who, person in enumerate(self.people):
            due = sum(self._due(who, last[0]).values()) if last else 0
            paid = sum(
                row.amount
                for row in self._all_transfers()
                if row.person_id == person.key and state_of(row, self._said_late()) == TransferState.PAID
            )
            paid += self._arrived_in_part(person)
            assert self._sum_of_lines(person) == due
            assert paid >= due
            rest = transfers.outstanding(self.session, self.desk.commune_id)[person.key]
            assert rest == due - paid


@pytest.mark.timeout(7200)  # the long profile takes its time, on a busy machine a multiple of it
def test_the_books_add_up_for_any_order_of_events(sqlite_engine: Engine) -> None:
    long = os.environ.get("HYPOTHESIS_PROFILE") == "long"
    steps: Counter[str] = Counter()
    machine = type("MoneyOfOneCommune", (MoneyMachine,), {"engine": sqlite_engine, "steps": steps})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=380 if long else 20,
            stateful_step_count=35,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(sorted(steps.items()))  # noqa: T201 - shown with -s
    assert steps["taken"] >= (10_000 if long else 500)
    seldom = ("refunds", "decided stops", "late corrections") if long else ()
    often = ("parts", "late results", "corrections", "withdrawn events", "pauses", "goes on")
    assert all(steps[what] > 0 for what in (*often, *seldom))
