"""One commune's confirmed law as a YAML text that another commune can read, and that text read back, fault by fault."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rules.faults import fault_words
from rules.law_revisions import faults_of_revision
from rules.parameters import Parameter, Reference, scope_text
from rules.strict_yaml import YamlFault, load_strict

FORMAT = "ansinh-law"
VERSION = 1
MOST_BYTES = 2_000_000
_HEAD = """# Giá trị pháp luật đã được hai người của đơn vị xác nhận, xuất ra để đơn vị khác nhập.
# Nhập vào chỉ thành đề xuất: đơn vị nhận vẫn phải đối chiếu văn bản và xác nhận bằng người thứ hai.
"""


class ExchangeError(ValueError):
    """The text cannot be taken; ``faults`` says why, one Vietnamese sentence each, with entry and key."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class _Reference(_Closed):
    document: str = Field(min_length=1)
    issuer: str = Field(min_length=1)
    article: str = ""
    note: str = ""
    source: str = ""
    title: str = ""
    evidence: str = ""


class _Entry(_Closed):
    key: str
    value: Any
    valid_from: date = Field(alias="from")
    valid_to: date | None = Field(default=None, alias="to")
    scope: dict[str, str] = {}
    reference: _Reference
    demo: bool = False


class _Commune(_Closed):
    code: str
    name: str


class _Head(_Closed):
    format: str
    version: int
    commune: _Commune
    exported_on: date
    values: list[dict[str, Any]]


@dataclass(frozen=True)
class ExchangedValue:
    """One value of the file."""

    key: str
    value: Any
    valid_from: date
    valid_to: date | None
    scope: str
    reference: Reference
    is_demo: bool


@dataclass(frozen=True)
class ExchangedLaw:
    """What a file says: whose law, of which day, and its values in the order in which they were brought in."""

    commune_code: str
    commune_name: str
    exported_on: date
    values: tuple[ExchangedValue, ...]


def write_exchange(law: ExchangedLaw) -> str:
    """The law as YAML, the same text for the same law."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "commune": {"code": law.commune_code, "name": law.commune_name},
        "exported_on": law.exported_on,
        "values": [_plain(value) for value in law.values],
    }
    return _HEAD + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)


def _plain(value: ExchangedValue) -> dict[str, Any]:
    reference = {name: text for name, text in vars(value.reference).items() if text}
    scope = dict(pair.split("=", 1) for pair in value.scope.split(";")) if value.scope else None
    parts = {
        "key": value.key,
        "value": value.value,
        "from": value.valid_from,
        "to": value.valid_to,
        "scope": scope,
        "reference": reference,
        "demo": value.is_demo or None,
    }
    return {name: part for name, part in parts.items() if part is not None}


def read_exchange(text: str, parameters: Iterable[Parameter]) -> ExchangedLaw:
    """The law that ``write_exchange`` wrote. Raises ExchangeError with every fault: nothing is taken in part."""
    if len(text.encode()) > MOST_BYTES:
        raise ExchangeError("Tệp quá lớn để là một bộ giá trị pháp luật.")
    try:
        raw = load_strict(text)
        head = _Head.model_validate(raw)
    except YamlFault as error:
        raise ExchangeError(f"Không phải tệp YAML đọc được: {error}.") from error
    except ValidationError as error:
        raise ExchangeError(*(f"Đầu tệp: {_place(fault)}{fault_words(fault)}." for fault in error.errors())) from error
    if (head.format, head.version) != (FORMAT, VERSION):
        raise ExchangeError(f"Đầu tệp: phải là format: {FORMAT}, version: {VERSION}.")
    known = {parameter.key: parameter for parameter in parameters}
    values, faults = [], []
    for place, row in enumerate(head.values, start=1):
        entry, wrong = _entry(row, known)
        faults += [f"Mục {place} ({row.get('key', 'không có khóa')}): {fault}." for fault in wrong]
        values += [entry] if entry else []
    if not head.values:
        faults.append("Tệp không có giá trị nào.")
    if faults:
        raise ExchangeError(*faults)
    return ExchangedLaw(head.commune.code, head.commune.name, head.exported_on, tuple(values))


def _entry(row: Mapping[str, Any], known: Mapping[str, Parameter]) -> tuple[ExchangedValue | None, list[str]]:
    try:
        entry = _Entry.model_validate(row)
    except ValidationError as error:
        return None, [f"{_place(fault)}{fault_words(fault)}" for fault in error.errors()]
    parameter = known.get(entry.key)
    if parameter is None:
        return None, ["phần mềm không có tham số này"]
    entry.value = json.loads(json.dumps(entry.value, default=str))  # a day without quotation marks is text as well
    reference = Reference(**entry.reference.model_dump())
    faults = faults_of_revision(parameter, entry.value, entry.valid_from, entry.valid_to, entry.scope, reference)
    scope = scope_text(entry.scope)
    value = ExchangedValue(
        entry.key, entry.value, entry.valid_from, entry.valid_to, scope, reference, is_demo=entry.demo
    )
    return value, list(faults)


def _place(fault: Mapping[str, Any]) -> str:
    place = ".".join(str(step) for step in fault["loc"])
    return f"{place}: " if place else ""
