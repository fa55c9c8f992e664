"""How each thôn of the demonstration really sends its list: one function per habit, all from the same records.

Layouts (the `layout` of a village in `people.yaml`): request, reordered, birth_years, numbers, decomposed, tcvn3,
blanks, short, two_sheets, repeated; "nothing" sends no file.
"""

import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import Any

from adapters.workbooks import write_request_workbook
from demo.workbook import MADE_ON, Book, Record
from rules.legacy_fonts import to_tcvn3
from rules.papers.village_request import VillageRequest
from rules.village_sheet import HEADINGS

Layout = Callable[[dict[str, Any], dict[str, str], list[Record]], bytes]
_USUAL = [
    "order", "household_code", "head_name", "full_name", "birth_date", "sex", "citizen_id", "relation", "village_name",
    "residence", "household_status", "status_decision_no", "status_decision_date", "group_text", "disability",
    "medical_papers", "income", "other_allowance", "bhyt_object", "pay_method", "account_no", "bank_name",
    "account_holder", "phone", "note",
]  # fmt: skip


def _heads(*names: str) -> list[tuple[str, str]]:
    return [(name, HEADINGS[name]) for name in names]


def _without(*absent: str) -> list[tuple[str, str]]:
    return _heads(*(name for name in _USUAL if name not in absent))


def _title(people: dict[str, Any]) -> str:
    return f"DANH SÁCH ĐỀ NGHỊ HỖ TRỢ {people['period']['name'].upper()} ({people['mark']})"


def request(people: dict[str, Any], village: dict[str, str], records: list[Record]) -> bytes:
    """The workbook that was sent out, filled in and sent back."""
    return write_request_workbook(
        VillageRequest(
            commune_code="11914",
            commune_name="UBND ĐẶC KHU CÁT HẢI",
            village_code=village["code"],
            village_name=village["name"],
            period_code=people["period"]["code"],
            period_name=people["period"]["name"],
            resolution="Nghị quyết số 04/2026/NQ-HĐND",
            due_text="Gửi lại Phòng Kinh tế trước ngày 10/07/2026.",
            made_on=MADE_ON,
            people=records,
            mark=people["mark"],
        )
    )


def reordered(people: dict[str, Any], village: dict[str, str], records: list[Record]) -> bytes:
    """Columns in an order of their own under other headings, below merged title rows."""
    book = Book()
    sheet = book.book.add_worksheet("Q3")
    names = {
        "order": "TT", "full_name": "Họ và tên", "citizen_id": "Số CCCD", "phone": "SĐT", "account_no": "STK",
        "birth_date": "Ngày, tháng, năm sinh", "head_name": "Chủ hộ", "status_decision_no": "Số QĐ",
        "status_decision_date": "Ngày QĐ", "household_status": "Loại hộ", "pay_method": "Hình thức chi trả",
    }  # fmt: skip
    order = ["order", "full_name", "citizen_id", "phone", "account_no", "bank_name", "account_holder", "pay_method"]
    order += [name for name in _USUAL if name not in {*order, "village_name"}]
    heads = [(name, names.get(name, HEADINGS[name])) for name in order]
    titles = ["UBND ĐẶC KHU CÁT HẢI", _title(people), f"Thôn: {village['name']}"]
    row = book.titles(sheet, titles, merged_to=len(heads) - 1)
    book.table(sheet, row + 1, heads, records, book.text)
    return book.bytes()


def birth_years(people: dict[str, Any], village: dict[str, str], records: list[Record]) -> bytes:
    """Only the year of birth is known, under "Nam" or "Nữ"; headings of two rows, then a row that numbers them."""
    book = Book()
    sheet = book.book.add_worksheet("Danh sách")
    row = book.titles(sheet, [_title(people), village["name"]], merged_to=8)
    single = [name for name in _USUAL if name not in {"sex", "birth_date", "village_name"} and "decision" not in name]
    fields = [*single[:4], "born_male", "born_female", *single[4:], "status_decision_no", "status_decision_date"]
    pairs = {"born_male": "Năm sinh", "status_decision_no": "Quyết định công nhận"}
    children = {"born_male": "Nam", "born_female": "Nữ", "status_decision_no": "Số", "status_decision_date": "Ngày"}
    for column, field in enumerate(fields):
        if field in pairs:
            sheet.merge_range(row, column, row, column + 1, pairs[field], book.bold)
        if field in children:
            sheet.write_string(row + 1, column, children[field], book.bold)
        else:
            sheet.merge_range(row, column, row + 1, column, HEADINGS[field], book.bold)
        sheet.write_string(row + 2, column, f"({column + 1})", book.bold)
    for number, record in enumerate(records, start=1):
        year = "born_male" if record["sex"] == "Nam" else "born_female"
        for column, field in enumerate(fields):
            if field == year:
                sheet.write_number(row + 2 + number, column, int(record["birth_date"]), book.plain)
            else:
                value = str(number) if field == "order" else record.get(field, "")
                sheet.write_string(row + 2 + number, column, value, book.plain)
    return book.bytes()


