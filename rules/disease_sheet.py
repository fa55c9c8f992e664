"""The annex of TT 50/2024/TT-BYT as an officer typed or copied it into a spreadsheet: items, or the cells to mend."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rules.diseases import Disease
from rules.icd import IcdError, icd_ranges
from rules.names import clean_name
from rules.parameters import LawStatus
from rules.village_sheet.headers import headed_sheet
from rules.village_sheet.model import CellProblem, Sheet
from rules.village_sheet.scan import RowScan

_LABELS = {
    **dict.fromkeys(("stt", "tt", "so thu tu", "muc", "so muc"), "number"),
    **dict.fromkeys(("ten benh", "benh", "ten benh hiem ngheo", "danh muc benh", "danh muc benh hiem ngheo"), "name"),
    **dict.fromkeys(
        ("ma icd 10", "ma icd", "icd 10", "icd", "ma benh", "ma benh icd 10", "ma benh theo icd 10"), "icd"
    ),
    **dict.fromkeys(
        ("ghi chu", "ghi chu muc do", "muc do", "dieu kien", "ghi chu dieu kien muc do", "dieu kien muc do"), "severity"
    ),
}
_CHAPTER = re.compile(r"(?:chương\s*)?[IVXLC]+[.):]?", re.IGNORECASE)
_ITEM = re.compile(r"^(?:mục|stt)\s*", re.IGNORECASE)
_REQUIRED = {"number": "STT", "name": "Tên bệnh", "icd": "Mã ICD-10"}


@dataclass(frozen=True)
class Change:
    """One item as the sheet has it, and whether the office knew it: "mới", "thay đổi" or "giữ nguyên"."""

    item: Disease
    kind: str


def read_disease_sheet(sheets: Sequence[Sheet], *, total: int) -> tuple[tuple[Disease, ...], tuple[CellProblem, ...]]:
    """(items, problems) of the first visible sheet with the headings; ``total`` is how many items the annex has.

    A blank severity means that the item names none. Never raises on what a person may have typed.
    """
    found = headed_sheet(sheets, _LABELS, _REQUIRED, "STT, Tên bệnh, Mã ICD-10, Ghi chú mức độ")
    if isinstance(found, CellProblem):
        return (), (found,)
    sheet, header = found
    return _read_rows(sheet, header.fields, header.first_data_row, total)


def _read_rows(
    sheet: Sheet, fields: dict[str, int], first: int, total: int
) -> tuple[tuple[Disease, ...], tuple[CellProblem, ...]]:
    items: dict[int, Disease] = {}
    problems: list[CellProblem] = []
    for row in range(first, len(sheet.rows)):
        scan = RowScan(sheet, row, fields)
        if not any(scan.text(name) for name in ("name", "icd", "severity")) or _is_heading(scan):
            continue
        item = _item(scan, total, items)
        problems += scan.problems
        if item:
            items[item.number] = item
    if not items and not problems:
        problems.append(CellProblem(sheet.name, "", "EMPTY", "Không có dòng bệnh nào dưới tiêu đề.", "error", "blank"))
    return tuple(items[number] for number in sorted(items)), tuple(problems)


def _is_heading(scan: RowScan) -> bool:
    """The name of a chapter between the items: numbered in Roman, without a code or a severity."""
    return bool(_CHAPTER.fullmatch(scan.text("number"))) and not (scan.text("icd") or scan.text("severity"))


def _item(scan: RowScan, total: int, known: dict[int, Disease]) -> Disease | None:
    number = _number(scan, total)
    if number in known:
        scan.report("number", "NUMBER_TWICE", f"Mục {number} đã có ở dòng trên.")
    if not scan.text("name"):
        scan.report("name", "NAME_MISSING", "Thiếu tên bệnh.")
    ranges: tuple[tuple[str, str], ...] = ()
    try:
        ranges = icd_ranges(scan.text("icd"))
    except IcdError as error:
        scan.report("icd", "ICD_WRONG", f"Mã ICD-10: {error}.")
    if scan.failed or number is None:
        return None
    return Disease(
        number=number,
        name=clean_name(scan.text("name")),
        icd=clean_name(scan.text("icd")),
        ranges=ranges,
        severity=clean_name(scan.text("severity")),
        status=LawStatus.CONFIRMED,
    )


def _number(scan: RowScan, total: int) -> int | None:
    text = _ITEM.sub("", scan.text("number")).removesuffix(".0").rstrip(".) ")
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= total):
        scan.report("number", "NUMBER_WRONG", f"STT phải là số mục trong phụ lục, từ 1 đến {total}.")
        return None
    return int(text)


def changes(known: Iterable[Disease], sheet: Iterable[Disease]) -> tuple[Change, ...]:
    """What each item of the sheet would do to the list."""
    before = {item.number: item for item in known}

    def kind(item: Disease) -> str:
        was = before.get(item.number)
        if was is None:
            return "mới"
        return "giữ nguyên" if _words(was) == _words(item) else "thay đổi"

    return tuple(Change(item, kind(item)) for item in sheet)


def merged(known: Iterable[Disease], sheet: Iterable[Disease]) -> list[dict[str, object]]:
    """The whole list as plain data: the sheet's items over those that are known already.

    An item in the words that were known keeps its mark and note: sent back as it was, a doubtful one is no surer.
    """
    items = {item.number: item for item in known}
    for item in sheet:
        was = items.get(item.number)
        items[item.number] = was if was and _words(was) == _words(item) else item
    return [items[number].model_dump(mode="json") for number in sorted(items)]


def _words(item: Disease) -> tuple[object, ...]:
    return item.name, item.ranges, item.severity
