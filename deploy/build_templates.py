"""Make the first Word template of the quyết định: `python -m deploy.build_templates`. Staff then edit it in Word.

It overwrites `templates/documents/quyet_dinh_phe_duyet.docx`, so it is run once, or to start afresh. Measures are
those of NĐ 30/2020/NĐ-CP, Phụ lục I.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from adapters.archive import repack
from deploy.word import (
    CENTER,
    JUSTIFY,
    LEFT,
    RIGHT,
    keep_whole,
    mark_repeated,
    page_number,
    plain_table,
    restart_numbering,
    rule,
    set_widths,
    write,
)

OUT = Path(__file__).resolve().parent.parent / "templates" / "documents" / "quyet_dinh_phe_duyet.docx"
FONT = "Times New Roman"
MIDDLE = WD_CELL_VERTICAL_ALIGNMENT.CENTER
SUPPORT = "hỗ trợ hằng tháng và hỗ trợ đóng bảo hiểm y tế"
COLUMNS = (
    ("STT", 1.4, "{{ r.stt }}", CENTER),
    ("Họ và tên", 4.6, "{{ r.full_name }}", LEFT),
    ("Năm sinh", 1.6, "{{ r.birth_year }}", CENTER),
    ("Thôn", 3.0, "{{ r.village }}", LEFT),
    ("Diện hộ", 2.4, "{{ r.household_status }}", LEFT),
    ("Nhóm", 3.6, "{{ r.group }}", LEFT),
    ("Mức hỗ trợ/tháng (đồng)", 2.5, "{{ r.monthly }}", RIGHT),
    ("Từ tháng", 1.8, "{{ r.from_month }}", CENTER),
    ("Hỗ trợ BHYT", 1.9, "{{ r.bhyt }}", CENTER),
    ("Ghi chú", 2.2, "{{ r.note }}", LEFT),
)
DUTIES = (
    "1. Phòng Kinh tế chủ trì chi trả kịp thời, công khai, đúng đối tượng, đúng mức, đúng thời gian; "
    "quản lý, quyết toán kinh phí và lập danh sách đề nghị cấp thẻ bảo hiểm y tế.",
    "2. Phòng Văn hóa - Xã hội phối hợp rà soát, đối chiếu người đang hưởng bảo trợ xã hội và công khai "
    "thông tin theo quy định.",
    "3. Bảo hiểm xã hội cơ sở cấp thẻ bảo hiểm y tế cho người có tên trong danh sách.",
    "4. Trạm Y tế, Trung tâm dịch vụ sự nghiệp công và Trưởng các thôn thông báo đến người được hỗ trợ; "
    "Trưởng các thôn kịp thời báo Phòng Kinh tế khi có người mất, chuyển đi hoặc thay đổi điều kiện hưởng.",
)


def build() -> bytes:
    """Return the template's bytes; the same on every run."""
    document = Document()
    _set_defaults(document)
    first = document.sections[0]
    _set_page(first, landscape=False)
    _set_edges(first)
    _heading(document)
    _body(document)
    _signature(document)
    annex = document.add_section(WD_SECTION.NEW_PAGE)
    _set_page(annex, landscape=True)
    _set_edges(annex)
    restart_numbering(annex)
    _annex(document)
    written = io.BytesIO()
    document.save(written)
    return repack(written.getvalue())


def _set_defaults(document: DocumentType) -> None:
    normal = document.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)  # noqa: S101 - python-docx types every style alike
    normal.font.name, normal.font.size = FONT, Pt(13)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    properties = normal.element.get_or_add_rPr()
    properties.rFonts.set(qn("w:eastAsia"), FONT)
    properties.rFonts.set(qn("w:cs"), FONT)
    language = OxmlElement("w:lang")
    for attribute in ("w:val", "w:eastAsia", "w:bidi"):
        language.set(qn(attribute), "vi-VN")
    properties.append(language)
    document.core_properties.author = "An Sinh"
    document.core_properties.title = "Quyết định phê duyệt danh sách"
    document.core_properties.comments = ""
    document.core_properties.language = "vi-VN"
    document.core_properties.created = document.core_properties.modified = datetime(2026, 7, 1, tzinfo=UTC)


