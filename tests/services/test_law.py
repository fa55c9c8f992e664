"""The office's own law on either database: two people, nothing changed afterwards, scans, files, the disease annex."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from models.cycles import Case
from models.law import LawEvidence, LawRevision
from models.ledger import AuditEntry
from rules.diseases import Disease
from rules.law_exchange import ExchangeError, read_exchange
from rules.law_files import shipped_parameters
from rules.parameters import LawBook, LawStatus, Reference
from rules.workflow import CaseStatus, HealthResult, Role
from services import health_checks, law, law_diseases, law_exchange, law_proposals
from services.errors import Kind, Problem
from services.law import NewValue
from services.staff import SYSTEM
from tests import factories
from tests.factories import NOW, TODAY, Office

RULE = Reference("12/2026/QĐ-UBND", "UBND đặc khu thử", "Điều 2", "thử", "https://example.test/vb")
DAYS = NewValue("OFFICE.payment_days", 9, date(2026, 7, 1), RULE)


@pytest.fixture
def office(session: Session) -> Office:
    return factories.create_office(session)


def proposed(session: Session, office: Office, new: NewValue = DAYS) -> LawRevision:
    return law.propose(session, commune_id=office.commune.key, new=new, actor=office[Role.economy], now=NOW)


def confirmed(session: Session, office: Office, new: NewValue = DAYS) -> LawRevision:
    row = proposed(session, office, new)
    return law.confirm(session, revision_id=row.key, actor=office[Role.culture], now=NOW)


def book(session: Session, office: Office) -> LawBook:
    return law.book_for(session, office.commune.key)


def test_a_value_holds_from_its_day_once_a_second_person_confirmed_it(session: Session, office: Office) -> None:
    row = proposed(session, office)
    assert book(session, office).get(DAYS.key, on=TODAY).version == 0
    with pytest.raises(Problem) as refused:
        law.confirm(session, revision_id=row.key, actor=office[Role.economy], now=NOW)
    assert (refused.value.kind, refused.value.code) == (Kind.NOT_ALLOWED, "two_people")
    law.confirm(session, revision_id=row.key, actor=office[Role.chairman], now=NOW)
    known = book(session, office)
    assert (known.get(DAYS.key, on=date(2026, 6, 30)).value, known.get(DAYS.key, on=TODAY).value) == (7, 9)
    assert known.get(DAYS.key, on=TODAY).reference.source == "https://example.test/vb"
    with pytest.raises(Problem, match="law_confirmed"):
        law.confirm(session, revision_id=row.key, actor=office[Role.culture], now=NOW)


def test_confirming_asks_open_cases_to_be_assessed_anew(session: Session, office: Office) -> None:
    case = factories.create_case(
        session, office.cycle, factories.create_person(session, office.villages[0]), status=CaseStatus.REVIEW
    )
    case.needs_assessment = False
    session.add(case)
    session.flush()
    confirmed(session, office)
    session.expire_all()
    assert session.get_one(Case, case.key).needs_assessment


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"key": "NQ04.nothing"}, "Không có tham số"),
        ({"value": "chín"}, "phải là một số"),
        ({"value": -1}, "không âm"),
        ({"reference": replace(RULE, issuer=" ")}, "cơ quan ban hành"),
        ({"reference": replace(RULE, document="Quy chế nội bộ")}, "thiếu năm"),
        ({"reference": replace(RULE, source="ở nhà")}, "http"),
        ({"reference": replace(RULE, evidence="abc")}, "vân tay"),
        ({"valid_to": date(2026, 1, 1)}, "đứng trước"),
        ({"valid_from": date(2031, 1, 1)}, "31/12/2030"),
        ({"scope": "area=NONG_THON"}, "phạm vi"),
        ({"key": "NQ04.income.target", "value": 1, "scope": "area=MAT_TRANG"}, "NONG_THON"),
        ({"is_demo": True}, "đơn vị trình diễn"),
    ],
    ids=range(12),
)
def test_what_cannot_be_law_is_not_proposed(
    session: Session, office: Office, change: dict[str, Any], told: str
) -> None:
    with pytest.raises(Problem) as refused:
        proposed(session, office, replace(DAYS, **change))
    assert refused.value.kind is Kind.INVALID
    assert told in refused.value.message
    assert not law_proposals.waiting(session, office.commune.key)


def test_a_refused_proposal_stays_readable_and_never_counts(session: Session, office: Office) -> None:
    row = proposed(session, office)
    with pytest.raises(Problem, match="law_refusal"):
        law_proposals.refuse(session, revision_id=row.key, reason=" ", actor=office[Role.economy], now=NOW)
    law_proposals.refuse(session, revision_id=row.key, reason="Nhầm số", actor=office[Role.economy], now=NOW)
    assert not law_proposals.waiting(session, office.commune.key)
    assert book(session, office).get(DAYS.key, on=TODAY).version == 0
    with pytest.raises(Problem, match="law_refused"):
        law.confirm(session, revision_id=row.key, actor=office[Role.culture], now=NOW)
    actions = [entry.action for entry in session.exec(select(AuditEntry)) if entry.subject == f"law_revision:{row.key}"]
    assert actions == ["propose_law", "refuse_law"]


TARGET = NewValue("NQ04.income.target", 1_600_000, date(2026, 7, 1), RULE, scope="area=NONG_THON")


def test_a_value_that_could_not_be_told_apart_from_one_in_force_is_not_proposed(
    session: Session, office: Office
) -> None:
    confirmed(session, office, TARGET)
    rival = replace(TARGET, value=1_200_000, scope="category=TRE_EM")
    with pytest.raises(Problem, match="law_rival") as refused:
        proposed(session, office, rival)
    assert "khu vực: nông thôn" in refused.value.message
    confirmed(session, office, replace(rival, scope="area=NONG_THON;category=TRE_EM"))
    confirmed(session, office, replace(rival, value=900_000))
    known = book(session, office)
    child = known.get(TARGET.key, on=TODAY, area="NONG_THON", category="TRE_EM")
    elsewhere = known.get(TARGET.key, on=TODAY, area="THANH_THI", category="TRE_EM")
    assert (child.value, elsewhere.value) == (1_200_000, 900_000)


def test_of_two_proposals_that_exclude_each_other_only_one_is_confirmed(session: Session, office: Office) -> None:
    one, other = (proposed(session, office, replace(TARGET, scope=scope)) for scope in (TARGET.scope, "category=BENH"))
    law.confirm(session, revision_id=other.key, actor=office[Role.culture], now=NOW)
    with pytest.raises(Problem, match="law_rival"):
        law.confirm(session, revision_id=one.key, actor=office[Role.culture], now=NOW)


def test_what_a_later_value_hides_is_not_confirmed_as_if_it_counted(session: Session, office: Office) -> None:
    first, second = proposed(session, office), proposed(session, office, replace(DAYS, value=4))
    law.confirm(session, revision_id=second.key, actor=office[Role.culture], now=NOW)
    with pytest.raises(Problem, match="law_hidden"):
        law.confirm(session, revision_id=first.key, actor=office[Role.culture], now=NOW)
    assert book(session, office).get(DAYS.key, on=TODAY).value == 4


@pytest.mark.parametrize(
    "change", [{"value": 8}, {"valid_from": date(2026, 1, 1)}, {"scope": "a=b"}, {"proposed_by": None}], ids=str
)
def test_the_database_keeps_a_proposal_as_it_was_written(
    session: Session, office: Office, change: dict[str, Any]
) -> None:
    row = proposed(session, office)
    session.commit()
    for name, value in change.items():
        setattr(row, name, value)
    session.add(row)
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_database_keeps_what_was_confirmed(session: Session, office: Office) -> None:
    row = confirmed(session, office)
    session.commit()
    row.reference = {**row.reference, "document": "khác"}
    session.add(row)
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()
    session.delete(session.get_one(LawRevision, row.key))
    with pytest.raises(IntegrityError):
        session.flush()


# ---------------------------------------------------------------- the scan


def scan(session: Session, office: Office, mark: str = "a") -> LawEvidence:
    return law_proposals.keep_scan(
        session,
        commune_id=office.commune.key,
        document=RULE.document,
        issuer=RULE.issuer,
        media_type="application/pdf",
        size=10,
        content_sha256=mark * 64,
        file_sha256="f" * 64,
        actor=office[Role.economy],
        now=NOW,
    )


def test_the_scan_is_named_by_its_fingerprint_in_value_trace_and_file(session: Session, office: Office) -> None:
    row = proposed(session, office)
    kept = scan(session, office)
    assert scan(session, office).key == kept.key, "the same scan twice is one"
    law_proposals.attach(session, revision_id=row.key, scan=kept, actor=office[Role.culture], now=NOW)
    law.confirm(session, revision_id=row.key, actor=office[Role.culture], now=NOW)
    value = book(session, office).get(DAYS.key, on=TODAY)
    assert value.as_data()["evidence"] == "a" * 64
    assert "evidence" not in book(session, office).get("OFFICE.health_days", on=TODAY).as_data()
    text = law_exchange.export(session, commune_id=office.commune.key, actor=office[Role.economy], now=NOW)
    assert read_exchange(text, shipped_parameters()).values[0].reference.evidence == "a" * 64
    with pytest.raises(Problem, match="law_confirmed"):
        law_proposals.attach(
            session, revision_id=row.key, scan=scan(session, office, "b"), actor=office[Role.culture], now=NOW
        )


def test_a_scan_of_another_commune_proves_nothing_here(session: Session, office: Office) -> None:
    other = factories.create_office(session)
    row = proposed(session, office)
    with pytest.raises(Problem, match="law_scan"):
        law_proposals.attach(
            session, revision_id=row.key, scan=scan(session, other), actor=office[Role.culture], now=NOW
        )


# ---------------------------------------------------------------- from commune to commune


@pytest.fixture
def there(session: Session) -> Office:
    return factories.create_office(session, name="Bạch Long Vĩ")


def test_a_communes_law_comes_in_as_proposals_that_change_the_same_days(
    session: Session, office: Office, there: Office
) -> None:
    target = NewValue("NQ04.income.target", 1_600_000, date(2026, 5, 1), RULE, scope="area=NONG_THON")
    confirmed(session, office, target)
    confirmed(session, office, replace(target, value=1_700_000))
    confirmed(session, office, replace(target, value=2_300_000, valid_from=date(2027, 1, 1)))
    confirmed(session, office, NewValue("NQ04.effective_from", "2026-05-01", date(2026, 1, 1), RULE))
    proposed(session, office)
    text = law_exchange.export(session, commune_id=office.commune.key, actor=office[Role.economy], now=NOW)
    assert text == law_exchange.export(session, commune_id=office.commune.key, actor=office[Role.economy], now=NOW)
    found = law_exchange.bring_in(session, commune_id=there.commune.key, text=text, actor=there[Role.economy], now=NOW)
    assert (len(found.proposed), found.known) == (3, 0), "what was covered whole stays at home, so does a proposal"
    assert all(row.status == LawStatus.CONFIRMED and row.confirmed_by is None for row in found.proposed)
    assert "Cát Hải" in found.proposed[0].origin
    assert book(session, there).get("NQ04.income.target", on=TODAY, area="NONG_THON").version == 0
    again = law_exchange.bring_in(session, commune_id=there.commune.key, text=text, actor=there[Role.culture], now=NOW)
    assert (len(again.proposed), again.known) == (0, 3)
    for row in found.proposed:
        law.confirm(session, revision_id=row.key, actor=there[Role.culture], now=NOW)
    for day in (date(2026, 5, 1), date(2026, 12, 31), date(2027, 1, 1)):
        here, other = (
            book(session, one).get("NQ04.income.target", on=day, area="NONG_THON") for one in (office, there)
        )
        assert (here.value, here.reference) == (other.value, other.reference)
    back = law_exchange.export(session, commune_id=there.commune.key, actor=there[Role.culture], now=NOW)
    assert back.split("values:")[1] == text.split("values:")[1]


def test_a_value_refused_here_is_not_proposed_by_the_same_file_again(
    session: Session, office: Office, there: Office
) -> None:
    confirmed(session, office)
    text = law_exchange.export(session, commune_id=office.commune.key, actor=office[Role.economy], now=NOW)
    values: dict[str, Any] = {"commune_id": there.commune.key, "text": text, "now": NOW}
    (row,) = law_exchange.bring_in(session, **values, actor=SYSTEM).proposed
    law_proposals.refuse(session, revision_id=row.key, reason="Không hợp", actor=there[Role.culture], now=NOW)
    assert not law_exchange.bring_in(session, **values, actor=there[Role.economy]).proposed


GOOD = """format: ansinh-law
version: 1
commune: {code: X, name: Đặc khu X}
exported_on: 2026-07-06
values:
- key: OFFICE.payment_days
  value: 9
  from: 2026-07-01
  reference: {document: 12/2026/QĐ-UBND, issuer: UBND}
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("value: 9", "value: chín", "Mục 1 (OFFICE.payment_days): giá trị phải là một số"),
        ("OFFICE.payment_days", "OFFICE.payday", "Mục 1 (OFFICE.payday): phần mềm không có tham số này"),
        ("from: 2026-07-01", "from: 2026-13-01", "from: không phải ngày"),
        ("from: 2026-07-01", "from: 2031-07-01", "31/12/2030"),
        ("from: 2026-07-01", "from: 2026-07-01\n  to: 2026-06-01", "đứng trước"),
        ("from: 2026-07-01", "from: 2026-07-01\n  form: 1", "form: không có mục này"),
        ("from: 2026-07-01", "from: 2026-07-01\n  from: 2026-08-01", "from được ghi hai lần"),
        (", issuer: UBND", "", "reference.issuer: còn thiếu"),
        ("12/2026/QĐ-UBND", "12/QĐ-UBND", "thiếu năm ban hành"),
        ("  value: 9", "  scope: {area: NONG_THON}\n  value: 9", "phạm vi"),
        ("version: 1", "version: 2", "version: 1"),
        ("commune: {", "comune: {", "commune: còn thiếu"),
        ("values:", "values: [", "dòng"),
        ("  value: 9", "  demo: true\n  value: 9", "đơn vị trình diễn"),
    ],
    ids=range(14),
)
def test_a_wrong_file_is_refused_entry_by_entry_and_nothing_comes_in(
    session: Session, office: Office, old: str, new: str, told: str
) -> None:
    text = GOOD + GOOD.split("values:\n")[1].replace("payment_days", "health_days")
    assert old in text
    with pytest.raises(Problem) as refused:
        law_exchange.bring_in(
            session,
            commune_id=office.commune.key,
            text=text.replace(old, new, 1),
            actor=office[Role.economy],
            now=NOW,
        )
    assert any(told in detail for detail in refused.value.details), refused.value.details
    assert not law_proposals.waiting(session, office.commune.key)


