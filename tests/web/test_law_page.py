"""The law page: values in words, fields that fit them, two people, scans, another commune's file, the disease annex."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
import xlsxwriter
from sqlmodel import Session, select

from models.law import LawEvidence, LawRevision
from models.people import FactKind, HouseholdStatusKind, Person
from rules.workflow import CaseStatus, Role
from services import law
from tests import factories
from tests.web.conftest import Browser, World

SOURCE: dict[str, Any] = {
    "document": "12/2026/QĐ-UBND",
    "issuer": "UBND đặc khu thử",
    "valid_from": "01/07/2026",
}
DAYS: dict[str, Any] = {"key": "OFFICE.payment_days", "value": "9", **SOURCE}
PDF = b"%PDF-1.4 thu nghiem"


def revisions(world: World) -> list[LawRevision]:
    with world.session() as session:
        return list(session.exec(select(LawRevision).order_by(LawRevision.id)))  # type: ignore[arg-type]


def the_one(world: World) -> LawRevision:
    (row,) = revisions(world)
    return row


def confirmed(world: World, **values: Any) -> LawRevision:
    """A value proposed by Phòng Kinh tế on its page and confirmed by Phòng VH-XH."""
    economy, culture = world.role(Role.economy), world.role(Role.culture)
    economy.get(f"/law/propose?key={values['key']}")
    economy.post("/law/proposals", **{**SOURCE, **values})
    row = revisions(world)[-1]
    culture.get(f"/law/proposals/{row.key}")
    culture.post(f"/law/proposals/{row.key}/confirm")
    return row


def elder(session: Session, world: World, name: str = "Thử Thị Hư Cấu") -> Person:
    """Somebody of 66 whose household escaped poverty, with everything known."""
    person = factories.create_person(session, world.here.villages[0], full_name=name)
    household = factories.create_household(session, world.here.villages[0])
    person.household_id = household.key
    factories.create_status(session, household, HouseholdStatusKind.CAN_NGHEO)
    factories.create_fact(session, person, FactKind.RESIDENCE, "THUONG_TRU")
    factories.create_fact(session, person, FactKind.INCOME, {"kind": "KHONG", "monthly": 0})
    factories.create_case(session, world.here.cycle, person, status=CaseStatus.REVIEW)
    return person


def test_a_value_is_proposed_by_one_and_confirmed_by_another(world: World) -> None:
    economy, culture = world.role(Role.economy), world.role(Role.culture)
    economy.get("/law/propose?key=OFFICE.payment_days")
    economy.post("/law/proposals", status=422, **(DAYS | {"issuer": ""}))
    economy.post("/law/proposals", status=422, **(DAYS | {"document": "Quy chế nội bộ"}))  # without its year
    economy.post("/law/proposals", **DAYS)
    row = the_one(world)
    page = economy.get(f"/law/proposals/{row.key}")
    assert "cần người khác xác nhận" in page.words
    assert "người thứ hai" in economy.post(f"/law/proposals/{row.key}/confirm", status=403).words
    culture.get(f"/law/proposals/{row.key}")
    assert "Đã xác nhận giá trị" in culture.post(f"/law/proposals/{row.key}/confirm").words
    shown = culture.get("/law?q=payment_days").words
    assert "9 ngày làm việc" in shown
    assert "working days" not in shown
    culture.post(f"/law/proposals/{row.key}/confirm", status=409)


def test_the_second_person_reads_which_value_is_replaced_and_from_when(world: World) -> None:
    confirmed(world, **DAYS)
    economy, culture = world.role(Role.economy), world.role(Role.culture)
    economy.get("/law/propose?key=OFFICE.payment_days")
    economy.post("/law/proposals", **(DAYS | {"value": "8", "valid_from": "01/09/2026"}))
    row = revisions(world)[-1]
    assert "Nếu xác nhận: được thay từ ngày 01/09/2026." in culture.get(f"/law/proposals/{row.key}").words
    culture.post(f"/law/proposals/{row.key}/confirm")
    assert "Đã xác nhận: được thay từ ngày 01/09/2026." in culture.get(f"/law/proposals/{row.key}").words


def test_several_proposals_are_confirmed_at_once_by_ticking_them(world: World) -> None:
    economy, culture = world.role(Role.economy), world.role(Role.culture)
    economy.get("/law/propose?key=OFFICE.payment_days")
    economy.post("/law/proposals", **DAYS)
    economy.post("/law/proposals", **(DAYS | {"key": "OFFICE.health_days"}))
    culture.get("/law")
    assert culture.post("/law/proposals/confirm", status=422).errors == ["Đánh dấu ít nhất một đề xuất."]
    ticked = {f"row-{row.key}": "1" for row in revisions(world)}
    economy.post("/law/proposals/confirm", status=403, **ticked)
    assert "Đã xác nhận 2 giá trị" in culture.post("/law/proposals/confirm", **ticked).words
    assert all(row.confirmed_by for row in revisions(world))


def test_a_proposal_is_refused_with_a_reason_and_never_counts(world: World) -> None:
    economy, chairman = world.role(Role.economy), world.role(Role.chairman)
    economy.get("/law/propose?key=OFFICE.payment_days")
    economy.post("/law/proposals", **DAYS)
    row = the_one(world)
    chairman.get(f"/law/proposals/{row.key}")
    chairman.post(f"/law/proposals/{row.key}/refuse", status=422, reason="")
    chairman.post(f"/law/proposals/{row.key}/refuse", reason="Văn bản đã thay")
    assert "Văn bản đã thay" in economy.get(f"/law/proposals/{row.key}").words
    culture = world.role(Role.culture)
    culture.get("/law")
    culture.post(f"/law/proposals/{row.key}/confirm", status=409)
    with world.session() as session:
        value = law.book_for(session, world.here.commune.key).get("OFFICE.payment_days", on=factories.TODAY)
    assert value.version == 0


def test_a_value_is_tried_out_before_it_is_proposed_and_says_who_would_move(world: World) -> None:
    world.adopt_demo_law()
    economy = world.role(Role.economy)
    with world.session() as session:
        elder(session, world)
        session.commit()
    standing = len(revisions(world))
    page = economy.get("/law/propose?key=NQ04.age.elderly_from")
    assert page.root.find(".//input[@name='value']").attrib["value"] == "60"  # type: ignore[union-attr]
    given = {**SOURCE, "key": "NQ04.age.elderly_from", "value": "77", "valid_from": "01/08/2026", "months": "3"}
    shown = economy.post("/law/what-if", status=200, **given)
    assert "3 lượt người ra" in shown.words
    assert "Thử Thị Hư Cấu: ra, 1.500.000 đồng thành 0 đồng" in shown.words
    assert world.here.villages[0].name in shown.words
    assert ("Chọn lại tệp" in page.words, "Chọn lại tệp" in shown.words) == (False, True), (
        "no browser keeps a chosen file"
    )
    assert shown.root.find(".//input[@name='value']").attrib["value"] == "77"  # type: ignore[union-attr]
    assert len(revisions(world)) == standing, "nothing is proposed by looking"
    economy.post("/law/what-if", status=422, **(given | {"value": ""}))
    economy.post("/law/proposals", **given)
    culture = world.role(Role.culture)
    last = revisions(world)[-1]
    assert last.value == 77
    assert "Thử Thị Hư Cấu: ra" in culture.get(f"/law/proposals/{last.key}?thu=1").words
    assert "Hư Cấu" not in world.role(Role.media).get(f"/law/proposals/{last.key}?thu=1").words
    world.role(Role.insurance).get("/law/propose?key=OFFICE.payment_days", status=403)
    economy.get("/law/propose?key=khong-co", status=404)


@pytest.mark.parametrize(
    ("key", "typed", "value", "said"),
    [
        ("NQ04.income.target", {"value": "1.600.000", "scope-area": "NONG_THON"}, 1_600_000, "1.600.000 đồng"),
        ("BHYT.rate", {"value": "4,5"}, "4.5", "4,5%"),
        ("NQ04.support_start_rule", {"value": "MONTH_AFTER_DECISION"}, "MONTH_AFTER_DECISION", "từ tháng sau tháng ký"),
        (
            "NQ04.residence.accepted",
            {"value-THUONG_TRU": "1", "value-TAM_TRU": "1"},
            ["THUONG_TRU", "TAM_TRU"],
            "thường trú; tạm trú",
        ),
        ("BHYT.state_paid_objects", {"value": "HN, CN\nBT"}, ["HN", "CN", "BT"], "HN; CN; BT"),
        ("NQ04.decision_bases", {"value": "Căn cứ A, B;\nCăn cứ C"}, ["Căn cứ A, B;", "Căn cứ C"], "Căn cứ C"),
        ("NQ04.effective_from", {"value": "1/5/2026"}, "2026-05-01", "01/05/2026"),
        ("RASOAT.yearly_from", {"value": "1/9"}, "09-01", "ngày 01/09"),
        (
            "OFFICE.calendar",
            {"value-closed": "2/9/2026\n1/1/2026", "value-open": ""},
            {"closed": ["2026-01-01", "2026-09-02"], "open": []},
            "nghỉ: 01/01/2026, 02/09/2026",
        ),
        ("TGXH.city_coefficients", {"value": "Khuyết tật nặng: 1,5"}, {"Khuyết tật nặng": "1.5"}, "Khuyết tật nặng"),
        (
            "NQ04.resolution",
            {"value-number": "09/2027/NQ-HĐND", "value-issued_on": "03/2/2027", "value-issuer": "HĐND tỉnh thử"},
            {"number": "09/2027/NQ-HĐND", "issued_on": "2027-02-03", "issuer": "HĐND tỉnh thử"},
            "Nghị quyết số 09/2027/NQ-HĐND ngày 03 tháng 02 năm 2027 của HĐND tỉnh thử",
        ),
    ],
)
def test_every_kind_of_value_is_typed_and_read_in_an_officers_words(
    world: World, key: str, typed: dict[str, str], value: Any, said: str
) -> None:
    row = confirmed(world, key=key, **typed)
    assert row.value == value
    page = world.role(Role.economy).get(f"/law/propose?key={key}")
    assert said in page.words
    assert "JSON" not in page.text


@pytest.mark.parametrize(
    ("key", "typed", "told"),
    [
        ("NQ04.income.target", {"value": "nhiều"}, "số tiền"),
        ("NQ04.age.elderly_from", {"value": "sáu mươi"}, "Nhập một số"),
        ("NQ04.posting.day_type", {"value": "MAYBE"}, "Chọn một mục"),
        ("NQ04.effective_from", {"value": "tháng năm"}, "ngày/tháng/năm"),
        ("RASOAT.yearly_from", {"value": "mùa thu"}, "14/12"),
        ("OFFICE.calendar", {"value-closed": "Tết", "value-open": ""}, "“Tết”"),
        ("TGXH.city_coefficients", {"value": "Nặng 1,5"}, "nhóm: hệ số"),
        (
            "NQ04.resolution",
            {"value-number": "1", "value-issued_on": "3/2/2027", "value-issuer": ""},
            "cơ quan ban hành",
        ),
        ("NQ04.person.traits", {"value": "Người nhiễm HIV/AIDS"}, "Trạm Y tế"),
        ("NQ04.income.target", {"value": "1", "scope-area": "SAO_HOA"}, "trong danh sách"),
        ("OFFICE.payment_days", {"value": "9", "valid_from": "01/01/2031"}, "31/12/2030"),
        ("OFFICE.payment_days", {"value": "9", "valid_to": "01/01/2026"}, "đứng trước"),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_is_proposed(
    world: World, key: str, typed: dict[str, str], told: str
) -> None:
    economy = world.role(Role.economy)
    economy.get(f"/law/propose?key={key}")
    page = economy.post("/law/proposals", status=422, **{**SOURCE, "key": key, **typed})
    assert any(told in sentence for sentence in page.errors), page.errors
    assert not revisions(world)


def test_the_scanned_document_goes_with_the_value(world: World) -> None:
    economy, culture = world.role(Role.economy), world.role(Role.culture)
    economy.get("/law/propose?key=OFFICE.payment_days")
    wrong = economy.post("/law/proposals", status=422, files={"scan_file": ("nq.pdf", b"MZ exe")}, **DAYS)
    assert any("PDF" in sentence for sentence in wrong.errors)
    assert not revisions(world)
    economy.post("/law/proposals", files={"scan_file": ("nq.pdf", PDF)}, **DAYS)
    row = the_one(world)
    with world.session() as session:
        scan = session.exec(select(LawEvidence)).one()
    assert row.reference["evidence"] == scan.content_sha256
    page = culture.get(f"/law/proposals/{row.key}")
    assert scan.content_sha256[:12] in page.words
    got = culture.client.get(f"/law/scans/{scan.key}/file")
    assert (got.content, got.headers["content-type"]) == (PDF, "application/pdf")
    culture.post(f"/law/proposals/{row.key}/confirm")
    with world.session() as session:
        value = law.book_for(session, world.here.commune.key).get("OFFICE.payment_days", on=factories.TODAY)
    assert value.as_data()["evidence"] == scan.content_sha256
    other = economy.post(f"/law/proposals/{row.key}/scan", status=409, files={"scan_file": ("b.pdf", PDF + b"2")})
    assert "đã được xác nhận" in other.words
    economy.get("/law/propose?key=OFFICE.health_days")
    economy.post("/law/proposals", **(DAYS | {"key": "OFFICE.health_days", "scan": scan.content_sha256}))
    assert revisions(world)[-1].reference["evidence"] == scan.content_sha256


def test_another_communes_file_becomes_proposals_and_the_same_file_twice_none(world: World) -> None:
    confirmed(world, **DAYS)
    confirmed(world, key="NQ04.residence.accepted", **{"value-THUONG_TRU": "1"})
    economy = world.role(Role.economy)
    sent = economy.client.get("/law/export")
    assert sent.status_code == 200
    there = world.role(Role.economy, world.there)
    there.get("/law")
    for proposed, known in ((2, 0), (0, 2)):
        page = there.post("/law/import", files={"law_file": ("luat.yaml", sent.content)})
        assert f"Đã ghi {proposed} đề xuất" in page.words
        assert f"{known} giá trị đã có" in page.words
    with world.session() as session:
        rows = session.exec(select(LawRevision).where(LawRevision.commune_id == world.there.commune.key)).all()
    assert {row.param_key for row in rows} == {"OFFICE.payment_days", "NQ04.residence.accepted"}
    assert all(row.confirmed_by is None and world.here.commune.name in row.origin for row in rows)


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"\xff\xfe\x00", "UTF-8"), (b"key: [", "YAML"), (b"values: []", "format"), (b"", "Đầu tệp")],
)
def test_a_file_that_is_no_law_is_refused_in_one_sentence(world: World, content: bytes, told: str) -> None:
    economy = world.role(Role.economy)
    economy.get("/law")
    page = economy.post("/law/import", status=422, files={"law_file": ("x.yaml", content)})
    assert any(told in sentence for sentence in page.errors), page.errors


def annex(rows: list[tuple[Any, ...]]) -> bytes:
    """The annex as an officer would type it."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("Phụ lục")
    for place, row in enumerate([("PHỤ LỤC",), (), ("TT", "Tên bệnh", "Mã ICD 10", "Ghi chú"), *rows]):
        for column, cell in enumerate(row):
            sheet.write(place, column, cell)
    book.close()
    return stream.getvalue()


