"""What the papers after a decision say: results, refusals, ends and changes of support."""

from __future__ import annotations

from dataclasses import dataclass

from rules.papers.head import Head

STOP, ADJUST, SUSPEND, RESUME = "thôi hưởng", "điều chỉnh mức", "tạm dừng hưởng", "cho hưởng lại"
"""What a change decision does, as it is printed."""


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
    """Quyết định thôi hưởng, tạm dừng, cho hưởng lại hoặc điều chỉnh mức hưởng."""

    head: Head
    kind: str
    """``STOP``, ``ADJUST``, ``SUSPEND`` or ``RESUME``."""
    authority_title: str
    bases: tuple[str, ...]
    policy: str
    rows: tuple[ChangeRow, ...]
    audit_head: str = ""
