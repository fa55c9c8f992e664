"""What the records say of a budget year: đồng received, under way and still to come, of income support and of BHYT.

Income support counts in the year of its list; BHYT in the year of each month that a registration pays. What a bank
said after a month was closed counts here, although the closed month stays as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Subquery, case, exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from models.insurance import CardDecrease, Registration
from models.payment import Benefit, Grant, LateResult, PaymentList, Transfer
from models.receipts import AmountReceived
from rules.months import Month
from rules.workflow import RegistrationState, TransferState
from services import insurance_differences
from services.insurance_decreases import paid_months

_ASKED = (RegistrationState.PLANNED, RegistrationState.SENT)
_NOT_NEEDED = (RegistrationState.COVERED, RegistrationState.REFUSED)
PersonMonths = Mapping[int, Mapping[Month, int]]
Wanted = Mapping[tuple[int, Benefit], int]
"""By person and benefit, the đồng a month that a decision not yet issued would give; 0: it would end."""
NOTHING_WANTED: Wanted = {}


def _late(commune_id: int) -> Subquery:
    """Of each transfer of a closed month about which a bank said something afterwards, its newest word."""
    newest = select(func.max(LateResult.id)).where(LateResult.commune_id == commune_id)
    query = select(LateResult.transfer_id, LateResult.paid)
    return query.where(col(LateResult.id).in_(newest.group_by(col(LateResult.transfer_id)))).subquery()


def _received(late: Subquery) -> ColumnElement[bool]:
    """The person has the money, as known today."""
    return func.coalesce(late.c.paid, col(Transfer.state) == TransferState.PAID)


def _parts(commune_id: int) -> Subquery:
    """Đồng that arrived beside what a transfer's own state says, where people got another amount than planned."""
    query = select(AmountReceived.transfer_id, func.sum(AmountReceived.counts).label("amount"))
    query = query.where(AmountReceived.commune_id == commune_id, col(AmountReceived.confirmed_by).is_not(None))
    return query.group_by(col(AmountReceived.transfer_id)).subquery()


def income(session: Session, commune_id: int, year: int) -> tuple[int, int, str]:
    """(đồng received, đồng listed and not received, newest month listed) of the year's lists.

    What came back or is held counts as not received until another attempt stands for it.
    """
    late, again = _late(commune_id), aliased(Transfer)
    received, retried = _received(late), exists().where(col(again.retry_of) == Transfer.id)
    in_year = (
        PaymentList.commune_id == commune_id, PaymentList.month >= f"{year}-01", PaymentList.month <= f"{year}-12",
    )  # fmt: skip
    parts = _parts(commune_id)
    beside = func.coalesce(parts.c.amount, 0)
    sums = (
        select(
            func.sum(case((received, Transfer.amount), else_=0) + beside),
            func.sum(case((received | retried, 0), else_=Transfer.amount - beside)),
        )
        .join(PaymentList, col(PaymentList.id) == Transfer.list_id)
        .outerjoin(late, late.c.transfer_id == Transfer.id)
        .outerjoin(parts, parts.c.transfer_id == Transfer.id)
        .where(*in_year)
    )
    paid, under_way = session.exec(sums).one()
    newest = select(func.max(PaymentList.month)).where(*in_year)
    return int(paid or 0), int(under_way or 0), session.exec(newest).one() or ""


def paid_income(session: Session, commune_id: int, year: int) -> dict[tuple[int, str], tuple[int, int]]:
    """(people, đồng) received by (thôn, month of the list)."""
    late, parts = _late(commune_id), _parts(commune_id)
    people = func.count(func.distinct(Transfer.person_id))
    amount = case((_received(late), Transfer.amount), else_=0) + func.coalesce(parts.c.amount, 0)
    query = (
        select(Transfer.village_id, PaymentList.month, people, func.sum(amount))
        .join(PaymentList, col(PaymentList.id) == Transfer.list_id)
        .outerjoin(late, late.c.transfer_id == Transfer.id)
        .outerjoin(parts, parts.c.transfer_id == Transfer.id)
        .where(Transfer.commune_id == commune_id, _received(late) | parts.c.amount.is_not(None))
        .where(PaymentList.month >= f"{year}-01", PaymentList.month <= f"{year}-12")
        .group_by(col(Transfer.village_id), col(PaymentList.month))
    )
    return {(village, month): (count, int(total)) for village, month, count, total in session.exec(query)}


