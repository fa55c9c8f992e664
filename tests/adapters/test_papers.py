"""The quyết định as the văn thư opens it: NĐ 30/2020 layout, figures that agree, marks that cannot be missed."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Length

from adapters.letters import FORMS, write_letter
from adapters.letters.head import MARK_ASSUMED, MARK_DEMO
from adapters.papers import PaperError, Template, docx_text, fill_docx, read_template
from deploy.build_templates import build
from models.base import canonical_json
from rules.authority import Issuer
from rules.papers import DecisionPaper, DecisionRow, Head

TEMPLATE = FORMS["decision"].path
TMP_NAME = "Hư Cấu"


def _row(number: int, **changes: Any) -> DecisionRow:
    given: dict[str, Any] = {
        "full_name": f"Nguyễn Thị {TMP_NAME} {number}",
        "birth_year": "1950",
        "village": "Phù Long",
        "household_status": "Thoát cận nghèo",
        "group": "Người khuyết tật nặng",
        "monthly_amount": 2_000_000,
        "from_month": "07/2026",
        "bhyt": "100 %",
    }
    return DecisionRow(**(given | changes))


HEAD = Head(
    body="Ủy ban nhân dân đặc khu Cát Hải",
    issuer_lines=("ỦY BAN NHÂN DÂN", "ĐẶC KHU CÁT HẢI"),
    place="Cát Hải",
    symbol="QĐ-UBND",
    recipients=("Như Điều 3", "Lưu: VT, KT"),
    resolution="Nghị quyết số 04/2026/NQ-HĐND ngày 20 tháng 4 năm 2026 của Hội đồng nhân dân thành phố Hải Phòng",
)
OF_THE_HEAD = frozenset(field.name for field in fields(Head))


def _paper(**changes: Any) -> DecisionPaper:
    """A decision; changes to its head are told from the others by their names."""
    head = {name: value for name, value in changes.items() if name in OF_THE_HEAD}
    given: dict[str, Any] = {
        "head": replace(HEAD, **head),
        "subject": "Về việc phê duyệt danh sách người được hỗ trợ Quý III/2026",
        "authority_title": "Ủy ban nhân dân đặc khu Cát Hải",
        "bases": ("Căn cứ Nghị quyết số 04/2026/NQ-HĐND", "Theo đề nghị của Trưởng phòng Kinh tế"),
        "cycle_label": "Quý III/2026",
        "policy": "Nghị quyết số 04/2026/NQ-HĐND",
        "rows": tuple(_row(number) for number in range(1, 74)),
    }
    return DecisionPaper(**(given | {name: value for name, value in changes.items() if name not in OF_THE_HEAD}))


def write_decision(paper: DecisionPaper) -> bytes:
    return write_letter(FORMS["decision"], json.loads(canonical_json(asdict(paper))))


def _mm(length: Length | None) -> int:
    assert length is not None
    return round(length.mm)


ISSUED = {
    "number": 5,
    "issued_on": date(2026, 2, 3),
    "authority_lines": ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
    "signer_name": "Lê Văn Hư Cấu",
}


def test_an_issued_decision_reads_as_decree_30_asks() -> None:
    text = docx_text(write_decision(_paper(**ISSUED)))
    for line in (
        "Số: 05/QĐ-UBND | Cát Hải, ngày 03 tháng 02 năm 2026",
        "Căn cứ Nghị quyết số 04/2026/NQ-HĐND;",
        "Theo đề nghị của Trưởng phòng Kinh tế.",
        "chịu trách nhiệm thi hành Quyết định này./.",
        "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH",
        "- Như Điều 3;\n- Lưu: VT, KT.",
        "(Kèm theo Quyết định số 05/QĐ-UBND ngày 03 tháng 02 năm 2026 của Ủy ban nhân dân đặc khu Cát Hải)",
    ):
        assert line in text


def test_the_figures_the_words_and_the_annex_agree() -> None:
    text = docx_text(write_decision(_paper()))
    assert "Phê duyệt danh sách 73 người" in text
    assert "146.000.000 đồng (bằng chữ: Một trăm bốn mươi sáu triệu đồng)" in text
    assert text.count("Tổng cộng: 73 người") >= 1
    assert "| 146.000.000 |" in text
    assert text.count(TMP_NAME) == 73
    assert "73 | Nguyễn Thị Hư Cấu 73 | 1950 | Phù Long | Thoát cận nghèo" in text


def test_a_draft_leaves_number_and_day_to_the_office() -> None:
    text = docx_text(write_decision(_paper()))
    assert "Số:       /QĐ-UBND" in text
    assert "ngày      tháng      năm" in text
    assert "None" not in text


def test_the_page_is_a4_with_the_margins_of_decree_30_and_the_annex_lies_across() -> None:
    document = Document(io.BytesIO(write_decision(_paper())))
    body, annex = document.sections
    assert (_mm(body.page_width), _mm(body.page_height)) == (210, 297)
    assert 20 <= _mm(body.top_margin) <= 25
    assert 30 <= _mm(body.left_margin) <= 35
    assert 15 <= _mm(body.right_margin) <= 20
    assert annex.orientation is WD_ORIENT.LANDSCAPE
    assert body.different_first_page_header_footer
    assert "PAGE" in body.header._element.xml
    assert "PAGE" not in body.first_page_header._element.xml
    head_row = document.tables[-1].rows[0]._tr
    assert head_row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None, "the head row repeats on each page"
    assert document.styles["Normal"].font.name == "Times New Roman"


@pytest.mark.parametrize(
    ("demo", "assumed", "marks"),
    [
        (True, True, (MARK_DEMO, MARK_ASSUMED)),
        (True, False, (MARK_DEMO,)),
        (False, True, (MARK_ASSUMED,)),
        (False, False, ()),
    ],
)
def test_each_page_carries_its_marks(demo: bool, assumed: bool, marks: tuple[str, ...]) -> None:
    document = Document(io.BytesIO(write_decision(_paper(is_demo=demo, is_assumed=assumed))))
    for section in document.sections:
        for header in (section.first_page_header, section.header):
            text = "\n".join(paragraph.text for paragraph in header.paragraphs)
            assert [mark for mark in (MARK_DEMO, MARK_ASSUMED) if mark in text] == list(marks)


def test_the_head_of_the_audit_chain_stands_at_the_foot() -> None:
    document = Document(io.BytesIO(write_decision(_paper(audit_head="ab" * 32))))
    assert all("ab" * 32 in section.footer.paragraphs[0].text for section in document.sections)
    assert "Nhật ký" not in docx_text(write_decision(_paper()))


def test_the_same_decision_gives_the_same_bytes() -> None:
    assert write_decision(_paper()) == write_decision(_paper())
    assert write_decision(_paper()) != write_decision(_paper(audit_head="ab"))


def test_a_value_with_markup_is_printed_as_it_stands() -> None:
    text = docx_text(write_decision(_paper(rows=(_row(1, note="A & B <x> {{ y }}"),))))
    assert "A & B <x> {{ y }}" in text


@pytest.mark.parametrize(
    "wrong",
    [
        {"rows": ()},
        {"bases": ()},
        {"number": 5},
        {"issued_on": date(2026, 8, 3)},
        {"number": 5, "issued_on": date(2026, 8, 3)},
        ISSUED | {"is_assumed": True},
        ISSUED | {"issuer": Issuer.HEAD},
        ISSUED | {"authority_lines": ("CHỦ TỊCH",)},
        {"rows": (_row(1, monthly_amount=-1),)},
    ],
)
def test_a_decision_that_does_not_hold_together_is_not_printed(wrong: dict) -> None:
    with pytest.raises(PaperError):
        write_decision(_paper(**wrong))


def test_a_paper_of_the_chairman_is_signed_by_the_chairman() -> None:
    changes = ISSUED | {"issuer": Issuer.HEAD, "authority_lines": ("CHỦ TỊCH",)}
    assert "CHỦ TỊCH" in docx_text(write_decision(_paper(**changes)))
    with pytest.raises(PaperError, match="TM"):
        write_decision(_paper(**(changes | {"authority_lines": ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")})))


def test_a_missing_value_stops_the_paper() -> None:
    with pytest.raises(PaperError, match="issuer_lines"):
        fill_docx(read_template(TEMPLATE), {"mark": ""})


def test_a_template_edited_to_reach_outside_is_stopped(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("{{ ''.__class__.__mro__ }}")
    document.save(str(tmp_path / "t.docx"))
    with pytest.raises(PaperError):
        fill_docx(read_template(tmp_path / "t.docx"), {})
    with pytest.raises(PaperError, match="Không mở được"):
        read_template(tmp_path / "khong-co.docx")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 hong", b"khong phai Word"])
def test_a_template_that_is_no_word_file_any_more_is_named(data: bytes) -> None:
    with pytest.raises(PaperError, match=r"mau\.docx không còn là tệp Word"):
        fill_docx(Template("mau.docx", data), {})


def test_a_template_whose_fields_were_damaged_in_word_is_named() -> None:
    document = Document()
    document.add_paragraph("{{ subject ")
    written = io.BytesIO()
    document.save(written)
    with pytest.raises(PaperError, match=r"mau\.docx không điền được"):
        fill_docx(Template("mau.docx", written.getvalue()), {"subject": "x"})


def test_a_field_that_word_cut_into_pieces_while_staff_wrote_is_still_filled() -> None:
    document = Document(str(TEMPLATE))
    (field,) = [one for one in document.paragraphs if one.text == "{{ subject }}"]
    whole = field.runs[0]
    for piece in ("{", "{ sub", "ject }", "}"):
        field.add_run(piece, style=whole.style).bold = whole.bold
    whole.text = "Quyết định của đặc khu: "
    written = io.BytesIO()
    document.save(written)
    made = write_letter(
        FORMS["decision"],
        json.loads(canonical_json(asdict(_paper(subject="Về việc thử mẫu sửa trong Word")))),
        Template("mau.docx", written.getvalue()),
    )
    assert "Quyết định của đặc khu: Về việc thử mẫu sửa trong Word" in docx_text(made)


def test_the_builder_gives_the_same_template_each_time() -> None:
    built = build()
    assert built == build()
    with zipfile.ZipFile(io.BytesIO(built)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert len(read_template(TEMPLATE).sha256) == 64


def test_a_break_or_a_tab_in_a_value_is_one_on_paper_also_after_papers_without() -> None:
    plain = write_decision(_paper())
    made = write_decision(_paper(subject="Về việc phê duyệt\ndanh sách\tQuý III/2026"))
    body = zipfile.ZipFile(io.BytesIO(made)).read("word/document.xml").decode()
    assert "Về việc phê duyệt\ndanh sách\tQuý III/2026" in docx_text(made)
    assert "phê duyệt</w:t><w:br/><w:t" in body
    assert "phê duyệt\ndanh sách" not in body
    assert write_decision(_paper()) == plain
