"""The signed decision comes back: read, held against what was decided, and only then given its number and day."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from models.approval import Decision
from models.base import ZONE
from models.documents import Document, RegisterEntry
from models.ledger import AuditEntry
from rules.money import amount_in_words
from rules.workflow import Role, Step
from services import paper_heads, submissions
from tests.adapters.test_signed_pdf import SIGNER, blank_pdf, certificate, sign
from tests.web.conftest import PASSWORD
from tests.web.page import Page
from tests.web.pdfs import text_pdf
from tests.web.quarter import Quarter, begin
from tests.web.test_signed_letters import write_papers

NUMBER: dict[str, Any] = {"number": 35, "symbol": "QĐ-UBND", "issued_on": "20/07/2026"}


@pytest.fixture
def reach() -> Step:
    return Step.eligibility


@pytest.fixture
def decided(world: Any) -> Quarter:
    """Three people approved; number and day are still to come."""
    quarter = begin(world)
    quarter.cross_check()
    quarter.review()
    number = quarter.submission()
    quarter.economy.get("/approval")
    quarter.economy.post(f"/approval/{number}/submit")
    quarter.chairman.get("/approval")
    quarter.chairman.post(f"/approval/{number}/decide", confirm_password=PASSWORD)
    quarter.economy.get("/approval")
    return quarter


def _text(quarter: Quarter) -> str:
    """What the decision says, as its PDF gives it back."""
    with quarter.world.session() as session:
        lines = submissions.lines_of(session, quarter.submission())
        total = sum(line.monthly_amount for line in lines)
        rows = "\n".join(
            f"{place} {line.snapshot['full_name']} {line.snapshot['birth_year']} {_dots(line.monthly_amount)} 07/2026"
            for place, line in enumerate(lines, start=1)
        )
    head = f"QUYẾT ĐỊNH phê duyệt danh sách {len(lines)} người được hỗ trợ hằng tháng; " + "căn cứ, thi hành; " * 12
    return f"{head}\nTổng {_dots(total)} đồng (bằng chữ: {amount_in_words(total)})\n{rows}"


def _dots(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def _check(quarter: Quarter, content: bytes, status: int = 200) -> Page:
    path = f"/approval/{quarter.submission()}/signed/check"
    return quarter.economy.post(path, status=status, files={"file": ("qd.pdf", content, "application/pdf")})


def _decisions(quarter: Quarter) -> list[Decision]:
    with quarter.world.session() as session:
        return list(session.exec(select(Decision)))


def test_a_good_signed_decision_is_taken_and_handed_out_as_it_is(decided: Quarter, tmp_path: Path) -> None:
    bundle, root = certificate(SIGNER, tmp_path)
    object.__setattr__(decided.world.settings, "trusted_roots", root)
    content = sign(text_pdf(_text(decided)), bundle)
    page = _check(decided, content)
    assert SIGNER in page.words
    assert "phủ toàn bộ tệp" in page.words
    assert "Khớp" in page.words
    assert not _decisions(decided), "a check writes nothing"
    number = decided.submission()
    refused = decided.economy.post(f"/approval/{number}/issue", status=422, **page.hidden)
    assert "Nhập số văn bản." in refused.errors
    assert "Khớp" in refused.words, "what was checked is shown again"
    page = decided.economy.post(f"/approval/{number}/issue", **NUMBER, **refused.hidden)
    assert f"/approval/{number}/signed" in page.links
    for browser in (decided.economy, decided.chairman, decided.culture, decided.world.role(Role.insurance)):
        assert browser.get(f"/approval/{number}/signed").content == content
    assert decided.world.role(Role.village_head).get(f"/approval/{number}/signed", status=403).status == 403


def test_a_difference_is_seen_before_the_number_is_taken(decided: Quarter) -> None:
    number, text = decided.submission(), _text(decided)
    assert "nhận như bản quét" in _check(decided, blank_pdf()).words
    assert _check(decided, b"PK khong phai pdf", status=422).errors == ["Tệp tải lên không phải PDF."]
    changed = text.replace(" 1960 ", " 1961 ", 1)
    page = _check(decided, text_pdf(changed))
    assert "1 điểm khác" in page.words
    assert "Dòng 1: năm sinh" in page.words
    refused = decided.economy.post(f"/approval/{number}/issue", status=422, **NUMBER, **page.hidden)
    assert any("Xem từng điểm khác" in error for error in refused.errors)
    assert not _decisions(decided)
    decided.economy.post(f"/approval/{number}/issue", seen="1", **NUMBER, **refused.hidden)
    (decision,) = _decisions(decided)
    assert decision.signed_file_sha256 == page.hidden["sha256"]
    with decided.world.session() as session:
        written = select(AuditEntry).where(AuditEntry.action == "issue").order_by(col(AuditEntry.id).desc())
        entry = session.exec(written).first()
    assert entry is not None
    assert entry.data["signed_differences"] == 1


def test_number_and_day_may_come_before_the_file_and_stay_when_it_comes(decided: Quarter) -> None:
    number, text = decided.submission(), _text(decided)
    decided.chairman.get(f"/approval/{number}/signed", status=404)
    page = decided.economy.post(f"/approval/{number}/issue", **NUMBER)
    assert f"/approval/{number}/signed" not in page.links
    assert [one.signed_file_sha256 for one in _decisions(decided)] == [None]
    other = text.replace("QUYẾT ĐỊNH", "QUYẾT ĐỊNH số 36/QĐ-UBND ngày 20 tháng 7 năm 2026", 1)
    shown = _check(decided, text_pdf(other))
    assert "1 điểm khác" in shown.words
    assert "35/QĐ-UBND" in shown.words
    assert 'name="number"' not in shown.text, "number and day are not asked for again"
    attach = f"/approval/{number}/signed/attach"
    refused = decided.economy.post(attach, status=422, **shown.hidden)
    assert any("Xem từng điểm khác" in error for error in refused.errors)
    page = decided.economy.post(attach, seen="1", **refused.hidden)
    assert f"/approval/{number}/signed" in page.links
    (decision,) = _decisions(decided)
    assert (decision.number, decision.symbol, decision.issued_on.isoformat()) == (35, "QĐ-UBND", "2026-07-20")
    assert decision.signed_file_sha256 == shown.hidden["sha256"]
    decided.economy.get(f"/approval/{number}")
    twice = decided.economy.post(attach, status=409, seen="1", **refused.hidden)
    assert "Quyết định này đã có bản đã ký." in twice.words


def test_a_decision_printed_for_another_month_is_warned_of_and_printed_again(decided: Quarter) -> None:
    number = decided.submission()
    decided.world.at(datetime(2026, 8, 4, 9, tzinfo=ZONE))
    decided.economy.renew()
    late = NUMBER | {"issued_on": "04/08/2026"}
    decided.economy.get(f"/approval/{number}")
    refused = decided.economy.post(f"/approval/{number}/issue", status=422, **late)
    assert any("ghi hưởng từ tháng 07/2026" in error and "từ tháng 08/2026" in error for error in refused.errors)
    assert not _decisions(decided)
    assert "Dự thảo để ký đang được lập lại" in decided.economy.post(f"/approval/{number}/print").words
    again = decided.economy.post(f"/approval/{number}/print", status=409)
    assert "Dự thảo để ký đang ghi đúng tháng, không phải lập lại." in again.words
    decided.economy.post(f"/approval/{number}/issue", **late)
    assert [one.issued_on.isoformat() for one in _decisions(decided)] == ["2026-08-04"]


def test_once_the_paper_to_sign_is_written_the_whole_of_it_is_compared(decided: Quarter) -> None:
    text = write_papers(decided.world, "decision_draft")
    decided.economy.get("/approval")
    assert "Khớp" in _check(decided, text_pdf(text)).words
    page = _check(decided, text_pdf(f"{text}\n4\nThử Văn Thêm\n1950\n500.000"))
    assert "1 điểm khác" in page.words
    assert "Thử Văn Thêm" in page.words
    given = NUMBER | page.hidden
    number = decided.submission()
    refused = decided.economy.post(f"/approval/{number}/issue", status=422, **given)
    assert any("Xem từng điểm khác" in error for error in refused.errors)
    decided.economy.post(f"/approval/{number}/issue", seen="1", **given)
    with decided.world.session() as session:
        done = session.exec(select(AuditEntry).where(AuditEntry.action == "issue")).one().data
    assert done["signed_differences"] == 1


def test_a_number_that_another_paper_has_is_named_before_it_is_accepted(decided: Quarter) -> None:
    economy, number = decided.economy, decided.submission()
    world = decided.world
    with world.session() as session:
        session.add(
            RegisterEntry(
                commune_id=world.here.commune.key,
                document_id=session.exec(select(Document.id)).first() or 0,
                file_catalog=2026,
                doc_ordinal=99,
                type_name="Quyết định",
                code_number=35,
                code_notation="QĐ-UBND",
                issued_on=date(2026, 7, 1),
                organ_name=paper_heads.body_of(world.here.commune),
                subject="Quyết định thôi hưởng",
                recipients=[],
                recorded_by=world.here[Role.economy].person_id,
                recorded_at=datetime(2026, 7, 1, tzinfo=ZONE),
            )
        )
        session.commit()
    refused = economy.post(f"/approval/{number}/issue", status=422, **NUMBER)
    assert any("đã cấp cho văn bản khác" in error for error in refused.errors)
    assert "Quyết định thôi hưởng" in refused.text
    assert not _decisions(decided)
    filed = {"file_notation": "07/HTTN", "issued_amount": 12, "priority": 1, "due_on": "01/08/2026"}
    economy.post(f"/approval/{number}/issue", even_if_taken="1", **NUMBER, **filed)
    assert [one.number for one in _decisions(decided)] == [35]
    with world.session() as session:
        entry = session.exec(select(RegisterEntry).order_by(col(RegisterEntry.id).desc())).first()
        assert entry is not None
        assert (entry.file_notation, entry.issued_amount, entry.priority) == ("07/HTTN", 12, 1)
        assert entry.due_on == date(2026, 8, 1)
