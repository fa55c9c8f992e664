"""The page of an official paper as NĐ 30/2020/NĐ-CP, Phụ lục I, draws it: every template is put together from this."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from adapters.archive import repack
from deploy.styles import Style, add_styles
from deploy.word import keep_whole, page_number, plain_table, restart_numbering, rule, write

FONT = "Times New Roman"
RESOLUTION = "{{ resolution }} {{ policy }}"
"""In full where a paper cites it first, by kind and number alone afterwards (NĐ 30/2020, Phụ lục I)."""


def new_document(title: str) -> DocumentType:
    """An empty A4 page in Times New Roman 13, in Vietnamese, with its mark and page numbers."""
    document = Document()
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
    core = document.core_properties
    core.author, core.title, core.comments, core.language = "An Sinh", title, "", "vi-VN"
    core.created = core.modified = datetime(2026, 7, 1, tzinfo=UTC)
    add_styles(document)
    set_page(document.sections[0], landscape=False)
    set_edges(document.sections[0])
    return document


def set_page(section: Section, *, landscape: bool) -> None:
    """A4, with the margins of NĐ 30."""
    short, long = Mm(210), Mm(297)
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = (Mm(30), Mm(20)) if not landscape else (Mm(25), Mm(20))
    section.header_distance, section.footer_distance = Mm(10), Mm(8)
    section.different_first_page_header_footer = True


def set_edges(section: Section) -> None:
    """Page number centred on top from page 2; the mark on every page; the head of the audit chain at the foot."""
    for edge in (section.first_page_header, section.header, section.first_page_footer, section.footer):
        edge.is_linked_to_previous = False
    write(section.first_page_header.paragraphs[0], "{{ mark }}", Style.MARK)
    page_number(section.header.paragraphs[0])
    write(section.header.add_paragraph(), "{{ mark }}", Style.MARK)
    foot = "{% if audit_head %}Nhật ký: {{ audit_head }}{% endif %}"
    for footer in (section.first_page_footer, section.footer):
        write(footer.paragraphs[0], foot, Style.FOOT)


def heading(document: DocumentType, *, parent: bool = False, about: str = "", dated: bool = True) -> None:
    """Who issues it and the name of the state; number and day. `about`: the "V/v" of a công văn."""
    table = plain_table(document, (Cm(6.6), Cm(9.4)), rows=2)
    left, right = table.rows[0].cells
    if parent:
        write(left.paragraphs[0], "{{ parent_line }}", Style.PARENT)
        write(left.add_paragraph(), "{%p for line in issuer_lines %}", Style.COMMAND)
    else:
        write(left.paragraphs[0], "{%p for line in issuer_lines %}", Style.COMMAND)
    write(left.add_paragraph(), "{{ line }}", Style.ISSUER)
    write(left.add_paragraph(), "{%p endfor %}", Style.COMMAND)
    rule(left, Cm(2.3))
    write(right.paragraphs[0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", Style.NATION)
    write(right.add_paragraph(), "Độc lập - Tự do - Hạnh phúc", Style.MOTTO)
    rule(right, Cm(1.85))
    left, right = table.rows[1].cells
    write(left.paragraphs[0], "{{ number_line }}", Style.NUMBER)
    if about:
        write(left.add_paragraph(), f"V/v {about}", Style.ABOUT)
    if dated:
        write(right.paragraphs[0], "{{ date_line }}", Style.DATE)


def title(document: DocumentType, name: str, subject: str, *, after: float = 0) -> None:
    """The kind of paper and what it is about, with the drawn line; `after`: points before text that follows at once."""
    write(document.add_paragraph(), name, Style.TITLE)
    write(document.add_paragraph(), subject, Style.SUBJECT)
    line = rule(document, Cm(6.2))
    if after:
        line.paragraph_format.space_after = Pt(after)


def addressed(document: DocumentType, to: str) -> None:
    """Kính gửi."""
    write(document.add_paragraph(), f"Kính gửi: {to}", Style.ADDRESSED)


def bases(document: DocumentType, name: str) -> None:
    """The căn cứ, one paragraph each, of a list of texts."""
    repeated(document, f"basis in {name}", "{{ basis }}", Style.BASIS)


def repeated(document: DocumentType, loop: str, line: str, style: Style = Style.BODY) -> None:
    """One paragraph for each item: `loop` is "item in items"."""
    write(document.add_paragraph(), f"{{%p for {loop} %}}", Style.COMMAND)
    write(document.add_paragraph(), line, style)
    write(document.add_paragraph(), "{%p endfor %}", Style.COMMAND)


def when(document: DocumentType, condition: str, *lines: str) -> None:
    """Paragraphs of body text that stand only under a condition."""
    opened(document, condition)
    for line in lines:
        text(document, line)
    closed(document)


def opened(document: DocumentType, condition: str) -> None:
    """What follows, up to `closed`, stands only under a condition; tables too."""
    write(document.add_paragraph(), f"{{%p if {condition} %}}", Style.COMMAND)


def closed(document: DocumentType) -> None:
    """The end of what `opened` began."""
    write(document.add_paragraph(), "{%p endif %}", Style.COMMAND)


def text(document: DocumentType, words: str, *, italic: bool | None = None, bold: bool | None = None) -> Paragraph:
    """A paragraph of the body."""
    return write(document.add_paragraph(), words, Style.BODY, italic=italic, bold=bold)


def fill_in(document: DocumentType, words: str, *, lines: int = 2) -> None:
    """A line to be completed by hand, dotted to the right margin, with more below it."""
    first = write(document.add_paragraph(), f"{words} \t", Style.FILL_IN)
    first.paragraph_format.first_line_indent = Cm(1.27)
    for _ in range(lines - 1):
        write(document.add_paragraph(), "\t", Style.FILL_IN)


def article(document: DocumentType, name: str, words: str = "") -> None:
    """ "Điều 1." in bold, with its heading where it has one, then its words."""
    paragraph = text(document, f"{name} " if words else name, bold=True)
    if words:
        write(paragraph, words, Style.BODY)


def signature(document: DocumentType) -> None:
    """Nơi nhận on the left; authority, room for the signature and name on the right. It stays on one page."""
    _keep_with_the_text(document)
    table = plain_table(document, (Cm(7.4), Cm(8.6)))
    keep_whole(table.rows[0]._tr)
    left, right = table.rows[0].cells
    _recipients(left)
    write(right.paragraphs[0], "{%p for line in authority_lines %}", Style.COMMAND)
    write(right.add_paragraph(), "{{ line }}", Style.AUTHORITY)
    write(right.add_paragraph(), "{%p endfor %}", Style.COMMAND)
    _room_to_sign(right)
    write(right.add_paragraph(), "{{ signer_name }}", Style.SIGNER)


def _recipients(cell: _Cell) -> None:
    write(cell.paragraphs[0], "Nơi nhận:", Style.SENT_TITLE)
    write(cell.add_paragraph(), "{%p for recipient in recipients %}", Style.COMMAND)
    write(cell.add_paragraph(), "- {{ recipient }}{% if loop.last %}.{% else %};{% endif %}", Style.SENT)
    write(cell.add_paragraph(), "{%p endfor %}", Style.COMMAND)


def two_signatures(document: DocumentType, left_title: str, right_title: str, *, sent: bool = False) -> None:
    """Two blocks side by side, for a paper that two offices sign; `sent`: with its nơi nhận below."""
    _keep_with_the_text(document)
    table = plain_table(document, (Cm(8.0), Cm(8.0)), rows=1 + sent)
    for row in table.rows:
        keep_whole(row._tr)
    for cell, name in zip(table.rows[0].cells, (left_title, right_title), strict=True):
        write(cell.paragraphs[0], name, Style.TWO_SIGN)
        write(cell.add_paragraph(), "(Ký, ghi rõ họ tên)", Style.SIGN_NOTE)
        _room_to_sign(cell)
    if sent:
        _recipients(table.rows[1].cells[0])


def _keep_with_the_text(document: DocumentType) -> None:
    """A signature does not stand alone on a page: the last lines of the text go with it."""
    layout = document.paragraphs[-1].paragraph_format
    layout.keep_with_next, layout.space_after = True, Pt(18)


def _room_to_sign(cell: _Cell) -> None:
    for _ in range(4):
        write(cell.add_paragraph(), "", Style.SIGN_ROOM)


def annex(document: DocumentType, *, landscape: bool) -> None:
    """A new section with its own page numbers, for the list that goes with the paper."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    _shrink_the_break(document)
    set_page(section, landscape=landscape)
    set_edges(section)
    restart_numbering(section)


def _shrink_the_break(document: DocumentType) -> None:
    """The paragraph that carries the section's end takes no room and never stands alone on an empty page."""
    for cell in document.tables[-1].rows[-1].cells:
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = True
    write(document.paragraphs[-1], "", Style.BREAK)


def annex_title(document: DocumentType, name: str, subject: str) -> None:
    """Its name, what it lists, and the paper it goes with."""
    write(document.add_paragraph(), name, Style.ANNEX_TITLE)
    write(document.add_paragraph(), subject, Style.ANNEX_TITLE)
    write(document.add_paragraph(), "{{ annex_reference }}", Style.ANNEX_REFERENCE)


def caption(document: DocumentType, words: str) -> None:
    """A heading of a part of the body; it stays with what follows."""
    write(document.add_paragraph(), words, Style.SECTION)


def packed(document: DocumentType) -> bytes:
    """The template's bytes; the same on every run."""
    written = io.BytesIO()
    document.save(written)
    return repack(written.getvalue())
