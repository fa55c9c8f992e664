"""The machine shows Phòng VH-XH who may be on its payment list, and why; it decides nothing by itself."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select

from models.eligibility import AssistanceFile, CrossCheck
from rules.workflow import CaseStatus, Step
from services.errors import Problem
from tests import factories
from tests.services.test_approval import assistance_row, import_assistance, run_machine


def test_the_very_file_of_an_earlier_quarter_is_an_old_list_and_is_refused_in_words(session: Session) -> None:
    office = factories.create_office(session, reach=Step.eligibility)
    person = factories.create_person(session, office.villages[0])
    import_assistance(session, office, assistance_row(person))
    office.cycle = factories.create_cycle(session, office.commune, reach=Step.eligibility, quarter=4)
    with pytest.raises(Problem, match="old_list") as refused:
        import_assistance(session, office, assistance_row(person))
    assert "III/2026" in refused.value.message
    import_assistance(session, office, assistance_row(person), sha256="b" * 64)
    assert len(session.exec(select(AssistanceFile)).all()) == 2


@pytest.mark.parametrize(
    ("stated", "reasons"),
    [
        ({}, ["Trùng số định danh", "100/100 điểm"]),
        ({"full_name": "Mẫu Văn Tý"}, ["Trùng số định danh", "họ tên khác nhau", "100/100 điểm"]),
        ({"citizen_id": None}, ["Trùng họ tên", "trùng ngày sinh"]),
        ({"citizen_id": None, "birth_date": date(1950, 2, 3)}, ["ngày và tháng sinh đổi chỗ"]),
        ({"citizen_id": None, "full_name": "Thử Thị Mai Hoà"}, ["Họ tên khác một chữ", "trùng ngày sinh"]),
        ({"citizen_id": None, "birth_date": date(1950, 1, 1), "birth_precision": "year"}, ["trùng năm sinh"]),
        ({"citizen_id": None, "birth_date": date(1961, 3, 2)}, []),
        ({"citizen_id": None, "full_name": "Mẫu Văn Tý"}, []),
        ({"citizen_id": None, "birth_date": date(1961, 3, 2), "old_id": "031123456"}, ["Trùng số CMND cũ"]),
        (
            {"citizen_id": None, "full_name": "Mẫu Văn Tý", "old_id": "031123456"},
            ["Trùng số CMND cũ", "họ tên khác nhau"],
        ),
    ],
    ids=range(10),
)
def test_who_may_be_on_the_payment_list_is_shown_with_points_and_reasons(
    session: Session, stated: dict[str, Any], reasons: list[str]
) -> None:
    office = factories.create_office(session, reach=Step.eligibility)
    person = factories.create_person(session, office.villages[0], full_name="Thử Thị Hoà", old_id="031123456")
    factories.create_case(session, office.cycle, person, status=CaseStatus.REVIEW, needs_assessment=True)
    import_assistance(session, office, assistance_row(person, **stated))
    run_machine(session, office)
    found = [check.reason for check in session.exec(select(CrossCheck))]
    assert len(found) == bool(reasons)
    assert all(reason in "".join(found) for reason in reasons)
