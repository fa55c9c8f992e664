"""PDF by LibreOffice: off by default, one at a time, Vietnamese letters whole, and said plainly when it cannot be."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from adapters import pdf
from adapters.letters import FORMS, write_letter
from adapters.letters.head import MARK_DEMO
from adapters.papers import docx_parts
from adapters.settings import Settings
from adapters.sheets import Book
from models.base import canonical_json
from services.register_entry import TYPE_NAMES
from services.signed_text import missing
from tests.adapters.letter_samples import SAMPLES
from tests.conftest import cannot_run


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation that makes PDFs; where LibreOffice is missing the test says so."""
    if pdf.program() is None:
        cannot_run("Không có LibreOffice: cài bằng apt-get install libreoffice-writer-nogui")
    return Settings(data_dir=tmp_path, pdf_backend="libreoffice")


def letter(kind: str, paper: Any = None) -> tuple[str, bytes]:
    said = json.loads(canonical_json(asdict(paper or SAMPLES[kind])))
    return f"{kind}.docx", write_letter(FORMS[kind], said)


def fonts(data: bytes) -> dict[str, bool]:
    """Names of the fonts that the PDF's pages name, and whether the file holds the font itself."""
    found: dict[str, bool] = {}
    for page in PdfReader(io.BytesIO(data)).pages:
        resources = cast("dict[str, Any]", page["/Resources"])
        for font in resources["/Font"].values():
            outer = font.get_object()
            inner = outer["/DescendantFonts"][0].get_object() if "/DescendantFonts" in outer else outer
            held = {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object())
            found[str(outer["/BaseFont"])] = bool(held)
    return found


def test_papers_become_pdf_in_one_call_with_fonts_that_know_vietnamese(settings: Settings) -> None:
    assert pdf.font_problem() == ""
    made = pdf.make_pdfs([letter("refusal_letter"), letter("insurance_letter")], settings)
    texts = ["\n".join(page.extract_text() for page in PdfReader(io.BytesIO(one)).pages) for one in made]
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in texts[0]
    assert "khiếu nại" in texts[0]
    assert "Bốn mươi hai triệu" in " ".join(texts[1].split())
    for one in made:
        found = fonts(one)
        assert found
        assert all(found.values()), "another machine prints the same letters"
        assert all(("Tinos" in name or "Liberation" in name or "TimesNewRoman" in name) for name in found), found


@pytest.mark.timeout(300)
def test_the_pdf_of_every_letter_says_what_its_word_file_says(settings: Settings) -> None:
    letters = [letter(kind) for kind in SAMPLES if FORMS[kind].path.suffix == ".docx"]
    for (name, data), made in zip(letters, pdf.make_pdfs(letters, settings), strict=True):
        printed, kept = _letters(_without_edges(made)), [_letters(part) for part in _parts(data)]
        lost = [part for part in kept if part not in printed]
        assert not lost, (name, lost)
        if name.removesuffix(".docx") in TYPE_NAMES:
            pages = "\f".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
            assert missing(*docx_parts(data), pages) == [], "what comes back signed as it was printed has no difference"


def _parts(data: bytes) -> list[str]:
    """Paragraphs and cells of the Word file's body."""
    body = Document(io.BytesIO(data)).element.body
    return ["".join(text.text or "" for text in one.iter(qn("w:t"))) for one in body.iter(qn("w:p"))]


def _without_edges(made: bytes) -> str:
    """The pages' text without what stands in each page's edges: mark, page number, head of the audit chain."""
    lines = [line for page in PdfReader(io.BytesIO(made)).pages for line in page.extract_text().splitlines()]
    return "".join(line for line in lines if not (line.startswith((MARK_DEMO, "Nhật ký:")) or line.strip().isdigit()))


def _letters(text: str) -> str:
    """Without spaces, and without the ticked boxes: they come from another font, in another place of the text."""
    return re.sub(r"[\s☒☐]", "", unicodedata.normalize("NFC", text))