def _set_page(section: Section, *, landscape: bool) -> None:
    short, long = Mm(210), Mm(297)
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = (Mm(30), Mm(20)) if not landscape else (Mm(25), Mm(20))
    section.header_distance, section.footer_distance = Mm(10), Mm(8)
    section.different_first_page_header_footer = True


def _set_edges(section: Section) -> None:
    """Page number centred on top from page 2; the mark on every page; the head of the audit chain at the foot."""
    for edge in (section.first_page_header, section.header, section.first_page_footer, section.footer):
        edge.is_linked_to_previous = False
    write(section.first_page_header.paragraphs[0], "{{ mark }}", CENTER, size=9.5, bold=True, red=True, after=4)
    page_number(section.header.paragraphs[0])
    write(section.header.add_paragraph(), "{{ mark }}", CENTER, size=9.5, bold=True, red=True, after=4)
    foot = "{% if audit_head %}Nhật ký: {{ audit_head }}{% endif %}"
    for footer in (section.first_page_footer, section.footer):
        write(footer.paragraphs[0], foot, LEFT, size=7)


def _heading(document: DocumentType) -> None:
    table = plain_table(document, (Cm(6.6), Cm(9.4)), rows=2)
    left, right = table.rows[0].cells
    write(left.paragraphs[0], "{%p for line in issuer_lines %}", CENTER)
    write(left.add_paragraph(), "{{ line }}", CENTER, size=13, bold=True)
    write(left.add_paragraph(), "{%p endfor %}", CENTER)
    rule(left, Cm(2.3))
    write(right.paragraphs[0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", CENTER, size=12.5, bold=True)
    write(right.add_paragraph(), "Độc lập - Tự do - Hạnh phúc", CENTER, size=13.5, bold=True)
    rule(right, Cm(1.85))
    left, right = table.rows[1].cells
    write(left.paragraphs[0], "{{ number_line }}", CENTER, before=6)
    write(right.paragraphs[0], "{{ date_line }}", CENTER, size=13.5, italic=True, before=6)


def _body(document: DocumentType) -> None:
    write(document.add_paragraph(), "QUYẾT ĐỊNH", CENTER, size=14, bold=True, before=16)
    write(document.add_paragraph(), "{{ subject }}", CENTER, size=14, bold=True)
    rule(document, Cm(6.2))
    write(document.add_paragraph(), "{{ authority_title }}", CENTER, size=13.5, bold=True, before=12, after=6)
    write(document.add_paragraph(), "{%p for basis in legal_bases %}", LEFT)
    _text(document, "{{ basis }}", italic=True)
    write(document.add_paragraph(), "{%p endfor %}", LEFT)
    write(document.add_paragraph(), "QUYẾT ĐỊNH:", CENTER, size=14, bold=True, before=8, after=4)
    _article(
        document,
        "Điều 1.",
        f"Phê duyệt danh sách {{{{ people }}}} người được {SUPPORT} {{{{ cycle_label }}}} theo "
        "{{ policy }} (có danh sách kèm theo), trong đó {{ bhyt_people }} người được hỗ trợ đóng bảo hiểm y tế.",
    )
    _text(document, "Tổng mức hỗ trợ hằng tháng: {{ total }} (bằng chữ: {{ total_in_words }}).")
    _text(document, "Thời điểm hưởng của từng người tính từ tháng ghi trong danh sách.")
    _article(document, "Điều 2.", "Tổ chức thực hiện")
    for duty in DUTIES:
        _text(document, duty)
    _article(
        document,
        "Điều 3.",
        "Quyết định này có hiệu lực kể từ ngày ký. Trưởng các phòng, thủ trưởng các đơn vị nêu tại Điều 2, "
        "Trưởng các thôn và người có tên trong danh sách chịu trách nhiệm thi hành Quyết định này./.",
    )


def _signature(document: DocumentType) -> None:
    spacer = document.add_paragraph()
    spacer.paragraph_format.space_after = Pt(4)
    table = plain_table(document, (Cm(7.4), Cm(8.6)))
    keep_whole(table.rows[0]._tr)
    left, right = table.rows[0].cells
    write(left.paragraphs[0], "Nơi nhận:", LEFT, size=12, bold=True, italic=True)
    write(left.add_paragraph(), "{%p for recipient in recipients %}", LEFT, size=11)
    write(left.add_paragraph(), "- {{ recipient }}{% if loop.last %}.{% else %};{% endif %}", LEFT, size=11)
    write(left.add_paragraph(), "{%p endfor %}", LEFT, size=11)
    write(right.paragraphs[0], "{%p for line in authority_lines %}", CENTER)
    write(right.add_paragraph(), "{{ line }}", CENTER, size=13.5, bold=True)
    write(right.add_paragraph(), "{%p endfor %}", CENTER)
    for _ in range(5):
        write(right.add_paragraph(), "", CENTER, size=13)
    write(right.add_paragraph(), "{{ signer_name }}", CENTER, size=13.5, bold=True)


def _annex(document: DocumentType) -> None:
    write(document.add_paragraph(), "DANH SÁCH", CENTER, size=14, bold=True)
    title = f"Người được {SUPPORT} {{{{ cycle_label }}}}"
    write(document.add_paragraph(), title, CENTER, size=14, bold=True)
    write(document.add_paragraph(), "{{ annex_reference }}", CENTER, size=13, italic=True, after=8)
    table = document.add_table(rows=5, cols=len(COLUMNS))
    table.style = "Table Grid"
    header, opening, line, closing, total = table.rows
    for place, (title, _, value, align) in enumerate(COLUMNS):
        write(header.cells[place].paragraphs[0], title, CENTER, size=12, bold=True)
        header.cells[place].vertical_alignment = line.cells[place].vertical_alignment = MIDDLE
        write(line.cells[place].paragraphs[0], value, align, size=12)
    write(opening.cells[0].paragraphs[0], "{%tr for r in rows %}", LEFT)
    write(closing.cells[0].paragraphs[0], "{%tr endfor %}", LEFT)
    set_widths(table, [Cm(width) for _, width, _, _ in COLUMNS])
    merged = total.cells[0].merge(total.cells[5])
    write(merged.paragraphs[0], "Tổng cộng: {{ people }} người", CENTER, size=12, bold=True)
    write(total.cells[6].paragraphs[0], "{{ total_figures }}", RIGHT, size=12, bold=True)
    mark_repeated(header._tr)
    for row in table.rows:
        keep_whole(row._tr)
    words = "Tổng mức hỗ trợ hằng tháng bằng chữ: {{ total_in_words }}."
    write(document.add_paragraph(), words, LEFT, size=13, italic=True, before=6)


def _text(document: DocumentType, text: str, *, italic: bool = False) -> Paragraph:
    paragraph = document.add_paragraph()
    write(paragraph, text, JUSTIFY, size=14, italic=italic, after=6)
    paragraph.paragraph_format.first_line_indent = Cm(1.27)
    return paragraph


def _article(document: DocumentType, name: str, text: str) -> None:
    paragraph = document.add_paragraph()
    write(paragraph, f"{name} ", JUSTIFY, size=14, bold=True)
    write(paragraph, text, JUSTIFY, size=14, after=6)
    paragraph.paragraph_format.first_line_indent = Cm(1.27)


if __name__ == "__main__":
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_bytes(build())
    print(f"{OUT.name}: {OUT.stat().st_size} byte")