def paid_bhyt(session: Session, commune_id: int, year: int) -> dict[tuple[int, str], int]:
    """Đồng of cards issued, by (person, month) of the year."""
    settled, _asked = bhyt_months(session, commune_id, year)
    return {
        (person, month.code): amount
        for person, months in settled.items()
        for month, amount in months.items()
        if month.year == year
    }


def bhyt_months(session: Session, commune_id: int, year: int) -> tuple[PersonMonths, PersonMonths]:
    """What issued cards cost and what is registered without a card yet, by person and month, of and around the year.

    Registrations that may reach into the year are read: none is for more than twelve months.
    """
    query = (
        select(Registration, CardDecrease)
        .outerjoin(CardDecrease, col(CardDecrease.registration_id) == Registration.id)
        .where(Registration.commune_id == commune_id)
        .where(Registration.from_month >= f"{year - 1}-01", Registration.from_month <= f"{year}-12")
    )
    settled: dict[int, dict[Month, int]] = defaultdict(dict)
    asked: dict[int, dict[Month, int]] = defaultdict(dict)
    for row, decrease in session.exec(query.order_by(col(Registration.id))):
        if row.state == RegistrationState.CARD:
            settled[row.person_id] |= paid_months(row, decrease)
        elif row.state in _ASKED:
            asked[row.person_id] |= paid_months(row, decrease)
    for (person_id, month), amount in insurance_differences.settled_months(session, commune_id).items():
        settled[person_id][month] = settled[person_id].get(month, 0) + amount
    return settled, asked


def sum_of(people: Iterable[Mapping[Month, int]], months: Sequence[Month]) -> int:
    """Đồng of these months, of all people together."""
    return sum(one.get(month, 0) for one in people for month in months)


Running = tuple[int, str, str, str | None, int]
"""Person, benefit, first and last month (None: no end), đồng a month."""


def coming(
    session: Session,
    commune_id: int,
    months: Sequence[Month],
    last_listed: str,
    registered: Sequence[PersonMonths],
    wanted: Wanted = NOTHING_WANTED,
    first: Month | None = None,
) -> dict[Month, int]:
    """What decisions ask for in months that no list and no registration holds yet.

    ``wanted`` takes the place of what runs of these people's benefits, from the month ``first`` on.
    """
    here = Registration.commune_id == commune_id
    not_needed = set(session.exec(select(Registration.person_id).where(here, col(Registration.state).in_(_NOT_NEEDED))))
    first_card = session.exec(select(func.min(Registration.from_month)).where(here)).one() or ""
    due: dict[Month, int] = dict.fromkeys((month for month in months if month.code > last_listed), 0)
    codes = [(month, month.code) for month in due]
    for who, benefit, begins, ends, amount in _running(session, commune_id, months, wanted, first or months[0]):
        is_card = benefit == Benefit.BHYT
        for month, code in codes:
            if begins <= code and (ends is None or code <= ends):
                is_there = is_card and (who in not_needed or any(month in one.get(who, {}) for one in registered))
                if not is_card or (not is_there and code >= first_card):
                    due[month] += amount
    return due


def _running(
    session: Session, commune_id: int, months: Sequence[Month], wanted: Wanted, first: Month
) -> Iterable[Running]:
    columns: Any = (Grant.person_id, Grant.benefit, Grant.from_month, Grant.to_month, Grant.monthly_amount)
    reaches = col(Grant.to_month).is_(None) | (col(Grant.to_month) >= months[0].code)
    query = select(*columns).where(Grant.commune_id == commune_id, Grant.from_month <= months[-1].code, reaches)
    before = first.plus(-1).code
    for who, benefit, begins, ends, amount in session.exec(query):
        is_replaced = (who, Benefit(benefit)) in wanted and (ends is None or ends > before)
        yield who, benefit, begins, before if is_replaced else ends, amount
    yield from ((who, benefit, first.code, None, amount) for (who, benefit), amount in wanted.items())
