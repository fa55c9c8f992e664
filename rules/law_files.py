"""Read the shipped law files, and refuse them when a value lacks its source, leaves a gap, overlaps or is misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rules.faults import fault_words
from rules.law_conflicts import equally_narrow
from rules.law_values import faults_of_keys, misfit
from rules.parameters import LawStatus, Parameter, Reference, Value, scope_text
from rules.strict_yaml import YamlFault, load_strict

LAW_FOLDER = Path(__file__).parent / "law"
PARAMETER_FILES = (
    "nq04.yaml",
    "categories.yaml",
    "poverty.yaml",
    "poverty_review.yaml",
    "disability.yaml",
    "diseases_tt50.yaml",
    "bhyt.yaml",
    "social_assistance.yaml",
    "complaints.yaml",
    "publication.yaml",
    "plan.yaml",
    "office.yaml",
)
_YEAR = re.compile(r"(?:19|20)\d{2}")


class LawFileError(Exception):
    """A law file that must not be used; the message names file, key and date."""


class _Reference(BaseModel):
    model_config = ConfigDict(extra="forbid")

    document: str = Field(min_length=1)
    issuer: str = Field(min_length=1)
    article: str = ""
    note: str = ""
    source: str = Field(default="", pattern=r"^(https?://\S+)?$")


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
    scopes: list[str] = []
    values: list[_Value] = Field(min_length=1)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    parameters: list[_Parameter]


class LegalDocument(BaseModel):
    """A document by number, year and issuer, with its full name and whether somebody read it somewhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    document: str = Field(min_length=1)
    issuer: str = Field(min_length=1)
    title: str = Field(min_length=1)
    status: LawStatus


@cache
def legal_documents() -> tuple[LegalDocument, ...]:
    """The documents of `rules/law/documents.yaml`."""
    raw = load_strict((LAW_FOLDER / "documents.yaml").read_text("utf-8"))["documents"]
    return tuple(LegalDocument.model_validate(row) for row in raw)


@cache
def _title(document: str, issuer: str) -> str:
    found = (row.title for row in legal_documents() if (row.document, row.issuer) == (document, issuer))
    return next(found, "")


@cache
def shipped_parameters() -> tuple[Parameter, ...]:
    """Every parameter of the shipped law files. Raises LawFileError on the first fault."""
    found: dict[str, Parameter] = {}
    for name in PARAMETER_FILES:
        for parameter in read_parameters(LAW_FOLDER / name):
            if parameter.key in found:
                raise LawFileError(f"{name}: {parameter.key} đã có trong tệp khác")
            found[parameter.key] = parameter
    units = {parameter.key: parameter.unit for parameter in found.values()}
    for value in (value for parameter in found.values() for value in parameter.values):
        for fault in faults_of_keys(value.unit, value.value or [], units):
            raise LawFileError(f"{value.key} từ {value.valid_from}: {fault}")
    return tuple(found.values())


def read_parameters(path: Path) -> list[Parameter]:
    """The parameters of one file, checked. Raises LawFileError naming file, key and date."""
    try:
        raw = load_strict(path.read_text("utf-8"))
    except YamlFault as error:
        raise LawFileError(f"{path.name}: {error}") from error
    try:
        file = _File.model_validate(raw)
    except ValidationError as error:
        raise LawFileError("; ".join(_faults(path.name, raw, error))) from error
    parameters = [_parameter(entry) for entry in file.parameters]
    seen: set[str] = set()
    for parameter in parameters:
        if parameter.key in seen:
            raise LawFileError(f"{path.name}: {parameter.key} được ghi hai lần")
        seen.add(parameter.key)
        _check(path.name, parameter)
    return parameters


def _faults(name: str, raw: Any, error: ValidationError) -> Iterator[str]:
    """Each fault with the key and the day of the value it stands at."""
    for fault in error.errors():
        place: Any = raw
        words = [name]
        for step in fault["loc"]:
            place = _below(place, step)
            if isinstance(place, dict):
                words += [str(place["key"])] if "key" in place else []
                words += [f"từ {place['from']}"] if "from" in place else []
        field = ".".join(str(step) for step in fault["loc"] if isinstance(step, str))
        yield f"{': '.join(words)}: {field}: {fault_words(fault)}"


def _below(place: Any, step: int | str) -> Any:
    try:
        return place[step]
    except (KeyError, IndexError, TypeError):
        return None


def _parameter(raw: _Parameter) -> Parameter:
    values = tuple(
        Value(
            key=raw.key,
            value=value.value,
            unit=raw.unit,
            status=value.status,
            reference=Reference(
                **value.reference.model_dump(), title=_title(value.reference.document, value.reference.issuer)
            ),
            valid_from=value.valid_from,
            valid_to=value.valid_to,
            scope=value.scope,
        )
        for value in raw.values
    )
    scopes = sorted({*raw.scopes, *(name for value in values for name in value.scope)})
    return Parameter(raw.key, raw.description, raw.unit, raw.reviewed_until, values, tuple(scopes))


def _check(name: str, parameter: Parameter) -> None:
    by_scope: dict[str, list[Value]] = {}
    for value in parameter.values:
        where = f"{name}: {parameter.key} từ {value.valid_from}"
        for fault in _faults_of(value, parameter.reviewed_until):
            raise LawFileError(f"{where}: {fault}")
        by_scope.setdefault(scope_text(value.scope), []).append(value)
    for values in by_scope.values():
        _check_through_time(name, parameter, sorted(values, key=lambda value: value.valid_from))
    for one, other in combinations(parameter.values, 2):
        if equally_narrow(one, other):
            day = max(one.valid_from, other.valid_from)
            raise LawFileError(
                f"{name}: {parameter.key} từ {day}: không rõ áp dụng {scope_text(one.scope)} hay "
                f"{scope_text(other.scope)}"
            )


def _faults_of(value: Value, reviewed_until: date) -> Iterator[str]:
    if (value.value is None) is not (value.status is LawStatus.UNKNOWN):
        yield "giá trị trống phải là UNKNOWN và ngược lại"
    wrong = misfit(value.unit, value.value) if value.value is not None else ""
    if wrong:
        yield f"giá trị {wrong}"
    if not _YEAR.search(value.reference.document):
        yield f"căn cứ “{value.reference.document}” thiếu năm ban hành"
    if value.valid_to is not None and value.valid_to < value.valid_from:
        yield f"hết hiệu lực {value.valid_to} trước khi có hiệu lực"
    if value.valid_from > reviewed_until:
        yield f"bắt đầu sau ngày rà soát {reviewed_until}"


def _check_through_time(name: str, parameter: Parameter, ordered: Sequence[Value]) -> None:
    for earlier, later in pairwise(ordered):
        if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
            raise LawFileError(f"{name}: {parameter.key}: hai giá trị chồng nhau từ {later.valid_from}")
        if (later.valid_from - earlier.valid_to).days > 1:
            raise LawFileError(f"{name}: {parameter.key}: hở từ {earlier.valid_to} đến {later.valid_from}")
    last = ordered[-1].valid_to
    if last is not None and last < parameter.reviewed_until:
        raise LawFileError(f"{name}: {parameter.key}: hở từ {last} đến ngày rà soát {parameter.reviewed_until}")
