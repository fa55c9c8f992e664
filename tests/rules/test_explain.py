"""One answer, three readers: the officer sees sources, the village head no health, the citizen what it means."""

from dataclasses import replace
from datetime import date
from typing import Any

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
    target = "(khu vực: nông thôn): 1.500.000 đồng một tháng, từ 01/01/2026 – Bộ giá trị trình diễn số 01/2026"
    for word in ("Đủ điều kiện", "1.500.000 đồng mỗi tháng", "[Điều 3]", target, "đã xác nhận [NQ04.income.target]"):
        assert word in read
    assert "Ngày Nghị quyết 04/2026 có hiệu lực: 01/05/2026" in read


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, "Khuyết tật nặng, thuộc mức độ được chấp nhận. Không có thu nhập ổn định hằng tháng."),
        ({"disability": "NHE", "health": HealthFact()}, "Khuyết tật nhẹ, không thuộc mức độ được chấp nhận."),
        ({"disability": None}, "Trạm Y tế kết luận đạt."),
        ({"disability": None, "health": HealthFact(True, None)}, "Chờ Trạm Y tế kết luận."),
        ({"disability": None, "health": HealthFact(True, True, date(2026, 7, 1))}, "đã hết hạn ngày 01/07/2026."),
        ({"disability": None, "health": HealthFact()}, "Không đề nghị xét theo sức khỏe."),
        ({"birth_date": date(1960, 3, 2), "disability": None}, "Đã đủ 60 tuổi (66 tuổi). Dưới 80 tuổi (66 tuổi)."),
        ({"birth_date": date(1966, 1, 1), "birth_precision": "year", "income_kinds": None}, "(59-60 tuổi, ngày sinh"),
        (
            {"income_kinds": ("LUONG", "LUONG_HUU")},
            "Có thu nhập ổn định hằng tháng (tiền lương, tiền công, lương hưu).",
        ),
        ({"allowance": 700_000}, "Đang hưởng trợ cấp xã hội hằng tháng."),
        (
            {"allowance": None, "disability": None, "health": HealthFact()},
            "Chưa rõ có hưởng trợ cấp xã hội hằng tháng hay không.",
        ),
        ({"residence": "TAM_TRU"}, "Cư trú: tạm trú, được chấp nhận."),
        ({"statuses": (StatusFact("NGHEO", date(2026, 8, 1)),)}, "hộ nghèo đến 01/08/2026 mới có hiệu lực."),
        ({"statuses": (StatusFact("NGHEO", date(2025, 1, 1), date(2026, 6, 30)),)}, "hết hiệu lực sau 30/06/2026."),
        ({"statuses": (StatusFact("CAN_NGHEO", date(2025, 1, 1)),)}, "Đang là hộ cận nghèo, công nhận từ 01/01/2025."),
    ],
    ids=range(15),
)
def test_the_officer_reads_what_is_so_of_the_person_with_its_figures_and_days(
    change: dict[str, Any], told: str
) -> None:
    assert told in text(replace(ILL, **change), Audience.officer)


def test_the_trace_keeps_the_facts_with_their_days() -> None:
    facts: dict[str, Any] = {}
    waiting = replace(ILL, disability=None, health=HealthFact(claimed=True))
    for finding in assess(waiting, ON, laws.demonstration()).findings:
        facts |= finding.facts
    assert facts["birth_date"] == ILL.birth_date
    assert facts["statuses"] == [("THOAT_NGHEO", date(2025, 1, 10), None)]
    assert {"valid_until", "allowance", "residence"} <= set(facts)


def test_who_belongs_to_no_group_is_told_what_each_group_asks_for() -> None:
    nobody = replace(ILL, disability=None, health=HealthFact(), income_kinds=("LUONG",))
    read = text(nobody, Audience.citizen)
    assert "- Nhóm “Trẻ em”: chưa đạt điều kiện tuổi, thu nhập ổn định hằng tháng." in read
    assert "Người này" not in read


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
