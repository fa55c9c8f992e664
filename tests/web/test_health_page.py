"""A diagnosis is read at the health station and nowhere else."""

from __future__ import annotations

import io

import openpyxl
import pytest
from sqlmodel import select

from models.cycles import Cycle
from models.health import HealthCase, HealthConclusion
from models.ledger import AuditEntry, SensitiveRead
from rules.workflow import CaseStatus, HealthResult, Role, Step
from tests import factories
from tests.factories import NOW
from tests.web.conftest import World
from web.pages import load_all
from web.registry import PAGES, STAFF

load_all()
DIAGNOSIS = "5 - C34.9"
SECRETS = ("C34.9", "Giấy ra viện số 77/BVPT", "đã hóa trị")


@pytest.fixture
def reach() -> Step:
    return Step.health


@pytest.fixture
def ill(world: World) -> HealthCase:
    """Somebody at the health station of this commune."""
    with world.session() as session:
        person = factories.create_person(session, world.here.villages[0], full_name="Thử Thị Chờ Khám")
        case = factories.create_case(session, world.here.cycle, person, status=CaseStatus.HEALTH)
        made = factories.create_health_case(session, case)
        session.commit()
        return made


@pytest.fixture
def concluded(world: World, ill: HealthCase) -> HealthCase:
    """The station concluded with a diagnosis."""
    world.adopt_demo_law()
    station = world.role(Role.health_station)
    station.get(f"/health/{ill.key}")
    station.post(
        f"/health/{ill.key}/conclude",
        result="MET",
        route="TT50",
        disease_code=DIAGNOSIS,
        severity_met="yes",
        evidence_kind="GIAY_RA_VIEN",
        evidence_note=SECRETS[1],
        note=SECRETS[2],
    )
    return ill


def test_the_station_sees_its_queue_and_its_rounds(world: World, concluded: HealthCase) -> None:
    station = world.role(Role.health_station)
    assert "Thử Thị Chờ Khám" in station.get("/health").words
    page = station.get(f"/health/{concluded.key}")
    assert all(secret in page.words for secret in SECRETS)
    with world.session() as session:
        assert session.get_one(HealthCase, concluded.key).result == HealthResult.MET
        assert session.exec(select(SensitiveRead).where(SensitiveRead.what == "health_rounds")).all()


def test_after_a_conclusion_the_next_person_who_waits_is_one_press_away(world: World, concluded: HealthCase) -> None:
    station = world.role(Role.health_station)
    assert "Người tiếp theo" not in station.get("/health").words
    with world.session() as session:
        person = factories.create_person(session, world.here.villages[0], full_name="Thử Văn Kế Tiếp")
        case = factories.create_case(session, world.here.cycle, person, status=CaseStatus.HEALTH)
        following = factories.create_health_case(session, case)
        session.commit()
    page = station.get("/health")
    assert "Người tiếp theo: Thử Văn Kế Tiếp" in page.words
    assert f"/health/{following.key}" in page.links


def test_a_code_without_its_severity_is_not_enough_and_the_form_keeps_what_was_typed(
    world: World, ill: HealthCase
) -> None:
    world.adopt_demo_law()
    station = world.role(Role.health_station)
    station.get(f"/health/{ill.key}")
    page = station.post(
        f"/health/{ill.key}/conclude",
        status=422,
        result="MET",
        route="TT50",
        disease_code=DIAGNOSIS,
        evidence_kind="GIAY_RA_VIEN",
    )
    assert any("mức độ" in sentence for sentence in page.errors)
    typed = page.root.find(".//input[@name='disease_code']")
    assert typed is not None
    assert typed.attrib["value"] == DIAGNOSIS
    with world.session() as session:
        assert not session.exec(select(HealthConclusion)).all()


