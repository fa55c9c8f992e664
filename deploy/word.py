"""Small parts of a Word page that python-docx has no word for: drawn rules, page fields, exact widths."""

from __future__ import annotations

from typing import Any

from docx.document import Document as DocumentType
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Length, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

LEFT, CENTER = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER
RIGHT, JUSTIFY = WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY


def write(
    paragraph: Paragraph,
    text: str,
    align: WD_ALIGN_PARAGRAPH,
    *,
    size: float = 13,
    bold: bool = False,
    italic: bool = False,
    red: bool = False,
    before: float = 0,
    after: float = 0,
) -> None:
    """One run of text with its look; sizes in points."""
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    if red:
        run.font.color.rgb = RGBColor(0xB0, 0x1E, 0x1E)
    paragraph.alignment = align
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)


def rule(place: Any, indent: Length) -> Paragraph:
    """A drawn line that stays editable: an empty 3 pt paragraph with a lower border, indented on both sides."""
    paragraph: Paragraph = place.add_paragraph()
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = indent
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(3)
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for attribute, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        bottom.set(qn(f"w:{attribute}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)
    return paragraph


def plain_table(document: DocumentType, widths: tuple[Length, ...], *, rows: int = 1) -> Table:
    """A table without borders and without side margins in its cells."""
    table: Table = document.add_table(rows=rows, cols=len(widths))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)
    set_widths(table, widths)
    return table


def set_widths(table: Table, widths: Any) -> None:
    """Column and cell widths alike: LibreOffice reads the one, Word the other."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width


def page_number(paragraph: Paragraph) -> None:
    """A PAGE field, centred."""
    paragraph.alignment = CENTER
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(13)
        if kind:
            field = OxmlElement("w:fldChar")
            field.set(qn("w:fldCharType"), kind)
        else:
            field = OxmlElement("w:instrText")
            field.text = text
        run._r.append(field)


def restart_numbering(section: Section) -> None:
    """The section numbers its own pages from 1."""
    numbering = OxmlElement("w:pgNumType")
    numbering.set(qn("w:start"), "1")
    section._sectPr.append(numbering)


def mark_repeated(row: Any) -> None:
    """The row is printed again on top of each page."""
    row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def keep_whole(row: Any) -> None:
    """The row is not split across pages."""
    row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
