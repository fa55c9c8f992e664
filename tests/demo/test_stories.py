"""Every invented person meets the fate its story tells, by the law engine under the demonstration law."""

from datetime import date
from functools import cache
from typing import Any

import pytest
import yaml

from adapters.workbooks import read_workbook
from demo.workbook import HERE, load_people
from rules.categories import labels
from rules.eligibility import assess
from rules.facts import HealthFact, PersonFacts, StatusFact
from rules.law_files import shipped_parameters
from rules.parameters import LawBook, LawStatus, Value, parse_scope
from rules.village_sheet import Known, VillageRow, read_village_sheet
from rules.workflow import Outcome
from services.demo_law import new_values

RETURNED_ON, ASSESSED_ON = date(2026, 7, 6), date(2026, 7, 31)
STORIES = {
    "eligible": Outcome.ELIGIBLE,
    "transfer_fails": Outcome.ELIGIBLE,
    "dies_mid_quarter": Outcome.ELIGIBLE,
    "health_met": Outcome.ELIGIBLE,
    "on_social_assistance": Outcome.ELIGIBLE,
    "health_refused": Outcome.NOT_ELIGIBLE,
    "not_eligible": Outcome.NOT_ELIGIBLE,
    "cannot_decide": Outcome.CANNOT_DECIDE,
}
MEMBERS: dict[str, dict[str, Any]] = {
    member["citizen_id"]: member for household in load_people()["households"] for member in household["members"]
}


@cache
def demonstration_law() -> LawBook:
    content = yaml.safe_load((HERE / "law.yaml").read_text(encoding="utf-8"))
    values = [
        Value(
            key=new.key,
            value=new.value,
            unit="",
            status=LawStatus.CONFIRMED,
            reference=new.reference,
            valid_from=new.valid_from,
            valid_to=new.valid_to,
            scope=parse_scope(new.scope),
            version=version,
            is_demo=True,
        )
        for version, new in enumerate(new_values(content), start=1)
    ]
    return LawBook(shipped_parameters(), values)


@cache
def rows() -> dict[str, VillageRow]:
    groups = labels(demonstration_law(), ASSESSED_ON)
    read = [
        row
        for path in sorted((HERE / "villages").glob("*.xlsx"))
        for row in read_village_sheet(read_workbook(path.read_bytes()), on=RETURNED_ON, known=Known(groups)).rows
    ]
    return {row.citizen_id: row for row in reversed(read)}


def facts(row: VillageRow, member: dict[str, Any]) -> PersonFacts:
    """What the office knows after the health station and Phòng VH-XH (which keeps everyone it finds) have spoken."""
    known = member.get("assistance")
    claimed = row.group_code == "BENH"
    met = {"health_met": True, "health_refused": False}.get(member["story"])
    return PersonFacts(
        birth_date=row.birth_date,
        birth_precision=row.birth_precision,
        residence=row.residence,
        statuses=(StatusFact(row.household_status, row.status_decision_date),),
        disability=row.disability,
        income_kinds=None if row.income is None else () if row.income == "KHONG" else (row.income,),
        allowance=known["amount"] if known else 0 if row.other_allowance is False else None,
        cross_check="KEEP" if known else None,
        health=HealthFact(claimed=claimed, met=met),
        bhyt_objects=(row.bhyt_object,) if row.bhyt_object else (),
    )


@pytest.mark.parametrize("story", STORIES)
def test_the_law_answers_as_the_story_tells(story: str) -> None:
    told = [(rows()[number], member) for number, member in MEMBERS.items() if member["story"] == story]
    answers = {assess(facts(row, member), ASSESSED_ON, demonstration_law()).outcome for row, member in told}
    assert answers == {STORIES[story]}


def test_who_waits_for_the_health_station_is_known_by_the_stated_group() -> None:
    ill = {number for number, row in rows().items() if row.group_code == "BENH"}
    assert ill == {number for number, member in MEMBERS.items() if member["story"] in {"health_met", "health_refused"}}
