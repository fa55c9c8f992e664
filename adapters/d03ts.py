"""BHYT registration out: the D03-TS list for the insurance office, printed layout plus a plain data sheet.

Columns, headings and rows come from a layout (`adapters.d03ts_layout`): the form in force is for BHXH to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from adapters.d03ts_layout import D03Group, D03Layout, d03ts_layout
from adapters.d03ts_template import fill
from adapters.sheets import Book, NothingToHandOver, OutputError, WrittenFile, written
from rules.papers.d03ts import D03Header, D03Person

Group = tuple[D03Group, Sequence[D03Person]]


def write_d03ts(
    header: D03Header,
    increases: Sequence[D03Person],
    decreases: Sequence[D03Person] = (),
    *,
    mark: str = "",
    layout: D03Layout | None = None,
    template: bytes | None = None,
) -> WrittenFile:
    """Return the D03-TS workbook; count is people of both groups, total the đồng of the increases.

    Laid out here by the shipped `layout` or another, or in the insurance office's own workbook (`template`).

    `mark` ("DỮ LIỆU TRÌNH DIỄN …") is printed red on top. Raises `OutputError` for an empty list or a row the
    insurance office would send back (no name, no ID, months outside 1 to 12, negative amount).
    """
    form = layout or d03ts_layout()[0]
    _check([*increases, *decreases])
    groups = ((form.groups.increase, increases), (form.groups.decrease, decreases))
    if template is not None:
        data = fill(template, form, groups, asdict(header) | {"mark": mark})
    else:
        book = Book(f"D03-TS {header.number}")
        _write_form(book, form, header, groups, mark)
        _write_data(book, form, increases, decreases)
        data = book.finish()
    total = sum(row.amount for row in increases)
    count = len(increases) + len(decreases)
    name = f"D03-TS-{header.year}-{header.month:02d}-{count}-{total}.xlsx"
    return written(name, data, count=count, total=total)


def _check(rows: Sequence[D03Person]) -> None:
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


def _write_form(book: Book, form: D03Layout, header: D03Header, groups: Sequence[Group], mark: str) -> None:
    sheet = book.sheet(form.sheet, [column.width for column in form.columns])
    book.printed(sheet, head=(form.heading_row - 1, form.numbering_row - 1))
    _write_head(book, sheet, form, header, mark)
    for place, column in enumerate(form.columns):
        book.put(sheet, form.heading_row - 1, place, column.header, "head")
        book.put(sheet, form.numbering_row - 1, place, column.form, "head")
    row = form.first_data_row - 2
    for group, people in groups:
        row = _write_group(book, sheet, form, group, people, row)
    for place, title in ((1, "Người lập biểu"), (12, "Thủ trưởng đơn vị")):
        book.put(sheet, row + 1, place, title, "bold_center")


def _write_head(book: Book, sheet: Any, form: D03Layout, header: D03Header, mark: str) -> None:
    last = len(form.columns) - 1
    salary = f"{header.base_salary:,}".replace(",", ".") if header.base_salary else ""
    lines = (
        (mark, "mark"),
        (form.form, "bold"),
        (form.decision, "plain"),
        (form.title, "title"),
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
    book: Book, sheet: Any, form: D03Layout, group: D03Group, people: Sequence[D03Person], row: int
) -> int:
    """Write one group from `row` (from 0): its name, its people numbered from 1, its total. Return the next row."""
    for place in range(len(form.columns)):
        book.put(sheet, row, place, group.title if place == 1 else None, "group")
    for number, person in enumerate(people, start=1):
        values = {"number": number, "": None} | asdict(person)
        for place, column in enumerate(form.columns):
            book.put(sheet, row + number, place, values[column.field], column.kind)
    row += len(people) + 1
    total = sum(getattr(person, form.total_field) for person in people)
    for place, column in enumerate(form.columns):
        label = group.total if place == 1 else None
        book.put(sheet, row, place, total if column.field == form.total_field else label, "total")
    return row + 1


def _write_data(book: Book, form: D03Layout, increases: Sequence[D03Person], decreases: Sequence[D03Person]) -> None:
    """The same rows under plain headings, one line a person, for programs that import."""
    columns = [column for column in form.columns if column.field not in ("", "number")]
    sheet = book.sheet(form.data_sheet, [10, *(column.width for column in columns)])
    book.printed(sheet, head=(0, 0))
    book.put(sheet, 0, 0, "Loại", "head")
    for place, column in enumerate(columns, start=1):
        book.put(sheet, 0, place, column.header, "head")
    people = [("Tăng", person) for person in increases] + [("Giảm", person) for person in decreases]
    for number, (kind, person) in enumerate(people, start=1):
        values = asdict(person)
        book.put(sheet, number, 0, kind, "text")
        for place, column in enumerate(columns, start=1):
            book.put(sheet, number, place, values[column.field], column.kind)
