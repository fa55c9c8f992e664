"""Every letter as the office opens it: text and structure compared with what was read and agreed to."""

from __future__ import annotations

import io
import json
import re
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from adapters.letters import FORMS, write_letter
from adapters.letters.head import MARK_ASSUMED, MARK_DEMO
from adapters.papers import DOCUMENTS, PaperError, docx_text
from deploy.build_templates import TEMPLATES
from deploy.styles import Style
from models.base import canonical_json
from tests.adapters.letter_samples import REFUND, SAMPLES, SUBMISSION, TREASURY, VARIANTS
from tests.golden_files import check_golden

WORD = [kind for kind in SAMPLES if FORMS[kind].path.suffix == ".docx"]
NUMBERED = [kind for kind in WORD if hasattr(SAMPLES[kind], "head")]
"""Papers of NĐ 30 with a head of their own; the treasury's forms have none."""
PERSONAL = re.compile(r"\b0\d{11}\b|\b[A-Z]\d{2}\.\d\b|Hư Cấu")


def written(kind: str, paper: Any = None) -> bytes:
    """The paper as it is written from the record: frozen as text, then read back."""
    return write_letter(FORMS[kind], json.loads(canonical_json(asdict(paper or SAMPLES[kind]))))


def structure(data: bytes) -> str:
    """Pages, tables and repeated rows of a .docx: what the text alone does not show."""
    document = Document(io.BytesIO(data))
    lines = []
    for s in document.sections:
        sizes = (s.page_width, s.page_height, s.top_margin, s.right_margin, s.bottom_margin, s.left_margin)
        millimetres = " ".join(str(round(size.mm)) for size in sizes if size is not None)
        numbered = "PAGE" in s.header._element.xml
        lines.append(f"section {millimetres} first apart {s.different_first_page_header_footer} numbered {numbered}")
    for table in document.tables:
        heads = len(table._tbl.findall(f"{qn('w:tr')}/{qn('w:trPr')}/{qn('w:tblHeader')}"))
        lines.append(f"table {len(table.rows)}x{len(table.columns)} repeated {heads}")
    return "\n".join(lines)


def test_every_letter_has_an_example_and_its_template() -> None:
    assert set(SAMPLES) == set(FORMS)
    assert all(FORMS[kind].path.exists() for kind in FORMS)


@pytest.mark.parametrize("kind", WORD)
def test_the_letter_says_what_was_agreed(kind: str) -> None:
    data = written(kind)
    check_golden(f"papers/{kind}.txt", f"{docx_text(data)}\n\n{structure(data)}\n")


@pytest.mark.parametrize("name", VARIANTS)
def test_a_letter_reads_well_whatever_it_carries(name: str) -> None:
    data = written(*VARIANTS[name])
    check_golden(f"papers/{name}.txt", f"{docx_text(data)}\n\n{structure(data)}\n")


def test_nobody_to_register_and_nobody_to_take_off_is_no_letter() -> None:
    with pytest.raises(PaperError, match="cấp thẻ hoặc báo giảm"):
        written("insurance_letter", replace(SAMPLES["insurance_letter"], by_period=(), leaving=()))


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("*.docx")), ids=lambda path: path.stem)
def test_every_line_of_a_template_has_a_named_style_and_no_look_of_its_own(path: Path) -> None:
    """Staff change «An Sinh – Nội dung» once in Word instead of every paragraph; bold of an article's name stays."""
    document = Document(str(path))
    edges = [edge for s in document.sections for edge in (s.first_page_header, s.header, s.first_page_footer, s.footer)]
    lines = [
        Paragraph(element, part)
        for part in (document, *edges)
        for element in (document.element.body if part is document else part._element).iter(qn("w:p"))
    ]
    written_lines = [line for line in lines if line.text.strip()]
    assert len(written_lines) > 20
    assert {line.style.name for line in written_lines if line.style} <= set(Style)
    assert all(line.style for line in written_lines)
    runs = [run for line in lines for run in line.runs]
    assert not [run.text for run in runs if run.font.size is not None or run.font.name is not None]
    assert not [line.text for line in written_lines if line.alignment is not None]


@pytest.mark.parametrize("kind", WORD)
def test_the_same_record_gives_the_same_bytes(kind: str) -> None:
    assert written(kind) == written(kind)