WHOLE = [(number, f"Bệnh hư cấu số {number}", f"G{number}", "Mức độ nặng") for number in range(15, 39)]
LIST: dict[str, Any] = {"document": "50/2024/TT-BYT", "issuer": "Bộ Y tế", "valid_from": "01/07/2026"}


def previewed(economy: Browser, rows: list[tuple[Any, ...]]) -> tuple[Any, dict[str, Any]]:
    economy.get("/law/diseases")
    page = economy.post("/law/diseases/preview", status=200, files={"file": ("phu-luc.xlsx", annex(rows))})
    fields = {
        one.attrib["name"]: one.attrib["value"] for one in page.root.iter("input") if one.attrib.get("type") == "hidden"
    }
    return page, {name: fields.get(name, "") for name in ("file_name", "sha256")}


def test_the_annex_is_read_shown_proposed_confirmed_and_found_by_the_health_desk(world: World) -> None:
    economy, culture, station = (world.role(role) for role in (Role.economy, Role.culture, Role.health_station))
    with world.session() as session:
        person = factories.create_person(session, world.here.villages[0])
        case = factories.create_case(session, world.here.cycle, person, status=CaseStatus.HEALTH)
        desk = f"/health/{factories.create_health_case(session, case).key}"
        session.commit()
    assert "thiếu 24/38 mục" in economy.get("/law").words
    assert "thiếu 24/38 mục" in station.get(desk).words
    assert "Không thấy" in station.get(f"{desk}?tim=hu+cau+so+20").words
    page, kept = previewed(economy, WHOLE)
    assert "Sau khi xác nhận danh mục có 38/38 mục" in page.words
    assert "Mục 14 Ghi chú mức độ bị cắt" in page.words, "the annex must still be read for it"
    assert not revisions(world)
    economy.post("/law/diseases", **LIST, **kept)
    assert "thiếu 24/38 mục" in station.get(desk).words, "a proposal is not the law"
    row = the_one(world)
    culture.get(f"/law/proposals/{row.key}")
    culture.post(f"/law/proposals/{row.key}/confirm")
    page = station.get(f"{desk}?tim=hu+cau+so+20")
    assert "20 - G20" in page.words
    assert "thiếu" not in page.words.split("Kết luận")[0]
    assert "thiếu 24/38" not in economy.get("/law").words
    economy.get("/law/diseases")
    assert "không có mục nào mới" in economy.post("/law/diseases", status=422, **LIST, **kept).words


