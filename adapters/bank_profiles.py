"""The layouts in which banks take a transfer file: YAML; neutral ones are shipped, the office adds a branch's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field

from adapters.layouts import Strict, read_layout
from adapters.sheets import PROFILES, OutputError

NEUTRAL = ""
FOLDER = "bank_profiles"
"""Below the data folder: one file per layout; its name without ending is its code."""
_SHIPPED = {NEUTRAL: "bank_transfer", "csv": "bank_transfer_csv"}
FieldName = Literal["number", "end_to_end_id", "holder", "account_no", "bank_bin", "bank_name", "amount", "purpose"]


class BankColumn(Strict):
    """One column: a field of the transfer, or the same text in every row (`value`); `max` cuts nothing, it refuses."""

    header: str
    field: FieldName | None = None
    value: str = ""
    kind: Literal["text", "int", "money"] = "text"
    width: float = 16
    max: int | None = Field(default=None, ge=1)


class BankTrailer(Strict):
    """A closing line with the number of transfers and their sum, each under a column's heading."""

    label: str = ""
    count: str = ""
    total: str = ""


class BankProfile(Strict):
    """How one bank takes its file. Rows are counted from 1 as a spreadsheet shows them."""

    name: str
    status: str = "ASSUMED"
    format: Literal["xlsx", "csv"]
    columns: tuple[BankColumn, ...] = Field(min_length=1)
    sheet: str = "Chuyen khoan"
    header_row: int = Field(default=1, ge=0)
    """0: the bank wants no headings."""
    first_data_row: int = Field(default=2, ge=1)
    summary_sheet: str = ""
    trailer: BankTrailer | None = None
    encoding: Literal["ascii", "utf-8", "utf-8-sig"] = "ascii"
    delimiter: Literal[",", ";", "|", "\t"] = ","
    purpose_max: int = Field(default=60, ge=1, le=140)
    max_rows: int | None = Field(default=None, ge=1)
    same_bank_only: bool = False


def bank_profiles(data_dir: Path | None = None) -> dict[str, BankProfile]:
    """Every layout by its code, the neutral one first; a file that cannot be used is left out (`profile` says why)."""
    found = {}
    for code in (*_SHIPPED, *_own(data_dir)):
        try:
            found[code] = profile(code, data_dir)
        except OutputError:
            continue
    return found


def profile(code: str, data_dir: Path | None = None) -> BankProfile:
    """The layout of that code. Raises `OutputError` when there is none, or naming what is wrong in its file."""
    shipped = _SHIPPED.get(code)
    path = PROFILES / f"{shipped}.yaml" if shipped else _own(data_dir).get(code)
    if path is None:
        raise OutputError("Không còn mẫu tệp ngân hàng đã chọn; hãy chọn mẫu khác ở mục Tài khoản chi.")
    return _checked(read_layout(path, BankProfile, "Mẫu tệp ngân hàng"))


def _checked(found: BankProfile) -> BankProfile:
    if found.header_row >= found.first_data_row:
        raise OutputError("Mẫu tệp ngân hàng: dòng tiêu đề phải đứng trước dòng đầu tiên của dữ liệu.")
    fields = {column.field for column in found.columns}
    if not {"account_no", "amount"} <= fields:
        raise OutputError("Mẫu tệp ngân hàng phải có cột số tài khoản và cột số tiền.")
    return found


def _own(data_dir: Path | None) -> dict[str, Path]:
    return dict(_files(data_dir / FOLDER)) if data_dir else {}


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.glob("*.yaml")):
        if path.stem not in _SHIPPED:
            yield path.stem[:40], path
