"""What the request workbook of a thôn says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class VillageRequest:
    """What one thôn is asked. `people`: per known person, field of the village list → text as printed.

    `period_code` ("2026-Q3") and the codes go into `_meta` and come back with the file; `resolution` is what the
    support stands on, `groups` the labels of the beneficiary groups in force, `circumstances` those of the further
    facts that may be stated, `banks` the banks to pick from; `mark` is printed red ("DỮ LIỆU TRÌNH DIỄN").
    """

    commune_code: str
    commune_name: str
    village_code: str
    village_name: str
    period_code: str
    period_name: str
    resolution: str
    due_text: str
    made_on: datetime
    groups: Sequence[str] = ()
    banks: Sequence[str] = ()
    circumstances: Sequence[str] = ()
    people: Sequence[Mapping[str, str]] = field(default_factory=tuple)
    mark: str = ""
