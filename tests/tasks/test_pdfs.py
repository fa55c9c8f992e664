"""PDF copies: none while they are off, one for each written Word paper, a failure leaves the papers as they are."""

from __future__ import annotations

import pytest
from sqlmodel import select

from adapters import pdf
from adapters.filestore import make_filestore
from adapters.settings import get_settings
from models.cycles import Cycle
from models.documents import Document, DocumentState
from services import documents
from tasks import papers, session
from tasks.documents import write_wanted
from tasks.papers import Paper
from tasks.pdfs import make_missing_pdfs
from tests.services.places import NOW, open_quarter


@pytest.fixture(autouse=True)
def _written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two written papers, one of them for Word."""
    monkeypatch.setattr(session, "now", lambda: NOW)
    monkeypatch.setitem(papers.WRITERS, "test", lambda _opened, _document: Paper(b"noi dung", {}))
    with session.transaction() as opened:
        commune_id = opened.get_one(Cycle, open_quarter(opened)).commune_id
        for name in ("a.docx", "b.xlsx"):
            documents.want(
                opened, commune_id=commune_id, kind="test", subject=name, title=name, file_name=name, now=NOW
            )
    assert write_wanted() == {DocumentState.WRITTEN: 2}


@pytest.fixture
def _on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSINH_PDF_BACKEND", "libreoffice")
    get_settings.cache_clear()
    monkeypatch.setattr(pdf, "start_problem", lambda _settings: "")


def pdfs() -> dict[str, str | None]:
    with session.transaction(write=False) as opened:
        return {row.file_name: row.pdf_sha256 for row in opened.exec(select(Document))}


def test_none_is_made_while_they_are_off() -> None:
    assert make_missing_pdfs() == {}
    assert set(pdfs().values()) == {None}


@pytest.mark.usefixtures("_on")
def test_each_word_paper_gets_one_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "make_pdfs", lambda files, _settings: [b"%PDF" + data for _, data in files])
    assert make_missing_pdfs() == {"PDF": 1}
    assert make_missing_pdfs() == {"PDF": 0}
    found = pdfs()
    assert found["b.xlsx"] is None
    assert make_filestore(get_settings()).load(found["a.docx"] or "") == b"%PDFnoi dung"


@pytest.mark.usefixtures("_on")
def test_a_failure_leaves_the_paper_for_the_next_try(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_given: object) -> list[bytes]:
        raise pdf.PdfError("LibreOffice dừng giữa chừng.")

    monkeypatch.setattr(pdf, "make_pdfs", fails)
    assert make_missing_pdfs() == {"PDF": 0}
    assert set(pdfs().values()) == {None}
