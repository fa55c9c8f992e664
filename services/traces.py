"""Traces as they are kept: findings name their legal values by place in the snapshot that the answer pins.

A value on which many people's answers rest is written once, in the snapshot; ``findings_of`` puts both together again.
"""

from __future__ import annotations

import hashlib
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
from services.store import insert_once


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

    _pins: dict[tuple[int, ...] | frozenset[int], Pin] = field(default_factory=dict)
    _texts: dict[int, str] = field(default_factory=dict)
    _contents: dict[str, Canonical] = field(default_factory=dict)

    def pin(self, values: Iterable[Value]) -> Pin:
        """The snapshot of exactly these values, which ``keep`` writes down for ever."""
        said = tuple(values)
        order = tuple(map(id, said))  # answers of one kind name their values in one order
        found = self._pins.get(order)
        if found is None:
            found = self._pins.get(frozenset(order)) or self._made({id(value): value for value in said})
            self._pins[order] = self._pins[frozenset(order)] = found
        return found

    def keep(self, session: Session, now: datetime) -> None:
        """Write every snapshot that was asked for, each once."""
        rows = [{"sha256": key, "content": text, "taken_at": now} for key, text in self._contents.items()]
        insert_once(session, LawSnapshot, rows)

    def _made(self, values: Mapping[int, Value]) -> Pin:
        named = {_name(value): value for value in values.values()}
        places = {name: place for place, name in enumerate(sorted(named))}
        text = Canonical(f"[{','.join(self._text(named[name]) for name in places)}]")
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        self._contents[sha256] = text
        return Pin(sha256, {key: places[_name(value)] for key, value in values.items()}, tuple(values.values()))

    def _text(self, value: Value) -> str:
        if id(value) not in self._texts:
            self._texts[id(value)] = canonical_json(value.as_data())
        return self._texts[id(value)]


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
