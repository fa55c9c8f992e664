"""Small parts of a Word page that python-docx has no word for: drawn rules, page fields, exact widths."""

from __future__ import annotations

from typing import Any

from docx.document import Document as DocumentType
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Length
from docx.table import Table
from docx.text.paragraph import Paragraph

from deploy.styles import Style


def write(
    paragraph: Paragraph,
    text: str,
    style: Style,
    *,
    bold: bool | None = None,
    italic: bool | None = None,
) -> Paragraph:
    """One run of text in a named style; what stands out of the style's own look is said."""
    run = paragraph.add_run(text)
    run.bold, run.italic = bold, italic
    paragraph.style = style
    return paragraph


def rule(place: Any, indent: Length) -> Paragraph:
    """A drawn line that stays editable, indented on both sides."""
    paragraph: Paragraph = place.add_paragraph()
    paragraph.style = Style.RULE
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = indent
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
    """A PAGE field."""
    paragraph.style = Style.PAGE_NUMBER
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
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
