"""A card is seen before it ends, a gap before the waiting time begins, money without a card until it comes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from rules.workflow import StopReason
from services import changes
from services.insurance_watch import watch
from tests.services.money import Desk, moment
from tests.services.test_insurance import (
    MONTHLY,
    batch_of,
    card,
    insurance_desk,
    refusal,
    register,
    send,
    take,
    with_grants,
)

MONTH = timedelta(days=30)
ENDS = date(2027, 1, 31)


@pytest.fixture
def desk(session: Session) -> Desk:
    return insurance_desk(session)


def test_money_sent_without_an_answer_is_listed_until_card_or_refusal_comes(desk: Desk) -> None:
    first, second, third = with_grants(desk, 3)
    register(desk)
    on = date(2026, 7, 20)
    assert watch(desk.session, desk.commune_id, on=on).unanswered == ()
    send(desk)
    waiting = watch(desk.session, desk.commune_id, on=on).unanswered
    assert [(one.person_id, one.amount, one.sent_on, one.days) for one in waiting] == [
        (person.key, 6 * MONTHLY, date(2026, 7, 13), 7) for person in (first, second, third)
    ]
    assert {one.batch_id for one in waiting} == {batch_of(desk).key}
    told = {day: watch(desk.session, desk.commune_id, on=date(2026, 7, day)).counts["unanswered"] for day in (20, 21)}
    assert told == {20: 0, 21: 3}, "five working days after the 13th"
    take(desk, card(first), refusal(second))
    assert [one.person_id for one in watch(desk.session, desk.commune_id, on=on).unanswered] == [third.key]


def test_a_card_is_seen_before_it_ends_and_its_gap_only_while_no_waiting_time_applies(desk: Desk) -> None:
    stays, leaves = with_grants(desk, 2)
    register(desk)
    send(desk)
    take(desk, card(stays), card(leaves, 3, "3100000002"))
    changes.record_event(
        desk.session,
        person_id=leaves.key,
        reason=StopReason.MOVED_AWAY,
        happened_on=date(2026, 8, 3),
        note="",
        actor=desk.first,
        now=moment("2026-08"),
    )

    def seen(on: date) -> tuple[list[int], list[int]]:
        found = watch(desk.session, desk.commune_id, on=on)
        soon = (*found.ending, *found.gaps, *found.late)
        return [one.person_id for one in soon], [one.person_id for one in found.gaps]

    assert seen(ENDS - timedelta(days=31)) == ([], [])
    assert seen(ENDS - MONTH) == ([stays.key], [])
    assert seen(ENDS) == ([stays.key], [])
    assert seen(ENDS + timedelta(days=1)) == ([stays.key], [stays.key])
    assert seen(ENDS + timedelta(days=89)) == ([stays.key], [stays.key])
    assert seen(ENDS + timedelta(days=90)) == ([stays.key], [])
    (one,) = watch(desk.session, desk.commune_id, on=ENDS + timedelta(days=60)).gaps
    assert (one.gap(ENDS + timedelta(days=60)), one.last_good_day) == (60, ENDS + timedelta(days=89))
