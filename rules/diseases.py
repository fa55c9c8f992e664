"""What the health station concludes from: the disease list of TT 50/2024/TT-BYT and the papers that may prove it.

A matching ICD-10 code alone is never enough: most items count only at the severity they name. Of 38 items only those
found are shipped, and `DiseaseList.gap` says so wherever the list is shown, until the office brings in the annex.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from rules.icd import normalise_icd
from rules.names import clean_name, fold_name
from rules.parameters import LawBook, LawStatus, Value
from rules.strict_yaml import load_strict
from rules.workflow import Role

ITEMS_KEY = "TT50.diseases"
TOTAL_KEY = "TT50.total"
_LAW = Path(__file__).parent / "law"
_ITEM_AND_ICD = re.compile(r"(?:(?:mục\s*)?(\d{1,2})\s*[-–:;,/|]\s*)?([A-Z]\d{2}\S*)", re.IGNORECASE)


_ALSO_CALLED = {"ung thu": "u ac tinh", "tieu duong": "dai thao duong"}
"""What people call a disease, and how the list writes it; both without tone marks."""


class _Fixed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Fixed):
    """The document a list or a paper stands in: number with year, issuer, article."""

    document: str = Field(min_length=1)
    issuer: str = Field(min_length=1)
    article: str = ""
    note: str = ""

    def __str__(self) -> str:
        return ", ".join(part for part in (self.article, self.document, self.issuer) if part)


class Disease(_Fixed):
    """One item: its words, its codes as printed and as ranges (both ends included), and the severity it asks for."""

    number: int = Field(ge=1)
    name: str = Field(min_length=1)
    icd: str = Field(min_length=1)
    ranges: tuple[tuple[str, str], ...] = Field(min_length=1)
    severity: str
    status: LawStatus
    note: str = ""

    def covers(self, code: str) -> bool:
        """Whether an ICD-10 code falls under the item; a code less exact than the item's range does not."""
        exact = normalise_icd(code)
        return exact is not None and any(_within(exact, first, last) for first, last in self.ranges)

    @property
    def label(self) -> str:
        """As offered for choice: "5. U ác tính (C00 đến C97)"."""
        return f"{self.number}. {self.name} ({self.icd})"


def faults_of_list(items: Sequence[Disease]) -> str:
    """Why these items cannot be one list, in Vietnamese; "" when they can."""
    numbers = [item.number for item in items]
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    if twice:
        return f"số mục bị trùng: {', '.join(map(str, twice))}"
    return "" if numbers == sorted(numbers) else "các mục phải theo thứ tự số mục"


@dataclass(frozen=True)
class DiseaseList:
    """The list as it holds on a day, and how many items the document has."""

    reference: str
    total: int
    items: tuple[Disease, ...]
    title: str = "Danh mục bệnh hiểm nghèo"

    @property
    def gap(self) -> str:
        """What is missing, for every screen that shows the list: "thiếu 24/38 mục"; "" when it is whole."""
        missing = max(0, self.total - len(self.items))
        return f"thiếu {missing}/{self.total} mục" if missing else ""

    def for_code(self, code: str) -> tuple[Disease, ...]:
        """The items an ICD-10 code falls under."""
        return tuple(item for item in self.items if item.covers(code))

    def search(self, text: str) -> tuple[Disease, ...]:
        """Items by code ("C34.9", or the beginning "D59"), by number ("5") or by words in any order, tones ignored.

        Two diseases are also found by what people call them.
        """
        wanted = clean_name(text)
        if re.fullmatch(r"\d{1,2}", wanted):
            return tuple(item for item in self.items if item.number == int(wanted))
        code = normalise_icd(wanted)
        if code:
            return tuple(item for item in self.items if item.covers(code) or _begins(item, code))
        folded = fold_name(wanted)
        for said, written in _ALSO_CALLED.items():
            folded = folded.replace(said, written)
        words = folded.split()
        return tuple(item for item in self.items if words and all(word in fold_name(item.name) for word in words))


class Evidence(_Fixed):
    """A paper that proves something: who checks it, and which health conclusions may rest on it."""

    code: str = Field(pattern=r"^[A-Z_]+$")
    label: str = Field(min_length=1)
    verifier: Role
    routes: tuple[str, ...]
    status: LawStatus
    reference: Source


def disease_list(book: LawBook, on: date) -> DiseaseList:
    """The list of TT 50/2024 as the book has it on a day: shipped items, or the annex the office brought in.

    Raises LawGap for a day that the law does not cover.
    """
    value, total = book.get(ITEMS_KEY, on=on), book.get(TOTAL_KEY, on=on)
    return DiseaseList(str(value.reference), int(total.value), book.once(value, _read))


def _read(value: Value) -> tuple[Disease, ...]:
    return tuple(Disease.model_validate(row) for row in value.value)


@cache
def evidence_kinds() -> dict[str, Evidence]:
    """Every paper that may prove something, by its code."""
    entries = load_strict((_LAW / "evidence.yaml").read_text("utf-8"))["kinds"]
    kinds = [Evidence.model_validate(entry) for entry in entries]
    return {kind.code: kind for kind in kinds}


def split_item_and_code(text: str) -> tuple[int | None, str] | None:
    """(item, ICD-10 code) of what the station writes: "C34.9", "5 - C34.9" or "mục 5: C34.9"; None when unreadable."""
    match = _ITEM_AND_ICD.fullmatch(clean_name(text))
    code = normalise_icd(match[2]) if match else None
    if match is None or code is None:
        return None
    return (int(match[1]) if match[1] else None), code


def _within(code: str, first: str, last: str) -> bool:
    return len(code) >= len(first) and code[: len(first)] >= first and code[: len(last)] <= last


def _begins(item: Disease, code: str) -> bool:
    return any(first.startswith(code) or last.startswith(code) for first, last in item.ranges)
