"""Any paper that gets a number may come back signed: held line by line against ours, with its number or after it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest
from sqlmodel import col, select

from adapters.filestore import make_filestore
from adapters.letters import FORMS, write_letter
from adapters.papers import docx_text
from models.changes import LifeEvent
from models.documents import Document, RegisterEntry
from models.ledger import AuditEntry
from rules.workflow import ChangeState, Role, Step
from services import documents
from tests import factories
from tests.adapters.letter_samples import SAMPLES
from tests.adapters.test_signed_pdf import blank_pdf
from tests.factories import NOW
from tests.services.money import Desk, moment
from tests.web.conftest import Browser, World
from tests.web.page import Page
from tests.web.pdfs import text_pdf
from tests.web.test_register_page import DEPUTY, GIVEN


def write_papers(world: World, kind: str) -> str:
    """Write what is wanted of that kind as the engine does; returns what the newest one says."""
    store, said = make_filestore(world.settings), ""
    with world.session() as session:
        for paper in session.exec(select(Document).where(Document.kind == kind).order_by(col(Document.id))):
            made = write_letter(FORMS[kind], paper.data)
            kept = store.save(made, paper.file_name).sha256
            documents.mark_written(
                session, paper, file_sha256=kept, data_sha256="d", template_sha256="t", now=paper.wanted_at
            )
            said = docx_text(made)
        session.commit()
    return said.replace(" | ", "\n")


@pytest.fixture
def notice(world: World) -> int:
    """A written notice of posting that waits for its number."""
    said = SAMPLES["posting_notice"]
    with world.session() as session:
        deputy = factories.create_officer(session, world.here.commune, Role.chairman, post="Phó Chủ tịch")
        head = replace(said.head, authority_lines=DEPUTY, signer_name=deputy.full_name)
        paper = documents.want(
            session,
            commune_id=world.here.commune.key,
            kind="posting_notice",
            subject="posting:1",
            title="Thông báo niêm yết",
            file_name="du-thao-thong-bao.docx",
            data=asdict(replace(said, head=head)),
            now=NOW,
        )
        session.commit()
        return paper.key


def check(browser: Browser, paper: int, content: bytes, status: int = 200) -> Page:
    path = f"/documents/{paper}/signed/check"
    return browser.post(path, status=status, files={"file": ("tb.pdf", content, "application/pdf")})


def entries(world: World) -> list[RegisterEntry]:
    with world.session() as session:
        return list(session.exec(select(RegisterEntry)))


def test_the_signed_file_gives_the_number_once_its_differences_were_seen(world: World, notice: int) -> None:
    economy, text = world.role(Role.economy), write_papers(world, "posting_notice")
    economy.get(f"/documents/{notice}")
    assert "Tệp tải lên không phải PDF." in check(economy, notice, b"PK", status=422).errors
    signed = text.replace("Số:       /TB-UBND", "Số: 12/TB-UBND")
    assert "Khớp" in check(economy, notice, text_pdf(signed)).words, "number and day may stand where ours leaves room"
    page = check(economy, notice, text_pdf(signed.replace("Phù Long", "Phù Lưu", 1)))
    assert "1 điểm khác" in page.words
    assert "Phù Long" in page.words
    assert entries(world) == []
    refused = economy.post(f"/documents/{notice}/number", status=422, **GIVEN, **page.hidden)
    assert any("Xem từng điểm khác" in error for error in refused.errors)
    assert entries(world) == []
    after = economy.post(f"/documents/{notice}/number", seen="1", **GIVEN, **refused.hidden)
    assert f"/documents/{notice}/signed" in after.links
    (entry,) = entries(world)
    assert entry.signed_file_sha256 == page.hidden["sha256"]
    with world.session() as session:
        done = session.exec(select(AuditEntry).where(AuditEntry.action == "enter_register")).one().data
    assert (done["signed_file"], done["signed_differences"]) == (entry.signed_file_sha256, 1)


def test_the_file_may_come_after_the_number_once_and_must_show_it(world: World, notice: int) -> None:
    economy, text = world.role(Role.economy), write_papers(world, "posting_notice")
    economy.get(f"/documents/{notice}")
    economy.post(f"/documents/{notice}/number", **GIVEN)
    assert "Bản để so đang được lập" in " ".join(check(economy, notice, blank_pdf(), status=409).errors)
    numbered = write_papers(world, "posting_notice")
    economy.get(f"/documents/{notice}")
    page = check(economy, notice, text_pdf(text))
    assert "2 điểm khác" in page.words, "it bears no number, neither above nor over its list"
    assert "Số: 12/TB-UBND" in page.words
    assert 'name="number"' not in page.text
    clean = check(economy, notice, text_pdf(numbered))
    assert "Khớp" in clean.words
    attach = f"/documents/{notice}/signed/attach"
    economy.post(attach, **clean.hidden)
    (entry,) = entries(world)
    assert (entry.code_number, entry.signed_file_sha256) == (12, clean.hidden["sha256"])
    for role in (Role.economy, Role.chairman, Role.culture):
        assert world.role(role).get(f"/documents/{notice}/signed").content == text_pdf(numbered)
    assert world.role(Role.village_head).get(f"/documents/{notice}/signed").content == text_pdf(numbered)
    world.role(Role.admin).get(f"/documents/{notice}/signed", status=403)
    economy.get(f"/documents/{notice}")
    assert "đã có bản đã ký" in " ".join(economy.post(attach, status=409, **clean.hidden).errors)
    with world.session() as session:
        copies = session.exec(select(Document.id).where(Document.kind == "posting_notice")).all()
    assert len(copies) == 2
    for copy in copies:
        assert f"/documents/{copy}/signed" in economy.get(f"/documents/{copy}").links, "the numbered copy shows it too"


def test_a_scan_is_kept_as_a_scan(world: World, notice: int) -> None:
    economy = world.role(Role.economy)
    write_papers(world, "posting_notice")
    economy.get(f"/documents/{notice}")
    page = check(economy, notice, blank_pdf())
    assert "nhận như bản quét" in page.words
    assert "đối chiếu bằng mắt" in page.words
    economy.post(f"/documents/{notice}/number", **GIVEN, **page.hidden)
    assert [one.signed_file_sha256 for one in entries(world)] == [page.hidden["sha256"]]


def test_only_papers_with_a_number_take_a_signed_file(world: World, notice: int) -> None:
    economy = world.role(Role.economy)
    with world.session() as session:
        other = documents.want(
            session,
            commune_id=world.here.commune.key,
            kind="cash_sheet",
            subject="payment_list:1",
            title="Danh sách tiền mặt",
            file_name="tien-mat.xlsx",
            now=NOW,
        )
        session.commit()
    economy.get(f"/documents/{other.key}")
    assert "không vào sổ văn bản đi" in " ".join(check(economy, other.key, blank_pdf(), status=422).errors)
    write_papers(world, "posting_notice")
    culture = world.role(Role.culture)
    culture.get(f"/documents/{notice}")
    check(culture, notice, blank_pdf(), status=403)


class TestADecisionOnAChange:
    """A person's own request: the decision that ends support stands with its number, and its signed file with it."""

    @pytest.fixture
    def reach(self) -> Step:
        return Step.insurance

    @pytest.fixture
    def event(self, world: World) -> LifeEvent:
        world.adopt_demo_law()
        with world.session() as session:
            desk = Desk(session, world.here, world.here[Role.economy], world.here[Role.economy])
            person = desk.person()
            desk.decide({person.key: 500_000})
            session.commit()
        world.at(moment("2026-08", 17))
        for role in (Role.village_head, Role.chairman, Role.economy):
            world.role(role).renew()
        head, chairman = world.role(Role.village_head), world.role(Role.chairman)
        head.get(f"/changes/{person.key}")
        head.post(f"/changes/{person.key}", reason="OWN_REQUEST", happened_on="10/08/2026", note="")
        with world.session() as session:
            event = session.exec(select(LifeEvent)).one()
        chairman.get(f"/changes/events/{event.key}")
        chairman.post(f"/changes/events/{event.key}/approve")
        return event

    def test_its_signed_file_is_held_against_the_draft_before_the_number_counts(
        self, world: World, event: LifeEvent
    ) -> None:
        economy, text = world.role(Role.economy), write_papers(world, "stop_decision")
        given: dict[str, Any] = {"number": 12, "symbol": "QĐ-UBND", "issued_on": "17/08/2026"}
        path = f"/changes/events/{event.key}"
        draft = next(action for action in economy.get(path).actions() if action.endswith("/signed/check"))
        paper = int(draft.split("/")[2])
        page = check(economy, paper, text_pdf(text.replace("500.000", "5.000.000")))
        assert "500.000" in page.words
        assert f"{path}/issue" in page.actions()
        refused = economy.post(f"{path}/issue", status=422, **given, **page.hidden)
        assert any("Xem từng điểm khác" in error for error in refused.errors)
        with world.session() as session:
            assert session.get_one(LifeEvent, event.key).state == ChangeState.APPROVED
        page = check(economy, paper, text_pdf(text))
        assert "Khớp" in page.words
        economy.post(f"{path}/issue", **given, **page.hidden)
        with world.session() as session:
            assert session.get_one(LifeEvent, event.key).state == ChangeState.DECIDED
        assert [one.signed_file_sha256 for one in entries(world)] == [page.hidden["sha256"]]
