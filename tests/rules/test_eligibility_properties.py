"""What must hold for anybody, on any day, under any values of the law."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.amounts import Overlap, support
from rules.categories import Predicate, birth_bounds, check
from rules.eligibility import assess, needs_health
from rules.facts import HealthFact, PersonFacts, StatusFact
from rules.findings import Assessment
from rules.parameters import LawBook, LawGap, LawStatus, Value
from rules.trial_law import ALWAYS, TRIAL, trial_values
from rules.workflow import Outcome
from tests.rules import laws

DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))
BIRTHS = st.dates(date(1925, 1, 1), date(2025, 12, 31))
MONEY = st.integers(0, 5_000_000)
KINDS = st.sampled_from(["NGHEO", "CAN_NGHEO", "THOAT_NGHEO", "THOAT_CAN_NGHEO"])
STATUSES = st.builds(StatusFact, KINDS, st.none() | st.dates(date(2022, 1, 1), date(2030, 1, 1)))
PEOPLE = st.builds(
    PersonFacts,
    birth_date=BIRTHS,
    birth_precision=st.sampled_from(["day", "month", "year"]),
    area=st.sampled_from(["NONG_THON", "THANH_THI"]),
    residence=st.sampled_from([None, "THUONG_TRU", "TAM_TRU", "KHAC"]),
    statuses=st.lists(STATUSES, max_size=3).map(tuple),
    disability=st.sampled_from([None, "KHONG", "NHE", "NANG", "DAC_BIET_NANG"]),
    income_kinds=st.sampled_from([None, (), ("LUONG",), ("KHAC",)]),
    allowance=st.none() | MONEY,
    cross_check=st.sampled_from([None, "OPEN", "VERIFY", "EXCLUDE", "HIGHER", "KEEP", "NOT_SAME_PERSON"]),
    health=st.builds(HealthFact, st.booleans(), st.sampled_from([None, True, False]), st.none() | DAYS),
    bhyt_objects=st.lists(st.sampled_from(["XD", "GD", "HS"]), max_size=1).map(tuple),
    died_on=st.none() | DAYS,
)
ADULT = PersonFacts(
    birth_date=date(1985, 1, 1),
    residence="THUONG_TRU",
    statuses=(StatusFact("THOAT_NGHEO", date(2025, 1, 10)),),
    income_kinds=(),
    allowance=0,
)
ELDER = replace(ADULT, birth_date=date(1960, 3, 2))
# what the engine may read; which of them one computation reaches depends on the person
KEYS = (
    "NQ04.effective_from",
    "NQ04.residence.accepted",
    "NQ04.categories",
    "NQ04.escape.max_months",
    "NQ04.escape.count_from",
    "NQ04.age.child_under",
    "NQ04.age.elderly_from",
    "NQ04.age.elderly_under",
    "NQ04.disability.accepted",
    "NQ04.health.routes",
    "NQ04.health.injury_pct_min",
    "NQ04.income.stable_kinds",
    "NQ04.income.target",
    "NQ04.income.amount_mode",
    "NQ04.bhyt.target_share",
    "BHYT.state_paid_objects",
    "BHYT.other_share",
    "BHYT.age_groups",
    "BHYT.rate",
    "BHYT.base_salary",
    "BHYT.rounding",
)
_GROUP = {"code": "A", "label": "A", "basis": "A", "health": False, "statuses": ["THOAT_NGHEO"]}
_OLD = [{"fact": "age", "at_least": "NQ04.age.elderly_from"}]
# the shipped groups each say how they meet an allowance; one that does not asks for the way of all
GENERAL_WAY = {"NQ04.income.amount_mode": "TOP_UP_TO_TARGET", "NQ04.categories": {"value": [_GROUP | {"all": _OLD}]}}
RESTING = (
    ELDER,
    replace(ELDER, birth_date=date(2015, 1, 1)),
    replace(ADULT, disability="NANG", income_kinds=("KHAC",), allowance=0),
    replace(ADULT, disability="NANG"),
    replace(ADULT, health=HealthFact(claimed=True, met=True, route="INJURY_PCT")),
    replace(ELDER, allowance=700_000),
)


AGE_KEY = {"under": "NQ04.age.child_under", "at_least": "NQ04.age.elderly_from"}
PRECISIONS = st.sampled_from(["day", "month", "year"])


@cache
def with_limit(limit: int) -> LawBook:
    """The demonstration law with that age in the place of both."""
    return laws.demonstration().overlaid(trial_values(dict.fromkeys(AGE_KEY.values(), limit)))


def age_is(test: str, limit: int, born: date, on: date, precision: str = "day") -> bool | None:
    rule = Predicate.model_validate({"fact": "age", test: AGE_KEY[test]})
    return check(rule, PersonFacts(birth_date=born, birth_precision=precision), on, with_limit(limit)).answer


def first_day(test: str, limit: int, born: date, precision: str, answer: object) -> date:
    """The first day from 2026 on with that answer to an age that only ever grows; the day after the last when none."""
    low, high = 0, (date(2030, 12, 31) - date(2026, 1, 1)).days + 1
    while low < high:
        middle = (low + high) // 2
        said = age_is(test, limit, born, date(2026, 1, 1) + timedelta(middle), precision)
        low, high = (low, middle) if said is answer else (middle + 1, high)
    return date(2026, 1, 1) + timedelta(low)


@st.composite
def births(draw: st.DrawFn) -> tuple[int, date, date, str]:
    """An age limit, and two births, the second not before the first, of people who reach it about these years."""
    limit = draw(st.integers(1, 100))
    leap = date((2030 - limit) // 4 * 4, 2, 29)
    around = st.dates(date(2025 - limit, 1, 1), date(2031 - limit, 12, 31)) | st.just(leap)
    first, second = sorted((draw(around), draw(around)))
    return limit, first, second, draw(PRECISIONS)


@settings(max_examples=300)
@given(births(), DAYS, st.integers(0, 1500))
def test_who_is_old_enough_stays_so_and_who_is_too_old_stays_so(
    told: tuple[int, date, date, str], on: date, later: int
) -> None:
    limit, born, _, precision = told
    after = min(on + timedelta(later), date(2030, 12, 31))
    if age_is("at_least", limit, born, on, precision):
        assert age_is("at_least", limit, born, after, precision)
    if age_is("under", limit, born, on, precision) is False:
        assert age_is("under", limit, born, after, precision) is False


@settings(max_examples=300)
@given(births())
def test_an_age_rule_never_becomes_true_earlier_for_a_later_birth_date(told: tuple[int, date, date, str]) -> None:
    limit, elder, younger, precision = told
    first, second = (first_day("at_least", limit, born, precision, answer=True) for born in (elder, younger))
    assert first <= second
    if precision == "day":
        assert second >= min(date(younger.year + limit, younger.month, min(younger.day, 28)), date(2031, 1, 1))


@settings(max_examples=300)
@given(births())
def test_an_age_below_never_ends_earlier_for_a_later_birth_date(told: tuple[int, date, date, str]) -> None:
    limit, elder, younger, precision = told
    first, second = (first_day("under", limit, born, precision, answer=False) for born in (elder, younger))
    assert first <= second


@settings(max_examples=300)
@given(births(), st.integers(-400, 400), st.sampled_from(["under", "at_least"]))
def test_a_vague_birth_decides_only_what_every_day_that_it_may_be_decides_alike(
    told: tuple[int, date, date, str], apart: int, test: str
) -> None:
    """Asked within about a year of the birthday on which the limit is reached, where the days differ."""
    limit, born, _, precision = told
    on = min(max(date(born.year + limit, born.month, 1) + timedelta(apart), date(2026, 1, 1)), date(2030, 12, 31))
    first, last = birth_bounds(PersonFacts(birth_date=born, birth_precision=precision))
    exact = {age_is(test, limit, day, on) for day in (first, born, last)}
    assert age_is(test, limit, born, on, precision) is (exact.pop() if len(exact) == 1 else None)


@given(MONEY, MONEY, st.sampled_from(list(Overlap)))
def test_support_is_never_below_zero_nor_above_the_target(target: int, allowance: int, overlap: Overlap) -> None:
    assert 0 <= support(target, allowance, overlap) <= target


@given(MONEY, MONEY)
def test_topping_up_reaches_the_target_exactly_and_never_passes_it(target: int, allowance: int) -> None:
    amount = support(target, allowance, Overlap.TOP_UP_TO_TARGET)
    assert allowance + amount == max(target, allowance)


@given(MONEY, MONEY)
def test_each_way_of_meeting_an_allowance_keeps_its_word(target: int, allowance: int) -> None:
    assert support(target, allowance, Overlap.FLAT_ADDITION) == target
    assert support(target, allowance, Overlap.EXCLUDE) == (target if allowance == 0 else 0)
    kept = support(target, allowance, Overlap.HIGHER_OF) or allowance
    assert kept == max(target, allowance)


RESIDENTS = st.builds(
    PersonFacts,
    birth_date=BIRTHS,
    area=st.sampled_from(["NONG_THON", "THANH_THI"]),
    residence=st.just("THUONG_TRU"),
    statuses=st.just((StatusFact("CAN_NGHEO", date(2025, 1, 10)),)),
    income_kinds=st.just(()),
    allowance=MONEY,
    cross_check=st.sampled_from([None, "KEEP", "HIGHER", "NOT_SAME_PERSON"]),
)
ALL_IN = [{"fact": "stable_income", "is": False}]


@cache
def one_group(overlap: Overlap) -> LawBook:
    """The demonstration law with one group, of everybody without a stable income, that meets an allowance that way."""
    group = _GROUP | {"statuses": ["CAN_NGHEO"], "all": ALL_IN, "overlap": str(overlap)}
    return laws.demonstration().overlaid(trial_values({"NQ04.categories": {"value": [group]}}))


@given(RESIDENTS, st.dates(date(2026, 5, 1), date(2030, 12, 31)), st.sampled_from(list(Overlap)))
def test_whoever_belongs_to_a_group_is_paid_between_nothing_and_the_target(
    person: PersonFacts, on: date, overlap: Overlap
) -> None:
    """Through the whole computation: a top-up and the allowance together reach the target and never pass it."""
    book = one_group(overlap)
    answer = assess(person, on, book)
    target = int(book.get("NQ04.income.target", on=on, area=person.area, category="A").value)
    way = Overlap.HIGHER_OF if person.cross_check == "HIGHER" else overlap
    assert answer.category == "A"
    assert 0 <= answer.monthly_amount <= target
    assert answer.monthly_amount == support(target, person.allowance or 0, way)
    if way is Overlap.TOP_UP_TO_TARGET:
        assert (person.allowance or 0) + answer.monthly_amount == max(target, person.allowance or 0)


@given(PEOPLE, DAYS)
def test_the_same_question_has_the_same_answer(person: PersonFacts, on: date) -> None:
    fresh = laws.demonstration().overlaid([])  # a book that remembers nothing yet
    assert assess(person, on, laws.demonstration()) == assess(person, on, fresh)


@given(PEOPLE, DAYS)
def test_money_is_given_only_to_the_eligible_and_within_the_target(person: PersonFacts, on: date) -> None:
    answer = assess(person, on, laws.demonstration())
    target = int(laws.demonstration().get("NQ04.income.target", on=on, area=person.area).value)
    assert 0 <= answer.monthly_amount <= target
    assert 0 <= answer.bhyt_share <= 100
    if answer.outcome is not Outcome.ELIGIBLE:
        assert (answer.monthly_amount, answer.bhyt_share, answer.bhyt_monthly) == (0, 0, 0)


@given(PEOPLE, DAYS)
def test_who_cannot_be_decided_is_told_what_is_missing(person: PersonFacts, on: date) -> None:
    answer = assess(person, on, laws.demonstration())
    assert (answer.outcome is Outcome.CANNOT_DECIDE) <= bool(answer.missing)


def without(keys: set[str]) -> LawBook:
    return laws.demonstration().overlaid(_unknown(key) for key in sorted(keys))


@given(PEOPLE, DAYS, st.sets(st.sampled_from(KEYS), min_size=1))
def test_nothing_is_decided_that_an_unknown_value_could_change(person: PersonFacts, on: date, keys: set[str]) -> None:
    """Decided although a value is unknown: then the known value gives the same. Not decided: then the key is named."""
    known, guarded = assess(person, on, laws.demonstration()), assess(person, on, without(keys))
    if guarded.outcome is not Outcome.CANNOT_DECIDE:
        assert (guarded.outcome, guarded.monthly_amount) == (known.outcome, known.monthly_amount)
        assert guarded.bhyt_share == known.bhyt_share
    elif known.outcome is not Outcome.CANNOT_DECIDE:
        assert set(guarded.missing) & keys


def gaps_met(person: PersonFacts, on: date, book: LawBook) -> tuple[Assessment, set[str]]:
    """The answer, and every key for which the computation was refused a value on its way."""
    met: set[str] = set()
    look_up = book.get

    def heard(key: str, *, on: date, **scope: str) -> Value:
        try:
            return look_up(key, on=on, **scope)
        except LawGap as gap:
            met.add(gap.key)
            raise

    book.get = heard  # type: ignore[method-assign]
    return assess(person, on, book), met


ASKED = st.builds(
    replace,
    st.sampled_from([*RESTING, replace(ELDER, income_kinds=None), replace(ADULT, disability="NANG", allowance=None)]),
    birth_date=BIRTHS,
    cross_check=st.sampled_from([None, "OPEN", "HIGHER"]),
    health=st.builds(HealthFact, st.booleans(), st.sampled_from([None, True, False])),
)


@settings(max_examples=400)
@given(PEOPLE | ASKED, DAYS, st.sets(st.sampled_from(KEYS), min_size=1, max_size=6))
def test_every_unknown_key_that_was_reached_is_named_unless_no_value_of_it_matters(
    person: PersonFacts, on: date, keys: set[str]
) -> None:
    """Not named is only what stood beside a condition that is not met, a group that pays the same, or a card held."""
    answer, met = gaps_met(person, on, without(keys))
    assert met <= keys
    assert set(answer.missing) & keys <= met
    silent = met - set(answer.missing)
    with_these_known, _ = gaps_met(person, on, without(keys - silent))
    assert _said(with_these_known) == _said(answer)


def _said(answer: Assessment) -> tuple[Any, ...]:
    """What the person is told; of two groups that pay the same, which one it was may wait."""
    return answer.outcome, answer.monthly_amount, answer.bhyt_share, set(answer.missing)


@pytest.mark.parametrize("key", KEYS)
def test_a_key_alone_unknown_is_met_and_named_for_somebody(key: str) -> None:
    """So that the rule above says something of each key."""
    told = [
        answer.missing
        for base in _laws()
        for person in RESTING
        for answer, met in [gaps_met(person, date(2026, 7, 31), base.overlaid([_unknown(key)]))]
        if key in met
    ]
    assert any(key in missing for missing in told)


def _unknown(key: str) -> Value:
    return Value(key, None, "", LawStatus.UNKNOWN, TRIAL, ALWAYS, None)


def _laws() -> tuple[LawBook, LawBook]:
    return laws.demonstration(), laws.demonstration().overlaid(trial_values(GENERAL_WAY))


@pytest.mark.parametrize("key", KEYS)
def test_each_value_that_somebody_rests_on_is_missed_when_it_is_unknown(key: str) -> None:
    on = date(2026, 7, 31)
    resting = [
        (person, book)
        for book in _laws()
        for person in RESTING
        if key in {value.key for value in assess(person, on, book).values}
    ]
    assert resting
    needed = [assess(person, on, book.overlaid([_unknown(key)])) for person, book in resting]
    told = [answer for answer in needed if answer.outcome is Outcome.CANNOT_DECIDE]
    assert told
    assert all(key in answer.missing and answer.monthly_amount == 0 for answer in told)


def test_no_computation_reads_a_value_that_these_tests_forget() -> None:
    read = {
        value.key
        for book in _laws()
        for person in RESTING
        for day in (date(2026, 7, 31), date(2030, 12, 31))
        for value in assess(person, day, book).values
    }
    assert read == set(KEYS)


def test_a_group_that_is_undecided_holds_up_another_that_would_pay_otherwise() -> None:
    """Two groups, two ways to meet an allowance: while the first is in doubt, the second must not set the sum."""
    first = {"code": "A", "label": "A", "basis": "A", "overlap": "FLAT_ADDITION", "health": True}
    second = {"code": "B", "label": "B", "basis": "B", "overlap": "TOP_UP_TO_TARGET", "health": False}
    groups = [
        {**first, "statuses": ["THOAT_NGHEO"], "all": [{"fact": "health", "is": True}]},
        {**second, "statuses": ["THOAT_NGHEO"], "all": [{"fact": "stable_income", "is": False}]},
    ]
    book = laws.demonstration().overlaid(trial_values({"NQ04.categories": {"value": groups}}))
    waiting = replace(ADULT, allowance=700_000, health=HealthFact(claimed=True))
    answer = assess(waiting, date(2026, 7, 31), book)
    assert (answer.outcome, answer.missing) == (Outcome.CANNOT_DECIDE, ("fact:health",))
    assert assess(replace(waiting, allowance=0), date(2026, 7, 31), book).monthly_amount == 1_500_000


def test_a_group_with_a_sum_of_its_own_holds_up_another_and_sends_the_person_to_the_health_station() -> None:
    """The ill are paid more than the old: who claims an illness is not decided as old meanwhile."""
    on = date(2026, 7, 31)
    groups = [
        _GROUP | {"code": "ILL", "overlap": "EXCLUDE", "health": True, "all": [{"fact": "health", "is": True}]},
        _GROUP | {"code": "OLD", "overlap": "EXCLUDE", "all": _OLD},
    ]
    same = laws.demonstration().overlaid(trial_values({"NQ04.categories": {"value": groups}}))
    target = [{"value": 1_500_000}, {"value": 2_000_000, "scope": {"category": "ILL"}}]
    more = same.overlaid(trial_values({"NQ04.income.target": target}))
    waiting = replace(ELDER, health=HealthFact(claimed=True))
    assert (assess(waiting, on, same).category, needs_health(waiting, on, same)) == ("OLD", False)
    assert (assess(waiting, on, more).outcome, assess(waiting, on, more).missing) == (
        Outcome.CANNOT_DECIDE,
        ("fact:health",),
    )
    assert needs_health(waiting, on, more)
    for met, amount in ((True, 2_000_000), (False, 1_500_000)):
        concluded = replace(waiting, health=HealthFact(claimed=True, met=met, route="TT50"))
        assert assess(concluded, on, more).monthly_amount == amount
    unsaid = [{"value": 1_500_000}, {"status": "UNKNOWN", "scope": {"category": "ILL"}}]
    gap = same.overlaid(trial_values({"NQ04.income.target": unsaid}))
    assert set(assess(waiting, on, gap).missing) == {"fact:health", "NQ04.income.target"}
