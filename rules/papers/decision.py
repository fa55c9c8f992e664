"""What the chairman's quyết định and its annex say (NĐ 30/2020/NĐ-CP, mẫu 1.2)."""

from __future__ import annotations

from dataclasses import dataclass

from rules.papers.head import Head


@dataclass(frozen=True)
class DecisionRow:
    """One person of the annex, in the order to be printed. No ID number, no diagnosis, no account stands here."""

    full_name: str
    birth_year: str
    village: str
    household_status: str
    group: str
    monthly_amount: int
    from_month: str
    bhyt: str
    note: str = ""


@dataclass(frozen=True)
class DecisionPaper:
    """Quyết định phê duyệt danh sách, as a draft or as issued.

    `authority_title`: the line above the căn cứ. `bases`: without final ";" or ".". Months and shares are text as
    printed; `audit_head` is empty in a draft.
    """

    head: Head
    subject: str
    authority_title: str
    bases: tuple[str, ...]
    cycle_label: str
    policy: str
    rows: tuple[DecisionRow, ...]
    audit_head: str = ""
