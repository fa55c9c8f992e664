"""The village list without Excel, what it changes against the quarter before, and photos of papers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlmodel import col, select

from models.cycles import Case
from models.ledger import SensitiveRead
from models.lists import ListEntry, ListRow, VillageList
from models.people import TRAIT_FACT, PayMethodKind, Person, PersonFact, PersonPaper, trait_fact
from rules.workflow import ListState, Role
from services import lists
from tests import factories
from tests.web.conftest import Browser, World
from tests.web.workbooks import person, upload, village_list

NAME = factories.invented_name(7)
ANSWERS = {
    "full_name": NAME,
    "head_name": NAME,
    "birth_date": "02/03/1950",
    "sex": "Nữ",
    "citizen_id": factories.citizen_number(910_007),
    "residence": "Thường trú",
    "household_status": "Thoát nghèo",
    "status_decision_no": "12/QĐ-UBND",
    "status_decision_date": "05/01/2025",
    "income": "Không",
    "other_allowance": "Không",
    "medical_papers": "Giấy ra viện: u ác tính phổi",
    "pay_method": "Tiền mặt",
}
PNG = b"\x89PNG\r\n\x1a\n" + b"anh chup giay ra vien u ac tinh" * 3


@pytest.fixture(autouse=True)
def _asked(world: World) -> None:
    _ask(world, world.here, world.there)


def _ask(world: World, *offices: factories.Office) -> None:
    with world.session() as session:
        for office in offices:
            cycle = session.merge(office.cycle)
            lists.STEP.work(session, cycle, lists.STEP.pending(session, cycle, factories.NOW), factories.NOW)
        session.commit()


def _list(world: World, place: int = 0, office: factories.Office | None = None) -> VillageList:
    with world.session() as session:
        cycle = (office or world.here).cycle.key
        village = (office or world.here).villages[place].key
        query = select(VillageList).where(VillageList.village_id == village, VillageList.cycle_id == cycle)
        return session.exec(query).one()


def _new_entry(head: Browser, list_id: int) -> str:
    head.get(f"/lists/{list_id}/form")
    page = head.post(f"/lists/{list_id}/form/new")
    return page.url.removeprefix("http://testserver")


def test_a_thon_answers_person_by_person_and_hands_in_by_the_same_rules(world: World) -> None:
    head, asked = world.role(Role.village_head), _list(world)
    entry = _new_entry(head, asked.key)
    wrong = head.post(entry, status=422, **(ANSWERS | {"birth_date": "31/02/1950", "as": "checked"}))
    assert wrong.errors
    assert any("ngày sinh" in sentence.lower() for sentence in wrong.errors)
    assert "#birth_date" in wrong.links
    assert NAME in wrong.text, "what was typed stays"
    head.post(entry, **(ANSWERS | {"as": "checked"}))
    result = head.post(f"/lists/{asked.key}/form/send")
    assert "Dòng đúng đã giữ 1" in result.words
    assert "Thôn đã nộp xong danh sách" in result.words
    assert "bieu-mau" not in result.words, "whoever answered on a phone is not told of a workbook"
    assert _list(world).state == ListState.RETURNED
    with world.session() as session:
        assert session.exec(select(Person.full_name)).all() == [NAME]
        assert len(session.exec(select(Case)).all()) == 1
        row = session.exec(select(ListRow)).one()
        assert "u ác tính" in (row.stated_health or "")
        assert "u ác tính" not in str(row.stated)
    assert world.flows.asked


def test_further_facts_are_ticked_and_nothing_ticked_says_nothing(world: World) -> None:
    head, asked = world.role(Role.village_head), _list(world)
    entry = _new_entry(head, asked.key)
    both = head.post(entry, status=422, **ANSWERS, **{"as": "checked", "trait-CO_DON": "1", "trait-none": "1"})
    assert any("Không có hoàn cảnh nào" in sentence for sentence in both.errors)
    head.post(entry, **ANSWERS, **{"as": "draft"})
    assert "circumstances" not in _said(world)
    head.post(entry, **ANSWERS, **{"as": "checked", "trait-CO_DON": "1"})
    assert _said(world)["circumstances"] == "Cô đơn, không nơi nương tựa"
    ticked = [one.attrib["name"] for one in head.get(entry).root.iter("input") if "checked" in one.attrib]
    assert "trait-CO_DON" in ticked
    assert "trait-MO_COI" not in ticked
    head.post(f"/lists/{asked.key}/form/send")
    with world.session() as session:
        facts = session.exec(select(PersonFact).where(col(PersonFact.kind).like(f"{TRAIT_FACT}%")))
        assert {fact.kind: fact.value for fact in facts} == {trait_fact("CO_DON"): True, trait_fact("MO_COI"): False}
    entry = _new_entry(head, asked.key)
    head.post(entry, **(ANSWERS | {"citizen_id": ""}), **{"as": "draft", "trait-none": "1"})
    assert _said(world)["circumstances"] == "Không"


def _said(world: World) -> dict[str, str]:
    """The answers of the newest entry of the form."""
    with world.session() as session:
        row = session.exec(select(ListEntry).order_by(col(ListEntry.id).desc())).first()
        assert row is not None
        said: dict[str, str] = json.loads(row.said)
        return said


def test_doubts_about_a_person_are_told_as_soon_as_the_person_is_saved(world: World) -> None:
    """Not only once the whole list was handed in and the head of the thôn is somewhere else."""
    head, asked = world.role(Role.village_head), _list(world)
    entry = _new_entry(head, asked.key)
    shown = head.post(entry, **(ANSWERS | {"income": "", "as": "checked"}))
    assert shown.url.endswith(entry)
    assert "Đã lưu" in shown.words
    assert "Chưa ghi có hay không thu nhập" in shown.words
    assert "#income" in shown.links
    assert "Chưa ghi có hay không thu nhập" not in head.post(entry, **(ANSWERS | {"as": "checked"})).words
    head.post(entry, **(ANSWERS | {"as": "left_out"}))
    assert "Nên xem lại" not in head.get(entry).words


def test_what_is_right_on_the_page_and_in_the_workbook_gives_the_same_record(world: World) -> None:
    one, two = world.browser(world.here.heads[0]), world.browser(world.here.heads[1])
    by_page, by_file = _list(world), _list(world, 1)
    entry = _new_entry(one, by_page.key)
    said = {name: text for name, text in ANSWERS.items() if name != "medical_papers"}
    one.post(entry, **(said | {"as": "checked"}))
    one.post(f"/lists/{by_page.key}/form/send")
    two.get(f"/lists/{by_file.key}")
    two.post(f"/lists/{by_file.key}/files", files=upload(village_list(person(8))))
    with world.session() as session:
        rows = session.exec(select(ListRow).order_by(ListRow.id)).all()  # type: ignore[arg-type]
    same = ("birth_date", "sex", "household_status", "status_decision_date", "pay_method")
    assert [rows[0].stated[name] for name in same] == [rows[1].stated[name] for name in same]


def test_known_people_are_filled_in_without_their_account_number(world: World) -> None:
    with world.session() as session:
        known = factories.create_person(session, world.here.villages[0], full_name="Thử Thị Đã Biết")
        factories.create_pay_method(session, known, PayMethodKind.ACCOUNT, account_no="8600123456789")
        session.commit()
    head, asked = world.role(Role.village_head), _list(world)
    head.get(f"/lists/{asked.key}/form")
    for _ in range(2):
        page = head.post(f"/lists/{asked.key}/form")
    assert "1 người trong biểu mẫu" in page.words
    link = next(link for link in page.links if link.startswith("/lists/form/"))
    entry = head.get(link)
    assert "Thử Thị Đã Biết" in entry.text
    assert "Giữ số đã có" in entry.text
    assert "8600123456789" not in entry.text


def test_a_person_without_a_name_is_asked_for_one(world: World) -> None:
    head, asked = world.role(Role.village_head), _list(world)
    head.get(f"/lists/{asked.key}/form")
    path = _new_entry(head, asked.key)
    page = head.post(path, status=422, **{"as": "checked"})
    assert page.errors == ["Ghi họ tên, hoặc bỏ người này khỏi biểu mẫu."]
    assert "#full_name" in page.links


def test_a_thon_that_the_office_does_not_know_begins_with_a_new_person(world: World) -> None:
    head, asked = world.role(Role.village_head), _list(world)
    page = head.get(f"/lists/{asked.key}/form")
    assert "người đã biết vào biểu mẫu" not in page.words
    assert f"/lists/{asked.key}/form/new" in page.actions()
    with world.session() as session:
        factories.create_person(session, world.here.villages[0])
        session.commit()
    assert "Đưa 1 người đã biết vào biểu mẫu" in head.get(f"/lists/{asked.key}/form").words


def test_a_draft_with_errors_is_kept_but_cannot_be_handed_in(world: World) -> None:
    head, asked = world.role(Role.village_head), _list(world)
    entry = _new_entry(head, asked.key)
    page = head.post(entry, **{"full_name": NAME, "as": "draft"})
    assert "chỗ phải sửa" in page.words
    refused = head.post(f"/lists/{asked.key}/form/send", status=409)
    assert "Còn 1 người" in refused.errors[0]
    head.post(f"{entry}/remove")
    head.post(f"/lists/{asked.key}/form/send", status=409)
    assert _list(world).state == ListState.REQUESTED


def test_the_form_is_the_thons_alone_and_sealed(world: World) -> None:
    head, asked = world.role(Role.village_head), _list(world)
    entry = _new_entry(head, asked.key)
    head.post(entry, **(ANSWERS | {"as": "draft"}))
    for role in (Role.economy, Role.culture, Role.chairman, Role.health_station):
        world.role(role).get(entry, status=403)
    world.browser(world.here.heads[1]).get(entry, status=404)
    with world.session() as session:
        raw = session.connection().exec_driver_sql("SELECT said FROM list_entry").scalar_one()
        assert session.exec(select(ListEntry)).one().error_count == 0
    assert "ác tính" not in raw


def _second_quarter(world: World) -> VillageList:
    """The thôn's list of quarter III is in; quarter IV has begun."""
    head, asked = world.role(Role.village_head), _list(world)
    head.get(f"/lists/{asked.key}")
    head.post(f"/lists/{asked.key}/files", files=upload(village_list(person(1), person(2))))
    with world.session() as session:
        world.here.cycle = factories.create_cycle(session, world.here.commune, quarter=4)
        session.commit()
    _ask(world, world.here)
    return _list(world)


