"""What the papers of the review say: from the health station's list to the tờ trình."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rules.papers.head import Head, Tally


@dataclass(frozen=True)
class SubmissionLetter:
    """Tờ trình: Phòng Kinh tế puts the frozen list before the chairman. Amounts in đồng a month."""

    head: Head
    to: str
    bases: tuple[str, ...]
    cycle_label: str
    policy: str
    reviewed: int
    supported: tuple[Tally, ...]
    """By group; the totals are their sums."""
    by_village: tuple[Tally, ...]
    refused: int
    aside: int
    bhyt_people: int
    health_people: int
    matches: int
    changes: tuple[Tally, ...]
    """Of the people on the list against what they get now: new, unchanged, another amount, no longer."""
    stopped: tuple[Tally, ...]
    """Ended since the decision before, by reason."""
    before: str
    """The decision before, as cited; empty for the first."""
    minutes_on: date | None
    posted_from: date | None
    posted_to: date | None
    posted_at: str
    opinions: int
    opinions_open: int


@dataclass(frozen=True)
class ReviewedRow:
    """One person before the review meeting; `result` and `reason` as printed, `monthly_amount` 0 when not supported."""

    full_name: str
    birth_year: str
    village: str
    household_status: str
    group: str
    result: str
    monthly_amount: int
    reason: str


@dataclass(frozen=True)
class MinutesPaper:
    """Biên bản họp xét duyệt. What nobody typed (hours, who was there) is left to be written by hand."""

    head: Head
    cycle_label: str
    policy: str
    held_on: date
    place: str
    rows: tuple[ReviewedRow, ...]
    matches: tuple[Tally, ...]
    health: tuple[Tally, ...]
    conclusion: str
    departments: tuple[str, str]
    """Who signs left and right."""


@dataclass(frozen=True)
class PostedRow:
    """One line of the public list: never the group, which can give an illness away."""

    full_name: str
    birth_year: str
    village: str
    household_status: str
    monthly_amount: int


@dataclass(frozen=True)
class PostingNotice:
    """Thông báo niêm yết with its masked list; both days count."""

    head: Head
    cycle_label: str
    policy: str
    starts_on: date
    ends_on: date
    posted_at: str
    offices: tuple[str, ...]
    """Where an opinion is taken in."""
    rows: tuple[PostedRow, ...]


@dataclass(frozen=True)
class Broadcast:
    """The same for the loudspeaker: read aloud, without any person's data."""

    commune: str
    quarter: int
    year: int
    policy: str
    starts_on: date
    ends_on: date
    posted_at: str
    offices: tuple[str, ...]
    is_demo: bool


@dataclass(frozen=True)
class ReferredRow:
    """One person whom the health station is asked about, as its clerk finds them; no illness is named."""

    full_name: str
    birth: str
    sex: str
    village: str


@dataclass(frozen=True)
class HealthReferral:
    """Phiếu chuyển to the health station with its list."""

    head: Head
    cycle_label: str
    policy: str
    due_on: date
    rows: tuple[ReferredRow, ...]
