"""What the D03-TS says: the list by which people are put under BHYT or taken off it (Quyết định 490/QĐ-BHXH)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class D03Header:
    """The head block. Codes and rates as the insurance office gave them; empty where it has not."""

    unit_name: str
    unit_code: str
    object_name: str
    funding_source: str
    number: str
    month: int
    year: int
    tax_code: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    base_salary: int | None = None
    state_rate: str = ""


@dataclass(frozen=True)
class D03Person:
    """One person. Dates and months as printed (dd/mm/yyyy, mm/yyyy, or a year alone).

    ``amount``: whole đồng for all ``months`` (1 to 12).
    """

    full_name: str
    citizen_no: str
    birth_date: str
    sex: str
    address: str
    facility: str
    amount: int
    from_month: str
    months: int
    note: str = ""
    bhxh_code: str = ""
    local_support: int = 0
    other_support: int = 0
    receipt_date: str = ""
    receipt_no: str = ""
    collector_code: str = ""
