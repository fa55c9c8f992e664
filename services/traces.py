"""Traces of a whole batch as text: every legal value is written once and used in each finding that rests on it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from models.base import Canonical, canonical_json
from models.law import LawSnapshot
from rules.findings import Finding
from rules.parameters import Value, scope_text
from services.store import insert_once

_NO_PARAMETERS = '"parameters":[]'


@dataclass
class Traces:
    """What one batch writes of its answers. Values are known by their identity: one book must give them all."""

    session: Session
    now: datetime
    _values: dict[int, tuple[Value, str]] = field(default_factory=dict)
    _pins: dict[frozenset[int], str] = field(default_factory=dict)

    def text(self, findings: Sequence[Finding]) -> Canonical:
        """The findings as the record keeps them: the canonical text of their ``as_data``."""
        bare = canonical_json(
            [
                {
                    "rule": one.rule,
                    "answer": one.answer,
                    "text": one.text,
                    "basis": one.basis,
                    "facts": one.facts,
                    "parameters": (),
                    "missing": one.missing,
                }
                for one in findings
            ]
        )
        # quotes inside a text are escaped, so the mark stands only where a finding's values belong
        pieces = bare.split(_NO_PARAMETERS)
        filled = [pieces[0]]
        for one, rest in zip(findings, pieces[1:], strict=True):
            filled += ['"parameters":[', ",".join(map(self._value, one.values)), "]", rest]
        return Canonical("".join(filled))

    def pin(self, values: Iterable[Value]) -> str:
        """Keep for ever exactly these values, as :func:`services.law.pin_rows` does; returns their hash."""
        used = {id(value): value for value in values}
        place = frozenset(used)
        if place not in self._pins:
            self._pins[place] = self._write(used.values())
        return self._pins[place]

    def _write(self, values: Iterable[Value]) -> str:
        rows = {(v.key, scope_text(v.scope), str(v.valid_from), v.version): self._value(v) for v in values}
        content = Canonical(f"[{','.join(rows[place] for place in sorted(rows))}]")
        sha256 = hashlib.sha256(content.encode()).hexdigest()
        insert_once(self.session, LawSnapshot, [{"sha256": sha256, "content": content, "taken_at": self.now}])
        return sha256

    def _value(self, value: Value) -> str:
        known = self._values.get(id(value))
        if known is None:
            known = self._values[id(value)] = (value, canonical_json(value.as_data()))
        return known[1]
