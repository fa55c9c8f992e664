"""Dated legal values with source and status, and the one way to look one up on a day.

``CONFIRMED`` values stand on a text; ``ASSUMED`` ones are marked wherever they are used; ``UNKNOWN`` ones stop the
computation and are named.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

T = TypeVar("T")


class LawStatus(StrEnum):
    """How far a value can be trusted; ``worst`` orders them."""

    CONFIRMED = "CONFIRMED"
    ASSUMED = "ASSUMED"
    UNKNOWN = "UNKNOWN"


LAW_STATUS_LABELS: dict[LawStatus, str] = {
    LawStatus.CONFIRMED: "Đã xác nhận",
    LawStatus.ASSUMED: "Giả định – chưa đối chiếu",
    LawStatus.UNKNOWN: "Chưa biết",
}
_ORDER = {LawStatus.CONFIRMED: 0, LawStatus.ASSUMED: 1, LawStatus.UNKNOWN: 2}


def worst(statuses: Iterable[LawStatus]) -> LawStatus:
    """The least trusted of the statuses; CONFIRMED when there are none."""
    return max(statuses, key=_ORDER.__getitem__, default=LawStatus.CONFIRMED)


@dataclass(frozen=True)
class Reference:
    """Where a value stands: number with year, issuer, article. A number alone is not enough (04/2022, 04/2026)."""

    document: str
    issuer: str = ""
    article: str = ""
    note: str = ""
    source: str = ""
    """Address of the page the value was read from; empty when nobody read it anywhere."""
    title: str = ""
    """The document's full name, where it is known."""
    evidence: str = ""
    """SHA-256 of the scanned document that the office attached; empty when there is none."""

    def __str__(self) -> str:
        return ", ".join(part for part in (self.article, self.document, self.issuer) if part)


@dataclass(frozen=True)
class Value:
    """One value as it holds from a day to a day, for a scope, with its source."""

    key: str
    value: Any
    unit: str
    status: LawStatus
    reference: Reference
    valid_from: date
    valid_to: date | None
    scope: Mapping[str, str] = field(default_factory=dict)
    version: int = 0
    """0 for a shipped value; the office's revisions count from 1."""
    is_demo: bool = False

    def holds(self, on: date) -> bool:
        """Whether the value is in force on the day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def fits(self, scope: Mapping[str, str]) -> bool:
        """Whether all that the value asks of its scope is so."""
        return all(scope.get(name) == wanted for name, wanted in self.scope.items())

    def as_data(self) -> dict[str, Any]:
        """Plain data for a snapshot or a trace; the scan's fingerprint stands in it where there is a scan."""
        scan = {"evidence": self.reference.evidence} if self.reference.evidence else {}
        return scan | {
            "key": self.key,
            "scope": scope_text(self.scope),
            "value": self.value,
            "unit": self.unit,
            "status": str(self.status),
            "reference": str(self.reference),
            "valid_from": self.valid_from,
            "valid_to": self.valid_to,
            "version": self.version,
            "is_demo": self.is_demo,
        }


@dataclass(frozen=True)
class Parameter:
    """A legal value by its key, through time."""

    key: str
    description: str
    unit: str
    reviewed_until: date
    values: tuple[Value, ...]
    scopes: tuple[str, ...] = ()
    """By what the computation tells its cases apart: a value of another scope would never be asked for."""


