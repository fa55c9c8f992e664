"""Groups of persons whose BHYT contribution another policy already secures: data, like the beneficiary groups."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from rules.amounts import OtherShare
from rules.categories import Predicate, check
from rules.facts import PersonFacts
from rules.findings import Finding
from rules.parameters import LawBook, LawGap, Value

GROUPS_KEY = "BHYT.age_groups"


class ShareGroup(BaseModel):
    """Who belongs (every condition holds) and which share of the contribution is secured for them, 0–100 %."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    label: str
    share: int = Field(ge=0, le=100)
    all: tuple[Predicate, ...]


def other_shares(facts: PersonFacts, on: date, book: LawBook) -> tuple[OtherShare, ...]:
    """What these groups secure for the person on the day; a gap in the law is an undecided share of 100 %."""
    try:
        value = book.get(GROUPS_KEY, on=on)
    except LawGap as gap:
        return (OtherShare(100, Finding("bhyt_nhom", None, gap.message, "Điều 4", missing=(gap.key,))),)
    groups = book.once(value, _read)
    if not groups:
        return (OtherShare(0, Finding("bhyt_nhom", False, "Không có nhóm nào.", "Điều 4", values=(value,))),)
    return tuple(OtherShare(group.share, _belongs(group, facts, on, book, value)) for group in groups)


def _read(value: Value) -> tuple[ShareGroup, ...]:
    return tuple(ShareGroup.model_validate(raw) for raw in value.value)


def _belongs(group: ShareGroup, facts: PersonFacts, on: date, book: LawBook, source: Value) -> Finding:
    checks = [check(predicate, facts, on, book) for predicate in group.all]
    answers = {asked.answer for asked in checks}
    answer = False if False in answers else None if None in answers else True
    word = {True: "Thuộc", False: "Không thuộc", None: "Chưa rõ có thuộc"}[answer]
    return Finding(
        rule=f"bhyt_nhom_{group.code}",
        answer=answer,
        text=f"{word} nhóm “{group.label}” đã được bảo đảm {group.share}% mức đóng BHYT.",
        basis="Điều 4",
        facts={name: value for asked in checks for name, value in asked.facts.items()},
        values=(source, *(value for asked in checks for value in asked.values)),
        missing=tuple(name for asked in checks for name in asked.missing) if answer is None else (),
    )
