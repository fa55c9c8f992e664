"""How the insurance office takes the D03-TS: the layout shipped, or what the office put in the data folder over it."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from adapters.layouts import Strict, read_layout
from adapters.sheets import PROFILES, OutputError, load_profile
from rules.papers.d03ts import D03Header, D03Person

FOLDER = "insurance_profiles"
"""Below the data folder: `d03ts.yaml` says what is otherwise than in the shipped layout; a template lies beside it."""
FILE = "d03ts.yaml"
WHAT = "Mẫu D03-TS"
_PERSON = {field.name for field in fields(D03Person)}
_FIELDS = {"", "number"} | _PERSON
_SUMS = {"amount", "local_support", "other_support"}
_HEAD = {field.name for field in fields(D03Header)} | {"mark"}
_HEAD_LINES = 10
"""Lines that the laid-out form has above its headings."""
Cell = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}[1-9][0-9]{0,4}$")]


class D03Column(Strict):
    """One column: what of a person stands in it (`number`: counted; empty: left blank) and how it looks."""

    field: str = ""
    form: str = ""
    header: str = ""
    kind: Literal["text", "code", "int", "money"] = "text"
    width: float = Field(default=12, gt=0)


class D03Group(Strict):
    """The name of a group of people and of its total."""

    title: str
    total: str


class D03Groups(Strict):
    """Who comes in, who leaves."""

    increase: D03Group
    decrease: D03Group


class D03Layout(Strict):
    """The form. Rows are counted from 1 as a spreadsheet shows them."""

    status: str = "ASSUMED"
    form: str
    decision: str
    title: str
    sheet: str = Field(min_length=1, max_length=31)
    data_sheet: str = Field(min_length=1, max_length=31)
    heading_row: int = Field(gt=_HEAD_LINES)
    numbering_row: int
    first_data_row: int = Field(ge=2)
    """The first person; the group's name stands in the row above."""
    columns: tuple[D03Column, ...] = Field(min_length=1)
    groups: D03Groups
    total_field: str
    template: Annotated[str, StringConstraints(pattern=r"^([^/\\]+\.xlsx)?$")] = ""
    """The insurance office's own workbook, beside the layout's file: its head and columns stay."""
    head_cells: dict[Cell, str] = Field(default_factory=dict)
    """Of the template: which cell takes which value of the head."""


def d03ts_layout(data_dir: Path | None = None) -> tuple[D03Layout, bytes | None]:
    """The layout to write by, and the template's bytes where there is one.

    Raises `OutputError` naming what is wrong in the office's own file.
    """
    shipped = load_profile("d03ts")
    own = data_dir / FOLDER / FILE if data_dir else None
    if own is None or not own.exists():
        return read_layout(PROFILES / FILE, D03Layout, WHAT), None
    layout = read_layout(own, D03Layout, WHAT, usual=shipped)
    _check(layout)
    return layout, _template(own.with_name(layout.template)) if layout.template else None


def _check(layout: D03Layout) -> None:
    said = [column.field for column in layout.columns]
    faults: dict[str, Any] = {
        f"không có trường “{', '.join(sorted(set(said) - _FIELDS))}”": set(said) - _FIELDS,
        "phải có cột họ và tên": "full_name" not in said,
        "phải có cột số định danh hoặc mã số BHXH": not {"citizen_no", "bhxh_code"} & set(said),
        "cột tính tổng phải là một cột số tiền của mẫu": layout.total_field not in _SUMS & set(said),
        f"không có mục “{', '.join(sorted(set(layout.head_cells.values()) - _HEAD))}” ở phần đầu": (
            set(layout.head_cells.values()) - _HEAD
        ),
        "dòng tiêu đề, dòng đánh số, dòng tên nhóm phải nối tiếp nhau": not (
            layout.template or layout.heading_row < layout.numbering_row < layout.first_data_row - 1
        ),
    }
    for fault, found in faults.items():
        if found:
            raise OutputError(f"{WHAT} {FILE}: {fault}.")


def _template(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise OutputError(f"{WHAT} {FILE}: không thấy tệp mẫu {path.name} trong thư mục {FOLDER}.") from None
