"""What a village row states of a person, as dated facts: a new statement opens a new fact and closes the old one.

A statement holds from the day the cycle was opened. A correction within the same cycle holds from that same day: the
fact it corrects then holds on no day and points at the one in its place. Blank cells state nothing and end nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from models.people import FactKind, PersonFact, trait_fact
from rules.money import AmountError, parse_amount
from rules.names import clean_name, fold_name
from rules.village_sheet import VillageRow
from services.store import insert_new

OpenFacts = dict[tuple[int, str], PersonFact]
ROW_SOURCE = "list_row:"
NONE = "KHONG"
_DAY = timedelta(days=1)
# Folded words of the "other allowance" column that name an income and no allowance; the longer first.
_INCOMES = {"luong huu": "LUONG_HUU", "mat suc": "BHXH", "bao hiem xa hoi": "BHXH", "bhxh": "BHXH", "luong": "LUONG"}
_AMOUNT = re.compile(r"[\s:,;(–-]*(\d[\d.,]*\d)\s*(?:đồng|vnđ|đ)?(?:/tháng)?\)?", re.IGNORECASE)
_ALLOWANCE_WORDS = ("tro cap", "bao tro", "btxh", "huu tri xa hoi")


def source_of(row_id: int) -> str:
    """Where a fact came from: "list_row:12"."""
    return f"{ROW_SOURCE}{row_id}"


def stated_facts(row: VillageRow) -> dict[str, Any]:
    """The facts that the row states, in the shapes of :class:`FactKind`; what it leaves blank is not in the answer."""
    facts: dict[str, Any] = {
        FactKind.RESIDENCE: row.residence,
        FactKind.GROUP: row.group_code or row.group_text,
        FactKind.BHYT_OBJECT: row.bhyt_object,
        FactKind.DISABILITY: row.disability,
        FactKind.INCOME: {"kind": row.income, "monthly": 0 if row.income == NONE else None} if row.income else None,
    }
    traits = {trait_fact(code): so for code, so in row.traits or ()}
    return {kind: value for kind, value in facts.items() if value} | _allowance(row) | traits


def _allowance(row: VillageRow) -> dict[str, Any]:
    """Social assistance as stated; a pension or wage written into the same column is an income, not an allowance.

    An amount that is not written, or not clearly one, stays unknown (None).
    """
    nothing = {"kind": NONE, "monthly": 0}
    if row.other_allowance is None:
        return {}
    if not row.other_allowance:
        return {FactKind.ALLOWANCE: nothing}
    text = row.other_allowance_text or ""
    folded = fold_name(text)
    income = next((code for words, code in _INCOMES.items() if words in folded), None)
    if income is None:
        amount = _one_amount(text)
        kind = text if amount is None else clean_name(_AMOUNT.sub("", text)) or text
        return {FactKind.ALLOWANCE: {"kind": kind, "monthly": amount}}
    if any(words in folded for words in _ALLOWANCE_WORDS):
        return {
            FactKind.INCOME: {"kind": income, "monthly": None},
            FactKind.ALLOWANCE: {"kind": text, "monthly": None},
        }
    return {FactKind.INCOME: {"kind": income, "monthly": _one_amount(text)}, FactKind.ALLOWANCE: nothing}


def _one_amount(text: str) -> int | None:
    amounts = _AMOUNT.findall(text)
    try:
        return parse_amount(amounts[0]) if len(amounts) == 1 else None
    except AmountError:
        return None


def load_open_facts(session: Session, people: Collection[int]) -> OpenFacts:
    """The facts of these people that nothing has closed, by person and kind."""
    if not people:
        return {}
    query = select(PersonFact).where(col(PersonFact.person_id).in_(people), col(PersonFact.valid_to).is_(None))
    return {(fact.person_id, fact.kind): fact for fact in session.exec(query.order_by(col(PersonFact.id)))}


def record_facts(
    session: Session,
    stated: Mapping[int, tuple[int, dict[str, Any]]],
    known: OpenFacts,
    *,
    valid_from: date,
    now: datetime,
) -> set[int]:
    """Write what is new in ``stated`` (person → row, facts) and close what it replaces; returns the people changed.

    A fact that an office recorded since ``valid_from`` stands against what the thôn repeats.
    """
    first: list[dict[str, Any]] = []
    pairs: list[tuple[PersonFact, PersonFact]] = []
    for person_id, (row_id, facts) in stated.items():
        base: dict[str, Any] = {"person_id": person_id, "source": source_of(row_id)}
        base |= {"valid_from": valid_from, "recorded_at": now}
        for kind, value in facts.items():
            said = base | {"kind": kind, "value": value}
            old = known.get((person_id, kind))
            if old is None:
                first.append(said)
            elif old.value != value and not _office_said(old, valid_from):
                new = PersonFact(**(said | {"valid_from": max(valid_from, old.valid_from)}))
                pairs.append((old, new))
                known[person_id, kind] = new
    insert_new(session, PersonFact, first)
    session.add_all([new for _, new in pairs])
    session.flush()
    for old, new in pairs:
        close(old, new)
    session.flush()
    return {row["person_id"] for row in first} | {new.person_id for _, new in pairs}


def _office_said(fact: PersonFact, since: date) -> bool:
    return not fact.source.startswith(ROW_SOURCE) and fact.valid_from >= since


def close(old: PersonFact, new: PersonFact) -> None:
    """End a fact the day before the one that follows; from the same day on it is replaced and holds on no day."""
    old.valid_to = new.valid_from - _DAY
    if old.valid_to < old.valid_from:
        old.replaced_by = new.key
