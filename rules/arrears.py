"""Months that were decided before, judged again by what is known now: the day to judge by, what differs, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rules.categories import categories, check
from rules.eligibility import standing_statuses
from rules.facts import PersonFacts
from rules.findings import Assessment
from rules.months import Month
from rules.parameters import LawBook, LawGap
from rules.workflow import STOP_REASON_LABELS, Outcome, StopReason

STOP_RULE_KEY = "NQ04.stop_rule"


@dataclass(frozen=True)
class Stretch:
    """So many đồng a month from a month to a month, and why."""

    first: Month
    last: Month
    amount: int
    reason: str


def judging_day(month: Month, rule: str, not_before: date | None = None) -> date:
    """The day whose facts and values make a whole month's amount.

    Where support ends with the month after an event (MONTH_AFTER_EVENT), what happens within a month counts for the
    next one: the month is judged by its first day; by MONTH_OF_EVENT by its last. ``not_before``: the day on which
    support was first judged; before it nothing was given.
    """
    day = month.last_day if rule == "MONTH_OF_EVENT" else month.first_day
    return min(max(day, not_before or day), month.last_day)


def stretches(months: Mapping[Month, tuple[int, str]]) -> tuple[Stretch, ...]:
    """Months with the same amount and reason that follow one another, as one stretch each, in order."""
    found: list[Stretch] = []
    for month in sorted(months):
        amount, reason = months[month]
        before = found[-1] if found else None
        if before and before.last.plus(1) == month and (before.amount, before.reason) == (amount, reason):
            found[-1] = Stretch(before.first, month, amount, reason)
        else:
            found.append(Stretch(month, month, amount, reason))
    return tuple(found)


def changed(given: Mapping[Month, int], judged: Mapping[Month, tuple[int, str] | None]) -> dict[Month, tuple[int, str]]:
    """The months whose amount comes out otherwise than given. A month that cannot be judged stays as it was given."""
    return {
        month: answer
        for month, answer in judged.items()
        if answer is not None and month in given and answer[0] != given[month]
    }


def amount_of(answer: Assessment) -> int | None:
    """Đồng a month by this answer; None when the law or the facts do not say."""
    return None if answer.outcome is Outcome.CANNOT_DECIDE else answer.monthly_amount


def why(answer: Assessment, facts: PersonFacts, on: date, book: LawBook, *, group: str, allowance: int | None) -> str:
    """Why the amount is another one, for the line of a payment list: no diagnosis, no sum of the person's own.

    ``group`` and ``allowance`` are those that the earlier amount rested on.
    """
    if answer.monthly_amount == 0:
        return STOP_REASON_LABELS[why_ended(facts, on, book, group=group)].lower()
    if facts.allowance != allowance:
        return "khoản trợ cấp đang hưởng thay đổi"
    if answer.category != group:
        return "chuyển nhóm đối tượng"
    return "mức theo quy định thay đổi"


def why_ended(facts: PersonFacts, on: date, book: LawBook, *, group: str) -> StopReason:
    """Why somebody who was supported under ``group`` gets nothing on the day, as the stop decision names it."""
    if facts.died_on is not None and facts.died_on <= on:
        return StopReason.DEATH
    failing = _failing_facts(facts, on, book, group)
    if "status" in failing:
        standing = [one for one in facts.statuses if _holds(one.since, one.until, on)]
        return StopReason.MONTHS_ENDED if standing else StopReason.STATUS_CHANGED
    by_fact = {
        "stable_income": StopReason.INCOME_BEGAN,
        "health": StopReason.HEALTH_CHANGED,
        "disability": StopReason.HEALTH_CHANGED,
        "age": StopReason.AGE_LIMIT,
        "allowance": StopReason.OTHER_SUPPORT,
    }
    found = next((reason for fact, reason in by_fact.items() if fact in failing), None)
    if found is not None:
        return found
    return StopReason.OTHER_SUPPORT if facts.allowance or facts.cross_check == "EXCLUDE" else StopReason.STATUS_CHANGED


def _holds(since: date | None, until: date | None, on: date) -> bool:
    return (since is None or since <= on) and (until is None or on <= until)


def _failing_facts(facts: PersonFacts, on: date, book: LawBook, code: str) -> set[str]:
    """Which conditions of the group the person no longer meets; "status" for the household's."""
    try:
        groups = categories(book, on)[0]
    except LawGap:
        return set()
    group = next((one for one in groups if one.code == code), None)
    if group is None:
        return set()
    failing: set[str] = {asked.fact for asked in group.all if check(asked, facts, on, book).answer is False}
    return failing if group.statuses & set(standing_statuses(facts, on, book)) else failing | {"status"}
