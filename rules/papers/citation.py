"""How a paper names a day and another paper in running text (NĐ 30/2020/NĐ-CP, Phụ lục I)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date


def long_date(day: date) -> str:
    """ "ngày 03 tháng 02 năm 2026": a day below 10 and months 1–2 get a leading zero."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def cited_again(citation: str) -> str:
    """A paper after its first mention, by kind and number alone: "Nghị quyết số 05/2026/NQ-HĐND"."""
    return citation.partition(" ngày ")[0]


def cited(kind: str, number: int, symbol: str, issued_on: date) -> str:
    """ "Quyết định số 05/QĐ-UBND ngày 22 tháng 7 năm 2026"."""
    return cited_as(kind, f"{number:02d}/{symbol}", issued_on)


def cited_as(kind: str, full_number: str, issued_on: date) -> str:
    """ "Nghị quyết số 04/2026/NQ-HĐND ngày 20 tháng 4 năm 2026": of a paper whose number is known as it is written."""
    return f"{kind} số {full_number} {long_date(issued_on)}"


def cited_resolution(value: Mapping[str, str]) -> str:
    """As `cited_as`, with its issuer: number, issued_on (ISO) and issuer as the law states them."""
    return f"{cited_as('Nghị quyết', value['number'], date.fromisoformat(value['issued_on']))} của {value['issuer']}"
