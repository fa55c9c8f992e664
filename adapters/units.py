"""The country's provinces and communes, as the register in deploy/data names them."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

REGISTER = Path(__file__).resolve().parents[1] / "deploy" / "data" / "vn-administrative-units.csv"


class Unit(NamedTuple):
    """A commune: "11914", "Đặc khu", "Đặc khu Cát Hải", in "31", "Thành phố Hải Phòng"."""

    province_code: str
    province_name: str
    unit_code: str
    unit_kind: str
    unit_name: str

    @property
    def kind_in_text(self) -> str:
        """As it stands within a sentence: "đặc khu"."""
        return self.unit_kind.lower()

    @property
    def own_name(self) -> str:
        """Without its kind: "Cát Hải"."""
        return self.unit_name.removeprefix(self.unit_kind).strip()


@cache
def units() -> tuple[Unit, ...]:
    """All communes, in the order of the register."""
    with REGISTER.open(encoding="utf-8", newline="") as lines:
        return tuple(Unit(**row) for row in csv.DictReader(lines))


@cache
def provinces() -> dict[str, str]:
    """Code → name of the 34 provinces."""
    return {unit.province_code: unit.province_name for unit in units()}


def units_of(province: str) -> list[tuple[str, str]]:
    """Code and name of a province's communes, in the order of the register."""
    return [(unit.unit_code, unit.unit_name) for unit in units() if unit.province_code == province]


def unit_of(code: str) -> Unit | None:
    """The commune of that code."""
    return next((unit for unit in units() if unit.unit_code == code), None)
