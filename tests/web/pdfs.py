"""PDFs that carry Vietnamese text a reader can take out again, made by hand."""

from __future__ import annotations

import io

from pypdf import PageObject, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

LINE = 90


def text_pdf(text: str) -> bytes:
    """One page with this text, line by line; each letter is a code of one byte that the font's own table explains."""
    letters = sorted(set(text.replace("\n", " ")))
    assert len(letters) < 250, "more letters than one byte tells apart"
    code = {letter: number for number, letter in enumerate(letters, start=1)}
    made = PdfWriter()
    page = made.add_blank_page(width=595, height=842)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/ToUnicode"): made._add_object(_stream(_table(code))),
        }
    )
    fonts = DictionaryObject({NameObject("/F1"): made._add_object(font)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    _write(made, page, [bytes(code[letter] for letter in line) for line in _lines(text)])
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()


def _lines(text: str) -> list[str]:
    return [line[at : at + LINE] for line in text.split("\n") for at in range(0, len(line), LINE)]


def _write(made: PdfWriter, page: PageObject, lines: list[bytes]) -> None:
    shown = "\n".join(f"<{line.hex()}> Tj T*" for line in lines)
    page[NameObject("/Contents")] = made._add_object(_stream(f"BT /F1 8 Tf 10 TL 20 820 Td {shown} ET"))


def _table(code: dict[str, int]) -> str:
    pairs = "\n".join(
        f"{len(part)} beginbfchar\n"
        + "\n".join(f"<{number:02x}> <{ord(letter):04x}>" for letter, number in part)
        + "\nendbfchar"
        for part in _parts(list(code.items()))
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        f"1 begincodespacerange <00> <ff> endcodespacerange\n{pairs}\nendcmap end end"
    )


def _parts(pairs: list[tuple[str, int]]) -> list[list[tuple[str, int]]]:
    return [pairs[at : at + 100] for at in range(0, len(pairs), 100)]


def _stream(text: str) -> DecodedStreamObject:
    made = DecodedStreamObject()
    made.set_data(text.encode("ascii"))
    return made
