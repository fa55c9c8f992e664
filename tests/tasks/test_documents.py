"""Papers: the file first, then the row; one that cannot be written says why and stops no other."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlmodel import col, select

from adapters.filestore import make_filestore
from adapters.settings import get_settings
from models.cycles import Cycle
from models.documents import Document, DocumentState
from models.lists import VillageList
from models.places import Village
from models.runs import Run
from services import documents, lists, runs
from services.errors import invalid
from tasks import papers, session
from tasks.documents import write_wanted
from tasks.papers import Paper
from tasks.runner import run_step
from tests.services.places import NOW, open_quarter


@pytest.fixture(autouse=True)
def _moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "now", lambda: NOW)


def want(kind: str, number: int) -> None:
    with session.transaction() as opened:
        cycle = opened.exec(select(Cycle)).first() or opened.get_one(Cycle, open_quarter(opened))
        documents.want(
            opened,
            commune_id=cycle.commune_id,
            kind=kind,
            subject=f"test:{number}",
            title="Văn bản thử",
            file_name=f"thu-{number}.txt",
            now=NOW,
        )


def rows() -> list[Document]:
    with session.transaction() as opened:
        return list(opened.exec(select(Document).order_by(col(Document.id))).all())


def test_a_paper_is_kept_with_the_fingerprint_of_what_it_was_made_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(papers.WRITERS, "test", lambda _opened, _document: Paper(b"noi dung", {"a": 1}, "mau"))
    want("test", 1)
    assert write_wanted() == {DocumentState.WRITTEN: 1}
    (row,) = rows()
    assert row.file_sha256 is not None
    assert make_filestore(get_settings()).load(row.file_sha256) == b"noi dung"
    assert (row.template_sha256, len(row.data_sha256), row.written_at) == ("mau", 64, NOW)
    assert write_wanted() == {}


def test_a_paper_that_cannot_be_written_says_why_and_the_others_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def write(_opened: object, document: Document) -> Paper:
        if document.subject == "test:1":
            raise invalid("empty", "Không có người nào trong danh sách.")
        if document.subject == "test:2":
            raise ValueError("Nguyễn Văn Thử")
        return Paper(b"x", {})

    monkeypatch.setitem(papers.WRITERS, "test", write)
    for number in (1, 2, 3):
        want("test", number)
    assert write_wanted() == {DocumentState.FAILED: 2, DocumentState.WRITTEN: 1}
    said = [row.problem for row in rows()]
    assert said[0] == "Không có người nào trong danh sách."
    assert said[1].startswith("ValueError")
    assert "Thử" not in said[1]


def test_a_full_disk_leaves_the_wish_for_the_next_try(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_opened: object, _document: Document) -> Paper:
        raise OSError("đầy đĩa")

    want("test", 1)
    monkeypatch.setitem(papers.WRITERS, "test", full)
    with pytest.raises(OSError, match="đầy đĩa"):
        write_wanted()
    assert rows()[0].state == DocumentState.WANTED


def test_every_thon_gets_its_workbook() -> None:
    with session.transaction() as opened:
        cycle_id = open_quarter(opened)
        commune_id = opened.get_one(Cycle, cycle_id).commune_id
        opened.add_all([Village(commune_id=commune_id, code=code, name=f"Thôn {code}") for code in ("T1", "T2")])
        run_id = runs.open_run(opened, flow="test", started_by="operator", now=NOW, cycle_id=cycle_id)
    run_step(cycle_id, lists.STEP, run_id=run_id)
    assert write_wanted() == {DocumentState.WRITTEN: 2}
    with session.transaction() as opened:
        asked = opened.exec(select(VillageList).order_by(col(VillageList.id))).first()
        assert asked
        assert opened.exec(select(Run)).one().outcome == "RUNNING"
    written = rows()[0]
    assert written.file_sha256
    book = load_workbook(BytesIO(make_filestore(get_settings()).load(written.file_sha256)))
    top = [str(cell.value) for row in book["Danh sách"].iter_rows(max_row=4) for cell in row if cell.value]
    assert "Thôn: Thôn T1" in top
    assert any(f"{asked.due_on:%d/%m/%Y}" in text for text in top)
    assert any("TRÌNH DIỄN" in text for text in top)
