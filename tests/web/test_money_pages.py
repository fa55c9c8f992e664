"""Kinh phí, theo dõi thẻ, biến động: each officer finds what waits, does it, and nobody does another's part."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from models.budget import BudgetAllocation
from models.changes import LifeEvent
from models.insurance import CardDecrease, Registration
from models.payment import Benefit, Grant
from models.people import Person
from rules.workflow import ChangeState, RegistrationState, Role, Step
from services import insurance
from services.insurance import STEP
from tests import factories
from tests.services.money import Desk, moment
from tests.web.conftest import Browser, World
from tests.web.workbooks import read_sheet


@pytest.fixture
def reach() -> Step:
    return Step.insurance


@pytest.fixture
def person(world: World) -> Person:
    """Somebody of the first thôn with 500.000 đồng a month and a BHYT card until the end of the year."""
    world.adopt_demo_law()
    with world.session() as session:
        desk = Desk(session, world.here, world.here[Role.economy], world.here[Role.economy])
        person = desk.person()
        desk.decide({person.key: 500_000})
        desk.decide({person.key: 113_850}, benefit=Benefit.BHYT)
        cycle, now = session.merge(world.here.cycle), moment("2026-07", 6)
        STEP.work(session, cycle, STEP.pending(session, cycle, now), now)
        row = session.exec(select(Registration)).one()
        insurance.mark_sent(session, batch_id=row.batch_id or 0, actor=world.here[Role.economy], now=now)
        row.state, row.card_no = RegistrationState.CARD, "3100000001"
        row.valid_from, row.valid_to = date(2026, 7, 1), date(2026, 12, 31)
        session.add(row)
        session.commit()
        return person


def registration(world: World) -> Registration:
    with world.session() as session:
        return session.exec(select(Registration)).one()


def test_the_estimate_is_entered_by_phong_kinh_te_and_read_by_the_chairman(world: World, person: Person) -> None:
    economy, chairman = world.role(Role.economy), world.role(Role.chairman)
    nothing = economy.get("/budget").words
    assert "Chưa nhập dự toán được giao năm 2026" in nothing
    assert "Được giao chưa nhập" in nothing
    assert "cuối năm" not in nothing, "without an estimate nothing is short"
    entered = {"year": "2026", "amount": "2.000.000", "reference": "12/QĐ-UBND", "decided_on": "05/01/2026"}
    shown = economy.post("/budget", **entered)
    assert "2.000.000 đồng, Quyết định 12/QĐ-UBND ngày 05/01/2026" in shown.words
    assert "không đủ chi từ tháng" in shown.words
    economy.get("/budget")
    economy.post("/budget", **entered)
    with world.session() as session:
        assert len(session.exec(select(BudgetAllocation)).all()) == 1
    page = chairman.get("/budget?year=2026")
    assert "/budget" not in page.actions()
    chairman.post("/budget", status=403, **entered)
    wrong = economy.post("/budget", status=422, year="2026", amount="x", reference="", decided_on="")
    assert len(wrong.errors) == 3


def test_the_need_is_asked_for_on_the_page_and_the_comparison_is_taken_out(world: World, person: Person) -> None:
    economy = world.role(Role.economy)
    economy.get("/budget")
    page = economy.post("/budget/need", year="2026")
    assert "Bảng dự toán kinh phí năm 2026" in page.words
    assert "Chưa lập dự toán năm" not in page.words
    rows = read_sheet(economy.get("/budget/export?year=2026").content)
    assert any(row[2:3] == ["07/2026"] and row[4] == 613_850 for row in rows), rows[:20]


def test_a_card_that_ends_soon_is_seen_by_those_who_renew_it(world: World, person: Person) -> None:
    world.at(moment("2026-12", 20))
    for role in (Role.economy, Role.insurance, Role.chairman):
        page = world.role(role).get("/insurance/watch")
        assert "Sắp hết hạn, chưa lập hồ sơ gia hạn 1 " in page.words
        assert person.full_name in page.words
        assert "30/03/2027" in page.words, "the last day before a new card would have to wait"
    assert "Thẻ BHYT sắp hết hạn, gián đoạn" in world.role(Role.economy).get("/").words
    rows = read_sheet(world.role(Role.economy).get("/insurance/watch/export").content)
    assert any(person.full_name in row for row in rows)
    assert "0 người cần xem" in world.role(Role.economy).get("/insurance/watch?kind=gaps").words
    assert "1 người cần xem" in world.role(Role.economy).get("/insurance/watch?kind=ending&sort=name").words
    world.role(Role.village_head).get("/insurance/watch", status=403)


def test_another_card_found_is_recorded_and_taken_off_with_the_next_file(world: World, person: Person) -> None:
    path = f"/insurance/registrations/{registration(world).key}"
    bhxh = world.role(Role.insurance)
    world.at(moment("2026-10", 5))
    bhxh.renew()
    assert "113.850" in bhxh.get(path).words
    shown = bhxh.post(f"{path}/other", code="DN", since="01/10/2026")
    assert "Đã có thẻ mã DN (Người lao động), thôi từ tháng 10/2026: 3 tháng, 341.550 đồng" in shown.words
    with world.session() as session:
        assert session.exec(select(CardDecrease.months)).one() == 3
    economy = world.role(Role.economy)
    assert "Đợt đăng ký BHYT chờ gửi" in economy.get("/").words


def test_a_change_goes_from_the_thon_over_the_chairman_to_its_number(world: World, person: Person) -> None:
    head, chairman, economy = (world.role(role) for role in (Role.village_head, Role.chairman, Role.economy))
    world.at(moment("2026-08", 17))
    for browser in (head, chairman, economy):
        browser.renew()
    head.get(f"/changes/{person.key}")
    after = head.post(f"/changes/{person.key}", reason="OWN_REQUEST", happened_on="10/08/2026", note="Đơn viết tay")
    assert "Chờ Chủ tịch quyết định" in after.words
    with world.session() as session:
        event = session.exec(select(LifeEvent)).one()
        assert session.exec(select(Grant.to_month).where(Grant.benefit == Benefit.INCOME)).one() is None
    path = f"/changes/events/{event.key}"
    assert f"{path}/approve" not in head.get(path).actions()
    assert "Biến động chờ quyết định" in chairman.get("/").words
    chairman.get(path)
    chairman.post(f"{path}/approve")
    assert "Biến động chờ số, ngày quyết định" in economy.get("/").words
    economy.get(path)
    refused = economy.post(f"{path}/issue", status=409, number="12", symbol="QĐ-UBND", issued_on="17/08/2026")
    assert "chưa lập xong" in refused.words
    write_papers(world)
    economy.get(path)
    economy.post(f"{path}/issue", number="12", symbol="QĐ-UBND", issued_on="17/08/2026")
    with world.session() as session:
        assert session.get_one(LifeEvent, event.key).state == ChangeState.DECIDED
        assert set(session.exec(select(Grant.to_month))) == {"2026-08"}
        assert session.exec(select(CardDecrease.from_month)).one() == "2026-09"


def test_resting_and_going_on_are_offered_only_when_they_can_be_decided(world: World, person: Person) -> None:
    head, chairman, economy = (world.role(role) for role in (Role.village_head, Role.chairman, Role.economy))
    path, pauses = f"/changes/{person.key}", {"SUSPENDED", "RESUMED"}

    def offered(browser: Browser) -> set[str]:
        fields = browser.get(path).root.iter("input")
        return {field.attrib["value"] for field in fields if field.attrib.get("name") == "reason"}

    assert not offered(head) & pauses
    assert offered(economy) & pauses == {"SUSPENDED"}
    economy.post(path, reason="SUSPENDED", happened_on="01/07/2026", note="Chưa xác định được nơi ở")
    assert not offered(economy) & pauses, "one is on its way"
    with world.session() as session:
        decision = f"/changes/events/{session.exec(select(LifeEvent)).one().key}"
    chairman.get(decision)
    chairman.post(f"{decision}/approve")
    write_papers(world)
    economy.get(decision)
    economy.post(f"{decision}/issue", number="13", symbol="QĐ-UBND", issued_on="06/07/2026")
    assert offered(economy) & pauses == {"RESUMED"}
    assert "Người này đang tạm dừng" in economy.get(path).words


def test_a_death_of_the_wrong_person_is_taken_back_by_a_second_person(world: World, person: Person) -> None:
    economy, chairman, head = (world.role(role) for role in (Role.economy, Role.chairman, Role.village_head))
    world.at(moment("2026-08", 17))
    for browser in (economy, chairman, head):
        browser.renew()
    economy.get(f"/changes/{person.key}")
    economy.post(f"/changes/{person.key}", reason="DEATH", happened_on="10/08/2026", note="")
    with world.session() as session:
        event = session.exec(select(LifeEvent)).one()
        assert set(session.exec(select(Grant.to_month))) == {"2026-08"}
    path = f"/changes/events/{event.key}"
    mine = economy.get(path)
    assert f"{path}/withdraw" not in mine.actions()
    assert "người đã ghi không tự rút lại" in mine.words
    assert f"{path}/withdraw" not in head.get(path).actions()
    assert f"{path}/withdraw" in chairman.get(path).actions()
    refused = chairman.post(f"{path}/withdraw", status=422, withdrawal_reason=" ")
    assert "Ghi lý do rút lại" in refused.words
    after = chairman.post(f"{path}/withdraw", withdrawal_reason="Trùng tên với người ở thôn bên")
    assert "Đã rút lại" in after.words
    with world.session() as session:
        assert set(session.exec(select(Grant.to_month))) == {None}
        assert session.get_one(Person, person.key).died_on is None
    shown = chairman.get(path)
    assert "Trùng tên với người ở thôn bên" in shown.words
    assert f"{path}/withdraw" not in shown.actions()


def write_papers(world: World) -> None:
    from models.documents import Document, DocumentState

    with world.session() as session:
        for paper in session.exec(select(Document).where(Document.kind == "stop_decision")):
            paper.state, paper.file_sha256 = DocumentState.WRITTEN, "a" * 64
            session.add(paper)
        session.commit()


def test_a_village_head_sees_changes_of_the_own_thon_only(world: World, person: Person) -> None:
    with world.session() as session:
        other = factories.create_person(session, world.here.villages[1], full_name="Thử Thị Thôn Khác")
        session.commit()
    world.at(moment("2026-08", 17))
    economy, head = world.role(Role.economy), world.role(Role.village_head)
    economy.get(f"/changes/{other.key}")
    economy.post(f"/changes/{other.key}", reason="MOVED_AWAY", happened_on="10/08/2026", note="")
    with world.session() as session:
        event = session.exec(select(LifeEvent)).one()
    assert "Thử Thị Thôn Khác" not in head.get("/changes").text
    head.get(f"/changes/events/{event.key}", status=404)