def test_more_papers_must_say_which(world: World, ill: HealthCase) -> None:
    station = world.role(Role.health_station)
    station.get(f"/health/{ill.key}")
    station.post(f"/health/{ill.key}/conclude", status=422, result="MORE_PAPERS", route="NONE")
    station.post(f"/health/{ill.key}/conclude", result="MORE_PAPERS", note="Cần bản chính giấy ra viện")
    assert "Chờ bổ sung giấy tờ" in station.get("/health").words


def test_the_disease_list_is_searched_by_words_and_says_what_is_missing(world: World, ill: HealthCase) -> None:
    page = world.role(Role.health_station).get(f"/health/{ill.key}?tim=u+ac+tinh")
    assert "U ác tính" in page.words
    assert "thiếu 24/38 mục" in page.words


def test_a_disease_is_found_as_people_call_it_and_chosen_with_one_press(world: World, ill: HealthCase) -> None:
    station = world.role(Role.health_station)
    found = station.get(f"/health/{ill.key}?tim=ung+thư")
    link = next(link for link in found.links if "ma=5" in link)
    chosen = station.get(link.partition("#")[0])
    written = chosen.root.find(".//input[@name='disease_code']")
    ground = chosen.root.find(".//input[@name='route'][@value='TT50']")
    assert written is not None
    assert ground is not None
    assert written.attrib["value"] == "5 - C00"
    assert "checked" in ground.attrib


def test_what_is_missing_in_a_conclusion_is_said_at_its_field(world: World, ill: HealthCase) -> None:
    world.adopt_demo_law()
    station = world.role(Role.health_station)
    station.get(f"/health/{ill.key}")
    said = {"result": "MET", "route": "TT50", "evidence_kind": "GIAY_RA_VIEN"}
    wrong: dict[str, dict[str, str]] = {
        "disease_code": {"disease_code": "không biết"},
        "severity_met": {"disease_code": DIAGNOSIS},
        "evidence_kind": {"disease_code": DIAGNOSIS, "severity_met": "yes", "evidence_kind": ""},
        "valid_until": {"disease_code": DIAGNOSIS, "severity_met": "yes", "valid_until": "01/01/2020"},
        "injury_pct": {"route": "INJURY_PCT", "evidence_kind": "BIEN_BAN_GIAM_DINH"},
        "note": {"result": "MORE_PAPERS"},
    }
    for field, typed in wrong.items():
        page = station.post(f"/health/{ill.key}/conclude", status=422, **(said | typed))
        assert [link for link in page.links if link.startswith("#") and link != "#noi-dung"] == [f"#{field}"], (
            page.errors
        )
        assert page.root.find(f".//div[@id='{field}-loi']") is not None


def test_a_diagnosis_reaches_nobody_else(world: World, concluded: HealthCase, caplog: pytest.LogCaptureFixture) -> None:
    case_id = concluded.case_id
    paths = {
        "/eligibility": f"/eligibility/cases/{case_id}",
        "/changes": f"/changes/{concluded.person_id}",
        "/health": f"/health/{concluded.key}",
    }
    for role in sorted(STAFF - {Role.health_station}):
        browser = world.role(role)
        plain = [page.path for page in PAGES if page.method == "GET" and "{" not in page.path]
        for path in [*plain, *paths.values(), f"/health/{concluded.key}?tim=C34"]:
            response = browser.client.get(path)
            assert not [secret for secret in SECRETS if secret in response.text], f"{role} {path}"
            if path.startswith("/health"):
                assert response.status_code == 403
        refused = browser.client.post(
            f"/health/{concluded.key}/conclude", data={"csrf": browser.csrf, "disease_code": DIAGNOSIS}
        )
        assert refused.status_code == 403
        assert not [secret for secret in SECRETS if secret in refused.text]
    assert not [secret for secret in SECRETS if secret in caplog.text]
    with world.session() as session:
        assert not [row for row in session.exec(select(AuditEntry)) if "C34" in str(row.data)]


def test_reviewers_see_one_word(world: World, concluded: HealthCase) -> None:
    page = world.role(Role.economy).get(f"/eligibility/cases/{concluded.case_id}")
    assert "Kết luận sức khỏe Đạt" in page.words


