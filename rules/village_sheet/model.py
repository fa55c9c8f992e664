"""What reading a village list takes and gives: plain values, no workbook library, no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from rules.likeness import Entry

META_SHEET = "_meta"
PROBLEM_SHEET = "Lỗi cần sửa"

CellValue = str | int | float | bool | date | datetime | None


class Sheet(Protocol):
    """A sheet of a workbook. Rows and columns count from 0 at A1.

    `fonts` names the font of cells typed in another font than the workbook's usual ones; it may be empty.
    """

    @property
    def name(self) -> str: ...
    @property
    def hidden(self) -> bool: ...
    @property
    def rows(self) -> Sequence[Sequence[CellValue]]: ...
    @property
    def fonts(self) -> Mapping[tuple[int, int], str]: ...


def cell_address(row: int, column: int) -> str:
    """The address people know: row 6, column 1 (both from 0) is "B7"."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong in one cell. `message_vi` never repeats what stands in it, so it may be mailed and logged.

    `cell` is "" when the whole sheet is meant. `value_kind` says what the cell held: "blank", "text", "number",
    "date". An "error" keeps its row out; a "warning" asks a person to look.
    """

    sheet: str
    cell: str
    code: str
    message_vi: str
    severity: str
    value_kind: str


@dataclass(frozen=True, slots=True)
class VillageRow:
    """One person of a village list, as checked values. None means the list does not say.

    `birth_precision`: "day", "month" or "year" (`birth_date` is then the first day of the month or year).
    `sex`: "NAM" or "NU". `household_status`: NGHEO, CAN_NGHEO, THOAT_NGHEO, THOAT_CAN_NGHEO. `pay_method`:
    ACCOUNT, CASH, VNEID, PROXY. `residence`: THUONG_TRU or TAM_TRU. `disability`: KHONG, NHE, NANG or
    DAC_BIET_NANG. `income` (stable, monthly): KHONG, LUONG, LUONG_HUU, BHXH or KHAC. `traits`: further facts by
    code, so or not so. `repaired`: (field, before,
    after) of what was changed in reading and a person should confirm.
    """

    sheet: str
    row_number: int
    household_code: str | None
    head_name: str | None
    full_name: str
    birth_date: date
    birth_precision: str
    sex: str
    citizen_id: str
    old_id: str | None
    relation: str | None
    village_name: str | None
    residence: str | None
    household_status: str
    status_decision_no: str | None
    status_decision_date: date | None
    group_code: str | None
    group_text: str | None
    medical_papers: str | None
    disability: str | None
    income: str | None
    other_allowance: bool | None
    other_allowance_text: str | None
    bhyt_object: str | None
    facility: str | None
    pay_method: str
    account_no: str | None
    bank_name: str | None
    bank_bin: str | None
    account_holder: str | None
    phone: str | None
    note: str | None
    repaired: tuple[tuple[str, str, str], ...]
    traits: tuple[tuple[str, bool], ...] | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the office knows when it reads a list.

    `groups`: the beneficiary groups of the law in force, code → label; None when there are none, a group then stays as
    text. `traits`: the further facts that may be stated, code → label. `holders`: the commune's people by the number of
    their former CMND.
    """

    groups: Mapping[str, str] | None = None
    traits: Mapping[str, str] = field(default_factory=dict)
    holders: Mapping[str, Sequence[Entry]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetReading:
    """The good rows, what kept others out, what a person should look at, and the workbook's own `_meta`."""

    rows: tuple[VillageRow, ...]
    problems: tuple[CellProblem, ...]
    warnings: tuple[CellProblem, ...]
    meta: dict[str, str]
