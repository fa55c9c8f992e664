"""Another commune's rows do not exist for anybody here, whatever the role and the page."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from sqlmodel import Session

from models.approval import Submission
from models.documents import Document
from models.eligibility import AssistanceFile, AssistanceRecord, CrossCheck, Posting, PostingPhoto
from models.feedback import Feedback
from models.insurance import CardAnswer, InsuranceBatch
from models.law import LawEvidence, LawRevision
from models.lists import ListEntry, ListFile, VillageList
from models.payment import PaymentList, Transfer
from models.people import Person, PersonPaper
from models.runs import Run
from models.staff import Mandate
from rules.workflow import CaseStatus, Role
from tests import factories
from tests.factories import NOW, TODAY, save
from tests.web.conftest import World
from web.pages import load_all
from web.registry import PAGES, STAFF

load_all()
NUMBERED = [page for page in PAGES if "{" in page.path]


def _rows(session: Session, office: factories.Office) -> dict[str, int]:
    """One row of everything that a page's path may name, by the path's beginning and the number's name."""
    cycle = office.cycle.key
    person = factories.create_person(session, office.villages[0])
    case = factories.create_case(session, office.cycle, person, status=CaseStatus.HEALTH)
    return {
        "/health health_case_id": factories.create_health_case(session, case).key,
        "/eligibility case_id": case.key,
        "/eligibility cycle_id": cycle,
        "/cross-checks cycle_id": cycle,
        "/cross-checks check_id": _match(session, office, case.key),
        "/changes person_id": person.key,
        "/papers person_id": person.key,
        "/papers paper_id": _paper(session, person),
        **_posted(session, office),
        "/insurance cycle_id": cycle,
        "/insurance answer_id": _card_answer(session, office),
        **_lists(session, office),
        **_payments(session, office, person.key),
        **_office_rows(session, office),
    }


def _paper(session: Session, person: Person) -> int:
    values = {"kind": "IDENTITY", "media_type": "image/png", "size": 1, "content_sha256": "a", "file_sha256": "b"}
    place = {"commune_id": person.commune_id, "village_id": person.village_id}
    account = factories.create_account(session).key
    return save(session, PersonPaper(person_id=person.key, uploaded_by=account, uploaded_at=NOW, **values, **place)).key


def _posted(session: Session, office: factories.Office) -> dict[str, int]:
    cycle, account = office.cycle.key, office[Role.economy].person_id
    days = {"starts_on": TODAY, "ends_on": TODAY, "place": "p"}
    posted = Posting(cycle_id=cycle, list_sha256="a", posted_by=account, posted_at=NOW, **days)
    photo = PostingPhoto(
        posting_id=save(session, posted).key,
        commune_id=office.commune.key,
        taken_on=TODAY,
        media_type="image/png",
        size=1,
        content_sha256="a",
        file_sha256="b",
        uploaded_by=account,
        uploaded_at=NOW,
    )
    return {
        "/posting posting_id": posted.key,
        "/posting photo_id": save(session, photo).key,
        "/posting cycle_id": cycle,
    }


def _lists(session: Session, office: factories.Office) -> dict[str, int]:
    asked = VillageList(
        cycle_id=office.cycle.key,
        commune_id=office.commune.key,
        village_id=office.villages[0].key,
        requested_at=NOW,
        due_on=TODAY,
    )
    file = ListFile(
        village_list_id=save(session, asked).key,
        file_name="x",
        sha256="0" * 64,
        size=1,
        uploaded_by=office[Role.economy].person_id,
        uploaded_at=NOW,
    )
    entry = ListEntry(village_list_id=asked.key, commune_id=asked.commune_id, village_id=asked.village_id, said="{}")
    return {
        "/lists list_id": asked.key,
        "/lists file_id": save(session, file).key,
        "/lists entry_id": save(session, entry).key,
    }


def _payments(session: Session, office: factories.Office, person_id: int) -> dict[str, int]:
    commune = office.commune.key
    payment_list = PaymentList(commune_id=commune, month="2026-07", built_at=NOW, due_on=TODAY)
    transfer = Transfer(
        list_id=save(session, payment_list).key,
        commune_id=commune,
        person_id=person_id,
        village_id=office.villages[0].key,
        end_to_end_id="HT2607-X",
        amount=1,
        channel="CASH",
        payee={"full_name": "x"},
    )
    batch = InsuranceBatch(cycle_id=office.cycle.key, commune_id=commune, number=1, people=1, total=1, made_at=NOW)
    return {
        "/payment list_id": payment_list.key,
        "/payment answer_id": 1,
        "/payment transfer_id": save(session, transfer).key,
        "/insurance batch_id": save(session, batch).key,
    }


