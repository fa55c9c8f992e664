"""Review and decision through the pages: the law's reasons in sight, two people, the password again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from models.approval import Decision, Submission, Verdict
from models.cycles import Case, Cycle
from models.eligibility import Assessment
from models.payment import Grant
from models.people import Person
from models.places import Commune
from models.staff import Mandate
from rules.workflow import CaseStatus, Role, Step, StepState, SubmissionState
from services import approval, cycles
from tests import factories
from tests.web.conftest import PASSWORD, World
from tests.web.page import Page
from tests.web.quarter import Quarter, begin, july


@pytest.fixture
def reach() -> Step:
    return Step.eligibility


@pytest.fixture
def quarter(world: World) -> Quarter:
    return begin(world)


def _person(quarter: Quarter, place: int = 0) -> Person:
    with quarter.world.session() as session:
        return session.get_one(Person, session.get_one(Case, quarter.cases[place]).person_id)


def test_the_dossier_says_why(quarter: Quarter) -> None:
    quarter.cross_check()
    page = quarter.economy.get(f"/eligibility/cases/{quarter.cases[0]}")
    assert "Đủ điều kiện" in page.words
    assert "trình diễn" in page.words
    assert "NQ04." not in page.words, "values are named by what they are"
    assert "Tuổi" in page.words or "tuổi" in page.words
    assert "1 giá trị đã dùng" in page.words
    assert "Còn thiếu" not in page.words


def test_an_officer_writes_down_a_further_fact_with_its_day(quarter: Quarter) -> None:
    path = f"/eligibility/cases/{quarter.cases[0]}"
    assert "Cô đơn, không nơi nương tựa: chưa rõ" in quarter.economy.get(path).words
    wrong = quarter.economy.post(f"{path}/traits", status=422, trait="CO_DON", trait_so="", since="")
    assert len(wrong.errors) == 2
    quarter.economy.post(f"{path}/traits", trait="CO_DON", trait_so="1", since="01/03/2026")
    page = quarter.economy.get(path)
    assert "Cô đơn, không nơi nương tựa: có từ 01/03/2026" in page.words
    assert "Ghi hoàn cảnh Phòng Kinh tế" in page.words
    quarter.economy.post(f"{path}/set-aside", aside_reason="Chờ xác minh hoàn cảnh")
    quarter.economy.post(f"{path}/traits", trait="CO_DON", trait_so="1", since="01/02/2026")
    assert "Điều này đã được ghi từ trước" not in quarter.economy.get(path).words
    assert "Ghi hoàn cảnh" in quarter.economy.get(path).words
    culture = quarter.world.role(Role.culture)
    assert "có từ 01/03/2026" in culture.get(path).words
    culture.post(f"{path}/traits", status=403, trait="CO_DON", trait_so="0", since="01/03/2026")


def test_cases_are_found_without_diacritics_and_filtered(quarter: Quarter) -> None:
    with quarter.world.session() as session:
        person = factories.create_person(session, quarter.world.here.villages[0], full_name="Thử Thị Đào Lệ Hằng")
        factories.create_case(session, quarter.world.here.cycle, person, status=CaseStatus.SET_ASIDE)
        session.commit()
    assert "1 hồ sơ" in quarter.economy.get("/eligibility?q=dao+le+hang").words
    assert "1 hồ sơ" in quarter.economy.get("/eligibility?status=SET_ASIDE").words
    assert "0 hồ sơ" in quarter.economy.get("/eligibility?q=%25").words


def test_a_match_is_concluded_by_phong_van_hoa_alone(quarter: Quarter) -> None:
    person = _person(quarter)
    row: list[object] = ["1", person.full_name, "02/03/1960", person.citizen_id, "Trợ cấp xã hội", "700.000"]
    quarter.cross_check(row)
    page = quarter.culture.get("/cross-checks")
    assert "Trùng số định danh" in page.words
    action, outcome, note = _match_of(page, person)
    refused = quarter.culture.post(action, status=422, **{outcome: "EXCLUDE", note: ""})
    assert refused.errors == ["Ghi lý do khi chọn “Loại khỏi danh sách”."]
    assert f"#{note}" in refused.links
    chosen = refused.root.find(f".//select[@id='{outcome}']/option[@selected]")
    assert chosen is not None
    assert chosen.attrib["value"] == "EXCLUDE"
    quarter.economy.get("/cross-checks")
    quarter.economy.post(action, status=403, **{outcome: "KEEP"})
    quarter.culture.post(action, **{outcome: "EXCLUDE", note: "Đang hưởng trợ cấp hằng tháng"})
    assert "Loại khỏi danh sách" in quarter.economy.get(f"/eligibility/cases/{quarter.cases[0]}").words


def _match_of(page: Page, person: Person) -> tuple[str, str, str]:
    """Where a person's match is concluded, and the names under which its conclusion and reason are sent.

    Others may be listed too: a citizen number that is one slip from the list's is a possible match as well.
    """
    heading = next(one for one in page.root.iter("h3") if (one.text or "").startswith(person.full_name))
    number = heading.attrib["id"].removeprefix("trung-")
    action = next(one for one in page.actions() if one.partition("?")[0].endswith(f"/matches/{number}"))
    return action, f"outcome-{number}", f"note-{number}"


def test_a_concluded_match_comes_back_to_the_list_as_it_was_asked_for(quarter: Quarter) -> None:
    person = _person(quarter)
    quarter.cross_check(["1", person.full_name, "02/03/1960", person.citizen_id, "Trợ cấp xã hội", "700.000"])
    page = quarter.culture.get("/cross-checks?state=open&sort=name")
    action, outcome, _ = _match_of(page, person)
    after = quarter.culture.post(action, **{outcome: "KEEP"})
    assert "state=open" in after.url
    assert "sort=name" in after.url


def test_an_opinion_is_taken_in_and_answered_and_its_words_are_sealed(quarter: Quarter) -> None:
    front = quarter.world.role(Role.front)
    front.get("/feedback")
    said: dict[str, Any] = {"kind": "PHAN_ANH", "case_id": quarter.cases[0], "received_on": "06/07/2026"}
    front.post("/feedback", status=422, **said)
    front.post("/feedback", content="Gia đình này mới mua tàu", sender="Bà Thử Tố", **said)
    page = quarter.economy.get("/feedback")
    assert "mua tàu" not in page.text
    link = next(link for link in page.links if link.startswith("/feedback/"))
    told = quarter.economy.get(link)
    assert "mua tàu" in told.words
    assert f"/eligibility/cases/{quarter.cases[0]}" in told.links, "what it is about is one press away"
    assert f"/eligibility/cases/{quarter.cases[0]}" not in front.get(link).links
    quarter.economy.post(f"{link}/answer", answer="Đã xác minh, không đúng")
    assert "0 ý kiến chờ trả lời" in quarter.economy.get("/feedback").words


def test_the_chairman_orders_every_line_while_he_decides_and_others_search_them(quarter: Quarter) -> None:
    quarter.cross_check()
    quarter.review()
    number = quarter.submission()
    quarter.economy.get("/approval")
    quarter.economy.post(f"/approval/{number}/submit")
    person = _person(quarter)
    form = quarter.chairman.get(f"/approval/{number}?sort=amount&q=khong+co+ai")
    assert "3 người" in form.words, "a decision is over all, whatever words are in the address"
    assert len([one for one in form.root.iter("select") if one.attrib["name"].startswith("word-")]) == 3
    found = quarter.economy.get(f"/approval/{number}?q={person.full_name.split()[-1]}&proposal=APPROVE")
    assert person.full_name in found.words
    assert "Không có ai như đang lọc." in quarter.economy.get(f"/approval/{number}?q=khong+co+ai").words


def test_the_chairman_reads_why_somebody_is_not_supported_and_until_when_he_has_time(quarter: Quarter) -> None:
    with quarter.world.session() as session:
        case = session.get_one(Case, quarter.cases[0])
        session.get_one(Person, case.person_id).birth_date = date(1990, 1, 1)
        case.needs_assessment = True
        session.commit()
    quarter.cross_check()
    quarter.review()
    number = quarter.submission()
    quarter.economy.get("/approval")
    quarter.economy.post(f"/approval/{number}/submit")
    with quarter.world.session() as session:
        row = cycles.step_row(session, quarter.cycle_id, Step.approval)
        row.state = StepState.WAITING
        row.due_on = approval.gate(session, session.get_one(Cycle, quarter.cycle_id), july(20)).due_on
        session.commit()
    page = quarter.chairman.get(f"/approval/{number}")
    assert "Đề nghị không hỗ trợ Không thuộc nhóm nào trong các nhóm được hỗ trợ" in page.words
    assert "Hạn quyết định 27/07/2026 còn 5 ngày làm việc" in page.words
    assert "Danh sách chờ quyết định 1 · hạn 27/07/2026" in quarter.chairman.get("/").words


def test_the_list_goes_from_review_to_a_numbered_decision(quarter: Quarter) -> None:
    quarter.cross_check()
    quarter.review()
    number = quarter.submission()
    quarter.economy.get("/approval")
    quarter.economy.post(f"/approval/{number}/submit")
    page = quarter.chairman.get("/approval")
    assert "Đề nghị hỗ trợ 3" in page.words
    assert "Mới" in page.words
    with quarter.world.session() as session:
        line = session.exec(select(Verdict)).first()
        assert line is None
    words = [name for name in (one.attrib["name"] for one in page.root.iter("select")) if name.startswith("word-")]
    hold = words[0].removeprefix("word-")
    url = f"/approval/{number}/decide"
    held: dict[str, Any] = {f"word-{hold}": "hold", "confirm_password": PASSWORD}
    quarter.chairman.post(url, status=422, **held)
    refused = quarter.chairman.post(url, status=422, confirm_password="sai-mat-khau")
    assert refused.errors == ["Mật khẩu không đúng."]
    assert "#confirm_password" in refused.links
    no_word = quarter.chairman.post(url, status=422, confirm_password=PASSWORD, **{f"reason-{hold}": "Chờ xác minh"})
    assert f"#word-{hold}" in no_word.links, "a reason without a word must not approve"
    quarter.chairman.post(url, **(held | {f"reason-{hold}": "Chờ xác minh nơi ở"}))
    quarter.economy.get("/approval")
    quarter.economy.post(f"/approval/{number}/issue", status=422, number=0, symbol="QĐ-UBND", issued_on="20/07/2026")
    given: dict[str, Any] = {"number": 35, "symbol": "QĐ-UBND", "issued_on": "20/07/2026"}
    page = quarter.economy.post(f"/approval/{number}/issue", **given)
    assert "35/QĐ-UBND" in page.words
    again = quarter.economy.post(f"/approval/{number}/issue", status=409, **given)
    assert again.errors == ["Quyết định của danh sách này đã ban hành, có số, ngày."]
    with quarter.world.session() as session:
        assert session.exec(select(Decision)).one().number == 35
        words_given = sorted(verdict.word for verdict in session.exec(select(Verdict)))
    assert words_given == ["approve", "approve", "hold"]
    head = quarter.world.role(Role.village_head)
    assert "Kết quả của thôn: 3 người" in head.get("/approval").words
    other = quarter.world.browser(quarter.world.here.heads[1])
    assert _person(quarter).full_name not in other.get("/approval").text


def test_whoever_had_a_hand_in_the_list_cannot_decide_it_through_the_page(quarter: Quarter) -> None:
    economy = quarter.world.here[Role.economy]
    with quarter.world.session() as session:
        session.add(
            Mandate(
                account_id=economy.person_id,
                commune_id=quarter.world.here.commune.key,
                role=Role.chairman,
                post="Chủ tịch",
                is_head=True,
                valid_from=factories.FIRST_DAY,
            )
        )
        session.commit()
    quarter.cross_check()
    quarter.review()
    number = quarter.submission()
    page = quarter.economy.get("/approval")
    page = quarter.economy.post(f"/approval/{number}/submit")
    assert "không được quyết định" in page.words
    assert f"/approval/{number}/decide" not in page.actions()
    refused = quarter.economy.post(f"/approval/{number}/decide", status=403, confirm_password=PASSWORD)
    assert "không được quyết định" in refused.words
    with quarter.world.session() as session:
        assert session.get_one(Submission, number).state == SubmissionState.SUBMITTED


def test_the_chairman_sends_the_list_back_with_a_reason(quarter: Quarter) -> None:
    quarter.cross_check()
    quarter.review()
    number = quarter.submission()
    quarter.economy.get("/approval")
    quarter.economy.post(f"/approval/{number}/submit")
    quarter.chairman.get("/approval")
    quarter.chairman.post(f"/approval/{number}/send-back", status=422, note="")
    page = quarter.chairman.post(f"/approval/{number}/send-back", note="Kiểm tra lại nơi ở")
    assert "Kiểm tra lại nơi ở" in page.words
    assert quarter.world.flows.asked[-1][0] == quarter.cycle_id


def _running(quarter: Quarter) -> None:
    """Of the three, one gets 300.000 đồng by an earlier decision; a fourth, not in the list, moved away since."""
    with quarter.world.session() as session:
        office = quarter.world.here
        gone = factories.create_person(session, office.villages[0], full_name="Thử Thị Chuyển Đi")
        case = factories.create_case(session, office.cycle, gone, status=CaseStatus.WITHDRAWN)
        person_id = session.get_one(Case, quarter.cases[0]).person_id
        decision = _earlier_decision(session, office)
        shared = {
            "commune_id": office.commune.key,
            "decision_id": decision,
            "benefit": "INCOME",
            "from_month": "2026-04",
        }
        for one, values in (
            (person_id, {}),
            (gone.key, {"to_month": "2026-06", "stop_reason": "MOVED_AWAY", "ended_at": july(15)}),
        ):
            assessment = factories.save(session, _assessment(case if one == gone.key else None, quarter, session)).key
            row = {"assessment_id": assessment, "category": "X", "monthly_amount": 300_000, "law_sha256": "x"}
            factories.save(session, Grant(person_id=one, **shared, **row, **values))
        session.commit()


def _earlier_decision(session: Any, office: factories.Office) -> int:
    cycle = factories.create_cycle(session, office.commune, quarter=2, reach=Step.insurance)
    place = {"commune_id": office.commune.key, "cycle_id": cycle.key}
    hashes = {"list_sha256": "a", "law_sha256": "b", "law_status": "CONFIRMED"}
    submission = factories.save(session, Submission(state="ISSUED", frozen_at=factories.NOW, **place, **hashes))
    account = office[Role.chairman].person_id
    mandate = session.exec(select(Mandate).where(Mandate.account_id == account)).first()
    said = {"number": 12, "symbol": "QĐ-UBND", "issued_on": factories.TODAY, "issued_year": 2026, "authority_lines": []}
    signer = {"signer_id": account, "signer_mandate_id": mandate.key, "recorded_by": account}
    decision = Decision(
        submission_id=submission.key, audit_head="0", recorded_at=factories.NOW, **place, **said, **signer
    )
    return factories.save(session, decision).key


def _assessment(case: Case | None, quarter: Quarter, session: Any) -> Assessment:
    known = session.exec(select(Assessment).where(Assessment.case_id == quarter.cases[0], Assessment.current)).one()
    values = known.model_dump(exclude={"id", "current", "case_id", "facts_sha256"})
    return Assessment(**values, case_id=case.key if case else quarter.cases[0], facts_sha256="earlier", current=False)


def test_guesses_at_the_chairmans_password_are_slowed_down_as_at_the_door(quarter: Quarter) -> None:
    quarter.cross_check()
    quarter.review()
    number = quarter.submission()
    quarter.economy.get("/approval")
    quarter.economy.post(f"/approval/{number}/submit")
    url = f"/approval/{number}/decide"
    quarter.chairman.get("/approval")
    for _ in range(5):
        refused = quarter.chairman.post(url, status=422, confirm_password="đoán bừa")
        assert refused.errors == ["Mật khẩu không đúng."]
        assert "đoán bừa" not in refused.text
    stopped = quarter.chairman.post(url, status=429, confirm_password=PASSWORD)
    assert "Sai mật khẩu quá nhiều lần" in stopped.words
    with quarter.world.session() as session:
        assert session.exec(select(Verdict)).all() == []


def test_the_chairman_sees_what_changes_since_the_decision_before(quarter: Quarter) -> None:
    quarter.cross_check()
    _running(quarter)
    quarter.review()
    quarter.economy.get("/approval")
    quarter.economy.post(f"/approval/{quarter.submission()}/submit")
    page = quarter.chairman.get("/approval")
    assert "Thay đổi từ quyết định ngày 06/07/2026" in page.words
    assert "2 người mới" in page.words
    assert "1 người đổi mức" in page.words
    assert "300.000 đồng thành" in page.words
    assert "Thử Thị Chuyển Đi – " in page.words
    assert "tháng cuối 06/2026" in page.words
    assert "Số người 3 73" in page.words


def test_what_is_doubtful_stands_on_the_chairmans_page(quarter: Quarter) -> None:
    quarter.cross_check()
    quarter.review()
    with quarter.world.session() as session:
        session.get_one(Person, _person(quarter).key).died_on = date(2026, 7, 18)
        session.get_one(Commune, quarter.world.here.commune.key).plan_people = 2
        session.commit()
    page = quarter.chairman.get("/approval")
    assert "1 người đã chết hoặc chuyển đi" in page.words
    assert "vượt 1" in page.words
    assert "Đối chiếu trợ cấp xã hội: không có vướng mắc" in page.words
