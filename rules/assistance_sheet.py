"""The payment list of social assistance (Phòng Văn hóa - Xã hội), read to be compared with the village lists.

Serves step 3, "đối chiếu hồ sơ các đối tượng đang hưởng bảo trợ xã hội". A person without a citizen number stays in:
a name and a birth date are enough to raise a match for a person to decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rules.identity import CitizenNumber, check_citizen_number, old_identity_number
from rules.money import AmountError, parse_amount
from rules.village_sheet.cells import DateProblem, read_date
from rules.village_sheet.headers import headed_sheet
from rules.village_sheet.margins import filled_texts, is_footer, is_section
from rules.village_sheet.model import CellProblem, Sheet
from rules.village_sheet.scan import RowScan

_LABELS = {
    "stt": "order",
    "tt": "order",
    "ho ten": "full_name",
    "ho va ten": "full_name",
    "ho ten nguoi huong": "full_name",
    "ho va ten doi tuong": "full_name",
    "ngay sinh": "birth_date",
    "nam sinh": "birth_date",
    "ngay thang nam sinh": "birth_date",
    "so dinh danh": "citizen_id",
    "so dinh danh ca nhan": "citizen_id",
    "cccd": "citizen_id",
    "so cccd": "citizen_id",
    "cmnd": "old_id",
    "so cmnd": "old_id",
    "cmnd cu": "old_id",
    "so cmnd cu": "old_id",
    "cmnd cccd": "citizen_id",
    "so cmnd cccd": "citizen_id",
    "cccd cmnd": "citizen_id",
    "so cccd cmnd": "citizen_id",
    "thon": "village_name",
    "thon to dan pho": "village_name",
    "loai tro cap": "kind",
    "loai doi tuong": "kind",
    "doi tuong": "kind",
    "muc huong": "amount",
    "muc tro cap": "amount",
    "so tien": "amount",
}
_REQUIRED = {"full_name": "Họ tên", "birth_date": "Ngày sinh", "kind": "Loại trợ cấp", "amount": "Mức hưởng"}


@dataclass(frozen=True, slots=True)
class AssistanceRow:
    """One person on social assistance: `monthly_amount` in đồng, `birth_precision` "day", "month" or "year".

    `old_id`: the nine digits of a CMND, "" where the list gives none; it stands beside a citizen number, never for it.
    """

    row_number: int
    full_name: str
    birth_date: date
    birth_precision: str
    citizen_id: str | None
    village_name: str | None
    kind: str
    monthly_amount: int
    old_id: str = ""


def read_assistance_sheet(
    sheets: Sequence[Sheet], *, on: date
) -> tuple[tuple[AssistanceRow, ...], tuple[CellProblem, ...]]:
    """(people on the list, problems) of the first visible sheet with headings; a row with an error stays out.

    `on` is the date births must not lie after. A lost leading zero is restored by length alone and told as a
    warning: the list carries no sex to prove it. Never raises on what a person may have typed.
    """
    found = headed_sheet(sheets, _LABELS, _REQUIRED, "Họ tên, Ngày sinh, Loại trợ cấp, Mức hưởng")
    if isinstance(found, CellProblem):
        return (), (found,)
    sheet, header = found
    return _read_rows(sheet, header.fields, header.first_data_row, on)


def _read_rows(
    sheet: Sheet, fields: dict[str, int], first: int, on: date
) -> tuple[tuple[AssistanceRow, ...], tuple[CellProblem, ...]]:
    rows: list[AssistanceRow] = []
    problems: list[CellProblem] = []
    for number in range(first, len(sheet.rows)):
        scan = RowScan(sheet, number, fields)
        if _is_no_person(scan):
            continue
        row = _read_row(scan, on)
        problems += scan.problems
        if row:
            rows.append(row)
    return tuple(rows), tuple(problems)


def _is_no_person(scan: RowScan) -> bool:
    said = [name for name in scan.fields if name != "order" and scan.text(name)]
    if not said or scan.text("birth_date"):
        return not said
    filled = filled_texts(scan.sheet, scan.row)
    return is_footer(filled) or is_section(filled)


def _read_row(scan: RowScan, on: date) -> AssistanceRow | None:
    name, kind = scan.text("full_name"), scan.text("kind")
    if not name:
        scan.report("full_name", "NAME_MISSING", "Thiếu họ tên.")
    if not kind:
        scan.report("kind", "KIND_MISSING", "Thiếu loại trợ cấp.")
    birth = _birth(scan, on)
    amount = _amount(scan)
    citizen_id = _citizen_id(scan, birth, on)
    if scan.failed or birth is None or amount is None:
        return None
    village = scan.text("village_name") or None
    old_id = old_identity_number(scan.text("old_id")) or old_identity_number(scan.text("citizen_id")) or ""
    return AssistanceRow(scan.row + 1, name, birth[0], birth[1], citizen_id, village, kind, amount, old_id)


def _birth(scan: RowScan, on: date) -> tuple[date, str] | None:
    try:
        return read_date(scan.value("birth_date"), on=on)
    except DateProblem as problem:
        scan.report("birth_date", "BIRTH_WRONG", f"Ngày sinh: {problem}")
        return None


def _amount(scan: RowScan) -> int | None:
    value = scan.value("amount")
    try:
        return parse_amount(value if isinstance(value, int | float) else scan.text("amount"))
    except AmountError:
        scan.report("amount", "AMOUNT_WRONG", "Mức hưởng: ghi số tiền nguyên, ví dụ 1.050.000.")
        return None


def _citizen_id(scan: RowScan, birth: tuple[date, str] | None, on: date) -> str | None:
    text = scan.text("citizen_id")
    if not text:
        return None
    year = birth[0].year if birth else None
    for candidate in (text, f"0{text}"):
        checked = check_citizen_number(candidate, sex=None, birth_year=year, on=on)
        if isinstance(checked, CitizenNumber):
            if candidate != text:
                scan.warn("citizen_id", "CITIZEN_ID_PADDED", "Số định danh thiếu số 0 ở đầu, đã thêm lại.")
            return checked.value
    if old_identity_number(text):
        scan.warn("citizen_id", "CITIZEN_ID_OLD", "Đây là số CMND cũ; so theo CMND, họ tên và ngày sinh.")
    else:
        scan.warn("citizen_id", "CITIZEN_ID_WRONG", "Số định danh không đúng; chỉ so theo họ tên và ngày sinh.")
    return None