def test_the_head_confirms_who_is_new_gone_and_changed(world: World) -> None:
    asked, head = _second_quarter(world), world.role(Role.village_head)
    changed = person(2)
    changed[6] = "Nghèo"
    head.get(f"/lists/{asked.key}")
    head.post(f"/lists/{asked.key}/files", files=upload(village_list(changed, person(3))))
    page = head.get(f"/lists/{asked.key}")
    assert "1 người mới: " + factories.invented_name(3) in page.words
    assert f"1 người không còn: {factories.invented_name(1)} (không có trong danh sách quý này)" in page.words
    assert f"1 người có thay đổi: {factories.invented_name(2)} (diện hộ)" in page.words
    assert f"/lists/{asked.key}/diff" not in world.role(Role.economy).get(f"/lists/{asked.key}").actions()
    head.get(f"/lists/{asked.key}")
    head.post(f"/lists/{asked.key}/diff", status=409, sha256="0" * 64)
    shown = page.root.find(".//input[@name='sha256']")
    assert shown is not None
    page = head.post(f"/lists/{asked.key}/diff", sha256=shown.attrib["value"])
    assert "Trưởng thôn đã xác nhận" in page.words
    head.post(f"/lists/{asked.key}/files", files=upload(village_list(changed, person(3), person(4))))
    page = head.get(f"/lists/{asked.key}")
    assert "Trưởng thôn đã xác nhận" not in page.words, "another list is to be confirmed anew"