def _office_rows(session: Session, office: factories.Office) -> dict[str, int]:
    commune, economy = office.commune.key, office[Role.economy].person_id
    submission = Submission(
        cycle_id=office.cycle.key,
        commune_id=commune,
        frozen_at=NOW,
        list_sha256="a",
        law_sha256="b",
        law_status="CONFIRMED",
    )
    feedback = Feedback(
        commune_id=commune, kind="PHAN_ANH", content="c", received_on=TODAY, received_by=economy, due_on=TODAY
    )
    document = Document(commune_id=commune, kind="bank_file", subject="s", title="t", file_name="f", wanted_at=NOW)
    run = Run(flow="tick", commune_id=commune, started_by="test", started_at=NOW, beat_at=NOW)
    mandate = Mandate(account_id=economy, commune_id=commune, role="culture", valid_from=TODAY)
    revision = LawRevision(
        commune_id=commune,
        param_key="OFFICE.payment_days",
        value=1,
        valid_from=date(2026, 1, 1),
        reference={"document": "1/2026", "issuer": "x", "article": ""},
        status="ASSUMED",
        proposed_by=economy,
        proposed_at=NOW,
    )
    scan = LawEvidence(
        commune_id=commune,
        document="1/2026",
        issuer="x",
        media_type="image/png",
        size=1,
        content_sha256="a" * 64,
        file_sha256="b" * 64,
        added_by=economy,
        added_at=NOW,
    )
    return {
        "/approval submission_id": save(session, submission).key,
        "/feedback feedback_id": save(session, feedback).key,
        "/documents document_id": save(session, document).key,
        "/runs run_id": save(session, run).key,
        "/runs cycle_id": office.cycle.key,
        "/staff account_id": economy,
        "/staff mandate_id": save(session, mandate).key,
        "/law revision_id": save(session, revision).key,
        "/law scan_id": save(session, scan).key,
    }


def _card_answer(session: Session, office: factories.Office) -> int:
    return save(
        session,
        CardAnswer(
            cycle_id=office.cycle.key,
            file_name="x",
            sha256="2" * 64,
            row_count=0,
            card_count=0,
            refused_count=0,
            problem_count=0,
            imported_by=office[Role.insurance].person_id,
            imported_at=NOW,
        ),
    ).key


def _match(session: Session, office: factories.Office, case_id: int) -> int:
    file = save(
        session,
        AssistanceFile(
            commune_id=office.commune.key,
            cycle_id=office.cycle.key,
            file_name="x",
            sha256="1" * 64,
            row_count=1,
            uploaded_by=office[Role.culture].person_id,
            uploaded_at=NOW,
        ),
    )
    record = save(
        session,
        AssistanceRecord(
            file_id=file.key,
            commune_id=office.commune.key,
            row_number=1,
            full_name="x",
            name_key="x",
            kind="x",
            monthly_amount=1,
        ),
    )
    return save(session, CrossCheck(case_id=case_id, cycle_id=office.cycle.key, record_id=record.key, reason="x")).key


def _path(path: str, rows: dict[str, int]) -> str:
    start = "/" + path.split("/")[1]

    def number(found: re.Match[str]) -> str:
        return str(rows[f"{start} {found[1]}"])

    return re.sub(r"\{(\w+):int\}", number, path)


@pytest.mark.parametrize("role", sorted(STAFF))
def test_rows_of_another_commune_are_not_found(world: World, role: Role) -> None:
    with world.session() as session:
        rows = _rows(session, world.there)
        session.commit()
    browser = world.role(role)
    for page in NUMBERED:
        path = _path(page.path, rows)
        values: dict[str, Any] = {"data": {"csrf": browser.csrf}} if page.method == "POST" else {}
        response = browser.client.request(page.method, path, **values)
        expected = {404, 422} if page.prepare else {404}
        wanted = expected if role in page.roles else {403}
        assert response.status_code in wanted, f"{role} {page.method} {path}: {response.status_code}"


def test_own_rows_are_found(world: World) -> None:
    """The other side of the test above: the same pages open for whoever they are made for."""
    with world.session() as session:
        rows = _rows(session, world.here)
        session.commit()
    for page in NUMBERED:
        if page.method == "GET" and "answers" not in page.path and "documents" not in page.path:
            for role in page.roles:
                path = _path(page.path, rows)
                if path.endswith(("/marked", "/signed")) or path.startswith(
                    ("/papers/files/", "/posting/photos/", "/law/scans/")
                ):
                    continue
                world.role(role).get(path)


@pytest.mark.parametrize("path", ["/lists", "/eligibility", "/approval", "/insurance", "/cross-checks", "/posting"])
def test_the_cycle_of_another_commune_cannot_be_asked_for(world: World, path: str) -> None:
    browser = world.role(Role.economy)
    browser.get(f"{path}?cycle={world.there.cycle.key}", status=404)


def test_lists_and_counts_hold_nobody_of_another_commune(world: World) -> None:
    with world.session() as session:
        theirs = factories.create_person(session, world.there.villages[0], full_name="Thử Người Xã Khác")
        factories.create_case(session, world.there.cycle, theirs, status=CaseStatus.REVIEW)
        session.commit()
    for role in sorted(STAFF):
        browser = world.role(role)
        for page in PAGES:
            if page.method == "GET" and "{" not in page.path and role in page.roles:
                response = browser.client.get(page.path)
                assert "Thử Người Xã Khác" not in response.text, f"{role} {page.path}"
                assert world.there.villages[0].name not in response.text, f"{role} {page.path}"
    assert "Không có việc nào đang chờ" in world.role(Role.economy).get("/").words
