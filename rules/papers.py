"""What each official paper says, as plain values: gathered by the office, frozen with the record, printed by a door.

A paper is written from these values and its Word template alone, so that a reprint a year later says the same. No
diagnosis, no account number and no citizen number stands in any of them. Layout: NĐ 30/2020/NĐ-CP.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rules.authority import Issuer


@dataclass(frozen=True)
class Head:
    """What NĐ 30/2020 puts around a paper's own words. Number and day stay None until the văn thư gives them.

    `body`: who issues it in running text ("Phòng Kinh tế"). `parent_line`: the superior body, printed above a
    department's own name. `authority_lines`: from `rules.authority`, empty where the signer is not known yet.
    `symbol`: without number, e.g. "TTr-KT".
    """

    body: str
    issuer_lines: tuple[str, ...]
    place: str
    symbol: str
    recipients: tuple[str, ...]
    parent_line: str = ""
    issuer: Issuer = Issuer.COLLECTIVE
    authority_lines: tuple[str, ...] = ()
    signer_name: str = ""
    number: int | None = None
    issued_on: date | None = None
    is_demo: bool = False
    is_assumed: bool = False


@dataclass(frozen=True)
class Tally:
    """People counted under a heading, and their money in đồng (a month's, unless the paper says otherwise)."""

    label: str
    people: int
    amount: int = 0


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


@dataclass(frozen=True)
class ResultRow:
    """One person's result as the thôn hears it; the reason is told to the person alone."""

    full_name: str
    birth_year: str
    result: str
    monthly_amount: int
    from_month: str
    bhyt: str


@dataclass(frozen=True)
class VillageResult:
    """Thông báo kết quả to one thôn."""

    head: Head
    village: str
    cycle_label: str
    decision: str
    """As cited: "Quyết định số 35/QĐ-UBND ngày 21/07/2026"."""
    rows: tuple[ResultRow, ...]


@dataclass(frozen=True)
class ComplaintRule:
    """Days of the law on complaints, each None while it is not known."""

    complain_days: int | None
    accept_days: int | None
    settle_days: int | None
    complex_days: int | None


@dataclass(frozen=True)
class RefusalLetter:
    """Công văn to a person who was not approved: why, what can still be shown, how to complain."""

    head: Head
    full_name: str
    birth_year: str
    village: str
    cycle_label: str
    policy: str
    decision: str
    reasons: tuple[str, ...]
    complaint: ComplaintRule


@dataclass(frozen=True)
class InsuranceLetter:
    """Công văn to BHXH with the D03-TS; `total` in đồng for the whole period."""

    head: Head
    cycle_label: str
    policy: str
    to: str
    batch: int
    by_period: tuple[Tally, ...]
    """By period of use ("12 tháng, từ 08/2026")."""
    file_name: str
    card_days: int | None


@dataclass(frozen=True)
class ChangeRow:
    """One person whose support ends or changes; amounts in đồng a month, `from_month` the first month of the change."""

    full_name: str
    birth_year: str
    village: str
    before: int
    after: int
    from_month: str
    reason: str
    basis: str
    """The decision that gave it, as cited."""


@dataclass(frozen=True)
class ChangeDecision:
    """Quyết định thôi hưởng hoặc điều chỉnh mức hưởng."""

    head: Head
    kind: str
    """"thôi hưởng" or "điều chỉnh mức"."""
    authority_title: str
    bases: tuple[str, ...]
    policy: str
    rows: tuple[ChangeRow, ...]
    audit_head: str = ""


@dataclass(frozen=True)
class Figure:
    """One line of a report: what is counted, in what, how many."""

    label: str
    unit: str
    value: int


@dataclass(frozen=True)
class ActivityReport:
    """Báo cáo of a month, a quarter, half a year or a year; every figure comes from the records."""

    head: Head
    period: str
    first_day: date
    last_day: date
    policy: str
    to: str
    figures: tuple[Figure, ...]
    by_village: tuple[Tally, ...]
    by_group: tuple[Tally, ...]
    by_month: tuple[Tally, ...]


@dataclass(frozen=True)
class BudgetRow:
    """One group in the budget of a year: people, đồng a month for all of them, months, đồng a year."""

    label: str
    people: int
    monthly: int
    months: int
    yearly: int


@dataclass(frozen=True)
class BudgetNeed:
    """Dự toán kinh phí of a year: who is supported now, carried through the year, and the people the plan expects."""

    head: Head
    year: int
    to: str
    policy: str
    counted_on: date
    plan_people: int
    income: tuple[BudgetRow, ...]
    bhyt: tuple[BudgetRow, ...]
    expected: tuple[BudgetRow, ...]
    """What the plan expects beyond those who are supported now."""