def numbers(people: dict[str, Any], village: dict[str, str], records: list[Record]) -> bytes:
    """Everything typed as numbers and dates: leading zeros of citizen numbers and telephones are gone."""
    book = Book()
    sheet = book.book.add_worksheet("Sheet1")

    def cell(target: Any, row: int, column: int, field: str, value: str) -> None:
        if field in {"citizen_id", "phone", "order"}:
            target.write_number(row, column, int(value), book.plain)
        elif field in {"birth_date", "status_decision_date"}:
            day = datetime.strptime(value, "%d/%m/%Y")  # noqa: DTZ007 -- a cell has no zone
            target.write_datetime(row, column, day, book.day)
        else:
            book.text(target, row, column, field, value)

    row = book.titles(sheet, [_title(people), f"Thôn: {village['name']}"])
    book.table(sheet, row, _without("village_name"), records, cell)
    return book.bytes()


def decomposed(people: dict[str, Any], village: dict[str, str], records: list[Record]) -> bytes:
    """Typed on a machine that keeps letters and marks apart (NFD), with spaces that do not break."""
    book = Book()
    sheet = book.book.add_worksheet("DS")

    def cell(target: Any, row: int, column: int, field: str, value: str) -> None:
        spaced = value.replace(" ", "\u00a0 ") if field == "full_name" else value
        book.text(target, row, column, field, unicodedata.normalize("NFD", spaced))

    heads = [(field, unicodedata.normalize("NFD", heading)) for field, heading in _heads(*_USUAL)]
    row = book.titles(sheet, [unicodedata.normalize("NFD", _title(people))])
    book.table(sheet, row, heads, records, cell)
    return book.bytes()


def tcvn3(people: dict[str, Any], village: dict[str, str], records: list[Record]) -> bytes:
    """Typed with the font .VnTime of before Unicode, headings and all."""
    book = Book(font=".VnTime")
    sheet = book.book.add_worksheet("Sheet1")

    def cell(target: Any, row: int, column: int, field: str, value: str) -> None:
        book.text(target, row, column, field, to_tcvn3(value))

    titles = [f"Danh sách đề nghị hỗ trợ ({people['mark'].lower()})", village["name"]]
    row = book.titles(sheet, [to_tcvn3(line) for line in titles])
    heads = [(field, to_tcvn3(heading)) for field, heading in _without("account_holder", "village_name")]
    book.table(sheet, row, heads, records, cell)
    return book.bytes()


def blanks(people: dict[str, Any], village: dict[str, str], records: list[Record]) -> bytes:
    """A blank row and section titles between the people, dates with dots, a total and a signature below."""
    book = Book()
    sheet = book.book.add_worksheet("Danh sách")

    def cell(target: Any, row: int, column: int, field: str, value: str) -> None:
        dotted = value.replace("/", ".") if field in {"birth_date", "status_decision_date"} else value
        book.text(target, row, column, field, dotted)

    lines = [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "",
        _title(people),
        village["name"],
        "",
    ]
    row = book.titles(sheet, lines)
    rows: list[Record] = []
    for position, record in enumerate(records):
        section = {"head_name": f"{'I' * (1 + position // 4)}. Các hộ trong danh sách"}
        rows += [{}, section, record] if position % 4 == 0 else [record]
    end = book.table(sheet, row, _heads(*[name for name in _USUAL if name != "order"]), rows, cell)
    sheet.write_string(end, 0, f"Tổng cộng: {len(records)} người", book.bold)
    sheet.write_string(end + 1, 10, "TRƯỞNG THÔN", book.bold)
    sheet.write_string(end + 2, 10, "(Ký, ghi rõ họ tên)", book.plain)
    return book.bytes()


def short(people: dict[str, Any], village: dict[str, str], records: list[Record]) -> bytes:
    """In short words (TN, TCN, TK, TM, TT) and without the columns the village head found needless."""
    book = Book()
    sheet = book.book.add_worksheet("Thôn 8")
    words = {
        "Thoát nghèo": "TN", "Thoát cận nghèo": "TCN", "Cận nghèo": "HCN", "Tài khoản": "TK", "Tiền mặt": "TM",
        "Không": "k",
    }  # fmt: skip

    def cell(target: Any, row: int, column: int, field: str, value: str) -> None:
        book.text(target, row, column, field, words.get(value, value))

    row = book.titles(sheet, [_title(people), f"Thôn: {village['name']}"])
    heads = _without("village_name", "phone", "note", "bhyt_object", "household_code")
    book.table(sheet, row, heads, records, cell)
    return book.bytes()


def two_sheets(people: dict[str, Any], village: dict[str, str], records: list[Record]) -> bytes:
    """Households that escaped poverty on one sheet, the others on a second, and an empty third."""
    book = Book()
    for name, escaped in (("Thoát nghèo", True), ("Nghèo, cận nghèo", False)):
        sheet = book.book.add_worksheet(name)
        row = book.titles(sheet, [_title(people), village["name"]])
        some = [record for record in records if record["household_status"].startswith("Thoát") is escaped]
        book.table(sheet, row, _heads(*_USUAL), some, book.text)
    book.book.add_worksheet("Sheet3")
    return book.bytes()


def repeated(people: dict[str, Any], village: dict[str, str], records: list[Record]) -> bytes:
    """The first person stands in the list a second time, at its end."""
    book = Book()
    sheet = book.book.add_worksheet("Danh sách")
    row = book.titles(sheet, [_title(people), village["name"]])
    book.table(sheet, row, _heads(*_USUAL), [*records, records[0]], book.text)
    return book.bytes()


LAYOUTS: dict[str, Layout] = {
    make.__name__: make
    for make in (request, reordered, birth_years, numbers, decomposed, tcvn3, blanks, short, two_sheets, repeated)
}
