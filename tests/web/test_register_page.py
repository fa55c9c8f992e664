"""A paper gets its number at its page, once; the register shows every field of the decree and is taken out whole."""

from __future__ import annotations

import io
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import openpyxl
import pytest
from sqlmodel import Session, select

from models.documents import Document, RegisterEntry
from rules.workflow import Role
from services import documents
from tests import factories
from tests.adapters.letter_samples import SAMPLES
from tests.factories import NOW
from tests.web.conftest import Browser, World

DEPUTY = ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
GIVEN: dict[str, Any] = {"number": 12, "symbol": "TB-UBND", "issued_on": "06/07/2026", "page_amount": 4}


def _paper(session: Session, world: World, title: str) -> int:
    """A written notice of the commune's deputy chairman that waits for its number."""
    said = SAMPLES["posting_notice"]
    deputy = factories.create_officer(session, world.here.commune, Role.chairman, post="Phó Chủ tịch")
    head = replace(said.head, authority_lines=DEPUTY, signer_name=deputy.full_name)
    paper = documents.want(
        session,
        commune_id=world.here.commune.key,
        kind="posting_notice",
        subject=title,
        title=title,
        file_name="thong-bao.docx",
        data=asdict(replace(said, head=head)),
        now=NOW,
    )
    documents.mark_written(
        session, paper, file_sha256="f" * 64, data_sha256="d" * 64, template_sha256="t" * 64, now=NOW
    )
    session.flush()
    return paper.key


@pytest.fixture
def papers(world: World) -> list[int]:
    with world.session() as session:
        made = [_paper(session, world, title) for title in ("Thông báo niêm yết", "Thông báo gia hạn")]
        session.commit()
    return made


def _entries(world: World) -> list[RegisterEntry]:
    with world.session() as session:
        return list(session.exec(select(RegisterEntry)))


def _number(browser: Browser, paper: int, status: int = 303, **values: Any) -> Any:
    browser.get(f"/documents/{paper}")
    return browser.post(f"/documents/{paper}/number", status=status, **(GIVEN | values))


def test_a_paper_gets_its_number_and_stands_in_the_register(world: World, papers: list[int]) -> None:
    economy = world.role(Role.economy)
    page = _number(economy, papers[0], due_on="20/07/2026", priority=1, description="Gửi trong ngày")
    assert "12/TB-UBND, 06/07/2026" in page.words
    assert "Hạn trả lời 20/07/2026" in page.words
    (entry,) = _entries(world)
    assert (entry.page_amount, entry.due_on, entry.priority) == (4, date(2026, 7, 20), 1)
    for question in ("", "?q=niem+yet", "?q=12/TB", "?year=2026&type=Thông+báo", "?sort=due"):
        found = economy.get(f"/register{question}").words
        assert "1 văn bản đã vào sổ" in found, question
        assert "Khẩn" in found
    for question in ("?q=gia+han", "?year=2025", "?type=Tờ+trình"):
        assert "0 văn bản đã vào sổ" in economy.get(f"/register{question}").words, question
    with world.session() as session:
        copy = documents.find(session, kind="posting_notice", subject="Thông báo niêm yết")
    assert copy is not None
    assert copy.number == "12"


def test_a_number_that_is_taken_is_shown_and_must_be_meant(world: World, papers: list[int]) -> None:
    economy = world.role(Role.economy)
    _number(economy, papers[0])
    refused = _number(economy, papers[1], status=409)
    assert "đã cấp cho văn bản khác" in " ".join(refused.errors)
    assert f"/documents/{papers[0]}" in refused.links, "which paper has it"
    assert len(_entries(world)) == 1
    _number(economy, papers[1], even_if_taken="1")
    assert len(_entries(world)) == 2


def test_what_cannot_be_a_number_is_said_beside_the_field(world: World, papers: list[int]) -> None:
    economy = world.role(Role.economy)
    refused = _number(economy, papers[0], status=422, number="x", symbol="", issued_on="32/07/2026")
    assert len(refused.errors) == 3
    assert _entries(world) == []


def test_the_register_is_taken_out_with_every_field(world: World, papers: list[int]) -> None:
    _number(world.role(Role.economy), papers[0])
    content = world.role(Role.chairman).get("/register/export").content
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))
    heads, entry = rows[2], rows[3]
    said = dict(zip(heads, entry, strict=True))
    assert (said["Số"], said["Ký hiệu"], said["Ngày ban hành"]) == ("12", "TB-UBND", "06/07/2026")
    assert (said["Tên loại"], said["Trích yếu"], said["Số trang"]) == ("Thông báo", "Thông báo niêm yết", "4")
    assert said["Nơi nhận"] == "Trưởng các thôn; Ủy ban MTTQ; Lưu: VT, KT"
    bound = (said["Mã kiểm của mẫu"], said["Mã kiểm của số liệu"], said["Mã kiểm của tệp"])
    assert bound == ("t" * 64, "d" * 64, "f" * 64)
    assert len(heads) == 24
    assert "Mã kiểm: mẫu tttttttttttt, số liệu dddddddddddd" in world.role(Role.chairman).get("/register").words


def test_who_keeps_no_register_sees_the_paper_without_the_form(world: World, papers: list[int]) -> None:
    page = world.role(Role.culture).get(f"/documents/{papers[0]}")
    assert set(page.actions()) == {"/sign-out"}
    assert f"/documents/{papers[0]}/number" in world.role(Role.economy).get(f"/documents/{papers[0]}").actions()
    assert world.role(Role.culture).get("/register", status=403).heading == "Không được phép"
    with world.session() as session:
        assert session.get_one(Document, papers[0]).number == ""
