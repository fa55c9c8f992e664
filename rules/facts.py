"""What the law is asked about: one person's dated facts, as plain values. None means "not known"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

NO_INCOME = "KHONG"
"""The kind under which a list states that there is no income."""


@dataclass(frozen=True)
class StatusFact:
    """One decision on the household: its kind, and from when to when it holds."""

    kind: str
    """NGHEO | CAN_NGHEO | THOAT_NGHEO | THOAT_CAN_NGHEO."""
    since: date | None
    """Day of the recognising decision; None when nobody has shown it."""
    until: date | None = None


@dataclass(frozen=True)
class HealthFact:
    """What the health station concluded. Never a diagnosis."""

    claimed: bool = False
    """The thôn or the person says that an illness is the ground."""
    met: bool | None = None
    valid_until: date | None = None
    route: str = ""


@dataclass(frozen=True)
class PersonFacts:
    """One person on one day."""

    birth_date: date
    birth_precision: str = "day"
    """"day" | "month" | "year": a year-only birth date decides an age rule only when every day of it would."""
    area: str = "NONG_THON"
    residence: str | None = None
    statuses: tuple[StatusFact, ...] = ()
    disability: str | None = None
    """"NHE" | "NANG" | "DAC_BIET_NANG"; None when no paper was shown."""
    income_kinds: tuple[str, ...] | None = None
    """Kinds of monthly income (LUONG, LUONG_HUU, BHXH, KHAC); () when there is none, None when not known."""
    allowance: int | None = None
    """Social assistance and social pension, đồng a month; 0 when none, None when not known."""
    cross_check: str | None = None
    """Phòng VH-XH's outcome on a match; "OPEN" while it is missing; None without a match."""
    health: HealthFact = field(default_factory=HealthFact)
    bhyt_objects: tuple[str, ...] = ()
    died_on: date | None = None
    traits: tuple[tuple[str, bool], ...] = ()
    """What is known of the law's further facts, by code (`rules.traits`); what is not here is not known."""

    def as_data(self) -> Mapping[str, Any]:
        """Plain data for the record and its hash."""
        statuses = tuple(dict(vars(status)) for status in self.statuses)
        return vars(self) | {"statuses": statuses, "health": dict(vars(self.health))}