@pytest.mark.parametrize("kind", NUMBERED)
def test_a_draft_is_blank_where_the_office_writes_and_marked_where_it_must(kind: str) -> None:
    paper = SAMPLES[kind]
    blank = {"number": None, "issued_on": None}
    marked = replace(paper, head=replace(paper.head, is_demo=True, is_assumed=True, **blank))
    text = docx_text(written(kind, marked))
    assert f"Số:       /{paper.head.symbol}" in text
    assert f"{MARK_DEMO} · {MARK_ASSUMED}" in text
    assert "None" not in text


@pytest.mark.parametrize("kind", NUMBERED)
def test_a_number_and_a_day_are_printed_as_the_decree_asks(kind: str) -> None:
    paper = SAMPLES[kind]
    issued = replace(paper, head=replace(paper.head, number=5, issued_on=date(2026, 2, 3)))
    assert f"Số: 05/{paper.head.symbol}" in docx_text(written(kind, issued))


def test_a_paper_on_unconfirmed_law_gets_no_number() -> None:
    head = replace(SUBMISSION.head, number=5, issued_on=date(2026, 2, 3), is_assumed=True, is_demo=False)
    with pytest.raises(PaperError, match="chưa đối chiếu"):
        written("submission_letter", replace(SUBMISSION, head=head))


def test_a_department_does_not_sign_for_the_collective() -> None:
    head = replace(SUBMISSION.head, authority_lines=("TM. ỦY BAN NHÂN DÂN",))
    with pytest.raises(PaperError, match="TM"):
        written("submission_letter", replace(SUBMISSION, head=head))


def test_the_broadcast_can_be_read_aloud_and_names_nobody() -> None:
    text = written("broadcast").decode()
    check_golden("papers/broadcast.txt", text)
    body = text.split("\n", 2)[2]
    assert not PERSONAL.search(text)
    assert not re.search(r"\b[A-ZĐ]{2,}\b", body), "abbreviations cannot be spoken"
    assert "/" not in body
    assert all(len(line) < 450 for line in body.splitlines()), "one breath at a time"


@pytest.mark.parametrize("kind", ["posting_notice", "health_referral"])
def test_what_leaves_the_office_shows_no_group_no_diagnosis_no_number(kind: str) -> None:
    text = docx_text(written(kind))
    assert not re.search(r"\b\d{9,12}\b", text)
    assert not re.search(r"khuyết tật|hiểm nghèo|cao tuổi|[Nn]hóm|tài khoản", text)


def test_data_that_is_not_of_the_form_is_refused_by_field_not_by_content() -> None:
    said = json.loads(canonical_json(asdict(SUBMISSION))) | {"reviewed": "Nguyễn Văn Hư Cấu"}
    with pytest.raises(PaperError, match="reviewed") as refused:
        write_letter(FORMS["submission_letter"], said)
    assert "Hư Cấu" not in str(refused.value)


@pytest.mark.parametrize("name", sorted({FORMS[kind].path.stem for kind in WORD}))
def test_the_builder_makes_a_template_the_same_each_time(name: str) -> None:
    assert TEMPLATES[name]() == TEMPLATES[name]()


def test_a_voucher_whose_rows_are_not_its_total_is_not_printed() -> None:
    with pytest.raises(PaperError, match="không bằng tổng"):
        written("treasury_voucher", replace(TREASURY, total=TREASURY.total + 1))
    with pytest.raises(PaperError, match="không bằng tổng"):
        written("refund_voucher", replace(REFUND, rows=()))


def test_a_voucher_names_its_form_and_leaves_room_for_codes_nobody_entered() -> None:
    by_transfer, in_cash = docx_text(written("treasury_voucher")), docx_text(written("cash_voucher"))
    assert "GIẤY RÚT DỰ TOÁN NGÂN SÁCH NHÀ NƯỚC" in by_transfer
    assert "Mẫu số 13\nKý hiệu: C2-02a/NS (tên cũ: C2-02a)" in by_transfer
    assert "Chuyển khoản ☒      Tiền mặt ☐" in by_transfer
    assert "ỦY NHIỆM CHI" in in_cash
    assert "Ký hiệu: C4-02a (tên cũ: C4-02c/KB)" in in_cash
    assert "Chuyển khoản ☐      Tiền mặt ☒" in in_cash
    assert "Mã ĐVQHNS: …" in in_cash
    assert "Mẫu số 08\nKý hiệu: C2-05a/NS" in docx_text(written("refund_voucher"))
