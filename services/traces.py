"""Traces as they are kept: findings name their legal values by place in the snapshot that the answer pins.

A value on which many people's answers rest is written once, in the snapshot; ``findings_of`` puts both together again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, select

from models.base import Canonical, canonical_json
from models.eligibility import Assessment
from models.law import LawSnapshot
from rules.findings import Finding
from rules.parameters import Value, scope_text
from services import law


@dataclass(frozen=True)
class Pin:
    """A snapshot of values: its hash, and at which place each of them stands in it, by identity."""

    sha256: str
    places: Mapping[int, int]
    values: tuple[Value, ...]
    """Kept alive, so that no other value takes over an identity."""


@dataclass
class Traces:
    """What one batch writes of its answers. Values are known by their identity: one book must give them all."""

    session: Session
    now: datetime
    _pins: dict[frozenset[int], Pin] = field(default_factory=dict)

    def pin(self, values: Iterable[Value]) -> Pin:
        """Keep for ever exactly these values."""
        used = {id(value): value for value in values}
        group = frozenset(used)
        if group not in self._pins:
            self._pins[group] = self._write(tuple(used.values()))
        return self._pins[group]

    def _write(self, values: tuple[Value, ...]) -> Pin:
        named = {_name(value): value for value in values}
        names = sorted(named)
        sha256 = law.pin_rows(self.session, [named[name].as_data() for name in names], now=self.now)
        return Pin(sha256, {id(value): names.index(_name(value)) for value in values}, values)


def trace_text(findings: Iterable[Finding], pin: Pin) -> Canonical:
    """The findings as the record keeps them; ``pin`` holds the values of all of them."""
    kept = [
        {
            "rule": one.rule,
            "answer": one.answer,
            "text": one.text,
            "basis": one.basis,
            "facts": one.facts,
            "parameters": [pin.places[id(value)] for value in one.values],
            "missing": one.missing,
        }
        for one in findings
    ]
    return Canonical(canonical_json(kept))


def findings_of(session: Session, answer: Assessment) -> tuple[Mapping[str, Any], ...]:
    """The findings of a kept answer, each with its values as they were then: the law of today is not asked."""
    pinned = session.exec(select(LawSnapshot.content).where(LawSnapshot.sha256 == answer.law_sha256)).first() or ()
    return tuple(one | {"parameters": [pinned[place] for place in one["parameters"]]} for one in answer.findings)


def _name(value: Value) -> tuple[str, str, date, int]:
    return value.key, scope_text(value.scope), value.valid_from, value.version
