"""Beneficiary groups as data: which household, which person, how it meets another allowance. No code per group."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import date
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rules.amounts import Overlap
from rules.condition_words import (
    FACT_LABELS,
    age_words,
    allowance_words,
    disability_words,
    health_words,
    income_words,
    trait_words,
)
from rules.facts import HealthFact, PersonFacts
from rules.findings import Finding
from rules.months import age_on
from rules.parameters import LawBook, LawGap, Value
from rules.traits import MISSING, TRAITS_KEY, traits

_RULES = {fact: f"dieu_kien_{fact}" for fact in FACT_LABELS}
_COMPARISONS = {"age": {"under", "at_least"}, "disability": {"member_of"}}
"""How a fact is compared with a parameter; the other facts are so or not."""
_WRITTEN = {"equals": "is", "member_of": "in"}
"""How a comparison is written in a file where that is another word."""


class Predicate(BaseModel):
    """One condition on one fact: so or not, below or at least a parameter, or in a parameter's set."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    fact: Literal["age", "allowance", "disability", "health", "stable_income", "trait"]
    trait: str | None = None
    """Which of the law's further facts, by its code."""
    route: Literal["TT50", "INJURY_PCT", "TT25"] | None = None
    """On which ground the health station must have concluded; None: on any that the law takes."""
    equals: bool | None = None
    under: str | None = None
    at_least: str | None = None
    member_of: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_words(cls, raw: Any) -> Any:
        words = {short: name for name, short in _WRITTEN.items()}
        return {words.get(name, name): value for name, value in raw.items()} if isinstance(raw, dict) else raw

    @model_validator(mode="after")
    def _one_test(self) -> Predicate:
        found = {name for name in ("equals", "under", "at_least", "member_of") if getattr(self, name) is not None}
        if len(found) != 1:
            raise ValueError(f"điều kiện về {self.fact} phải có đúng một phép so sánh")
        if (self.fact == "trait") is (self.trait is None):
            raise ValueError("chỉ điều kiện về hoàn cảnh ghi mã hoàn cảnh ở trait, và phải ghi")
        if self.route is not None and not (self.fact == "health" and self.equals):
            raise ValueError("chỉ điều kiện đạt về sức khỏe ghi căn cứ ở route")
        fitting = _COMPARISONS.get(self.fact, {"equals"})
        if not found <= fitting:
            words = " hoặc ".join(sorted(_WRITTEN.get(name, name) for name in fitting))
            raise ValueError(f"điều kiện về {self.fact} chỉ so sánh bằng {words}")
        return self

    @property
    def key(self) -> str | None:
        """The parameter it compares with; None where the fact is so or not."""
        return self.under or self.at_least or self.member_of


class Category(BaseModel):
    """One group of beneficiaries."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    label: str
    basis: str
    statuses: frozenset[Literal["NGHEO", "CAN_NGHEO", "THOAT_NGHEO", "THOAT_CAN_NGHEO"]] = Field(min_length=1)
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
    part = _ALIKE.get(predicate.fact)
    if part is None:
        return _check(predicate, facts, on, book)
    asked = (predicate.fact, predicate.trait, predicate.route, predicate.equals, predicate.member_of)
    place = (check, *asked, part(facts), on)
    return book.remembered(place, lambda: _check(predicate, facts, on, book))


def _check(predicate: Predicate, facts: PersonFacts, on: date, book: LawBook) -> Finding:
    try:
        value = book.get(predicate.key, on=on) if predicate.key else None
        grounds = _grounds(predicate, facts, on, book)
    except LawGap as gap:
        return Finding(_RULES[predicate.fact], None, gap.message, missing=(gap.key,))
    limit = value.value if value else predicate.equals
    asked = _TESTS[predicate.fact](predicate, facts, on, limit, grounds)
    return Finding(
        rule=_RULES[predicate.fact],
        answer=asked.answer,
        text=asked.text,
        facts=asked.facts,
        values=(*((value,) if value else ()), *grounds),
        missing=(_missing(predicate, grounds),) if asked.answer is None else (),
    )


def _missing(predicate: Predicate, grounds: tuple[Value, ...]) -> str:
    """The fact that must be stated; the list of further facts when it does not have this one."""
    if predicate.trait is None:
        return f"fact:{predicate.fact}"
    listed = any(row["code"] == predicate.trait for value in grounds for row in value.value)
    return f"{MISSING}{predicate.trait}" if listed else TRAITS_KEY


class _Asked(NamedTuple):
    """One condition's answer, the facts it rests on with their days, and the sentence that says it."""

    answer: bool | None
    facts: Mapping[str, Any]
    text: str