def test_a_wrong_cell_of_the_annex_is_named_and_nothing_is_proposed_in_part(world: World) -> None:
    economy = world.role(Role.economy)
    page, kept = previewed(economy, [*WHOLE[:2], (99, "Bệnh X", "ung thư", "")])
    for told in ("A6", "C6", "từ 1 đến 38", "không phải mã ICD-10"):
        assert told in page.words
    economy.post("/law/diseases", status=422, **LIST, **{"file_name": "phu-luc.xlsx", **kept})
    assert not revisions(world)


def test_a_group_is_changed_by_ticking_what_it_asks(world: World) -> None:
    world.adopt_demo_law()
    economy, culture = world.role(Role.economy), world.role(Role.culture)
    with world.session() as session:
        elder(session, world)
        session.commit()
    page = economy.get("/law/groups?key=NQ04.categories&code=CAO_TUOI")
    ticked = {
        one.attrib["name"]: "1"
        for one in page.root.iter("input")
        if "checked" in one.attrib and one.attrib["type"] == "checkbox"
    }
    assert {"no_income", "status-THOAT_NGHEO", "evidence-NGAY_SINH"} <= set(ticked)
    given: dict[str, Any] = {
        **SOURCE,
        **ticked,
        "key": "NQ04.categories",
        "was": "CAO_TUOI",
        "label": "Người cao tuổi",
        "basis": "Điều 2 khoản 1",
        "age_from": "NQ04.age.elderly_from",
        "overlap": "",
        "valid_from": "01/08/2026",
    }
    refused = economy.post(
        "/law/groups", status=422, **{name: text for name, text in given.items() if "status-" not in name}
    )
    assert "Chọn ít nhất một diện hộ." in refused.errors
    assert "Nếu áp dụng" in economy.post("/law/groups/what-if", status=200, **given).words
    dropped = economy.post("/law/groups/what-if", status=200, **given, drop="1")
    assert "3 lượt người ra" in dropped.words
    economy.post("/law/groups", **given)
    row = revisions(world)[-1]
    (group,) = [one for one in row.value if one["code"] == "CAO_TUOI"]
    assert group["all"] == [
        {"fact": "age", "at_least": "NQ04.age.elderly_from"},
        {"fact": "stable_income", "is": False},
    ]
    assert (group["overlap"], len(row.value)) == (None, 5)
    culture.get(f"/law/proposals/{row.key}")
    culture.post(f"/law/proposals/{row.key}/confirm")
    assert "cách tính theo quy định chung" in culture.get("/law?q=categories").words


