"""A sheet of a workbook as plain values, for tests that need no Excel file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Page:
    rows: Sequence[Sequence[Any]]
    name: str = "Danh sách"
    hidden: bool = False
    fonts: Mapping[tuple[int, int], str] = field(default_factory=dict)