def _grounds(predicate: Predicate, facts: PersonFacts, on: date, book: LawBook) -> tuple[Value, ...]:
    """What else the answer rests on, so that a decision pins it too.

    Of an income: which kinds count as stable. Of the health station's "đạt": the routes and the least percentage. Of a
    further fact: the list that has it.
    """
    if predicate.trait is not None:
        return (traits(book, on)[1],)
    if predicate.fact == "stable_income" and facts.income_kinds:
        return (book.get("NQ04.income.stable_kinds", on=on),)
    if predicate.fact != "health" or not facts.health.met:
        return ()
    routes = book.get("NQ04.health.routes", on=on)
    least = (book.get("NQ04.health.injury_pct_min", on=on),) if facts.health.route == "INJURY_PCT" else ()
    return (routes, *least)


def _age(predicate: Predicate, facts: PersonFacts, on: date, limit: Any, _grounds: tuple[Value, ...]) -> _Asked:
    first, last = birth_bounds(facts)
    oldest = age_on(first, on)
    youngest = oldest if first == last else age_on(last, on)
    most, below = int(limit), predicate.under is not None
    answers = [age < most if below else age >= most for age in (youngest, oldest)]
    answer = answers[0] if answers[0] is answers[1] else None
    shown = youngest if youngest == oldest else f"{youngest}-{oldest}"
    return _Asked(answer, {"age": shown, "birth_date": facts.birth_date}, age_words(answer, shown, most, below=below))


def birth_bounds(facts: PersonFacts) -> tuple[date, date]:
    """The earliest and latest day of birth that the record allows."""
    born = facts.birth_date
    if facts.birth_precision == "year":
        return date(born.year, 1, 1), date(born.year, 12, 31)
    if facts.birth_precision == "month":
        next_month = date(born.year + born.month // 12, born.month % 12 + 1, 1)
        return born.replace(day=1), date.fromordinal(next_month.toordinal() - 1)
    return born, born


def _allowance(
    _predicate: Predicate, facts: PersonFacts, _on: date, wanted: Any, _grounds: tuple[Value, ...]
) -> _Asked:
    has = None if facts.cross_check in {"OPEN", "VERIFY"} or facts.allowance is None else facts.allowance > 0
    return _Asked(None if has is None else has is wanted, {"allowance": facts.allowance}, allowance_words(has))


def _disability(
    _predicate: Predicate, facts: PersonFacts, _on: date, accepted: Any, _grounds: tuple[Value, ...]
) -> _Asked:
    answer = facts.disability in accepted
    return _Asked(answer, {"disability": facts.disability}, disability_words(facts.disability, accepted=answer))


def _health(predicate: Predicate, facts: PersonFacts, on: date, wanted: Any, _grounds: tuple[Value, ...]) -> _Asked:
    answer, shown = _health_answer(facts.health, on, wanted)
    if answer and predicate.route not in {None, facts.health.route}:
        answer, shown = False, "đạt theo căn cứ khác"
    used = {"health": shown, "valid_until": facts.health.valid_until}
    return _Asked(answer, used, health_words(shown, facts.health.valid_until))


def _health_answer(health: HealthFact, on: date, wanted: Any) -> tuple[bool | None, str]:
    if not health.claimed and health.met is None:
        return (not wanted), "không đề nghị"
    expired = health.valid_until is not None and health.valid_until < on
    if health.met is None or (health.met and expired):
        return None, "hết hạn" if expired else "chờ"
    return health.met is wanted, "đạt" if health.met else "không đạt"


def _stable_income(
    _predicate: Predicate, facts: PersonFacts, _on: date, wanted: Any, grounds: tuple[Value, ...]
) -> _Asked:
    """Somebody without any income needs no list of kinds: there is nothing to find in it."""
    kinds = facts.income_kinds
    if kinds is None:
        return _Asked(None, {"stable_income": None}, income_words(None, ()))
    counted = tuple(kind for kind in kinds if any(kind in value.value for value in grounds))
    return _Asked(bool(counted) is wanted, {"stable_income": kinds}, income_words(bool(counted), counted))


def _trait(predicate: Predicate, facts: PersonFacts, _on: date, wanted: Any, grounds: tuple[Value, ...]) -> _Asked:
    label = next((row["label"] for row in grounds[0].value if row["code"] == predicate.trait), None)
    if label is None:
        return _Asked(None, {}, f"Danh mục hoàn cảnh không có mã “{predicate.trait}”.")
    so = dict(facts.traits).get(predicate.trait or "")
    return _Asked(None if so is None else so is wanted, {label: so}, trait_words(label, so=so))


_ALIKE: Mapping[str, Callable[[PersonFacts], Hashable]] = {
    "allowance": attrgetter("allowance", "cross_check"),
    "disability": attrgetter("disability"),
    "health": attrgetter("health"),
    "stable_income": attrgetter("income_kinds"),
    "trait": attrgetter("traits"),
}
"""What the answer to a condition rests on, where many people are alike in it; of birth days there are too many."""
_Test = Callable[[Predicate, PersonFacts, date, Any, tuple[Value, ...]], _Asked]
_TESTS: dict[str, _Test] = {
    "age": _age,
    "allowance": _allowance,
    "disability": _disability,
    "health": _health,
    "stable_income": _stable_income,
    "trait": _trait,
}