def test_a_new_group_needs_a_code_of_its_own_and_a_condition(world: World) -> None:
    economy = world.role(Role.economy)
    economy.get("/law/groups?key=BHYT.age_groups")
    given = {**SOURCE, "key": "BHYT.age_groups", "label": "Nhóm mới", "share": "100", "code": "AGE_60_74"}
    page = economy.post("/law/groups", status=422, **given)
    assert len(page.errors) == 2
    economy.post("/law/groups", **(given | {"code": "nhóm mới", "no_income": "1"}))
    assert the_one(world).value[-1] == {
        "code": "NHOM_MOI",
        "label": "Nhóm mới",
        "share": 100,
        "all": [{"fact": "stable_income", "is": False}],
    }


def test_a_further_fact_is_added_and_a_group_asks_for_it_without_a_developer(world: World) -> None:
    """A resolution that names women with child: first the fact, then the group, both by two people."""
    world.adopt_demo_law()
    listed = confirmed(
        world,
        key="NQ04.person.traits",
        value="CO_DON: Cô đơn, không nơi nương tựa\nPhụ nữ đang mang thai",
    )
    assert listed.value[1] == {"code": "PHU_NU_DANG_MANG_THAI", "label": "Phụ nữ đang mang thai"}
    economy, culture = world.role(Role.economy), world.role(Role.culture)
    assert "Phụ nữ đang mang thai" in economy.get("/law/groups?key=NQ04.categories").words
    group = {
        **SOURCE,
        "key": "NQ04.categories",
        "code": "mang thai",
        "label": "Phụ nữ mang thai thuộc hộ nghèo",
        "basis": "Điều 2 khoản 3",
        "status-NGHEO": "1",
        "trait-PHU_NU_DANG_MANG_THAI": "1",
        "trait-CO_DON": "0",
        "overlap": "EXCLUDE",
    }
    economy.post("/law/groups", **group)
    row = revisions(world)[-1]
    assert row.value[-1]["all"] == [
        {"fact": "trait", "trait": "CO_DON", "is": False},
        {"fact": "trait", "trait": "PHU_NU_DANG_MANG_THAI", "is": True},
    ]
    culture.get(f"/law/proposals/{row.key}")
    culture.post(f"/law/proposals/{row.key}/confirm")
    page = economy.get("/law?q=categories")
    assert "có hoàn cảnh “Phụ nữ đang mang thai”; " in page.words
    assert "không có hoàn cảnh “Cô đơn, không nơi nương tựa”" in page.words
    form = economy.get("/law/groups?key=NQ04.categories&code=MANG_THAI")
    chosen = [one.attrib["value"] for one in form.root.iter("option") if "selected" in one.attrib]
    assert {"0", "1"} <= set(chosen), "both conditions are shown as they stand"