def _asked(world: World, ill: HealthCase, **said: str) -> None:
    station = world.role(Role.health_station)
    station.get(f"/health/{ill.key}")
    note = "Cần bản chính giấy ra viện số 77/BVPT, đã hóa trị C34.9"
    station.post(f"/health/{ill.key}/conclude", result="MORE_PAPERS", route="NONE", note=note, **said)


def test_the_thon_sees_which_paper_is_asked_of_whom_and_sends_it_with_the_phone(world: World, ill: HealthCase) -> None:
    _asked(world, ill, evidence_kind="GIAY_RA_VIEN")
    head = world.role(Role.village_head)
    assert "/papers" in [link for link in head.get("/").links if "Người cần bổ sung giấy tờ" in head.get("/").words]
    page = head.get("/papers")
    assert "Thử Thị Chờ Khám" in page.words
    assert "Giấy ra viện" in page.words
    assert "chưa gửi" in page.words
    assert f"/papers/{ill.person_id}" in page.links
    person = head.get(f"/papers/{ill.person_id}")
    assert "Trạm Y tế cần bổ sung Giấy ra viện" in person.words
    photo = {"file": ("giay.pdf", b"%PDF-1.7 trang", "application/pdf")}
    assert "Đã gửi 1 giấy tờ" in head.post(f"/papers/{ill.person_id}", files=photo, kind="MEDICAL").words
    assert "đã gửi 1" in head.get("/papers?state=sent").words
    assert "đã gửi 1 giấy tờ" in world.role(Role.health_station).get("/health").words


def test_what_the_station_wrote_beside_the_kind_of_paper_stays_with_the_station(world: World, ill: HealthCase) -> None:
    _asked(world, ill, evidence_kind="GIAY_RA_VIEN")
    for role in (Role.village_head, Role.economy):
        browser = world.role(role)
        for path in ("/", "/papers", "/papers/export", f"/papers/{ill.person_id}"):
            text = browser.client.get(path).text
            assert not [secret for secret in SECRETS if secret in text], f"{role} {path}"
    book = _cells(world.role(Role.economy).get("/papers/export").content)
    assert any("Giấy ra viện" in cell for cell in book)
    assert not [cell for cell in book for secret in SECRETS if secret in cell]


def _cells(content: bytes) -> list[str]:
    rows = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    return [str(value) for row in rows for value in row if value is not None]


def test_a_village_head_sees_only_the_own_thons_missing_papers(world: World, ill: HealthCase) -> None:
    _asked(world, ill)
    assert "hỏi Trạm Y tế" in world.role(Role.village_head).get("/papers").words
    other = world.browser(world.here.heads[1])
    assert "0 người" in other.get("/papers").words
    assert "Người cần bổ sung giấy tờ" not in other.get("/").words
    other.get(f"/papers/{ill.person_id}", status=404)
    assert "0 người" in world.role(Role.village_head, world.there).get("/papers").words


def test_nothing_is_asked_any_more_once_the_station_has_concluded(world: World, ill: HealthCase) -> None:
    _asked(world, ill, evidence_kind="GIAY_RA_VIEN")
    station = world.role(Role.health_station)
    station.get(f"/health/{ill.key}")
    station.post(f"/health/{ill.key}/conclude", result="NOT_MET", route="NONE", note="Không đủ căn cứ")
    head = world.role(Role.village_head)
    assert "0 người" in head.get("/papers").words
    assert "Trạm Y tế cần bổ sung" not in head.get(f"/papers/{ill.person_id}").words


def test_nothing_is_asked_any_more_of_a_quarter_that_is_done(world: World, ill: HealthCase) -> None:
    _asked(world, ill, evidence_kind="GIAY_RA_VIEN")
    with world.session() as session:
        session.get_one(Cycle, ill.cycle_id).done_at = NOW
        session.commit()
    head = world.role(Role.village_head)
    assert "0 người" in head.get("/papers").words
    assert "Người cần bổ sung giấy tờ" not in head.get("/").words
