"""BHYT registration out: the D03-TS list for the insurance office, printed layout plus a plain data sheet.

Columns, headings and rows come from `profiles/d03ts.yaml`, because the form in force is the insurance office's to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from adapters.d03ts_template import fill
from adapters.sheets import PROFILES, Book, NothingToHandOver, OutputError, WrittenFile, load_profile, written


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
class D03Row:
    """One person. Dates and months as printed (dd/mm/yyyy, mm/yyyy, or a year alone); whole đồng; 1 to 12 months."""

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


def write_d03ts(
    header: D03Header, increases: Sequence[D03Row], decreases: Sequence[D03Row] = (), *, mark: str = ""
) -> WrittenFile:
    """Return the D03-TS workbook; count is people of both groups, total the đồng of the increases.

    Laid out here, or in the insurance office's own file when the profile names one as `template`.

    `mark` ("DỮ LIỆU TRÌNH DIỄN …") is printed red on top. Raises `OutputError` for an empty list or a row the
    insurance office would send back (no name, no ID, months outside 1 to 12, negative amount).
    """
    profile = load_profile("d03ts")
    _check([*increases, *decreases])
    if profile.get("template"):
        groups = (("increase", increases), ("decrease", decreases))
        data = fill(PROFILES / profile["template"], profile, groups, asdict(header) | {"mark": mark})
    else:
        book = Book(f"D03-TS {header.number}")
        _write_form(book, profile, header, increases, decreases, mark)
        _write_data(book, profile, increases, decreases)
        data = book.finish()
    total = sum(row.amount for row in increases)
    count = len(increases) + len(decreases)
    name = f"D03-TS-{header.year}-{header.month:02d}-{count}-{total}.xlsx"
    return written(name, data, count=count, total=total)


def _check(rows: Sequence[D03Row]) -> None:
    if not rows:
        raise NothingToHandOver("Không có ai để lập danh sách D03-TS.")
    for number, row in enumerate(rows, start=1):
        problems = {
            "thiếu họ tên": not row.full_name.strip(),
            "thiếu cả số định danh và mã số BHXH": not (row.citizen_no or row.bhxh_code),
            "số tháng phải từ 1 đến 12": not 1 <= row.months <= 12,
            "số tiền không được âm": min(row.amount, row.local_support, row.other_support) < 0,
        }
        for problem, found in problems.items():
            if found:
                raise OutputError(f"Danh sách D03-TS, người thứ {number}: {problem}.")


def _write_form(
    book: Book,
    profile: dict[str, Any],
    header: D03Header,
    increases: Sequence[D03Row],
    decreases: Sequence[D03Row],
    mark: str,
) -> None:
    columns = profile["columns"]
    sheet = book.sheet(profile["sheet"], [column["width"] for column in columns])
    book.printed(sheet, head=(profile["heading_row"] - 1, profile["numbering_row"] - 1))
    _write_head(book, sheet, profile, header, mark)
    for place, column in enumerate(columns):
        book.put(sheet, profile["heading_row"] - 1, place, column["header"], "head")
        book.put(sheet, profile["numbering_row"] - 1, place, column["form"], "head")
    row = profile["first_data_row"] - 2
    for group, people in (("increase", increases), ("decrease", decreases)):
        row = _write_group(book, sheet, profile, group, people, row)
    for place, title in ((1, "Người lập biểu"), (12, "Thủ trưởng đơn vị")):
        book.put(sheet, row + 1, place, title, "bold_center")


def _write_head(book: Book, sheet: Any, profile: dict[str, Any], header: D03Header, mark: str) -> None:
    last = len(profile["columns"]) - 1
    salary = f"{header.base_salary:,}".replace(",", ".") if header.base_salary else ""
    lines = (
        (mark, "mark"),
        (profile["form"], "bold"),
        (profile["decision"], "plain"),
        (profile["title"], "title"),
        (f"Số: {header.number} tháng {header.month:02d} năm {header.year}", "italic"),
        (f"Tên đơn vị: {header.unit_name}     Mã đơn vị: {header.unit_code}", "plain"),
        (f"Mã số thuế: {header.tax_code}     Địa chỉ: {header.address}", "plain"),
        (f"Điện thoại: {header.phone}     Email: {header.email}", "plain"),
        (f"Đối tượng tham gia: {header.object_name}     Nguồn đóng BHYT: {header.funding_source}", "plain"),
        (f"Lương cơ sở: {salary}     Tỷ lệ NSNN hỗ trợ: {header.state_rate}", "plain"),
    )
    for number, (text, style) in enumerate(lines):
        book.line(sheet, number, text, style, last_column=last)


def _write_group(
    book: Book, sheet: Any, profile: dict[str, Any], group: str, people: Sequence[D03Row], row: int
) -> int:
    """Write one group from `row` (from 0): its name, its people numbered from 1, its total. Return the next row."""
    columns = profile["columns"]
    for place in range(len(columns)):
        book.put(sheet, row, place, profile["groups"][group]["title"] if place == 1 else None, "group")
    for number, person in enumerate(people, start=1):
        values = asdict(person) | {"number": number}
        for place, column in enumerate(columns):
            book.put(sheet, row + number, place, values[column["field"]], column["kind"])
    row += len(people) + 1
    total = sum(getattr(person, profile["total_field"]) for person in people)
    for place, column in enumerate(columns):
        label = profile["groups"][group]["total"] if place == 1 else None
        book.put(sheet, row, place, total if column["field"] == profile["total_field"] else label, "total")
    return row + 1


def _write_data(book: Book, profile: dict[str, Any], increases: Sequence[D03Row], decreases: Sequence[D03Row]) -> None:
    """The same rows under plain headings, one line a person, for programs that import."""
    columns = [column for column in profile["columns"] if column["field"] != "number"]
    sheet = book.sheet(profile["data_sheet"], [10, *(column["width"] for column in columns)])
    book.printed(sheet, head=(0, 0))
    book.put(sheet, 0, 0, "Loại", "head")
    for place, column in enumerate(columns, start=1):
        book.put(sheet, 0, place, column["header"], "head")
    people = [("Tăng", person) for person in increases] + [("Giảm", person) for person in decreases]
    for number, (kind, person) in enumerate(people, start=1):
        values = asdict(person)
        book.put(sheet, number, 0, kind, "text")
        for place, column in enumerate(columns, start=1):
            book.put(sheet, number, place, values[column["field"]], column["kind"])
