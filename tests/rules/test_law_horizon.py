"""What the law will no longer say is told before its last day, and after that day a computation stops by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rules.eligibility import assess
from rules.law_horizon import Ending, endings, warning_until
from rules.parameters import LawBook, LawStatus, Parameter, Reference, Value
from rules.workflow import Outcome
from tests.rules import laws
from tests.rules.test_eligibility_properties import ELDER

TEXT = Reference("Luật thử 2026", "Quốc hội")
REVIEWED = date(2030, 12, 31)
JULY, AFTER = date(2026, 7, 1), date(2031, 1, 1)


def value(amount: int | None, start: date, end: date | None = None, **more: object) -> Value:
    status = more.pop("status", LawStatus.CONFIRMED if amount is not None else LawStatus.UNKNOWN)
    return Value("THU.muc", amount, "years", status, TEXT, start, end, **more)  # type: ignore[arg-type]


def book(*shipped: Value, revisions: tuple[Value, ...] = ()) -> LawBook:
    return LawBook([Parameter("THU.muc", "Mức thử", "years", REVIEWED, shipped)], revisions)


def told(known: LawBook, on: date, until: date) -> list[tuple[date, LawStatus]]:
    return [(one.last_day, one.after) for one in endings(known, on, until)]


def test_a_value_is_told_once_its_last_day_is_near_and_not_before() -> None:
    known = book(value(1, date(2026, 1, 1), date(2026, 9, 30)), value(None, date(2026, 10, 1)))
    assert told(known, JULY, date(2026, 9, 30)) == []
    assert told(known, JULY, date(2026, 10, 1)) == [(date(2026, 9, 30), LawStatus.UNKNOWN)]
    assert told(known, date(2026, 10, 1), REVIEWED) == [], "what is unknown already is not about to end"


def test_an_office_value_that_ends_before_an_assumed_one_is_told_as_less_certain() -> None:
    shipped = value(1, date(2026, 1, 1), status=LawStatus.ASSUMED)
    known = book(shipped, revisions=(value(2, date(2026, 1, 1), date(2026, 12, 31), version=5),))
    assert told(known, JULY, REVIEWED) == [(date(2026, 12, 31), LawStatus.ASSUMED)]


def test_a_value_that_another_as_certain_follows_is_not_told() -> None:
    known = book(value(1, date(2026, 1, 1), date(2026, 12, 31)), value(2, date(2027, 1, 1)))
    assert told(known, JULY, REVIEWED) == []


def test_the_day_until_which_the_law_was_reviewed_is_an_end_like_any_other() -> None:
    assert told(book(value(1, date(2026, 1, 1))), JULY, AFTER) == [(REVIEWED, LawStatus.UNKNOWN)]


def test_scopes_that_end_alike_are_told_together_and_others_by_themselves() -> None:
    areas = [value(1, date(2026, 1, 1), scope={"area": area}) for area in ("NONG_THON", "THANH_THI")]
    assert endings(book(*areas), JULY, AFTER) == (Ending("THU.muc", {}, REVIEWED, LawStatus.UNKNOWN),)
    apart = [replace(areas[0], valid_to=date(2026, 12, 31)), areas[1]]
    assert endings(book(*apart), JULY, REVIEWED) == (
        Ending("THU.muc", {"area": "NONG_THON"}, date(2026, 12, 31), LawStatus.UNKNOWN),
    )


def test_every_value_in_use_is_told_before_the_last_day_that_was_reviewed() -> None:
    known, on = laws.demonstration(), date(2030, 11, 1)
    until = warning_until(known, on)
    used = {one.key for one in assess(ELDER, on, known).values}
    assert used
    assert used <= {one.key for one in endings(known, on, until)}


@pytest.mark.parametrize("law", [laws.demonstration, laws.shipped], ids=["demonstration", "shipped"])
def test_after_that_day_nobody_is_decided_and_what_was_asked_is_missing(law: object) -> None:
    answer = assess(ELDER, AFTER, law())  # type: ignore[operator]
    assert answer.outcome is Outcome.CANNOT_DECIDE
    assert {"NQ04.effective_from", "NQ04.residence.accepted", "NQ04.categories"} <= set(answer.missing)
    assert (answer.monthly_amount, answer.bhyt_monthly) == (0, 0)
