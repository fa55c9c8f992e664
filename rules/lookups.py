"""Lookup tables beside the legal parameters: province codes and bank codes, each file with its source."""

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from rules.names import fold_name
from rules.strict_yaml import load_strict

_LAW = Path(__file__).parent / "law"


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank as transfers know it: six-digit NAPAS code, short name, and whether a transfer can reach it."""

    bin: str
    name: str
    transfer: bool


@cache
def birth_provinces() -> dict[str, str]:
    """The 63 codes of provinces of birth registration (first three digits of a citizen number) → name."""
    return dict(_entries("provinces.yaml"))


@cache
def banks() -> tuple[Bank, ...]:
    """Every bank of the table, in the table's order."""
    entries = _entries("banks.yaml").items()
    return tuple(Bank(bin=code, name=bank["name"], transfer=bank["transfer"]) for code, bank in entries)


@lru_cache(maxsize=512)
def find_bank(text: str | None) -> Bank | None:
    """The bank a person wrote, by code, name or a usual other name, branch words ignored; None when unknown.

    "Agribank", "Agribank CN Cát Hải", "NHNo&PTNT" and "970405" are the same bank. A text that names two banks
    is unknown.
    """
    wanted = _bank_key(text or "")
    if not wanted.strip():
        return None
    exact = _bank_names().get(wanted)
    if exact:
        return exact
    found = {name: bank for name, bank in _bank_names().items() if f" {name} " in f" {wanted} "}
    outer = {bank for name, bank in found.items() if not any(name != other and name in other for other in found)}
    return outer.pop() if len(outer) == 1 else None


@cache
def _bank_names() -> dict[str, Bank]:
    names: dict[str, Bank] = {}
    for bank in banks():
        entry = _entries("banks.yaml")[bank.bin]
        for name in (bank.bin, bank.name, *entry.get("aliases", ())):
            names[_bank_key(name)] = bank
    return names


def _bank_key(text: str) -> str:
    folded = "".join(char if char.isalnum() else " " for char in fold_name(text))
    return " ".join(folded.split()).removeprefix("ngan hang ").removeprefix("nh ").removeprefix("tmcp ")


@cache
def _entries(file_name: str) -> dict[str, Any]:
    entries: dict[str, Any] = load_strict((_LAW / file_name).read_text(encoding="utf-8"))["entries"]
    return entries
