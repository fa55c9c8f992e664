"""The invented people of `demo/people.yaml` as rows of a village list, and a workbook to write them into."""

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
import yaml

HERE = Path(__file__).parent
MADE_ON = datetime(2026, 7, 6, 9, 0)  # noqa: DTZ001 -- a workbook's own property carries no zone
_LIST_FIELDS = {
    "household_code": "code",
    "head_name": "head",
    "full_name": "name",
    "birth_date": "born",
    "sex": "sex",
    "citizen_id": "citizen_id",
    "relation": "relation",
    "village_name": "village_name",
    "residence": "residence",
    "household_status": "status",
    "status_decision_no": "decision_no",
    "status_decision_date": "decision_date",
    "group_text": "group",
    "medical_papers": "papers",
    "disability": "disability",
    "income": "income",
    "other_allowance": "allowance",
    "bhyt_object": "bhyt",
    "pay_method": "pay",
    "account_no": "account",
    "bank_name": "bank",
    "account_holder": "holder",
    "phone": "phone",
    "note": "note",
}
Record = dict[str, str]
Cell = Callable[[Any, int, int, str, str], None]


def load_people() -> dict[str, Any]:
    """The whole of `people.yaml`: mark, period, villages, households, mistakes, assistance_only."""
    people: dict[str, Any] = yaml.safe_load((HERE / "people.yaml").read_text(encoding="utf-8"))
    return people


def village_records(people: dict[str, Any], village: dict[str, str]) -> list[Record]:
    """What the thôn's list says (field of the village list → text): its people, others it lists too, its mistakes."""
    said: list[dict[str, Any]] = [
        {**household, **member}
        for household in people["households"]
        for member in household["members"]
        if village["code"] in {household["village"], member.get("also_in")}
    ]
    said += [mistake for mistake in people["mistakes"] if mistake["village"] == village["code"]]
    return [_record(person, village["name"]) for person in said]


def _record(person: dict[str, Any], village_name: str) -> Record:
    holder = person["name"].upper() if "account" in person else None
    known = {**person, "village_name": village_name, "holder": holder, "note": "Nhân vật hư cấu"}
    return {field: str(known[name]) for field, name in _LIST_FIELDS.items() if known.get(name)}


class Book:
    """A workbook being made in memory, with the one look of a village head's file."""

    def __init__(self, font: str = "Times New Roman") -> None:
        self.stream = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.stream, {"in_memory": True})
        self.book.set_properties({"title": "NHÂN VẬT HƯ CẤU", "created": MADE_ON})
        self.plain = self.book.add_format({"font_name": font, "font_size": 12, "border": 1})
        self.bold = self.book.add_format({"font_name": font, "font_size": 12, "bold": True, "text_wrap": True})
        self.day = self.book.add_format({"font_name": font, "num_format": "dd/mm/yyyy"})

    def titles(self, sheet: Any, lines: Iterable[str], *, merged_to: int = 0) -> int:
        """Write title lines, merged across when asked; gives the next free row."""
        written = list(lines)
        for row, line in enumerate(written):
            if merged_to:
                sheet.merge_range(row, 0, row, merged_to, line, self.bold)
            else:
                sheet.write_string(row, 0, line, self.bold)
        return len(written)

    def text(self, sheet: Any, row: int, column: int, _field: str, value: str) -> None:
        """The usual way to fill a cell: as text."""
        sheet.write_string(row, column, value, self.plain)

    def table(self, sheet: Any, row: int, heads: Sequence[tuple[str, str]], rows: Iterable[Record], cell: Cell) -> int:
        """Headings (field, heading) and a line per record; gives the next free row."""
        for column, (_, heading) in enumerate(heads):
            sheet.write_string(row, column, heading, self.bold)
        number = 0
        for number, record in enumerate(rows, start=1):
            for column, (field, _) in enumerate(heads):
                value = str(number) if field == "order" else record.get(field, "")
                if value:
                    cell(sheet, row + number, column, field, value)
        return row + number + 1

    def bytes(self) -> bytes:
        """The finished file."""
        self.book.close()
        return self.stream.getvalue()