def _photo(content: bytes = PNG, name: str = "giay-ra-vien-ung-thu.png") -> dict[str, Any]:
    return {"file": (name, content, "image/png")}


def _somebody(world: World, place: int = 0) -> int:
    with world.session() as session:
        made = factories.create_person(session, world.here.villages[place]).key
        session.commit()
    return made


def test_a_medical_paper_is_opened_by_the_health_station_alone(world: World) -> None:
    number, head = _somebody(world), world.role(Role.village_head)
    head.get(f"/papers/{number}")
    page = head.post(f"/papers/{number}", files=_photo(), kind="MEDICAL")
    assert "1 giấy tờ" in page.words
    assert "ung-thu" not in page.text, "the file's own name may name an illness"
    with world.session() as session:
        paper = session.exec(select(PersonPaper)).one()
    path = f"/papers/files/{paper.key}"
    for role in (Role.village_head, Role.economy, Role.culture, Role.chairman):
        assert path not in world.role(role).get(f"/papers/{number}").links
        world.role(role).get(path, status=403)
    assert world.role(Role.health_station).get(path).content == PNG
    with world.session() as session:
        assert session.exec(select(SensitiveRead.id).where(SensitiveRead.what == "person_paper")).one() is not None
    kept = b"".join(file.read_bytes() for file in (world.settings.data_dir / "files").rglob("*") if file.is_file())
    assert b"ac tinh" not in kept, "kept encrypted"


def test_other_papers_are_opened_by_the_offices_and_the_same_photo_is_one(world: World) -> None:
    number, head = _somebody(world), world.role(Role.village_head)
    head.get(f"/papers/{number}")
    for _ in range(2):
        page = head.post(f"/papers/{number}", files=_photo(), kind="HOUSEHOLD")
    assert "1 giấy tờ" in page.words
    link = next(link for link in page.links if link.startswith("/papers/files/"))
    assert world.role(Role.economy).get(link).content == PNG
    world.browser(world.here.heads[1]).get(f"/papers/{number}", status=404)
    world.browser(world.here.heads[1]).get(link, status=404)


@pytest.mark.parametrize(
    "content", [b"MZ\x90 chuong trinh", b"<svg onload=x>", b"", PNG[:4]], ids=["exe", "svg", "empty", "cut"]
)
def test_a_file_is_judged_by_its_content_not_its_name(world: World, content: bytes) -> None:
    number, head = _somebody(world), world.role(Role.village_head)
    head.get(f"/papers/{number}")
    page = head.post(f"/papers/{number}", status=422, files=_photo(content, "anh.png"), kind="IDENTITY")
    assert page.errors == ["Tệp này không phải ảnh JPEG, PNG hay PDF. Hãy chụp lại hoặc chọn tệp khác."]
    with world.session() as session:
        assert not session.exec(select(PersonPaper)).all()


def test_a_photo_that_is_too_large_is_refused(world: World) -> None:
    number, head = _somebody(world), world.role(Role.village_head)
    head.get(f"/papers/{number}")
    page = head.post(f"/papers/{number}", status=422, files=_photo(PNG + bytes(10 * 1024 * 1024)), kind="OTHER")
    assert "10 MB" in page.errors[0]