def test_every_fault_of_a_file_is_told_at_once() -> None:
    text = GOOD.replace("value: 9", "value: chín").replace("2026/QĐ", "QĐ") + "- {key: X.y}\n"
    with pytest.raises(ExchangeError) as refused:
        read_exchange(text, shipped_parameters())
    assert len(refused.value.faults) >= 4
    assert {"Mục 1", "Mục 2"} == {fault[:5] for fault in refused.value.faults}


# ---------------------------------------------------------------- the disease annex


def item(number: int, icd: str = "G20", name: str = "Bệnh hư cấu") -> Disease:
    return Disease(number=number, name=name, icd=icd, ranges=((icd, icd),), severity="Nặng", status=LawStatus.CONFIRMED)


def test_the_annex_is_a_value_that_two_people_bring_in_and_the_station_concludes_by(
    session: Session, office: Office
) -> None:
    def concluded() -> None:
        answer = health_checks.Answer(
            result=HealthResult.MET,
            route="TT50",
            disease_code="20 - G20",
            severity_met=True,
            injury_pct=None,
            evidence_kind="GIAY_RA_VIEN",
            valid_until=None,
            note=None,
        )
        health_checks.check(answer, book=book(session, office), on=TODAY)

    assert law_diseases.current(session, office.commune.key, on=TODAY).gap == "thiếu 24/38 mục"
    with pytest.raises(Problem, match="disease_list_gap"):
        concluded()
    values: dict[str, Any] = {"commune_id": office.commune.key, "reference": RULE, "valid_from": date(2025, 3, 1)}
    items = [item(number) for number in range(15, 39)]
    row = law_diseases.propose(session, **values, items=items, origin="bảng tính", actor=office[Role.economy], now=NOW)
    with pytest.raises(Problem, match="disease_list_gap"):
        concluded()
    law.confirm(session, revision_id=row.key, actor=office[Role.culture], now=NOW)
    session.expire_all()
    known = law_diseases.current(session, office.commune.key, on=TODAY)
    assert (known.gap, len(known.items), [one.number for one in known.search("20")]) == ("", 38, [20])
    concluded()
    with pytest.raises(Problem, match="diseases_same"):
        law_diseases.propose(session, **values, items=items, origin="bảng tính", actor=office[Role.economy], now=NOW)


def test_an_item_that_was_cut_short_is_replaced_by_the_annexs_words(session: Session, office: Office) -> None:
    changes, after = law_diseases.preview(
        session, commune_id=office.commune.key, items=[item(14, "F01", "Sa sút trí tuệ"), item(15)], on=TODAY
    )
    assert [change.kind for change in changes] == ["thay đổi", "mới"]
    assert after.gap == "thiếu 23/38 mục"
