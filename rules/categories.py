"""Beneficiary groups as data: which household, which person, how it meets another allowance. No code per group."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from rules.amounts import Overlap
from rules.facts import PersonFacts
from rules.findings import Finding
from rules.months import age_on
from rules.parameters import LawBook, LawGap, Value

FACT_LABELS = {
    "age": "tuổi",
    "allowance": "đang hưởng trợ cấp xã hội",
    "disability": "mức độ khuyết tật",
    "health": "kết luận của Trạm Y tế",
    "stable_income": "thu nhập ổn định hằng tháng",
}
_WORDS: dict[bool | None, str] = {True: "đạt", False: "không đạt", None: "chưa đủ thông tin"}
_RULES = {fact: f"dieu_kien_{fact}" for fact in FACT_LABELS}
_TEXTS = {
    (fact, answer): f"Điều kiện về {label}: {word}."
    for fact, label in FACT_LABELS.items()
    for answer, word in _WORDS.items()
}


class Predicate(BaseModel):
    """One condition on one fact: equal to a word, below or at least a parameter, or in a parameter's set."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    fact: Literal["age", "allowance", "disability", "health", "stable_income"]
    equals: bool | None = None
    under: str | None = None
    at_least: str | None = None
    member_of: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_words(cls, raw: Any) -> Any:
        words = {"is": "equals", "in": "member_of"}
        return {words.get(name, name): value for name, value in raw.items()} if isinstance(raw, dict) else raw

    @model_validator(mode="after")
    def _one_test(self) -> Predicate:
        if sum(test is not None for test in (self.equals, self.under, self.at_least, self.member_of)) != 1:
            raise ValueError(f"điều kiện về {self.fact} phải có đúng một phép so sánh")
        return self


class Category(BaseModel):
    """One group of beneficiaries."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    label: str
    basis: str
    statuses: frozenset[str]
    all: tuple[Predicate, ...]
    overlap: Overlap | None = None
    """None: as the resolution says for all groups together (NQ04.income.amount_mode)."""
    health: bool
    evidence: tuple[str, ...] = ()


def categories(book: LawBook, on: date) -> tuple[tuple[Category, ...], Value]:
    """The groups in force on a day, in the order in which they are tried, and the value they came from."""
    value = book.get("NQ04.categories", on=on)
    return book.once(value, _read), value


def _read(value: Value) -> tuple[Category, ...]:
    return tuple(Category.model_validate(raw) for raw in value.value)


def labels(book: LawBook, on: date) -> dict[str, str]:
    """Code → label of the groups in force, for pick lists and pages; empty when none are known."""
    try:
        return {category.code: category.label for category in categories(book, on)[0]}
    except LawGap:
        return {}


def check(predicate: Predicate, facts: PersonFacts, on: date, book: LawBook) -> Finding:
    """Whether the condition holds: True, False, or None naming the missing fact or parameter."""
    key = predicate.under or predicate.at_least or predicate.member_of
    try:
        value = book.get(key, on=on) if key else None
        grounds = _grounds(predicate, facts, on, book)
    except LawGap as gap:
        return Finding(_RULES[predicate.fact], None, gap.message, missing=(gap.key,))
    limit = value.value if value else predicate.equals
    if predicate.fact == "stable_income":
        answer, shown = _stable_income(facts, bool(limit), grounds)
    else:
        answer, shown = _TESTS[predicate.fact](predicate, facts, on, limit)
    return Finding(
        rule=_RULES[predicate.fact],
        answer=answer,
        text=_TEXTS[predicate.fact, answer],
        facts={predicate.fact: shown},
        values=(*((value,) if value else ()), *grounds),
        missing=(f"fact:{predicate.fact}",) if answer is None else (),
    )


def _grounds(predicate: Predicate, facts: PersonFacts, on: date, book: LawBook) -> tuple[Value, ...]:
    """What else the answer rests on, so that a decision pins it too.

    Of an income: which kinds count as stable. Of the health station's "đạt": the routes and the least percentage.
    """
    if predicate.fact == "stable_income" and facts.income_kinds:
        return (book.get("NQ04.income.stable_kinds", on=on),)
    if predicate.fact != "health" or not facts.health.met:
        return ()
    routes = book.get("NQ04.health.routes", on=on)
    least = (book.get("NQ04.health.injury_pct_min", on=on),) if facts.health.route == "INJURY_PCT" else ()
    return (routes, *least)


def _age(predicate: Predicate, facts: PersonFacts, on: date, limit: Any) -> tuple[bool | None, Any]:
    first, last = birth_bounds(facts)
    oldest = age_on(first, on)
    youngest = oldest if first == last else age_on(last, on)
    most = int(limit)
    answers = [age < most if predicate.under else age >= most for age in (youngest, oldest)]
    shown = youngest if youngest == oldest else f"{youngest}-{oldest}"
    return (answers[0] if answers[0] is answers[1] else None), shown


def birth_bounds(facts: PersonFacts) -> tuple[date, date]:
    """The earliest and latest day of birth that the record allows."""
    born = facts.birth_date
    if facts.birth_precision == "year":
        return date(born.year, 1, 1), date(born.year, 12, 31)
    if facts.birth_precision == "month":
        next_month = date(born.year + born.month // 12, born.month % 12 + 1, 1)
        return born.replace(day=1), date.fromordinal(next_month.toordinal() - 1)
    return born, born


def _allowance(_predicate: Predicate, facts: PersonFacts, _on: date, wanted: Any) -> tuple[bool | None, Any]:
    if facts.cross_check in {"OPEN", "VERIFY"} or facts.allowance is None:
        return None, facts.allowance
    return (facts.allowance > 0) is wanted, facts.allowance


def _disability(_predicate: Predicate, facts: PersonFacts, _on: date, accepted: Any) -> tuple[bool | None, Any]:
    return facts.disability in accepted, facts.disability


def _health(_predicate: Predicate, facts: PersonFacts, on: date, wanted: Any) -> tuple[bool | None, Any]:
    health = facts.health
    if not health.claimed and health.met is None:
        return (not wanted), "không đề nghị"
    expired = health.valid_until is not None and health.valid_until < on
    if health.met is None or (health.met and expired):
        return None, "hết hạn" if expired else "chờ"
    return health.met is wanted, "đạt" if health.met else "không đạt"


def _stable_income(facts: PersonFacts, wanted: bool, grounds: tuple[Value, ...]) -> tuple[bool | None, Any]:
    """Somebody without any income needs no list of kinds: there is nothing to find in it."""
    if facts.income_kinds is None:
        return None, None
    stable = any(kind in value.value for value in grounds for kind in facts.income_kinds)
    return stable is wanted, list(facts.income_kinds)


_Test = Callable[[Predicate, PersonFacts, date, Any], tuple[bool | None, Any]]
_TESTS: dict[str, _Test] = {
    "age": _age,
    "allowance": _allowance,
    "disability": _disability,
    "health": _health,
}
