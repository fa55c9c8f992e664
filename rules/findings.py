"""What an assessment leaves behind: each rule asked, its answer, the facts and the values it used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from rules.parameters import LawStatus, Value, worst
from rules.workflow import Outcome


@dataclass(frozen=True)
class Finding:
    """One rule's answer: True, False, or None when a fact or a value is missing."""

    rule: str
    answer: bool | None
    text: str
    """The answer in plain Vietnamese, without the person's name or diagnosis."""
    basis: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    values: tuple[Value, ...] = ()
    missing: tuple[str, ...] = ()
    """Names of missing facts ("fact:…") or keys of unknown parameters."""

    def as_data(self) -> dict[str, Any]:
        """Plain data for the record."""
        return {
            "rule": self.rule,
            "answer": self.answer,
            "text": self.text,
            "basis": self.basis,
            "facts": dict(self.facts),
            "parameters": [value.as_data() for value in self.values],
            "missing": list(self.missing),
        }


@dataclass(frozen=True)
class Assessment:
    """The law's answer for one person on one day, with everything that led to it."""

    outcome: Outcome
    findings: tuple[Finding, ...]
    category: str = ""
    category_label: str = ""
    monthly_amount: int = 0
    bhyt_share: int = 0
    bhyt_monthly: int = 0

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """What must be known before the answer can be given, each once."""
        return tuple(dict.fromkeys(name for finding in self.findings for name in finding.missing))

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """Every legal value read on the way."""
        return tuple(value for finding in self.findings for value in finding.values)

    @property
    def law_status(self) -> LawStatus:
        """The least trusted of the values used."""
        if any(not name.startswith("fact:") for name in self.missing):
            return LawStatus.UNKNOWN
        return worst({value.status for value in self.values})

    @property
    def is_demo(self) -> bool:
        """Rests on a demonstration value."""
        return any(value.is_demo for value in self.values)
