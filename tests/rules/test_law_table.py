"""What the sources say, written down a second time by hand: each dated value on both sides of its day, marked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rules.parameters import LawGap, LawStatus
from tests.rules import laws

SURE, ASSUMED = LawStatus.CONFIRMED, LawStatus.ASSUMED
DAY = timedelta(days=1)
LAST = date(2030, 12, 31)
Scope = dict[str, str]
RURAL, URBAN = {"area": "NONG_THON"}, {"area": "THANH_THI"}
ISLAND = {"remote": "CO"}


def of(group: str) -> Scope:
    return {"group": group}


# key, scope, first day, value from then on (None: not known), status
CHANGES: list[tuple[str, Scope, date, object, LawStatus | None]] = [
    ("NGHEO.income_line", RURAL, date(2022, 1, 1), 1_500_000, SURE),
    ("NGHEO.income_line", RURAL, date(2026, 1, 1), 1_500_000, SURE),
    ("NGHEO.income_line", RURAL, date(2027, 1, 1), 2_200_000, SURE),
    ("NGHEO.income_line", URBAN, date(2022, 1, 1), 2_000_000, SURE),
    ("NGHEO.income_line", URBAN, date(2027, 1, 1), 2_800_000, SURE),
    ("NGHEO.local_income_line", {}, date(2026, 1, 1), None, None),
    ("NGHEO.special_zone_area", {}, date(2026, 1, 1), None, None),
    ("NGHEO.poor_from_lacks", {}, date(2027, 1, 1), 3, SURE),
    ("NGHEO.points_income", RURAL, date(2022, 1, 1), 140, SURE),
    ("NGHEO.points_income", URBAN, date(2022, 1, 1), 175, SURE),
    ("NGHEO.points_income", URBAN, date(2026, 1, 1), 175, ASSUMED),
    ("NGHEO.points_income", RURAL, date(2026, 1, 1), 140, ASSUMED),
    ("NGHEO.points_income", RURAL, date(2027, 1, 1), None, None),
    ("NGHEO.points_per_lack", {}, date(2022, 1, 1), 10, SURE),
    ("NGHEO.points_poor_from", {}, date(2022, 1, 1), 30, SURE),
    ("NGHEO.average_income_to", RURAL, date(2022, 1, 1), 2_250_000, SURE),
    ("NGHEO.average_income_to", URBAN, date(2022, 1, 1), 3_000_000, SURE),
    ("NGHEO.average_income_to", URBAN, date(2026, 1, 1), 3_000_000, ASSUMED),
    ("NGHEO.average_income_to", URBAN, date(2027, 1, 1), None, None),
    ("NQ04.effective_from", {}, date(2026, 1, 1), None, None),
    (
        "NQ04.resolution",
        {},
        date(2026, 1, 1),
        {"number": "04/2026/NQ-HĐND", "issued_on": "2026-04-20", "issuer": "Hội đồng nhân dân thành phố Hải Phòng"},
        SURE,
    ),
    ("NQ04.income.target", RURAL, date(2026, 1, 1), 1_500_000, ASSUMED),
    ("NQ04.income.target", RURAL, date(2027, 1, 1), 2_200_000, ASSUMED),
    ("NQ04.income.target", URBAN, date(2026, 1, 1), 2_000_000, ASSUMED),
    ("NQ04.income.target", URBAN, date(2027, 1, 1), 2_800_000, ASSUMED),
    ("NQ04.income.amount_mode", {}, date(2026, 1, 1), None, None),
    ("NQ04.support_start_rule", {}, date(2026, 1, 1), "MONTH_OF_DECISION", ASSUMED),
    ("NQ04.escape.max_months", {"status": "THOAT_NGHEO"}, date(2026, 1, 1), 36, ASSUMED),
    ("NQ04.escape.max_months", {"status": "THOAT_CAN_NGHEO"}, date(2026, 1, 1), 36, ASSUMED),
    ("NQ04.residence.accepted", {}, date(2026, 1, 1), None, None),
    ("NQ04.age.child_under", {}, date(2026, 1, 1), 16, ASSUMED),
    ("NQ04.age.elderly_from", {}, date(2026, 1, 1), 60, ASSUMED),
    ("NQ04.health.injury_pct_min", {}, date(2026, 1, 1), 61, ASSUMED),
    ("NQ04.disability.accepted", {}, date(2026, 1, 1), ["NANG", "DAC_BIET_NANG"], ASSUMED),
    ("NQ04.bhyt.target_share", {}, date(2026, 1, 1), None, None),
    ("NQ04.posting.days", {}, date(2026, 1, 1), None, None),
    ("NQ04.payment_day", {}, date(2026, 1, 1), None, None),
    ("NQ04.review_interval", {}, date(2026, 1, 1), None, None),
    ("BHYT.rate", {}, date(2024, 7, 1), "4.5", ASSUMED),
    ("BHYT.base_salary", {}, date(2024, 7, 1), 2_340_000, SURE),
    ("BHYT.base_salary", {}, date(2026, 7, 1), None, None),
    ("BHYT.nsnn_share", of("CAN_NGHEO"), date(2025, 8, 15), 70, SURE),
    ("BHYT.nsnn_share", of("CAN_NGHEO_XA_NGHEO"), date(2025, 8, 15), 100, SURE),
    ("BHYT.nsnn_share", of("NONG_LAM_NGU_DIEM_NGHIEP_TRUNG_BINH"), date(2025, 8, 15), 30, SURE),
    ("BHYT.nsnn_share", of("NGHEO"), date(2025, 8, 15), 100, ASSUMED),
    ("BHYT.city_share", of("CAN_NGHEO"), date(2026, 1, 1), 30, SURE),
    ("BHYT.city_share", of("NONG_LAM_NGU_DIEM_NGHIEP_TRUNG_BINH"), date(2026, 1, 1), 20, SURE),
    ("BHYT.city_share", of("AGE_60_74"), date(2026, 1, 1), 100, SURE),
    ("BHYT.city_age_from", {}, date(2026, 1, 1), 60, SURE),
    ("BHYT.city_age_under", {}, date(2026, 1, 1), 75, SURE),
    ("BHYT.card_days", {}, date(2025, 8, 15), 5, SURE),
    ("BHYT.gap_days_wait", {}, date(2025, 8, 15), 90, SURE),
    ("BHYT.wait_days", {}, date(2025, 8, 15), 30, SURE),
    ("BHYT.benefit_code", {"object": "CN"}, date(2024, 7, 1), "3", SURE),
    ("BHYT.benefit_code", {"object": "CN"}, date(2026, 1, 1), "2", SURE),
    ("BHYT.benefit_code", {"object": "HN"}, date(2026, 1, 1), "2", ASSUMED),
    ("BHYT.benefit_code", {"object": "TE"}, date(2026, 1, 1), "1", ASSUMED),
    ("BHYT.benefit_code", {"object": "GD"}, date(2026, 1, 1), "4", ASSUMED),
    ("BHYT.benefit_pct", of("HUU_TRI_XA_HOI"), date(2026, 1, 1), 100, SURE),
    ("BHYT.island_card_residents", {}, date(2026, 1, 1), None, None),
    ("BHYT.salary_month_rule", {}, date(2026, 1, 1), None, None),
    ("TGXH.standard", {}, date(2026, 1, 1), 700_000, SURE),
    ("TGXH.standard_national", {}, date(2024, 7, 1), 500_000, SURE),
    ("TGXH.coefficient", of("KHUYET_TAT_NANG"), date(2021, 7, 1), "1.5", SURE),
    ("TGXH.coefficient", of("KHUYET_TAT_DAC_BIET_NANG"), date(2021, 7, 1), "2.0", SURE),
    ("TGXH.coefficient", of("DON_THAN_NGHEO_MOI_CON"), date(2021, 7, 1), "1.0", ASSUMED),
    ("TGXH.city_coefficients", {}, date(2026, 1, 1), None, None),
    ("HTXH.amount", of("AGE_75_PLUS"), date(2026, 1, 1), 700_000, SURE),
    ("HTXH.amount", of("AGE_70_74_POOR"), date(2026, 1, 1), 700_000, ASSUMED),
    ("HTXH.amount_national", {}, date(2025, 7, 1), 500_000, SURE),
    ("HTXH.age", {}, date(2025, 7, 1), 75, SURE),
    ("HTXH.age_poor", {}, date(2025, 7, 1), 70, SURE),
    ("HTXH.overlap", {}, date(2025, 7, 1), "HIGHER_OF", SURE),
    ("HTXH.decision_days", {}, date(2025, 7, 1), 10, SURE),
    ("HTXH.start_rule", {}, date(2025, 7, 1), "MONTH_OF_DECISION", SURE),
    ("KN.complain_days", {}, date(2012, 7, 1), 90, SURE),
    ("KN.complain_days", {}, date(2026, 7, 1), 90, ASSUMED),
    ("KN.accept_days", {}, date(2012, 7, 1), 10, SURE),
    ("KN.accept_days", {}, date(2026, 7, 1), 10, ASSUMED),
    ("KN.first_days", {}, date(2012, 7, 1), 30, SURE),
    ("KN.first_days", {}, date(2026, 7, 1), 30, ASSUMED),
    ("KN.first_days", ISLAND, date(2012, 7, 1), 45, SURE),
    ("KN.first_days_complex", {}, date(2012, 7, 1), 45, SURE),
    ("KN.first_days_complex", ISLAND, date(2012, 7, 1), 60, SURE),
    ("KN.second_complain_days", {}, date(2012, 7, 1), 30, SURE),
    ("KN.second_complain_days", ISLAND, date(2012, 7, 1), 45, SURE),
    ("KN.second_days", {}, date(2012, 7, 1), 45, SURE),
    ("KN.second_days", ISLAND, date(2012, 7, 1), 60, SURE),
    ("KN.second_days_complex", {}, date(2012, 7, 1), 60, SURE),
    ("KN.second_days_complex", ISLAND, date(2012, 7, 1), 70, SURE),
    ("CONGKHAI.loudspeaker_days", {}, date(2023, 7, 1), 3, SURE),
    ("CONGKHAI.posting_days", {}, date(2023, 7, 1), 20, ASSUMED),
    ("CONGKHAI.publish_within_days", {}, date(2023, 7, 1), 5, ASSUMED),
    ("DLCN.breach_hours", {}, date(2026, 1, 1), 72, ASSUMED),
    ("RASOAT.yearly_from", {}, date(2022, 1, 1), "09-01", SURE),
    ("RASOAT.yearly_to", {}, date(2022, 1, 1), "12-14", SURE),
    ("RASOAT.yearly_to", {}, date(2026, 1, 1), "12-14", ASSUMED),
    ("RASOAT.yearly_to", {}, date(2027, 1, 1), None, None),
    ("RASOAT.decision_days", {}, date(2022, 1, 1), 15, SURE),
    ("RASOAT.meeting_share", {}, date(2022, 1, 1), 50, SURE),
    ("RASOAT.posting_days", {}, date(2022, 1, 1), 3, ASSUMED),
    ("RASOAT.district_opinion", {}, date(2025, 7, 1), "KHONG", ASSUMED),
    ("KT.severe_from_pct", {}, date(2012, 6, 1), 61, SURE),
    ("KT.very_severe_from_pct", {}, date(2012, 6, 1), 81, SURE),
    ("TT50.total", {}, date(2025, 3, 1), 38, SURE),
]


def known(key: str, scope: Scope, day: date) -> tuple[object, LawStatus | None]:
    try:
        value = laws.shipped().get(key, on=day, **scope)
    except LawGap:
        return None, None
    return value.value, value.status


@pytest.mark.parametrize("place", range(len(CHANGES)), ids=lambda place: f"{CHANGES[place][0]} {CHANGES[place][2]}")
def test_a_value_holds_from_its_day_and_the_one_before_until_the_day_before(place: int) -> None:
    key, scope, first, value, status = CHANGES[place]
    rows = sorted((row[2:] for row in CHANGES if row[:2] == (key, scope)), key=lambda row: row[0])
    after = [row[0] for row in rows if row[0] > first]
    last = min((day - DAY for day in after), default=LAST)
    assert known(key, scope, first) == (value, status)
    if after or status is None:
        assert known(key, scope, last) == (value, status)
    before = [row for row in rows if row[0] < first]
    if before:
        assert known(key, scope, first - DAY) == before[-1][1:]


def test_what_nobody_knows_stays_unknown_to_the_last_day() -> None:
    for key in ("NQ04.effective_from", "NQ04.bhyt.target_share", "BHYT.base_salary", "NQ04.residence.accepted"):
        assert known(key, {}, LAST) == (None, None)
