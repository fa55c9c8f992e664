"""What must hold for anybody, on any day, under any values of the law."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.amounts import Overlap, support
from rules.categories import Predicate, check
from rules.eligibility import assess
from rules.facts import HealthFact, PersonFacts, StatusFact
from rules.parameters import LawBook, LawStatus, Value
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


def near(limit: int) -> st.SearchStrategy[tuple[date, date, date]]:
    """A day, and two births, the second not before the first, within three years of who then reaches the limit."""
    days = st.integers(-1000, 1000)
    return st.builds(
        lambda on, first, second: (on, *sorted(date(on.year - limit, 1, 1) + timedelta(d) for d in (first, second))),
        DAYS,
        days,
        days,
    )


@settings(max_examples=300)
@given(near(60))
def test_an_age_from_never_comes_earlier_for_who_was_born_later(told: tuple[date, date, date]) -> None:
    on, elder, younger = told
    at_least = Predicate(fact="age", at_least="NQ04.age.elderly_from")
    if check(at_least, PersonFacts(birth_date=younger), on, laws.demonstration()).answer:
        assert check(at_least, PersonFacts(birth_date=elder), on, laws.demonstration()).answer


@settings(max_examples=300)
@given(near(16))
def test_an_age_below_never_ends_earlier_for_who_was_born_later(told: tuple[date, date, date]) -> None:
    on, elder, younger = told
    under = Predicate(fact="age", under="NQ04.age.child_under")
    if check(under, PersonFacts(birth_date=elder), on, laws.demonstration()).answer:
        assert check(under, PersonFacts(birth_date=younger), on, laws.demonstration()).answer


def test_the_ages_that_these_births_are_near_are_those_of_the_law() -> None:
    on = date(2026, 7, 31)
    assert laws.demonstration().get("NQ04.age.elderly_from", on=on).value == 60
    assert laws.demonstration().get("NQ04.age.child_under", on=on).value == 16


@given(BIRTHS, DAYS, st.sampled_from(["month", "year"]))
def test_a_vague_birth_decides_only_what_the_exact_one_decides_alike(born: date, on: date, vague: str) -> None:
    rule = Predicate(fact="age", at_least="NQ04.age.elderly_from")
    answer = check(rule, PersonFacts(birth_date=born, birth_precision=vague), on, laws.demonstration()).answer
    if answer is not None:
        assert check(rule, PersonFacts(birth_date=born), on, laws.demonstration()).answer is answer


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
    return laws.demonstration().overlaid(
        Value(key, None, "", LawStatus.UNKNOWN, TRIAL, ALWAYS, None) for key in sorted(keys)
    )


@given(PEOPLE, DAYS, st.sets(st.sampled_from(KEYS), min_size=1))
def test_nothing_is_decided_that_an_unknown_value_could_change(person: PersonFacts, on: date, keys: set[str]) -> None:
    """Decided although a value is unknown: then the known value gives the same. Not decided: then the key is named."""
    known, guarded = assess(person, on, laws.demonstration()), assess(person, on, without(keys))
    if guarded.outcome is not Outcome.CANNOT_DECIDE:
        assert (guarded.outcome, guarded.monthly_amount) == (known.outcome, known.monthly_amount)
        assert guarded.bhyt_share == known.bhyt_share
    elif known.outcome is not Outcome.CANNOT_DECIDE:
        assert set(guarded.missing) & keys


def _laws() -> tuple[LawBook, LawBook]:
    return laws.demonstration(), laws.demonstration().overlaid(trial_values(GENERAL_WAY))


@pytest.mark.parametrize("key", KEYS)
def test_each_value_that_somebody_rests_on_is_missed_when_it_is_unknown(key: str) -> None:
    on = date(2026, 7, 31)
    unknown = Value(key, None, "", LawStatus.UNKNOWN, TRIAL, ALWAYS, None)
    resting = [
        (person, book)
        for book in _laws()
        for person in RESTING
        if key in {value.key for value in assess(person, on, book).values}
    ]
    assert resting
    needed = [assess(person, on, book.overlaid([unknown])) for person, book in resting]
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