def test_the_page_shows_what_counts_today_and_puts_the_rest_aside(world: World) -> None:
    confirmed(world, **DAYS)
    page = world.role(Role.economy).get("/law?q=OFFICE.payment_days")
    (row,) = [one for one in page.root.iter("tr") if "OFFICE.payment_days" in "".join(one.itertext())]
    shown = " ".join("".join(row.itertext()).split())
    assert shown.index("9 ngày làm việc") < shown.index("1 giá trị khác") < shown.index("7 ngày làm việc")


def test_the_conditions_of_a_group_name_values_not_keys(world: World) -> None:
    page = world.role(Role.economy).get("/law/groups?key=NQ04.categories")
    assert "tuổi dưới 16 tuổi" in page.words
    assert "mức độ khuyết tật thuộc khuyết tật nặng, khuyết tật đặc biệt nặng" in page.words
    assert "NQ04.age.child_under" not in page.words


def test_what_runs_out_is_told_on_the_first_page_and_on_the_law_page_in_time(world: World) -> None:
    economy = world.role(Role.economy)
    assert "sắp hết thời gian đã rà soát" not in economy.get("/").words
    world.at(datetime(2030, 11, 1, 2, tzinfo=UTC))
    economy.renew()
    assert "Giá trị pháp lý sắp hết thời gian đã rà soát" in economy.get("/").words
    shown = economy.get("/law").words
    assert "Sắp hết thời gian đã rà soát" in shown
    assert "31/12/2030" in shown
    health = world.role(Role.health_station)
    assert "sắp hết thời gian" not in health.get("/").words


def test_after_the_last_reviewed_day_the_pages_open_and_say_so(world: World) -> None:
    world.at(datetime(2031, 1, 2, 2, tzinfo=UTC))
    economy = world.role(Role.economy)
    shown = economy.get("/law?q=payment_days").words
    assert "đã qua ngày rà soát 31/12/2030" in shown
    assert "Chưa biết" in shown
    assert "mới rà soát đến ngày 31/12/2030" in economy.get("/law/diseases", status=409).words
    economy.get("/")
    economy.get("/feedback")
    refused = economy.post("/feedback", status=409, kind="PHAN_ANH", received_on="02/01/2031", content="Thử")
    assert "mới rà soát đến ngày 31/12/2030" in refused.words
