"""Reading one row field by field: where a value stands, what was repaired in it, and what is wrong with it."""

from dataclasses import dataclass, field

from rules.village_sheet.cells import repaired_text, text_of, value_kind
from rules.village_sheet.model import CellProblem, CellValue, Sheet, cell_address


@dataclass(slots=True)
class RowScan:
    """One row under a heading; collects problems and repairs while its fields are read."""

    sheet: Sheet
    row: int
    fields: dict[str, int]
    problems: list[CellProblem] = field(default_factory=list)
    repaired: list[tuple[str, str, str]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.sheet.fonts:
            cells = self.sheet.rows[self.row]
            self.texts = {name: text_of(cells[at]) if at < len(cells) else "" for name, at in self.fields.items()}

    @property
    def failed(self) -> bool:
        """Whether an error keeps this row out."""
        return any(problem.severity == "error" for problem in self.problems)

    def has(self, name: str) -> bool:
        """Whether the sheet has this column."""
        return name in self.fields

    def value(self, name: str) -> CellValue:
        """The raw value under a column; None when the column or the cell is not there."""
        column = self.fields.get(name)
        cells = self.sheet.rows[self.row]
        return cells[column] if column is not None and column < len(cells) else None

    def text(self, name: str) -> str:
        """The clean text under a column, legacy fonts repaired (and noted), "" when blank."""
        if name not in self.texts:
            self.texts[name] = self._read(name)
        return self.texts[name]

    def _read(self, name: str) -> str:
        column = self.fields.get(name)
        font = self.sheet.fonts.get((self.row, column)) if self.sheet.fonts and column is not None else None
        if font is None:
            return text_of(self.value(name))
        before, after = repaired_text(self.value(name), font)
        if before != after:
            self.repaired.append((name, before, after))
        return after

    def name(self, name: str) -> str:
        """A person's name. Old fonts have no marked capitals, so what they wrote small is made a capital again."""
        text = self.text(name)
        if not self.repaired:
            return text
        words = [word[:1].upper() + word[1:] for word in text.split(" ")]
        return " ".join(words) if any(field == name for field, _, _ in self.repaired) else text

    def report(self, name: str, code: str, message: str, severity: str = "error") -> None:
        """Note a problem at this row's cell of a column (at the row's first cell when the column is not there)."""
        cell = cell_address(self.row, self.fields.get(name, 0))
        kind = value_kind(self.value(name))
        self.problems.append(CellProblem(self.sheet.name, cell, code, message, severity, kind))

    def warn(self, name: str, code: str, message: str) -> None:
        """Note something a person should look at; the row stays in. A column that is not there was said once."""
        if name not in self.fields:
            return
        self.report(name, code, message, "warning")
