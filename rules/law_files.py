"""Read the shipped law files, and refuse them when a value lacks its source, overlaps another or has an unknown key."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rules.parameters import LawStatus, Parameter, Reference, Value, scope_text

LAW_FOLDER = Path(__file__).parent / "law"
PARAMETER_FILES = (
    "nq04.yaml",
    "categories.yaml",
    "bhyt.yaml",
    "social_assistance.yaml",
    "complaints.yaml",
    "office.yaml",
)


class LawFileError(Exception):
    """A law file that must not be used; the message names file, key and date."""


class _Reference(BaseModel):
    model_config = ConfigDict(extra="forbid")

    document: str = Field(min_length=1)
    issuer: str = Field(min_length=1)
    article: str = ""
    note: str = ""


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    value: Any = None
    valid_from: date = Field(alias="from")
    valid_to: date | None = Field(default=None, alias="to")
    scope: dict[str, str] = {}
    status: LawStatus
    reference: _Reference


class _Parameter(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: str = Field(pattern=r"^[A-Z0-9]+(\.[a-z0-9_]+)+$")
    description: str = Field(min_length=1)
    unit: str = Field(min_length=1)
    reviewed_until: date
    values: list[_Value] = Field(min_length=1)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    parameters: list[_Parameter]


@cache
def shipped_parameters() -> tuple[Parameter, ...]:
    """Every parameter of the shipped law files. Raises LawFileError on the first fault."""
    found: dict[str, Parameter] = {}
    for name in PARAMETER_FILES:
        for parameter in read_parameters(LAW_FOLDER / name):
            if parameter.key in found:
                raise LawFileError(f"{name}: {parameter.key} đã có trong tệp khác")
            found[parameter.key] = parameter
    return tuple(found.values())


def read_parameters(path: Path) -> list[Parameter]:
    """The parameters of one file, checked. Raises LawFileError naming file, key and date."""
    try:
        file = _File.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise LawFileError(f"{path.name}: {error}") from error
    parameters = [_parameter(raw) for raw in file.parameters]
    for parameter in parameters:
        _check(path.name, parameter)
    return parameters


def _parameter(raw: _Parameter) -> Parameter:
    values = tuple(
        Value(
            key=raw.key,
            value=value.value,
            unit=raw.unit,
            status=value.status,
            reference=Reference(**value.reference.model_dump()),
            valid_from=value.valid_from,
            valid_to=value.valid_to,
            scope=value.scope,
        )
        for value in raw.values
    )
    return Parameter(raw.key, raw.description, raw.unit, raw.reviewed_until, values)


def _check(name: str, parameter: Parameter) -> None:
    by_scope: dict[str, list[Value]] = {}
    for value in parameter.values:
        if (value.value is None) is not (value.status is LawStatus.UNKNOWN):
            raise LawFileError(
                f"{name}: {parameter.key} từ {value.valid_from}: giá trị trống phải là UNKNOWN và ngược lại"
            )
        by_scope.setdefault(scope_text(value.scope), []).append(value)
    for values in by_scope.values():
        ordered = sorted(values, key=lambda value: value.valid_from)
        for earlier, later in pairwise(ordered):
            if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
                raise LawFileError(f"{name}: {parameter.key}: hai giá trị chồng nhau từ {later.valid_from}")
            if (later.valid_from - earlier.valid_to).days > 1:
                raise LawFileError(f"{name}: {parameter.key}: hở từ {earlier.valid_to} đến {later.valid_from}")
