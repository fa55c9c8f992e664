"""Step 2: the station concludes, its rounds stay and are fenced, and nobody else sees more than one word."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from models.cycles import Case, CycleStep
from models.eligibility import AssistanceFile
from models.health import HealthCase, HealthConclusion
from models.ledger import AuditEntry, Involvement, SensitiveRead
from models.lists import ListFile, ListRow, VillageList
from models.notices import Mail
from models.people import FactKind, Household
from rules.workflow import CaseStatus, HealthResult, Role, Step, StepState
from services import case_timeline, eligibility, health, ledger, overview, review_gate
from services.errors import Kind, Problem
from tests import factories, schema
from tests.factories import NOW, TODAY, Office

CODE = "5 - C34.9"
MET: dict[str, Any] = {
    "result": HealthResult.MET,
    "route": "TT50",
    "disease_code": CODE,
    "severity_met": True,
    "evidence_kind": "GIAY_RA_VIEN",
    "evidence_note": "Giấy ra viện số 123 của bệnh viện tuyến tỉnh",
}


@dataclass
class Ward:
    """A commune whose health step is running, and one person routed to the station."""

    office: Office
    case: Case
    health_case: HealthCase


@pytest.fixture
def ward(session: Session) -> Ward:
    office = factories.create_office(session, reach=Step.health)
    person = factories.create_person(session, office.villages[0])
    case = factories.create_case(session, office.cycle, person, status=CaseStatus.HEALTH, needs_assessment=False)
    return Ward(office, case, factories.create_health_case(session, case))


def conclude(session: Session, ward: Ward, *, by: Any = None, now: datetime = NOW, **values: Any) -> HealthConclusion:
    return health.conclude(
        session,
        health_case_id=ward.health_case.key,
        actor=by or ward.office[Role.health_station],
        now=now,
        **(MET | values),
    )


def refusal(session: Session, ward: Ward, **values: Any) -> tuple[Kind, str]:
    with pytest.raises(Problem) as refused:
        conclude(session, ward, **values)
    assert session.exec(select(HealthConclusion)).all() == []
    return refused.value.kind, refused.value.code


# ---------------------------------------------------------------- routing


def listed_case(session: Session, office: Office, group: str, *, born: date = date(1980, 3, 2)) -> Case:
    person = factories.create_person(session, office.villages[0], birth_date=born)
    factories.create_status(session, session.get_one(Household, person.household_id))
    for kind, value in (
        (FactKind.GROUP, group),
        (FactKind.INCOME, {"kind": "KHONG", "monthly": 0}),
        (FactKind.ALLOWANCE, {"kind": "KHONG", "monthly": 0}),
    ):
        factories.create_fact(session, person, kind, value)
    return factories.create_case(session, office.cycle, person)


def test_only_people_whose_answer_hangs_on_an_illness_go_to_the_station(session: Session) -> None:
    office = factories.create_office(session, reach=Step.health)
    ill, other = listed_case(session, office, "BENH"), listed_case(session, office, "CAO_TUOI")
    pending = health.STEP.pending(session, office.cycle, NOW)
    assert pending == [ill.key, other.key]
    counts = health.STEP.work(session, office.cycle, pending, NOW)
    assert (counts["health"], counts["review"]) == (1, 1)
    assert (ill.status, other.status) == (CaseStatus.HEALTH, CaseStatus.REVIEW)
    routed = session.exec(select(HealthCase)).one()
    assert (routed.case_id, routed.result) == (ill.key, HealthResult.PENDING)
    assert health.STEP.pending(session, office.cycle, NOW) == []


def test_the_station_is_told_once_with_the_number_only(session: Session) -> None:
    office = factories.create_office(session, reach=Step.health)
    numbers = [listed_case(session, office, "BENH").key for _ in range(3)]
    health.STEP.work(session, office.cycle, numbers[:1], NOW)
    assert session.exec(select(Mail)).all() == []
    health.STEP.work(session, office.cycle, numbers[1:], NOW)
    health.STEP.work(session, office.cycle, numbers, NOW)
    mails = session.exec(select(Mail)).all()
    assert {mail.template for mail in mails} == {"health_handover"}
    assert all(mail.context["counts"] == {"people": 3} for mail in mails)
    assert len(mails) == len({mail.to_address for mail in mails})
    gate = health.STEP.gate(session, office.cycle, NOW)
    due_on = min(row.due_on for row in session.exec(select(HealthCase)))
    assert (gate.done, gate.holder, gate.due_on) == (False, Role.health_station, due_on)
    assert gate.message == f"Chờ Trạm Y tế kết luận 3 người, hạn {due_on:%d/%m/%Y}"


def test_the_station_is_asked_when_an_answer_comes_to_hang_on_an_illness_under_review(session: Session) -> None:
    office = factories.create_office(session, reach=Step.eligibility)
    case = listed_case(session, office, "BENH")
    case.status = CaseStatus.REVIEW
    session.flush()
    assert eligibility.work(session, office.cycle, [case.key], NOW)["asked"] == 1
    asked = session.exec(select(HealthCase)).one()
    assert (asked.case_id, asked.result, case.status) == (case.key, HealthResult.PENDING, CaseStatus.REVIEW)
    assert {mail.template for mail in session.exec(select(Mail).where(Mail.role == Role.health_station))} == {
        "health_handover"
    }
    assert "Hỏi Trạm Y tế trong khi xét" in [event.text for event in case_timeline.timeline(session, case)]
    case.needs_assessment = True
    assert eligibility.work(session, office.cycle, [case.key], NOW)["asked"] == 0
    culture = office[Role.culture].person_id
    about: dict[str, Any] = {"commune_id": office.commune.key, "cycle_id": office.cycle.key, "uploaded_at": NOW}
    factories.save(
        session, AssistanceFile(file_name="ds.xlsx", sha256="a" * 64, row_count=1, uploaded_by=culture, **about)
    )
    wait = review_gate.first_wait(session, office.cycle, NOW)
    assert wait is not None
    assert (wait.holder, wait.message) == (Role.health_station, "Chờ Trạm Y tế kết luận 1 người đang xét.")
    conclude(session, Ward(office, case, asked))
    assert (case.status, case.needs_assessment) == (CaseStatus.REVIEW, True)
    eligibility.work(session, office.cycle, [case.key], NOW)
    answer = eligibility.current(session, case.key)
    assert answer is not None
    assert "fact:health" not in answer.missing


# ---------------------------------------------------------------- concluding


def test_a_conclusion_moves_the_case_to_review_and_opens_the_gate(session: Session, ward: Ward) -> None:
    step = session.exec(select(CycleStep).where(CycleStep.step == Step.health)).one()
    step.state, step.wanted = StepState.WAITING, False
    until = TODAY + timedelta(days=365)
    round_one = conclude(session, ward, valid_until=until)
    assert (round_one.round, round_one.disease_code, round_one.severity_met) == (1, CODE, True)
    assert (ward.health_case.result, ward.health_case.valid_until) == (HealthResult.MET, until)
    assert (ward.case.status, ward.case.needs_assessment, step.wanted) == (CaseStatus.REVIEW, True, True)
    assert health.STEP.gate(session, ward.office.cycle, NOW).done
    station = ward.office[Role.health_station]
    assert session.exec(select(Involvement.account_id)).all() == [station.account_id]


def test_the_audit_chain_holds_the_act_and_no_diagnosis(session: Session, ward: Ward) -> None:
    conclude(session, ward)
    entries = session.exec(select(AuditEntry).order_by(col(AuditEntry.seq))).all()
    assert [entry.action for entry in entries] == ["conclude_health", "health_conclusion"]
    assert entries[-1].data == {"case": ward.case.key, "round": 1, "result": "MET"}
    assert ledger.verify(session, ward.office.commune.key) is None


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"severity_met": None}, "severity_needed"),
        ({"severity_met": False}, "severity_needed"),
        ({"disease_code": None}, "disease_code"),
        ({"disease_code": "ung thư phổi"}, "disease_code"),
        ({"disease_code": "6 - C34.9"}, "disease_item"),
        ({"disease_code": "39 - C34.9"}, "disease_item"),
        ({"evidence_kind": ""}, "evidence_needed"),
        ({"evidence_kind": "GIAY_MUON_XE"}, "evidence_kind"),
        ({"evidence_kind": "GIAY_KHUYET_TAT"}, "evidence_route"),
        ({"route": "NONE"}, "health_route"),
        ({"route": "TT25"}, "health_route"),
        ({"valid_until": TODAY - timedelta(days=1)}, "valid_until"),
        ({"result": HealthResult.PENDING}, "health_result"),
        ({"result": HealthResult.MORE_PAPERS}, "papers_needed"),
    ],
)
def test_a_conclusion_that_does_not_carry_itself_is_refused(
    session: Session, ward: Ward, values: dict[str, Any], code: str
) -> None:
    assert refusal(session, ward, **values) == (Kind.INVALID, code)


def test_a_disease_of_the_missing_items_waits_and_says_that_the_list_is_incomplete(
    session: Session, ward: Ward
) -> None:
    with pytest.raises(Problem) as refused:
        conclude(session, ward, disease_code="N18.5")
    assert (refused.value.kind, refused.value.code) == (Kind.WAITING, "disease_list_gap")
    assert "thiếu 24/38 mục" in refused.value.message
    assert refusal(session, ward, disease_code="20 - C34.9") == (Kind.WAITING, "disease_list_gap")


def test_an_injury_percentage_needs_the_assessment_record_and_the_least_percentage(
    session: Session, ward: Ward
) -> None:
    injury: dict[str, Any] = {"route": "INJURY_PCT", "disease_code": None, "severity_met": None}
    record: dict[str, Any] = {"evidence_kind": "BIEN_BAN_GIAM_DINH"}
    assert refusal(session, ward, **injury, injury_pct=70) == (Kind.INVALID, "evidence_route")
    assert refusal(session, ward, **injury, **record) == (Kind.INVALID, "injury_pct_needed")
    assert refusal(session, ward, **injury, **record, injury_pct=60) == (Kind.INVALID, "injury_pct_low")
    assert refusal(session, ward, **injury, **record, injury_pct=101) == (Kind.INVALID, "injury_pct")
    assert conclude(session, ward, **injury, **record, injury_pct=61).result == HealthResult.MET


def test_more_papers_keeps_the_case_at_the_station(session: Session, ward: Ward) -> None:
    conclude(session, ward, result=HealthResult.MORE_PAPERS, note="Bổ sung bản tóm tắt hồ sơ bệnh án")
    assert ward.case.status == CaseStatus.HEALTH
    gate = health.STEP.gate(session, ward.office.cycle, NOW)
    assert (gate.done, gate.counts["more_papers"]) == (False, 1)
    assert "1 người chờ bổ sung giấy tờ" in gate.message


def test_a_later_round_replaces_the_result_and_asks_for_a_new_assessment(session: Session, ward: Ward) -> None:
    conclude(session, ward, valid_until=TODAY + timedelta(days=90))
    ward.case.status, ward.case.needs_assessment = CaseStatus.PROPOSED, False
    second = conclude(session, ward, result=HealthResult.NOT_MET, severity_met=False, note="Chưa ở giai đoạn cuối")
    assert second.round == 2
    assert (ward.health_case.result, ward.health_case.valid_until) == (HealthResult.NOT_MET, None)
    assert (ward.case.status, ward.case.needs_assessment) == (CaseStatus.PROPOSED, True)
    kept = session.exec(select(HealthConclusion).order_by(col(HealthConclusion.round))).all()
    assert [row.result for row in kept] == [HealthResult.MET, HealthResult.NOT_MET]


@pytest.mark.parametrize("status", [CaseStatus.SUBMITTED, CaseStatus.APPROVED, CaseStatus.WITHDRAWN])
def test_nothing_is_concluded_after_the_case_was_submitted(session: Session, ward: Ward, status: CaseStatus) -> None:
    ward.case.status = status
    session.flush()
    assert refusal(session, ward) == (Kind.CONFLICT, "case_closed")


def test_a_withdrawn_case_holds_nothing_up(session: Session, ward: Ward) -> None:
    ward.case.status = CaseStatus.WITHDRAWN
    session.flush()
    assert health.STEP.gate(session, ward.office.cycle, NOW).done
    station = ward.office[Role.health_station]
    assert health.queue_for(session, commune_id=ward.office.commune.key, actor=station) == []
    assert overview.todo(session, commune_id=ward.office.commune.key, actor=station) == []


def test_a_round_can_neither_be_changed_nor_removed(session: Session, ward: Ward) -> None:
    round_one = conclude(session, ward)
    session.commit()
    round_one.result = HealthResult.NOT_MET
    with pytest.raises(DBAPIError):
        session.flush()
    session.rollback()
    session.delete(session.get_one(HealthConclusion, round_one.key))
    with pytest.raises(DBAPIError):
        session.flush()


def test_phong_kinh_te_is_told_how_many_are_ready_when_the_step_is_over(session: Session, ward: Ward) -> None:
    conclude(session, ward)
    for _ in range(2):
        health.STEP.on_done(session, ward.office.cycle, NOW)
    mails = session.exec(select(Mail).where(Mail.template == "eligibility_handover")).all()
    assert {mail.role for mail in mails} == {Role.economy}
    assert [mail.context["counts"]["people"] for mail in mails] == [1] * len({mail.to_address for mail in mails})


# ---------------------------------------------------------------- the fence


def test_only_the_health_station_concludes_queues_or_reads_rounds(session: Session, ward: Ward) -> None:
    conclude(session, ward)
    others = [actor for role, actor in ward.office.officers.items() if role is not Role.health_station]
    stranger = factories.create_office(session)[Role.health_station]
    for actor in (*others, *ward.office.heads, stranger):
        for act in (
            lambda by=actor: health.rounds(session, health_case_id=ward.health_case.key, actor=by, now=NOW),
            lambda by=actor: health.stated_papers(session, health_case_id=ward.health_case.key, actor=by, now=NOW),
            lambda by=actor: health.queue_for(session, commune_id=ward.office.commune.key, actor=by),
            lambda by=actor: conclude(session, ward, by=by),
        ):
            with pytest.raises(Problem) as refused:
                act()
            assert refused.value.kind is Kind.NOT_ALLOWED
    assert session.exec(select(SensitiveRead)).all() == []


def test_each_look_at_a_diagnosis_is_recorded(session: Session, ward: Ward) -> None:
    conclude(session, ward, note="Di căn")
    station = ward.office[Role.health_station]
    seen = health.rounds(session, health_case_id=ward.health_case.key, actor=station, now=NOW)
    assert [(row.disease_code, row.note) for row in seen] == [(CODE, "Di căn")]
    session.flush()
    reads = session.exec(select(SensitiveRead)).all()
    assert [(r.account_id, r.what, r.subject) for r in reads] == [
        (station.account_id, "health_rounds", f"health_case:{ward.health_case.key}")
    ]


def test_the_station_reads_what_the_village_wrote_of_papers(session: Session, ward: Ward) -> None:
    village = ward.office.villages[0]
    asked = factories.save(
        session,
        VillageList(
            cycle_id=ward.case.cycle_id,
            commune_id=village.commune_id,
            village_id=village.key,
            requested_at=NOW,
            due_on=TODAY,
        ),
    )
    head = ward.office.heads[0].person_id
    file = factories.save(
        session,
        ListFile(village_list_id=asked.key, file_name="a", sha256="a", size=1, uploaded_by=head, uploaded_at=NOW),
    )
    row = ListRow(
        list_file_id=file.key,
        sheet="S",
        row_number=6,
        stated={},
        stated_health='{"medical_papers": "Giấy ra viện"}',
        person_id=ward.case.person_id,
    )
    factories.save(session, row)
    station = ward.office[Role.health_station]
    stated = health.stated_papers(session, health_case_id=ward.health_case.key, actor=station, now=NOW)
    assert stated == {"medical_papers": "Giấy ra viện"}
    assert [read.what for read in session.exec(select(SensitiveRead))] == ["stated_papers"]


def test_others_see_one_word_and_see_it_expire(session: Session, ward: Ward) -> None:
    def word(on: date) -> str:
        shown = health.results(session, cycle_id=ward.case.cycle_id, actor=ward.office[Role.economy], on=on)
        return shown[ward.case.key]

    assert word(TODAY) == "Chờ"
    conclude(session, ward, valid_until=TODAY)
    assert (word(TODAY), word(TODAY + timedelta(days=1))) == ("Đạt", "Hết hạn")
    with pytest.raises(Problem):
        health.results(session, cycle_id=ward.case.cycle_id, actor=ward.office.heads[0], on=TODAY)


def test_the_queue_holds_who_waits_first_and_counts_rounds(session: Session, ward: Ward) -> None:
    conclude(session, ward)
    other = factories.create_person(session, ward.office.villages[1])
    waits = factories.create_health_case(
        session, factories.create_case(session, ward.office.cycle, other, status=CaseStatus.HEALTH)
    )
    rows = health.queue_for(session, commune_id=ward.office.commune.key, actor=ward.office[Role.health_station])
    assert [(row.health_case_id, row.result, row.round_count) for row in rows] == [
        (waits.key, HealthResult.PENDING, 0),
        (ward.health_case.key, HealthResult.MET, 1),
    ]


def test_a_diagnosis_cannot_be_read_in_the_database_file(sqlite_session: Session, sqlite_url: str) -> None:
    office = factories.create_office(sqlite_session, reach=Step.health)
    person = factories.create_person(sqlite_session, office.villages[0])
    case = factories.create_case(sqlite_session, office.cycle, person, status=CaseStatus.HEALTH)
    ward = Ward(office, case, factories.create_health_case(sqlite_session, case))
    conclude(sqlite_session, ward, note="Di căn xương")
    sqlite_session.commit()
    raw = schema.bytes_of(sqlite_url)
    assert person.full_name.encode() in raw
    for secret in ("C34.9", "bệnh viện tuyến tỉnh", "Di căn xương"):
        assert secret.encode() not in raw
