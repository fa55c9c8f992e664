"""The thôn's form on the page reads as its workbook does: a person is a sheet of one row, no rule is written twice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from rules.village_sheet.columns import COLUMNS
from rules.village_sheet.model import CellProblem, CellValue, Known, cell_address
from rules.village_sheet.reader import read_village_sheet

ASKED = tuple(column.field for column in COLUMNS if column.field not in {"order", "village_name"})
"""What the form asks of a person, in the order of the workbook's columns."""


@dataclass(frozen=True, slots=True)
class _OneRow:
    rows: tuple[tuple[CellValue, ...], ...]
    name: str = "Biểu mẫu"
    hidden: bool = False
    fonts: Mapping[tuple[int, int], str] = field(default_factory=dict)


def check_person(said: Mapping[str, str], *, on: date, known: Known) -> tuple[dict[str, str], dict[str, str]]:
    """(errors, warnings) of one person's answers, each by the column it stands under; "" when the whole is meant.

    `said`: column of the village list → text as typed. `on` and `known` as in `read_village_sheet`.
    """
    headings = tuple(column.heading for column in COLUMNS)
    answers = tuple(said.get(column.field, "").strip() or None for column in COLUMNS)
    reading = read_village_sheet([_OneRow((headings, answers))], on=on, known=known)
    return _by_column(reading.problems), _by_column(reading.warnings)


def _by_column(problems: tuple[CellProblem, ...]) -> dict[str, str]:
    columns = {cell_address(1, place): column.field for place, column in enumerate(COLUMNS)}
    found: dict[str, str] = {}
    for problem in problems:
        found.setdefault(columns.get(problem.cell, ""), problem.message_vi)
    return found