def test_a_workbook_is_printed_with_figures_as_the_office_writes_them(settings: Settings) -> None:
    book = Book("Thử")
    sheet = book.sheet("Tháng", [40.0] * 8)
    book.printed(sheet, head=(0, 0))
    for row in range(80):
        for column in range(8):
            book.put(sheet, row, column, "Số tiền" if row == 0 else 1_500_000, "head" if row == 0 else "money")
    try:
        (made,) = pdf.make_pdfs([("thu.xlsx", book.finish())], settings)
    except pdf.PdfError:
        cannot_run("Không có Calc: cài bằng apt-get install libreoffice-calc-nogui")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]
    assert "1.500.000" in pages[0]
    assert "1,500,000" not in pages[0]
    assert all(page.count("Số tiền") == 8 for page in pages), "one page wide, headings on each"
    assert f"Trang 1/{len(pages)}" in pages[0]


def test_a_signature_never_stands_alone_on_a_page_however_long_the_letter_is(settings: Settings) -> None:
    refusal, minutes = SAMPLES["refusal_letter"], SAMPLES["review_minutes"]
    letters = [letter("refusal_letter", replace(refusal, reasons=refusal.reasons[1:2] * n)) for n in range(1, 14)]
    letters += [letter("review_minutes", replace(minutes, conclusion="Thống nhất. " * 12 * n)) for n in range(5)]
    made = pdf.make_pdfs(letters, settings)
    ends = ["để Ông/Bà được biết", "Lê Văn Hư Cấu"], ["mỗi phòng giữ một bản", "ĐẠI DIỆN PHÒNG KINH TẾ"]
    for (name, _), one in zip(letters, made, strict=True):
        text, signed = ends[0] if name.startswith("refusal") else ends[1]
        pages = [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(one)).pages]
        (last,) = [page for page in pages if signed in page]
        assert text in last


def test_off_is_the_default_and_says_so(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert settings.pdf_backend == "none"
    assert pdf.start_problem(settings) == ""
    with pytest.raises(pdf.PdfError, match="Chưa bật"):
        pdf.make_pdfs([("a.docx", b"")], settings)


def test_a_missing_program_is_named_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "program", lambda: None)
    settings = Settings(data_dir=tmp_path, pdf_backend="libreoffice")
    assert "libreoffice-writer-nogui" in pdf.start_problem(settings)
    with pytest.raises(pdf.PdfError, match="không có LibreOffice"):
        pdf.make_pdfs([("a.docx", b"")], settings)


@pytest.mark.parametrize(
    ("said", "good"),
    [
        ("Tinos|87163", True),
        ("Times New Roman|458752", True),
        ("Liberation Serif|131072", True),
        ("Liberation Serif|70189", False),
        ("DejaVu Serif|155386", False),
        ("", False),
    ],
)
def test_a_font_without_vietnamese_letters_is_found_at_the_start(
    said: str, good: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    answer = subprocess.CompletedProcess([], 0, stdout=said)
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_more: answer)
    assert (pdf.font_problem() == "") is good


def test_a_file_that_comes_to_nothing_is_counted_not_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "program", lambda: "/usr/bin/true")
    with pytest.raises(pdf.PdfError, match="1 tệp") as failed:
        pdf.make_pdfs([("Nguyễn Văn Hư Cấu.docx", b"x")], Settings(data_dir=tmp_path, pdf_backend="libreoffice"))
    assert "Hư Cấu" not in str(failed.value)


CONVERTER = """#!/bin/sh
# stands in for LibreOffice: refuses to run twice at once, writes down each call
mkdir "{here}/running" || exit 9
sleep 0.1
echo called >> "{here}/calls"
while [ "$1" != "--outdir" ]; do shift; done
out="$2"; shift 2
for file in "$@"; do name="${{file##*/}}"; cp "$file" "$out/${{name%.*}}.pdf"; done
rmdir "{here}/running"
"""


def test_one_works_at_a_time_and_a_hundred_papers_go_in_one_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    converter = tmp_path / "soffice"
    converter.write_text(CONVERTER.format(here=tmp_path))
    converter.chmod(0o755)
    monkeypatch.setattr(pdf, "program", lambda: str(converter))
    settings = Settings(data_dir=tmp_path / "data", pdf_backend="libreoffice")
    files = [(f"{number}.docx", str(number).encode()) for number in range(150)]
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda _turn: pdf.make_pdfs(files, settings), range(2)))
    assert made == [[data for _, data in files]] * 2, "each paper gets its own"
    assert (tmp_path / "calls").read_text().count("called") == 4
