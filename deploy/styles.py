"""The named styles of a paper (NĐ 30/2020/NĐ-CP, Phụ lục I): changed once in Word, they change every line of a kind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from docx.document import Document as DocumentType
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

LEFT, CENTER = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER
RIGHT, JUSTIFY = WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY
AIR = 1.5
"""Points above and below the text of a cell, so that letters with marks do not touch the lines."""


class Style(StrEnum):
    """A kind of line, by the name that Word shows."""

    MARK = "An Sinh – Dấu trình diễn, dự thảo"
    FOOT = "An Sinh – Chân trang"
    PAGE_NUMBER = "An Sinh – Số trang"
    COMMAND = "An Sinh – Dòng lệnh của máy"
    PARENT = "An Sinh – Cơ quan chủ quản"
    ISSUER = "An Sinh – Cơ quan ban hành"
    NATION = "An Sinh – Quốc hiệu"
    MOTTO = "An Sinh – Tiêu ngữ"
    NUMBER = "An Sinh – Số, ký hiệu"
    ABOUT = "An Sinh – Về việc"
    DATE = "An Sinh – Địa danh, ngày tháng"
    RULE = "An Sinh – Đường kẻ"
    TITLE = "An Sinh – Tên loại văn bản"
    SUBJECT = "An Sinh – Trích yếu"
    ADDRESSED = "An Sinh – Kính gửi"
    DECIDER = "An Sinh – Người ra quyết định"
    DECIDES = "An Sinh – Chữ quyết định"
    BASIS = "An Sinh – Căn cứ"
    BODY = "An Sinh – Nội dung"
    FILL_IN = "An Sinh – Dòng để ghi tay"
    SECTION = "An Sinh – Mục"
    AUTHORITY = "An Sinh – Quyền hạn, chức vụ"
    SIGN_NOTE = "An Sinh – Ký, ghi rõ họ tên"
    SIGN_ROOM = "An Sinh – Chỗ ký"
    SIGNER = "An Sinh – Họ tên người ký"
    TWO_SIGN = "An Sinh – Bên ký"
    SENT_TITLE = "An Sinh – Chữ nơi nhận"
    SENT = "An Sinh – Nơi nhận"
    ANNEX_TITLE = "An Sinh – Tên phụ lục"
    ANNEX_REFERENCE = "An Sinh – Kèm theo văn bản"
    BREAK = "An Sinh – Ngắt phần"
    GAP = "An Sinh – Khoảng cách sau bảng"
    CELL_HEAD = "An Sinh – Bảng, đầu cột"
    CELL = "An Sinh – Bảng, chữ"
    CELL_CENTER = "An Sinh – Bảng, giữa"
    CELL_RIGHT = "An Sinh – Bảng, số"
    CELL_TOTAL = "An Sinh – Bảng, chữ tổng cộng"
    CELL_SUM = "An Sinh – Bảng, số tổng cộng"
    CELL_WORDS = "An Sinh – Bảng, bằng chữ"
    FORM_UNIT = "An Sinh – Chứng từ, đơn vị"
    FORM_NUMBER = "An Sinh – Chứng từ, mẫu số"
    FORM_NOTE = "An Sinh – Chứng từ, ký hiệu"
    FORM_CODE = "An Sinh – Chứng từ, mã đơn vị"
    FORM_DECREE = "An Sinh – Chứng từ, nghị định"
    FORM_NAME = "An Sinh – Chứng từ, tên"
    FORM_ABOUT = "An Sinh – Chứng từ, nội dung"
    FORM_CHOICE = "An Sinh – Chứng từ, ô chọn"
    FORM_LINE = "An Sinh – Chứng từ, dòng"
    FORM_LAST = "An Sinh – Chứng từ, dòng cuối"
    FORM_WORDS = "An Sinh – Chứng từ, bằng chữ"
    FORM_DAY = "An Sinh – Chứng từ, ngày"


@dataclass(frozen=True)
class Look:
    """How a kind of line looks; sizes and room in points, `first` the indent of its first line in cm."""

    align: WD_ALIGN_PARAGRAPH
    size: float = 13
    bold: bool = False
    italic: bool = False
    before: float = 0
    after: float = 0
    first: float = 0
    color: int | None = None
    exact: float = 0
    """Height of the line where it is fixed."""
    keep: bool = False
    """It stays on the page of what follows."""
    dots: float = 0
    """How far, in cm, dots lead to be written on."""
    drawn: bool = False
    """A line is drawn below it."""


RED, GREY = 0xB01E1E, 0x7F7F7F
LOOKS = {
    Style.MARK: Look(CENTER, 9.5, bold=True, after=4, color=RED),
    Style.FOOT: Look(LEFT, 7),
    Style.PAGE_NUMBER: Look(CENTER),
    Style.COMMAND: Look(LEFT, 11, color=GREY),
    Style.PARENT: Look(CENTER),
    Style.ISSUER: Look(CENTER, bold=True),
    Style.NATION: Look(CENTER, 12.5, bold=True),
    Style.MOTTO: Look(CENTER, 13.5, bold=True),
    Style.NUMBER: Look(CENTER, before=6),
    Style.ABOUT: Look(CENTER, 12, before=6),
    Style.DATE: Look(CENTER, 13.5, italic=True, before=6),
    Style.RULE: Look(LEFT, exact=3, drawn=True),
    Style.TITLE: Look(CENTER, 14, bold=True, before=16),
    Style.SUBJECT: Look(CENTER, 14, bold=True),
    Style.ADDRESSED: Look(CENTER, 14, before=14, after=10),
    Style.DECIDER: Look(CENTER, 13.5, bold=True, before=12, after=6),
    Style.DECIDES: Look(CENTER, 14, bold=True, before=8, after=4),
    Style.BASIS: Look(JUSTIFY, 14, italic=True, after=6, first=1.27),
    Style.BODY: Look(JUSTIFY, 14, after=6, first=1.27),
    Style.FILL_IN: Look(LEFT, 14, after=6, dots=16),
    Style.SECTION: Look(LEFT, 14, bold=True, before=6, after=6, first=1.27, keep=True),
    Style.AUTHORITY: Look(CENTER, 13.5, bold=True),
    Style.SIGN_NOTE: Look(CENTER, 12, italic=True),
    Style.SIGN_ROOM: Look(CENTER),
    Style.SIGNER: Look(CENTER, 13.5, bold=True),
    Style.TWO_SIGN: Look(CENTER, 12, bold=True),
    Style.SENT_TITLE: Look(LEFT, 12, bold=True, italic=True),
    Style.SENT: Look(LEFT, 11),
    Style.ANNEX_TITLE: Look(CENTER, 14, bold=True),
    Style.ANNEX_REFERENCE: Look(CENTER, italic=True, after=8),
    Style.BREAK: Look(LEFT, 1, exact=1),
    Style.GAP: Look(LEFT, exact=6),
    Style.CELL_HEAD: Look(CENTER, 12, bold=True, before=AIR, after=AIR),
    Style.CELL: Look(LEFT, 12, before=AIR, after=AIR),
    Style.CELL_CENTER: Look(CENTER, 12, before=AIR, after=AIR),
    Style.CELL_RIGHT: Look(RIGHT, 12, before=AIR, after=AIR),
    Style.CELL_TOTAL: Look(CENTER, 12, bold=True, before=AIR, after=AIR),
    Style.CELL_SUM: Look(RIGHT, 12, bold=True, before=AIR, after=AIR),
    Style.CELL_WORDS: Look(CENTER, 12, italic=True, after=AIR),
    Style.FORM_UNIT: Look(LEFT, bold=True),
    Style.FORM_NUMBER: Look(CENTER, 12, bold=True),
    Style.FORM_NOTE: Look(CENTER, 12),
    Style.FORM_CODE: Look(LEFT, 12),
    Style.FORM_DECREE: Look(CENTER, 11, italic=True),
    Style.FORM_NAME: Look(CENTER, 14, bold=True, before=14),
    Style.FORM_ABOUT: Look(CENTER, after=6),
    Style.FORM_CHOICE: Look(CENTER, after=3),
    Style.FORM_LINE: Look(LEFT, after=3),
    Style.FORM_LAST: Look(LEFT, after=6),
    Style.FORM_WORDS: Look(LEFT, italic=True, before=6, after=3),
    Style.FORM_DAY: Look(RIGHT, italic=True, before=8),
}


def add_styles(document: DocumentType) -> None:
    """Put every named style into an empty document; all of them follow Normal in what they do not state."""
    for name, look in LOOKS.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        assert isinstance(style, ParagraphStyle)  # noqa: S101 - python-docx types every style alike
        # Word writes ids in plain letters, whatever the name
        style.element.set(qn("w:styleId"), f"AnSinh{name.name.title().replace('_', '')}")
        style.base_style, style.quick_style = document.styles["Normal"], True
        _shape(style, look)


def _shape(style: ParagraphStyle, look: Look) -> None:
    font, layout = style.font, style.paragraph_format
    font.size, font.bold, font.italic = Pt(look.size), look.bold or None, look.italic or None
    if look.color is not None:
        font.color.rgb = RGBColor.from_string(f"{look.color:06X}")
    layout.alignment = look.align
    layout.space_before, layout.space_after = Pt(look.before), Pt(look.after)
    if look.first:
        layout.first_line_indent = Cm(look.first)
    if look.exact:
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(look.exact)
    if look.keep:
        layout.keep_with_next = True
    if look.dots:
        layout.tab_stops.add_tab_stop(Cm(look.dots), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    if look.drawn:
        style.element.get_or_add_pPr().append(_line_below())


def _line_below() -> Any:
    """A lower border: a drawn line that stays editable, not underlined text."""
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for attribute, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        bottom.set(qn(f"w:{attribute}"), value)
    borders.append(bottom)
    return borders
