"""A person's facts as somebody writes them in a file, with their dates; docs/law-cases.md describes each word."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from rules.diseases import disease_list
from rules.facts import NO_INCOME, HealthFact, PersonFacts, StatusFact
from rules.parameters import LawBook, LawGap
from rules.workflow import CrossCheckOutcome


class _Dated(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    since: date | None = Field(default=None, alias="from")
    until: date | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.until and self.until < self.since:
            raise ValueError(f"to {self.until} đứng trước from {self.since}")
        return self

    def holds(self, on: date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


class _Status(_Dated):
    status: Literal["NGHEO", "CAN_NGHEO", "THOAT_NGHEO", "THOAT_CAN_NGHEO"]


class _Degree(_Dated):
    degree: Literal["KHONG", "NHE", "NANG", "DAC_BIET_NANG"]


class _Income(_Dated):
    kind: Literal["KHONG", "LUONG", "LUONG_HUU", "BHXH", "KHAC"]
    monthly: int | None = Field(default=None, ge=0)


class _Allowance(_Dated):
    kind: str = "TRO_CAP"
    monthly: int | None = Field(default=None, ge=0)


class _Object(_Dated):
    code: str


class _Trait(_Dated):
    code: str
    so: bool = Field(default=True, alias="is")


class _Conclusion(BaseModel):
    model_config = ConfigDict(extra="forbid")

    on: date
    result: Literal["MET", "NOT_MET", "MORE_PAPERS", "PENDING"] | None = None
    route: Literal["TT50", "INJURY_PCT", "TT25", "NONE"] = "NONE"
    disease_code: str | None = None
    severity_met: bool | None = None
    injury_pct: int | None = Field(default=None, ge=0, le=100)
    valid_until: date | None = None


class _Health(BaseModel):
    model_config = ConfigDict(extra="forbid")

    claimed: bool = True
    conclusions: list[_Conclusion] = []


class CaseFacts(BaseModel):
    """Facts through time; what is left out is not known (allowances and incomes too: ``[]`` says "none")."""

    model_config = ConfigDict(extra="forbid")

    birth_date: date
    birth_precision: Literal["day", "month", "year"] = "day"
    area: Literal["NONG_THON", "THANH_THI"] = "NONG_THON"
    residence: str | None = None
    household: list[_Status] = []
    disability: list[_Degree] = []
    incomes: list[_Income] | None = None
    allowances: list[_Allowance] | None = None
    cross_check: CrossCheckOutcome | Literal["OPEN"] | None = None
    health: _Health = _Health(claimed=False)
    bhyt_objects: list[_Object] = []
    died_on: date | None = None
    traits: list[_Trait] = []

    @field_validator("disability", mode="before")
    @classmethod
    def _one_degree(cls, raw: Any) -> Any:
        return [{"degree": raw}] if isinstance(raw, str) else raw or []

    @field_validator("bhyt_objects", "traits", mode="before")
    @classmethod
    def _bare_codes(cls, raw: Any) -> Any:
        return [{"code": entry} if isinstance(entry, str) else entry for entry in raw or []]

    def on(self, day: date, book: LawBook) -> PersonFacts:
        """What is known on ``day``; the book tells which percentage or disease counts for a health conclusion."""
        degrees = [degree.degree for degree in self.disability if degree.holds(day)]
        return PersonFacts(
            birth_date=self.birth_date,
            birth_precision=self.birth_precision,
            area=self.area,
            residence=self.residence,
            statuses=tuple(StatusFact(row.status, row.since, row.until) for row in self.household),
            disability=degrees[-1] if degrees else None,
            income_kinds=self._income_kinds(day),
            allowance=self._allowance(day),
            cross_check=str(self.cross_check) if self.cross_check else None,
            health=self._health(day, book),
            bhyt_objects=tuple(row.code for row in self.bhyt_objects if row.holds(day)),
            died_on=self.died_on,
            traits=tuple(sorted({row.code: row.so for row in self.traits if row.holds(day)}.items())),
        )

    def _income_kinds(self, day: date) -> tuple[str, ...] | None:
        if self.incomes is None:
            return None
        return tuple(sorted({income.kind for income in self.incomes if income.holds(day)} - {NO_INCOME}))

    def _allowance(self, day: date) -> int | None:
        if self.allowances is None:
            return None
        amounts = [row.monthly for row in self.allowances if row.holds(day)]
        known = [amount for amount in amounts if amount is not None]
        return sum(known) if len(known) == len(amounts) else None

    def _health(self, day: date, book: LawBook) -> HealthFact:
        spoken = [row for row in self.health.conclusions if row.on <= day]
        if not spoken:
            return HealthFact(claimed=self.health.claimed)
        newest = max(spoken, key=lambda row: row.on)
        return HealthFact(self.health.claimed, _met(newest, book), newest.valid_until, newest.route)


def read_birth(raw: Any) -> dict[str, Any]:
    """``birth_date`` and ``birth_precision`` of 1960, "1960", "1960-03" or a whole date. Raises ValueError."""
    text = str(raw)
    if re.fullmatch(r"\d{4}", text):
        return {"birth_date": date(int(text), 1, 1), "birth_precision": "year"}
    try:
        if re.fullmatch(r"\d{4}-\d{2}", text):
            return {"birth_date": date.fromisoformat(f"{text}-01"), "birth_precision": "month"}
        return {"birth_date": date.fromisoformat(text), "birth_precision": "day"}
    except ValueError as error:
        raise ValueError(
            f"birth_date: {text} không phải ngày, tháng hoặc năm sinh (1960-03-02, 1960-03, 1960)"
        ) from error


def read_facts(raw: dict[str, Any]) -> CaseFacts:
    """The facts of a ``facts:`` block. Raises ValueError (pydantic's too) naming what cannot be read."""
    birth = read_birth(raw["birth_date"]) if raw.get("birth_date") is not None else {}
    return CaseFacts.model_validate(raw | birth)


def _met(said: _Conclusion, book: LawBook) -> bool | None:
    """The station's word; without one, what its percentage or its disease code and severity come to."""
    if said.result is not None:
        return {"MET": True, "NOT_MET": False}.get(said.result)
    try:
        if said.route not in book.get("NQ04.health.routes", on=said.on).value:
            return False
        if said.route == "INJURY_PCT" and said.injury_pct is not None:
            return said.injury_pct >= int(book.get("NQ04.health.injury_pct_min", on=said.on).value)
        if said.route == "TT50" and said.disease_code:
            known = disease_list(book, said.on).for_code(said.disease_code)
            return said.severity_met if known else None
    except LawGap:
        return None
    return None
