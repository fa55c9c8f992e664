"""Lists found without tone marks, filtered, and taken out as Excel files that hold no more than their page."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from sqlmodel import Session, select

from models.feedback import Feedback
from models.health import HealthConclusion
from models.ledger import SensitiveRead
from models.payment import PaymentList, Transfer
from models.people import PayMethod, PayMethodKind
from rules.workflow import CaseStatus, HealthResult, Role, TransferState
from services import documents
from tests import factories
from tests.factories import NOW, TODAY, save
from tests.web.conftest import Browser, World

ACCOUNT = "8600123456789"
EXPORTS = (
    (Role.economy, "/eligibility/export"),
    (Role.economy, "/insurance/export"),
    (Role.economy, "/feedback/export"),
    (Role.economy, "/documents/export"),
    (Role.economy, "/register/export"),
    (Role.economy, "/lists/export"),
    (Role.health_station, "/health/export"),
    (Role.village_head, "/payment/export"),
    (Role.economy, "/changes/export"),
    (Role.economy, "/papers/export"),
    (Role.economy, "/insurance/watch/export"),
    (Role.economy, "/insurance/differences/export"),
    (Role.admin, "/staff/export"),
    (Role.admin, "/villages/export"),
)


def _cells(browser: Browser, path: str) -> list[list[str]]:
    sheet = openpyxl.load_workbook(io.BytesIO(browser.get(path).content)).worksheets[0]
    return [["" if value is None else str(value) for value in row] for row in sheet.iter_rows(values_only=True)]


def _all(browser: Browser, path: str) -> str:
    return "\n".join(" | ".join(row) for row in _cells(browser, path))


@pytest.fixture(autouse=True)
def _people(world: World) -> None:
    """In each commune a person under review, one at the health station with a diagnosis, one paid by account."""
    with world.session() as session:
        for office, word in ((world.here, "Ở Đây"), (world.there, "Nơi Khác")):
            for place, village in enumerate(office.villages):
                person = factories.create_person(session, village, full_name=f"Thử Thị Đượm {word} {place}")
                case = factories.create_case(session, office.cycle, person, status=CaseStatus.HEALTH)
                health = factories.create_health_case(session, case, result=HealthResult.NOT_MET)
                _conclusion(session, health.key, office)
                factories.create_pay_method(session, person, PayMethodKind.ACCOUNT, account_no=ACCOUNT)
                _transfer(session, office, person.key, village.key)
        session.commit()


def _conclusion(session, health_case_id: int, office: factories.Office) -> None:  # type: ignore[no-untyped-def]
    values = {"disease_code": "U ác tính", "route": "TT50", "result": "NOT_MET", "round": 1, "severity_met": False}
    concluded = {"concluded_by": office[Role.health_station].person_id, "concluded_at": NOW}
    save(session, HealthConclusion(health_case_id=health_case_id, **values, **concluded))


def _transfer(session, office: factories.Office, person_id: int, village_id: int) -> None:  # type: ignore[no-untyped-def]
    found = session.exec(select(PaymentList).where(PaymentList.commune_id == office.commune.key)).first()
    month = found or save(
        session, PaymentList(commune_id=office.commune.key, month="2026-07", built_at=NOW, due_on=TODAY)
    )
    save(
        session,
        Transfer(
            list_id=month.key,
            commune_id=office.commune.key,
            person_id=person_id,
            village_id=village_id,
            end_to_end_id=f"HT2607-{person_id}",
            amount=500_000,
            channel="CASH",
            payee={},
        ),
    )


def _list(world: World) -> int:
    with world.session() as session:
        query = select(PaymentList).where(PaymentList.commune_id == world.here.commune.key)
        return session.exec(query).one().key


@pytest.mark.parametrize(("role", "path"), EXPORTS)
def test_an_export_holds_no_other_commune_no_diagnosis_no_account(world: World, role: Role, path: str) -> None:
    text = _all(world.role(role), path)
    assert "STT" in text
    for kept_in in ("Nơi Khác", "U ác tính", ACCOUNT):
        assert kept_in not in text


def test_who_took_a_list_out_is_recorded(world: World) -> None:
    world.role(Role.economy).get("/eligibility/export")
    with world.session() as session:
        taken = session.exec(select(SensitiveRead).where(SensitiveRead.what == "export")).one()
    assert taken.account_id == world.here[Role.economy].person_id
    assert taken.subject == f"cycle:{world.here.cycle.key}"


def test_cases_are_found_without_tone_marks_and_exported_as_asked(world: World) -> None:
    economy = world.role(Role.economy)
    page = economy.get("/eligibility?q=duom+o+day+1")
    assert "Thử Thị Đượm Ở Đây 1" in page.words
    assert "Thử Thị Đượm Ở Đây 0" not in page.words
    link = next(link for link in page.links if link.startswith("/eligibility/export"))
    rows = _cells(economy, link)
    assert [row[1] for row in rows if row[0] == "1"] == ["Thử Thị Đượm Ở Đây 1"]
    assert not [row for row in rows if row[0] == "2"]


def test_payment_lines_of_a_village_head_are_those_of_the_own_thon(world: World) -> None:
    path = f"/payment/{_list(world)}/export"
    whole, own = _all(world.role(Role.economy), path), _all(world.role(Role.village_head), path)
    assert "Ở Đây 0" in own
    assert "Ở Đây 1" not in own
    assert "Ở Đây 1" in whole
    assert "1000000" in whole, "the sum stands below"
    assert ACCOUNT not in whole


def test_a_text_that_looks_like_a_formula_stays_a_text(world: World) -> None:
    with world.session() as session:
        case_person = factories.create_person(session, world.here.villages[0], full_name='=HYPERLINK("x") Thử')
        factories.create_case(session, world.here.cycle, case_person, status=CaseStatus.REVIEW)
        session.commit()
    content = world.role(Role.economy).get("/eligibility/export").content
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0] for cell in row]
    assert {cell.data_type for cell in cells if str(cell.value).startswith("=HYPERLINK")} == {"s"}


def test_feedback_is_filtered_by_state_and_kind(world: World) -> None:
    with world.session() as session:
        for kind, closed in (("PHAN_ANH", False), ("KHIEU_NAI", True)):
            end = {"answer": "Đã xem", "closed_at": NOW} if closed else {}
            said = {"content": "Nội dung kín", "received_on": TODAY, "due_on": TODAY}
            officer = world.here[Role.front].person_id
            row = Feedback(commune_id=world.here.commune.key, kind=kind, received_by=officer, **said, **end)
            save(session, row)
        session.commit()
    front = world.role(Role.front)
    assert "1 ý kiến chờ trả lời" in front.get("/feedback").words
    assert "1 ý kiến đã trả lời" in front.get("/feedback?state=closed&kind=KHIEU_NAI").words
    assert "0 ý kiến" in front.get("/feedback?state=closed&kind=PHAN_ANH").words
    text = _all(front, "/feedback/export?state=all")
    assert "Khiếu nại" in text
    assert "Nội dung kín" not in text


def _paper(session: Session, world: World, kind: str, subject: str, title: str) -> None:
    commune = world.here.commune.key
    documents.want(session, commune_id=commune, kind=kind, subject=subject, title=title, file_name="f", now=NOW)


def test_documents_are_found_without_tone_marks_each_by_its_readers(world: World) -> None:
    with world.session() as session:
        for kind, title in (("decision", "Quyết định quý III"), ("bank_file", "Tệp chuyển khoản")):
            _paper(session, world, kind, "x:1", title)
        session.commit()
    economy, culture = world.role(Role.economy), world.role(Role.culture)
    assert "Tệp chuyển khoản" in _all(economy, "/documents/export")
    assert "Tệp chuyển khoản" not in _all(culture, "/documents/export")
    assert "Quyết định quý III" in culture.get("/documents?q=quyet+dinh").words
    assert "0 văn bản" in culture.get("/documents?q=chuyen+khoan").words
    by_title = _all(economy, "/documents/export?sort=title")
    assert by_title.index("Quyết định quý III") < by_title.index("Tệp chuyển khoản")
    newest = _all(economy, "/documents/export?sort=new")
    assert newest.index("Tệp chuyển khoản") < newest.index("Quyết định quý III")


def test_a_village_head_finds_the_result_told_to_the_own_thon(world: World) -> None:
    with world.session() as session:
        for village in world.here.villages:
            _paper(session, world, "village_result", f"decision:1:{village.code}", f"Kết quả {village.name}")
        session.commit()
    own, other = (f"Kết quả {village.name}" for village in world.here.villages[:2])
    words = world.role(Role.village_head).get("/documents").words
    assert own in words
    assert other not in words
    assert "1 văn bản" in words


def test_a_list_comes_in_the_order_asked_for_on_page_and_in_the_export(world: World) -> None:
    with world.session() as session:
        for name, village, year in (("Thử Văn Đào", 1, 1940), ("Thử Văn Ấm", 0, 1960), ("Thử Văn Ân", 1, 1950)):
            person = factories.create_person(
                session, world.here.villages[village], full_name=name, birth_date=date(year, 1, 1)
            )
            factories.create_case(session, world.here.cycle, person, status=CaseStatus.REVIEW)
        session.commit()
    economy = world.role(Role.economy)
    for sort, names in (
        ("name", ["Ấm", "Ân", "Đào"]),
        ("age", ["Đào", "Ân", "Ấm"]),
        ("village", ["Ấm", "Ân", "Đào"]),
        ("new", ["Ân", "Ấm", "Đào"]),
        ("khong-co", ["Ấm", "Ân", "Đào"]),
    ):
        rows = _cells(economy, f"/eligibility/export?status=REVIEW&sort={sort}")
        assert [row[1].split()[-1] for row in rows if row[0] in {"1", "2", "3"}] == names, sort
        page = economy.get(f"/eligibility?status=REVIEW&sort={sort}")
        headers = ["".join(cell.itertext()) for cell in page.root.findall(".//tbody/tr/th[@scope='row']")]
        assert [text.split()[-1] for text in headers if text.startswith("Thử Văn")] == names, sort


def test_a_list_of_many_is_cut_into_pages_in_name_order(world: World) -> None:
    with world.session() as session:
        for _ in range(60):
            person = factories.create_person(session, world.here.villages[0])
            factories.create_case(session, world.here.cycle, person, status=CaseStatus.REVIEW)
        session.commit()
    page = world.role(Role.economy).get("/eligibility?status=REVIEW&page=2")
    assert "Trang 2 / 2 · 60 dòng" in page.words
    assert len([link for link in page.links if link.startswith("/eligibility/cases/")]) == 10
    assert "/eligibility/export?status=REVIEW" in page.links


def test_states_and_methods_stay_the_offices_words(world: World) -> None:
    with world.session() as session:
        assert session.exec(select(PayMethod)).first() is not None
        row = session.exec(select(Transfer)).first()
        assert row is not None
        assert row.state == TransferState.PLANNED
    text = _all(world.role(Role.economy), f"/payment/{_list(world)}/export?channel=CASH")
    assert "Tiền mặt" in text
    assert "CASH" not in text
