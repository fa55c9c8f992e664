"""What the chairman's quyết định and its annex say (NĐ 30/2020/NĐ-CP, mẫu 1.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rules.authority import Issuer


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
    """All a quyết định says. Number and day stay None in a draft: the văn thư gives them after signing.

    `issuer_lines`: as printed top left, e.g. ("ỦY BAN NHÂN DÂN", "ĐẶC KHU CÁT HẢI"). `authority_title`: the line above
    the căn cứ. `legal_bases`: without final ";" or ".". `authority_lines`: from `rules.authority`, empty in a draft
    whose signer is not known yet. `signer_name`: empty in a draft. `months` and shares are text as printed.
    """

    issuer_lines: tuple[str, ...]
    place: str
    symbol: str
    subject: str
    authority_title: str
    legal_bases: tuple[str, ...]
    cycle_label: str
    policy: str
    rows: tuple[DecisionRow, ...]
    recipients: tuple[str, ...]
    issuer: Issuer = Issuer.COLLECTIVE
    authority_lines: tuple[str, ...] = ()
    signer_name: str = ""
    number: int | None = None
    issued_on: date | None = None
    is_demo: bool = False
    is_assumed: bool = False
    audit_head: str = ""
