"""The workbook sent to a thôn: headings, pick lists, the people already known, and a hidden `_meta` sheet.

Every text goes in as a string: a name that begins with "=" stays a name and never becomes a formula.
"""

import io
from collections.abc import Mapping
from typing import Any

import xlsxwriter

from rules.papers.village_request import VillageRequest
from rules.village_sheet import COLUMNS
from rules.village_sheet.model import META_SHEET

TEMPLATE_VERSION = "1"
HEADER_ROW = 4  # from 0: titles stand in rows 1 to 4, headings in row 5
_EMPTY_ROWS = 60
LINE_HEIGHT = 15.75
_LIST_SHEET = "_lists"
_FONT = {"font_name": "Times New Roman", "font_size": 12}
_PICK_LISTS: Mapping[str, tuple[str, ...]] = {
    "sex": ("Nam", "Nữ"),
    "household_status": ("Thoát nghèo", "Thoát cận nghèo", "Cận nghèo", "Nghèo"),
    "residence": ("Thường trú", "Tạm trú"),
    "pay_method": ("Tài khoản", "Tiền mặt", "VNeID", "Nhận thay"),
    "disability": ("Không", "Nhẹ", "Nặng", "Đặc biệt nặng"),
    "income": ("Không", "Có – lương", "Có – lương hưu", "Có – trợ cấp BHXH"),
    "relation": ("Chủ hộ", "Vợ", "Chồng", "Con", "Cháu", "Bố", "Mẹ", "Ông", "Bà", "Anh", "Chị", "Em", "Khác"),
}


def write_request_workbook(request: VillageRequest) -> bytes:
    """The .xlsx to send; the same request gives the same bytes."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    workbook.set_properties({"title": "Danh sách đề nghị hỗ trợ", "created": request.made_on})
    sheet = workbook.add_worksheet("Danh sách")
    _write_titles(workbook, sheet, request)
    _write_headings(workbook, sheet)
    _set_page(sheet, request)
    last_row = _write_people(workbook, sheet, request)
    _write_lists(workbook, sheet, request, last_row)
    _write_meta(workbook, request)
    _protect(sheet)
    workbook.close()
    return stream.getvalue()


def _write_titles(workbook: Any, sheet: Any, request: VillageRequest) -> None:
    bold = workbook.add_format({**_FONT, "bold": True})
    red = workbook.add_format({**_FONT, "bold": True, "font_color": "#B01E1E"})
    title = f"DANH SÁCH ĐỀ NGHỊ HỖ TRỢ THEO {request.resolution} – {request.period_name}".upper()
    sheet.write_string(0, 0, request.commune_name, bold)
    sheet.write_string(1, 0, title, bold)
    sheet.write_string(2, 0, f"Thôn: {request.village_name}", bold)
    sheet.write_string(3, 0, f"{request.due_text}  {request.mark}".strip(), red if request.mark else bold)


def _write_headings(workbook: Any, sheet: Any) -> None:
    look = workbook.add_format(
        {
            **_FONT,
            "bold": True,
            "border": 1,
            "text_wrap": True,
            "align": "center",
            "valign": "vcenter",
            "bg_color": "#F2E6E6",
        }
    )
    for index, column in enumerate(COLUMNS):
        sheet.write_string(HEADER_ROW, index, column.heading + (" *" if column.required else ""), look)
        sheet.set_column(index, index, column.width)
    sheet.set_row(HEADER_ROW, 64)
    sheet.freeze_panes(HEADER_ROW + 1, 4)


def _set_page(sheet: Any, request: VillageRequest) -> None:
    """A4 across, two pages wide; headings on every page, number and names of the person on the second too."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.3, right=0.3, top=0.5, bottom=0.6)
    sheet.fit_to_pages(2, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.repeat_columns(0, 3)
    look = f'&"{_FONT["font_name"]},Regular"&9'
    place = f"{request.village_name} – {request.period_name}".replace("&", "&&")
    sheet.set_footer(f"&L{look}{place}&R{look}Trang &P/&N")


def _write_people(workbook: Any, sheet: Any, request: VillageRequest) -> int:
    """Known people, then empty lines, all unlocked and kept as text so that no zero is lost. Last row from 0."""
    look = workbook.add_format(
        {**_FONT, "border": 1, "locked": False, "num_format": "@", "text_wrap": True, "valign": "vcenter"}
    )
    last_row = HEADER_ROW + len(request.people) + _EMPTY_ROWS
    for row in range(HEADER_ROW + 1, last_row + 1):
        position = row - HEADER_ROW - 1
        person = request.people[position] if position < len(request.people) else {}
        known = {"order": str(position + 1), "village_name": request.village_name, **person} if person else {}
        if (lines := _lines(known)) > 1:
            sheet.set_row(row, LINE_HEIGHT * lines)
        for index, column in enumerate(COLUMNS):
            text = known.get(column.field)
            sheet.write_string(row, index, text, look) if text else sheet.write_blank(row, index, None, look)
    return last_row


def _lines(known: Mapping[str, str]) -> int:
    """How many lines the fullest cell of a row takes: not every program makes room for them by itself."""
    return max((-(-len(known.get(column.field, "")) // column.width) for column in COLUMNS), default=1)


def _write_lists(workbook: Any, sheet: Any, request: VillageRequest, last_row: int) -> None:
    """Pick lists stand on a hidden sheet: a list inside a rule may hold 255 letters only."""
    lists = workbook.add_worksheet(_LIST_SHEET)
    circumstances = ("Không", *request.circumstances) if request.circumstances else ()
    own = {"group_text": tuple(request.groups), "bank_name": tuple(request.banks), "circumstances": circumstances}
    picks = {**_PICK_LISTS, **own}
    for index, (name, choices) in enumerate(picks.items()):
        for row, choice in enumerate(choices):
            lists.write_string(row, index, choice)
        if choices:
            letter = chr(65 + index)
            source = f"={_LIST_SHEET}!${letter}$1:${letter}${len(choices)}"
            place = next(number for number, column in enumerate(COLUMNS) if column.field == name)
            rule = {
                "validate": "list",
                "source": source,
                "error_type": "warning",
                "error_message": "Nên chọn trong danh sách.",
            }
            sheet.data_validation(HEADER_ROW + 1, place, last_row, place, rule)
    lists.very_hidden()


def _write_meta(workbook: Any, request: VillageRequest) -> None:
    meta = workbook.add_worksheet(META_SHEET)
    pairs = {
        "template_version": TEMPLATE_VERSION,
        "commune_code": request.commune_code,
        "village_code": request.village_code,
        "village_name": request.village_name,
        "period_code": request.period_code,
    }
    for row, (name, value) in enumerate(pairs.items()):
        meta.write_string(row, 0, name)
        meta.write_string(row, 1, value)
    meta.very_hidden()


def _protect(sheet: Any) -> None:
    """Titles and headings cannot be changed; lines may be added, sorted and made wider."""
    allowed = ("format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter")
    sheet.protect("", dict.fromkeys(allowed, True))
