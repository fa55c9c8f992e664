"""Calendar months as values: entitlements, payments and cards are all counted in whole months."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, order=True)
class Month:
    """One calendar month. ``code`` is ``YYYY-MM`` as the records store it; ``str`` is ``MM/YYYY`` as people read it."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 2200 and 1 <= self.number <= 12):
            raise ValueError(f"không có tháng {self.number}/{self.year}")

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, code: str) -> Month:
        """From ``YYYY-MM``. Raises ValueError on anything else."""
        year, dash, number = code.partition("-")
        if not dash or len(year) != 4 or len(number) != 2:
            raise ValueError(f"tháng phải có dạng NNNN-TT, không phải {code!r}")
        return cls(int(year), int(number))

    @property
    def code(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        return self.plus(1).first_day - timedelta(days=1)

    def plus(self, months: int) -> Month:
        index = self.year * 12 + self.number - 1 + months
        return Month(index // 12, index % 12 + 1)

    def months_since(self, earlier: Month) -> int:
        """Whole months from ``earlier`` to this one; negative if this one comes first."""
        return (self.year - earlier.year) * 12 + self.number - earlier.number

    def through(self, last: Month) -> Iterator[Month]:
        """This month, the next … up to and including ``last``; nothing if ``last`` comes first."""
        month = self
        while month <= last:
            yield month
            month = month.plus(1)

    def __str__(self) -> str:
        return f"{self.number:02d}/{self.year:04d}"


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year, 1 to 4: the period of one review cycle."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4:
            raise ValueError(f"không có quý {self.number}")

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month - 1) // 3 + 1)

    @property
    def months(self) -> tuple[Month, Month, Month]:
        first = Month(self.year, (self.number - 1) * 3 + 1)
        return first, first.plus(1), first.plus(2)

    def __str__(self) -> str:
        return f"Quý {('I', 'II', 'III', 'IV')[self.number - 1]}/{self.year}"


def age_on(birth: date, day: date) -> int:
    """Whole years reached on ``day`` ("đủ … tuổi"); who is born on 29/02 turns older on 01/03 in common years."""
    before_birthday = (day.month, day.day) < (birth.month, birth.day)
    return day.year - birth.year - before_birthday
