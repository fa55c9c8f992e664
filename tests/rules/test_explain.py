"""One answer, three readers: the officer sees sources, the village head no health, the citizen what it means."""

from dataclasses import replace
from datetime import date

import pytest

from rules.eligibility import assess
from rules.explain import DEMO, DRAFT, FACT_WORDS, Audience, explain, told
from rules.facts import HealthFact, PersonFacts, StatusFact
from tests.rules import laws

ON = date(2026, 7, 31)
ILL = PersonFacts(
    birth_date=date(1981, 9, 9),
    residence="THUONG_TRU",
    statuses=(StatusFact("THOAT_NGHEO", date(2025, 1, 10)),),
    disability="NANG",
    income_kinds=(),
    allowance=0,
    health=HealthFact(claimed=True, met=True),
)


def text(person: PersonFacts, audience: Audience, *, shipped: bool = False) -> str:
    book = laws.shipped() if shipped else laws.demonstration()
    return "\n".join(explain(told(assess(person, ON, book), ON), audience))


def test_the_officer_reads_each_rule_with_its_value_source_and_status() -> None:
    read = text(ILL, Audience.officer)
    for word in ("Đủ điều kiện", "1.500.000 đồng mỗi tháng", "Điều 3", "NQ04.income.target (area=NONG_THON) = 1500000"):
        assert word in read
    assert "đã xác nhận" in read


@pytest.mark.parametrize("met", [True, False, None], ids=["met", "not met", "waiting"])
@pytest.mark.parametrize("disability", ["NANG", None])
def test_the_village_head_reads_nothing_of_health(met: bool | None, disability: str | None) -> None:
    person = replace(ILL, disability=disability, health=HealthFact(claimed=True, met=met))
    read = text(person, Audience.village_head).lower()
    assert not [word for word in ("bệnh", "khuyết tật", "sức khỏe", "y tế kết luận", "trạm y tế") if word in read]


def test_the_village_head_learns_what_the_thon_must_bring() -> None:
    person = replace(ILL, residence=None, statuses=(StatusFact("THOAT_NGHEO", None),))
    read = text(person, Audience.village_head)
    assert FACT_WORDS["fact:residence"] in read
    assert FACT_WORDS["fact:escape_date"] in read


def test_the_citizen_is_told_the_sum_or_the_reasons_or_what_is_missing() -> None:
    assert "1.500.000 đồng mỗi tháng" in text(ILL, Audience.citizen)
    assert "vì:" in text(
        replace(ILL, died_on=None, statuses=(StatusFact("THOAT_NGHEO", date(2020, 1, 1)),)), Audience.citizen
    )
    assert FACT_WORDS["fact:residence"] in text(replace(ILL, residence=None), Audience.citizen)
    assert "chưa có văn bản chính thức" in text(ILL, Audience.citizen, shipped=True)


def test_no_key_of_the_law_is_shown_to_who_is_not_an_officer() -> None:
    for audience in (Audience.village_head, Audience.citizen):
        assert "NQ04." not in text(ILL, audience, shipped=True)
        assert "BHYT." not in text(ILL, audience, shipped=True)


@pytest.mark.parametrize("audience", Audience)
def test_every_reader_sees_that_it_is_a_draft_or_a_demonstration(audience: Audience) -> None:
    assert text(ILL, audience).startswith(DEMO)
    assert text(ILL, audience, shipped=True).startswith(DRAFT)


def test_every_missing_fact_has_its_words() -> None:
    unknown = PersonFacts(birth_date=date(1966, 1, 1), birth_precision="year", health=HealthFact(claimed=True))
    named = set(assess(unknown, ON, laws.demonstration()).missing)
    assert named
    assert named <= set(FACT_WORDS)
