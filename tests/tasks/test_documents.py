"""Papers: the file first, then the row; one that cannot be written says why and stops no other."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from adapters.filestore import make_filestore
from adapters.letters import FORMS, Form
from adapters.papers import PaperError, Template, docx_text
from adapters.settings import get_settings
from adapters.sheets import NothingToHandOver
from models.base import canonical_json
from models.cycles import Cycle
from models.documents import Document, DocumentState
from models.lists import VillageList
from models.notices import Mail
from models.places import Commune, Department, Village
from models.runs import Run
from rules.workflow import Role
from services import documents, lists, runs
from services.documents import PAUSES
from services.errors import invalid
from tasks import papers, session
from tasks.documents import write_wanted
from tasks.papers import Paper
from tasks.patience import unfinished_chores
from tasks.runner import run_step
from tests.adapters.letter_samples import REFUSAL
from tests.services.places import NOW, open_quarter

TEMPLATE = Template("mau.docx", b"mau")


@pytest.fixture(autouse=True)
def _moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "now", lambda: NOW)


@dataclass
class Clock:
    """A clock that a test turns."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


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
            data={"a": 1},
            now=NOW,
        )


def rows() -> list[Document]:
    with session.transaction() as opened:
        return list(opened.exec(select(Document).order_by(col(Document.id))).all())


def test_a_paper_is_kept_with_the_fingerprint_of_what_it_was_made_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(papers.WRITERS, "test", lambda _opened, _document: Paper(b"noi dung", {"a": 1}, TEMPLATE))
    want("test", 1)
    assert write_wanted() == {DocumentState.WRITTEN: 1}
    (row,) = rows()
    assert row.file_sha256 is not None
    assert make_filestore(get_settings()).load(row.file_sha256) == b"noi dung"
    assert (row.template_sha256, len(row.data_sha256), row.written_at) == (TEMPLATE.sha256, 64, NOW)
    assert make_filestore(get_settings()).load(row.template_sha256) == b"mau"
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


def test_a_paper_that_could_not_be_written_is_tried_again_ever_more_rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(NOW)
    monkeypatch.setattr(session, "now", clock)
    works = False

    def write(_opened: object, _document: Document) -> Paper:
        if not works:
            raise PaperError("Mẫu văn bản thu.docx không điền được.")
        return Paper(b"x", {})

    monkeypatch.setitem(papers.WRITERS, "test", write)
    want("test", 1)
    assert write_wanted() == {DocumentState.FAILED: 1}
    assert write_wanted() == {}, "not before its time"
    waited = []
    for _ in range(6):
        retry_at = rows()[0].retry_at
        assert retry_at is not None
        waited.append(retry_at - clock.at)
        clock.at = retry_at
        assert unfinished_chores(), "the tick looks for it"
        assert write_wanted() == {DocumentState.FAILED: 1}
    assert waited == [*PAUSES, PAUSES[-1]]
    assert rows()[0].attempts == 7
    works = True
    clock.at += PAUSES[-1]
    assert write_wanted() == {DocumentState.WRITTEN: 1}
    (row,) = rows()
    assert (row.attempts, row.retry_at, row.problem) == (0, None, "")


def test_a_paper_for_nobody_is_not_tried_again_and_alarms_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def write(_opened: object, _document: Document) -> Paper:
        raise NothingToHandOver("Không có ai nhận tiền mặt trong danh sách này.")

    monkeypatch.setitem(papers.WRITERS, "test", write)
    want("test", 1)
    assert write_wanted() == {DocumentState.FAILED: 1}
    (row,) = rows()
    assert (row.retry_at, row.problem) == (None, "Không có ai nhận tiền mặt trong danh sách này.")
    with session.transaction(write=False) as opened:
        assert documents.failed(opened, row.commune_id) == []
    assert write_wanted() == {}


def test_the_admin_is_told_after_the_third_failure_once_a_day_however_many_papers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock(NOW)
    monkeypatch.setattr(session, "now", clock)

    def write(_opened: object, _document: Document) -> Paper:
        raise PaperError("Mẫu văn bản thu.docx không điền được.")

    monkeypatch.setitem(papers.WRITERS, "test", write)
    for number in (1, 2):
        want("test", number)
    with session.transaction() as opened:
        commune = opened.exec(select(Commune)).one()
        opened.add(Department(commune_id=commune.key, role=Role.admin, name="Quản trị", email="qt@commune.test"))
    for pause in PAUSES[:2]:
        write_wanted()
        clock.at += pause
        assert not told(), "twice may be chance"
    write_wanted()
    assert told() == [("2026-07-01", {"papers": 2})]
    for pause in PAUSES[2:]:
        clock.at += pause
        write_wanted()
    assert [day for day, _ in told()] == ["2026-07-01", "2026-07-02"]


def told() -> list[tuple[str, dict[str, int]]]:
    """The day and the counts of each mail to the admins."""
    with session.transaction(write=False) as opened:
        mails = opened.exec(select(Mail).where(Mail.template == "paper_failed").order_by(col(Mail.id)))
        return [(mail.dedup_key.split(":")[2], mail.context["counts"]) for mail in mails]


def test_the_copy_with_number_is_printed_with_the_template_of_the_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    """Staff edit the Word template between the signature and the number: the words that were signed stay."""
    said = json.loads(canonical_json(asdict(REFUSAL)))
    given: dict[str, Any] = {"kind": "refusal_letter", "subject": "submission_line:1", "title": "Văn bản trả lời"}
    with session.transaction() as opened:
        commune_id = opened.get_one(Cycle, open_quarter(opened)).commune_id
        documents.want(opened, commune_id=commune_id, file_name="tra-loi.docx", data=said, now=NOW, **given)
    write_wanted()
    edited = FORMS["submission_letter"]
    monkeypatch.setitem(FORMS, "refusal_letter", Form(REFUSAL.__class__, edited.name, FORMS["refusal_letter"].context))
    with session.transaction() as opened:
        copy = documents.want(
            opened, commune_id=commune_id, file_name="tra-loi-so-5.docx", data=said, version=2, now=NOW, **given
        )
        copy.number = "5"
        opened.add(copy)
    assert write_wanted() == {DocumentState.WRITTEN: 1}
    draft, copy = rows()
    store = make_filestore(get_settings())
    assert draft.template_sha256 == copy.template_sha256
    assert docx_text(store.load(draft.file_sha256 or "")) == docx_text(store.load(copy.file_sha256 or ""))


def test_a_written_paper_cannot_be_changed_or_removed_behind_the_products_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(papers.WRITERS, "test", lambda _opened, _document: Paper(b"noi dung", {"a": 1}))
    want("test", 1)
    write_wanted()
    for change in (
        "UPDATE document SET kind = 'x'",
        "UPDATE document SET data = '{}'",
        "UPDATE document SET file_sha256 = 'x'",
        "DELETE FROM document",
    ):
        with pytest.raises(IntegrityError), session.transaction() as opened:
            opened.execute(text(change))
    assert rows()[0].kind == "test"
