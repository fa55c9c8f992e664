"""The first quarter waits for people who can begin it; the admin is told who is missing."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, select

from models.cycles import Cycle, CycleStep
from models.staff import Mandate
from rules.workflow import Role
from services import due, overview
from tests import factories
from tests.factories import NOW, Office

TODAY = NOW.date()


def new_office(session: Session) -> Office:
    """An office that never had a cycle."""
    office = factories.create_office(session)
    for step in session.exec(select(CycleStep).where(CycleStep.cycle_id == office.cycle.key)):
        session.delete(step)
    session.flush()
    session.delete(office.cycle)
    session.flush()
    return office


def leave(session: Session, role: Role, village_id: int | None = None) -> None:
    """Whoever holds the role held it until yesterday."""
    for mandate in session.exec(select(Mandate).where(Mandate.role == role)):
        if village_id in (None, mandate.village_id):
            mandate.valid_to = date(2026, 7, 1)
    session.flush()


def opening(session: Session) -> list[int]:
    return [quarter.commune_id for quarter in due.quarters_to_open(session, now=NOW)]


def test_the_first_quarter_opens_by_itself_once_lists_can_be_asked_for_and_returned(session: Session) -> None:
    office = new_office(session)
    assert opening(session) == [office.commune.key]


def test_the_first_quarter_waits_for_phong_kinh_te(session: Session) -> None:
    new_office(session)
    leave(session, Role.economy)
    assert not opening(session)


def test_the_first_quarter_waits_for_the_head_of_every_thon_that_is_in_use(session: Session) -> None:
    office = new_office(session)
    village = office.villages[1]
    leave(session, Role.village_head, village.key)
    assert not opening(session)
    village.active = False
    session.flush()
    assert opening(session) == [office.commune.key]


def test_a_later_quarter_opens_though_a_head_has_left(session: Session) -> None:
    office = factories.create_office(session)
    cycle = session.get_one(Cycle, office.cycle.key)
    cycle.quarter = 2
    leave(session, Role.village_head)
    leave(session, Role.economy)
    assert opening(session) == [office.commune.key]


def test_the_admin_alone_is_told_who_is_missing(session: Session) -> None:
    office = factories.create_office(session)
    leave(session, Role.chairman)
    leave(session, Role.village_head, office.villages[0].key)

    def said(role: Role) -> list[tuple[str, int]]:
        found = overview.people_missing(session, commune_id=office.commune.key, actor=office[role], on=TODAY)
        return [(item.label, item.count) for item in found]

    assert said(Role.admin) == [
        ("Chưa có ai giữ vai trò: Chủ tịch UBND", 1),
        ("Thôn chưa có trưởng thôn", 1),
        ("Thôn chưa ghi căn cứ khu vực", 2),
    ]
    assert not said(Role.economy)
