"""The admin keeps the commune's thôn and offices in the product itself; what changes is in the record."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from models.ledger import AuditEntry
from models.lists import VillageList
from models.places import Department, Village
from rules.workflow import Role
from services import lists, places, staff
from tests.factories import NOW
from tests.web.conftest import World


def _acts(world: World, action: str) -> list[AuditEntry]:
    with world.session() as session:
        return list(session.exec(select(AuditEntry).where(AuditEntry.action == action).order_by(col(AuditEntry.seq))))


def test_a_thon_is_put_right_with_what_it_was_in_the_record(world: World) -> None:
    admin, village = world.role(Role.admin), world.here.villages[0]
    given: dict[str, Any] = {"name": "Tổ dân phố Thử", "area": "THANH_THI", "area_reference": "QĐ 1/2026 thử"}
    page = admin.get(f"/villages/{village.key}")
    assert village.name in page.text
    admin.post(f"/villages/{village.key}", status=422, **(given | {"area_reference": ""}))
    shown = admin.post(f"/villages/{village.key}", **given, left="0").words
    assert "Tổ dân phố Thử" in shown
    with world.session() as session:
        row = session.get_one(Village, village.key)
        assert (row.area, row.area_reference, row.active) == ("THANH_THI", "QĐ 1/2026 thử", True)
    (entry,) = _acts(world, "change_village")
    assert entry.data["before"]["area"] == "NONG_THON"
    assert entry.data["area"] == "THANH_THI"


def test_a_thon_that_is_left_is_no_more_asked_for_its_list(world: World) -> None:
    admin, village = world.role(Role.admin), world.here.villages[0]
    admin.get(f"/villages/{village.key}")
    admin.post(
        f"/villages/{village.key}", name=village.name, area="NONG_THON", area_reference="NQ sáp nhập thử", left="1"
    )
    with world.session() as session:
        assert not session.get_one(Village, village.key).active
        cycle = session.merge(world.here.cycle)
        lists.STEP.work(session, cycle, lists.STEP.pending(session, cycle, NOW), NOW)
        asked = set(session.exec(select(VillageList.village_id).where(VillageList.cycle_id == cycle.key)))
    assert asked == {one.key for one in world.here.villages} - {village.key}


def test_two_thon_of_a_commune_never_bear_one_name_and_another_commune_s_is_out_of_reach(world: World) -> None:
    admin = world.role(Role.admin)
    first, second = world.here.villages[:2]
    admin.get(f"/villages/{first.key}")
    given: dict[str, Any] = {"name": second.name, "area": "NONG_THON", "area_reference": "QĐ thử", "left": "0"}
    admin.post(f"/villages/{first.key}", status=409, **given)
    elsewhere = world.there.villages[0].key
    admin.get(f"/villages/{elsewhere}", status=404)
    admin.post(f"/villages/{elsewhere}", status=404, **given)
    with world.session() as session:
        kept = {key: session.get_one(Village, key).name for key in (first.key, elsewhere)}
    assert kept == {first.key: first.name, elsewhere: world.there.villages[0].name}


def test_an_office_s_mailbox_set_on_the_page_gets_the_office_s_mail(world: World) -> None:
    with world.session() as session:
        for row in session.exec(select(Department).where(Department.commune_id == world.here.commune.key)):
            session.delete(row)
        session.commit()
    admin = world.role(Role.admin)
    admin.get("/departments")
    admin.post("/departments", status=422, **{"email-economy": "không phải địa chỉ"})
    named = {"name-economy": "Phòng Kinh tế thử", "symbol-economy": "KTHT", "email-economy": "kinhte@coquan.test"}
    named |= {"code-chairman": "000.00.11.H24", "code-economy": "000.01.11.H24"}
    assert "Phòng Kinh tế thử" in admin.post("/departments", **named).text
    with world.session() as session:
        codes = {role: row.organ_code for role, row in places.departments(session, world.here.commune.key).items()}
        assert (codes[Role.chairman], codes[Role.economy]) == ("000.00.11.H24", "000.01.11.H24")
        boxes = staff.mailboxes(session, commune_id=world.here.commune.key, role=Role.economy, on=NOW.date())
    assert ("kinhte@coquan.test", "Phòng Kinh tế thử") in {(box.address, box.name) for box in boxes}
    before = len(_acts(world, "name_department"))
    admin.get("/departments")
    admin.post("/departments", **named)
    assert len(_acts(world, "name_department")) == before