class LawGap(Exception):
    """The law as we know it gives no value: the computation stops and names the key."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key
        self.message = message


class ParameterUnknown(LawGap):
    """The key exists, its value is not known."""


class DateNotCovered(LawGap):
    """The key has values, none for that day: refused, never guessed."""


class LawBook:
    """All parameters of one commune: what is shipped, overlaid by what the office confirmed."""

    def __init__(
        self, parameters: Iterable[Parameter], revisions: Iterable[Value] = (), trial: Iterable[Value] = ()
    ) -> None:
        self._parameters = {parameter.key: parameter for parameter in parameters}
        self._revisions = self._by_key(revisions)
        self._trial = self._by_key(trial)
        self._found: dict[tuple[str, date, frozenset[tuple[str, str]]], Value] = {}
        self._made: dict[tuple[int, object], Any] = {}
        self._answers: dict[Hashable, Any] = {}

    def _by_key(self, values: Iterable[Value]) -> dict[str, list[Value]]:
        found: dict[str, list[Value]] = {}
        for value in sorted(values, key=lambda v: -v.version):
            found.setdefault(self._parameter(value.key).key, []).append(value)
        return found

    def overlaid(self, trial: Iterable[Value]) -> LawBook:
        """A book that asks ``trial`` before all this one says, whatever their scopes: for "what if" and for law cases.

        Raises ParameterUnknown for a key that the law files do not have.
        """
        revisions, standing = _flat(self._revisions), _flat(self._trial)
        return LawBook(self._parameters.values(), revisions, (*standing, *self._after(standing, trial)))

    def with_confirmed(self, values: Iterable[Value]) -> LawBook:
        """The book as it will be once the office has confirmed these values too: a narrower one still stands over them.

        Raises ParameterUnknown for a key that the law files do not have.
        """
        revisions = _flat(self._revisions)
        return LawBook(self._parameters.values(), (*revisions, *self._after(revisions, values)), _flat(self._trial))

    def _after(self, standing: Iterable[Value], added: Iterable[Value]) -> list[Value]:
        newest = max((value.version for value in standing), default=0)
        return [
            replace(value, version=newest + place, unit=value.unit or self._parameter(value.key).unit)
            for place, value in enumerate(added, start=1)
        ]

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Every parameter in the order of its key."""
        return tuple(self._parameters[key] for key in sorted(self._parameters))

    def values_of(self, key: str) -> tuple[Value, ...]:
        """The office's values, newest first, then the shipped ones; before them what is only tried out."""
        shipped = self._parameter(key).values
        return (*self._trial.get(key, ()), *self._revisions.get(key, ()), *shipped)

    def get(self, key: str, *, on: date, **scope: str) -> Value:
        """The value in force on a day for a scope: the office's before the shipped, the narrower before the wider.

        Raises ParameterUnknown for an unknown key or value, DateNotCovered for a day outside the covered range.
        """
        place = (key, on, frozenset(scope.items()))
        found = self._found.get(place)
        if found is None:
            found = self._found[place] = self._look_up(key, on, scope)
        return found

    def once(self, value: Value, make: Callable[[Value], T]) -> T:
        """What ``make`` makes of a value that this book gave, made only the first time it is asked for."""
        place = (id(value), make)  # the book holds its values, so an id stays with its value
        if place not in self._made:
            self._made[place] = make(value)
        made: T = self._made[place]
        return made

    def remembered(self, place: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` answers, worked out once for each ``place``: of questions that many people put alike.

        ``place`` names the question and everything that its answer rests on besides this book.
        """
        if place not in self._answers:
            self._answers[place] = make()
        answer: T = self._answers[place]
        return answer

    def _look_up(self, key: str, on: date, scope: Mapping[str, str]) -> Value:
        parameter = self._parameter(key)
        if on > parameter.reviewed_until:
            day = f"{parameter.reviewed_until:%d/%m/%Y}"
            gap = f"mới rà soát đến ngày {day}, chưa có giá trị cho ngày {on:%d/%m/%Y}."
            raise DateNotCovered(key, f"{parameter.description} ({key}): {gap}")
        for group in (self._trial.get(key, ()), self._revisions.get(key, ()), parameter.values):
            fitting = [value for value in group if value.fits(scope) and value.holds(on)]
            if fitting:
                found = max(fitting, key=lambda value: (len(value.scope), value.version))
                return self._known(parameter, found)
        raise DateNotCovered(key, f"{parameter.description} ({key}): không có giá trị cho ngày {on:%d/%m/%Y}.")

    def _parameter(self, key: str) -> Parameter:
        if key not in self._parameters:
            raise ParameterUnknown(key, f"Không có tham số {key}.")
        return self._parameters[key]

    @staticmethod
    def _known(parameter: Parameter, value: Value) -> Value:
        if value.status is LawStatus.UNKNOWN:
            words = f"Chưa biết: {parameter.description} ({value.key}; {value.reference})."
            raise ParameterUnknown(value.key, words)
        return value


def _flat(values: Mapping[str, Iterable[Value]]) -> list[Value]:
    return [value for group in values.values() for value in group]


def scope_text(scope: Mapping[str, str]) -> str:
    """Canonical text of a scope: "area=NONG_THON;status=NGHEO"."""
    return ";".join(f"{name}={scope[name]}" for name in sorted(scope))


def parse_scope(text: str) -> dict[str, str]:
    """The scope that ``scope_text`` wrote. Raises ValueError on anything else."""
    pairs = [part.partition("=") for part in text.split(";") if part]
    if any(not name or not value for name, _, value in pairs):
        raise ValueError(f"phạm vi không đọc được: {text!r}")
    return {name: value for name, _, value in pairs}
