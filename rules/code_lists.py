"""Small lists of codes with their Vietnamese words and their source: degrees, grounds, reasons."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from rules.diseases import Source
from rules.law_files import LAW_FOLDER
from rules.parameters import LawStatus
from rules.strict_yaml import load_strict


class ListSource(Source):
    """A source with the address of the page it was read from, where somebody read it."""

    source: str = ""


class CodeList(BaseModel):
    """One list: its codes in the order in which they are offered, and where they stand."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^[a-z_]+$")
    title: str = Field(min_length=1)
    status: LawStatus
    reference: ListSource
    entries: dict[str, str] = Field(min_length=1)


@cache
def code_lists() -> dict[str, CodeList]:
    """Every small list by its code: disability_degrees, unable_grounds, stop_reasons, return_reasons …"""
    raw = load_strict((LAW_FOLDER / "code_lists.yaml").read_text("utf-8"))["lists"]
    return {entry["code"]: CodeList.model_validate(entry) for entry in raw}
