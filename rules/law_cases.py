"""Law cases: a person, a day and the answer the law must give, written so that an officer can read and check them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from rules.case_facts import CaseFacts, read_facts
from rules.eligibility import assess
from rules.faults import in_words
from rules.findings import Assessment
from rules.months import Month
from rules.parameters import LawBook, LawGap
from rules.strict_yaml import YamlFault, load_all_strict
from rules.trial_law import TrialError, lay_over, trial_values
from rules.workflow import Outcome

SHIPPED = "shipped"
_SHARED = {"law", "parameters", "facts", "cases"}
_OWN = {"name", "on", "law", "parameters", "facts", "expect"}


class LawCaseError(ValueError):
    """A file of cases that cannot be read; the message names file and case, in Vietnamese."""


class Expected(BaseModel):
    """The answer a case expects; what it does not name is not checked."""

    model_config = ConfigDict(extra="forbid")

    outcome: Outcome
    category: str | None = None
    amount: int | dict[str, int] | None = None
    """Đồng a month on the day, or for each month named "2027-01"."""
    bhyt_share: int | None = None
    bhyt_monthly: int | dict[str, int] | None = None
    """Đồng a month of the share, in the same two ways."""
    basis: list[str] = []
    missing: list[str] | None = None

    @field_validator("amount", "bhyt_monthly")
    @classmethod
    def _months(cls, amount: int | dict[str, int] | None) -> int | dict[str, int] | None:
        for code in amount if isinstance(amount, dict) else ():
            Month.parse(code)
        return amount


@dataclass(frozen=True)
class LawCase:
    """One case as written: under which law, with which values laid over it, about whom, on which day."""

    file: str
    name: str
    on: date
    law: str
    parameters: dict[str, Any]
    facts: CaseFacts
    expect: Expected


@dataclass(frozen=True)
class Difference:
    """Where the answer is not as expected."""

    what: str
    expected: str
    got: str


def read_cases(text: str, file: str) -> list[LawCase]:
    """The cases of one file: a list, a single case, or ``cases:`` with law, parameters and facts they share.

    Raises LawCaseError.
    """
    try:
        documents = load_all_strict(text)
    except YamlFault as error:
        raise LawCaseError(f"{file}: {error}") from error
    return [case for document in documents for case in _document(document, file)]


def _document(document: Any, file: str) -> Iterator[LawCase]:
    shared: dict[str, Any] = {}
    rows = document
    if isinstance(document, dict) and "cases" in document:
        strange = set(document) - _SHARED
        if strange:
            raise LawCaseError(f"{file}: không hiểu {', '.join(sorted(map(str, strange)))}")
        shared, rows = document, document["cases"]
    rows = [rows] if isinstance(rows, dict) else rows
    if not isinstance(rows, list):
        raise LawCaseError(f"{file}: cần một danh sách tình huống")
    for row in rows:
        yield _case(row, shared, file)


def _case(row: Any, shared: dict[str, Any], file: str) -> LawCase:
    name = row.get("name") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not name or not isinstance(row.get("on"), date):
        raise LawCaseError(f"{file}: tình huống {name or row!r} phải có name và on (ngày, ví dụ 2026-07-31)")
    where = f"{file}: {name}"
    strange = set(row) - _OWN
    if strange:
        raise LawCaseError(f"{where}: không hiểu {', '.join(sorted(map(str, strange)))}")
    try:
        facts = read_facts({**(shared.get("facts") or {}), **(row.get("facts") or {})})
        expect = Expected.model_validate(row.get("expect") or {})
        parameters = {**(shared.get("parameters") or {}), **(row.get("parameters") or {})}
        trial_values(parameters)
    except ValidationError as error:
        raise LawCaseError(f"{where}: {in_words(error)}") from error
    except (ValueError, TypeError) as error:
        raise LawCaseError(f"{where}: {error}") from error
    law = str(row.get("law") or shared.get("law") or SHIPPED)
    return LawCase(file, str(name), row["on"], law, parameters, facts, expect)


def book_for_case(case: LawCase, book_of: Callable[[str], LawBook]) -> LawBook:
    """The law the case is judged by. Raises LawCaseError for a key that the law files do not have."""
    book = book_of(case.law)
    if not case.parameters:
        return book
    try:
        return lay_over(book, case.parameters)
    except (LawGap, TrialError) as error:
        raise LawCaseError(f"{case.file}: {case.name}: {error}") from error


def check_case(case: LawCase, book: LawBook) -> tuple[Difference, ...]:
    """Where the law's answer differs from the expected one; empty when the case holds."""
    answer = assess(case.facts.on(case.on, book), case.on, book)
    return tuple(_differences(case, answer, book))


def _differences(case: LawCase, answer: Assessment, book: LawBook) -> Iterator[Difference]:
    expect = case.expect
    got = {
        "outcome": answer.outcome,
        "category": answer.category,
        "bhyt_share": answer.bhyt_share,
    }
    for what, value in got.items():
        wanted = getattr(expect, what)
        if wanted is not None and wanted != value:
            yield Difference(what, str(wanted), str(value))
    for what, written in (("amount", "monthly_amount"), ("bhyt_monthly", "bhyt_monthly")):
        yield from _by_month(case, answer, book, what, written)
    bases = [
        text for finding in answer.findings for text in (finding.basis, *(str(v.reference) for v in finding.values))
    ]
    for wanted in expect.basis:
        if not any(wanted in text for text in bases):
            yield Difference("basis", wanted, "; ".join(dict.fromkeys(text for text in bases if text)))
    if expect.missing is not None and set(expect.missing) != set(answer.missing):
        yield Difference("missing", ", ".join(sorted(expect.missing)), ", ".join(sorted(answer.missing)))


def _by_month(case: LawCase, answer: Assessment, book: LawBook, what: str, written: str) -> Iterator[Difference]:
    """A sum expected on the day, or for each month named; ``written``: where the answer has it."""
    wanted = getattr(case.expect, what)
    if isinstance(wanted, int) and wanted != getattr(answer, written):
        yield Difference(what, str(wanted), str(getattr(answer, written)))
    if isinstance(wanted, dict):
        for code, amount in wanted.items():
            day = _day_of(Month.parse(code), case.on)
            got = getattr(assess(case.facts.on(day, book), day, book), written)
            if got != amount:
                yield Difference(f"{what} {code}", str(amount), str(got))


def _day_of(month: Month, on: date) -> date:
    return on if Month.of(on) == month else month.first_day
