"""Official papers: a Word template that staff may edit, filled with plain values, the same bytes for the same input."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx import Document
from docx.document import Document as DocumentType
from docx.table import Table, _Cell
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from adapters.archive import repack
from adapters.rendering import TEMPLATES

DOCUMENTS = TEMPLATES / "documents"
_BREAK = re.compile(r"[\t\n\a\f]")
PARTS_KEPT = 256
"""Compiled parts of templates: bodies, headers, footers and properties of every kind of paper."""


class PaperError(Exception):
    """The paper cannot be written: a value is missing or the template is broken; one Vietnamese sentence."""


@dataclass(frozen=True)
class Template:
    """A template as it stood at one moment: its file name and its bytes."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        """Its fingerprint (64 hex digits), kept with each paper made from it."""
        return hashlib.sha256(self.data).hexdigest()


def read_template(path: Path) -> Template:
    """Return the template that lies there; raise `PaperError` when there is none."""
    try:
        return Template(path.name, path.read_bytes())
    except OSError as error:
        raise PaperError(f"Không mở được mẫu văn bản {path.name}.") from error


class _Environment(SandboxedEnvironment):
    """Compiles each part of a template once for all papers made from it."""

    def from_string(self, source: Any, *_: Any, **__: Any) -> Any:
        """What docxtpl asks for with each part of each paper."""
        return _compiled(source)


class _Form(DocxTemplate):  # type: ignore[misc]
    """Makes the marks of each part readable for Jinja once for all papers made from it."""

    def patch_xml(self, src_xml: str) -> str:
        """What docxtpl does with each part of each paper."""
        return _patched(src_xml)

    def resolve_listing(self, xml: str) -> str:
        """Makes line breaks and tabs in values Word's own; a third of a long annex's time where there are none."""
        return str(super().resolve_listing(xml)) if _BREAK.search(xml) else xml


@cache
def _environment() -> _Environment:
    return _Environment(undefined=StrictUndefined, autoescape=True)


@lru_cache(maxsize=PARTS_KEPT)
def _compiled(source: str) -> Any:
    return SandboxedEnvironment.from_string(_environment(), source)


@lru_cache(maxsize=PARTS_KEPT)
def _patched(source: str) -> str:
    return str(DocxTemplate.patch_xml(_Form(None), source))


def fill_docx(template: Template, context: Mapping[str, Any]) -> bytes:
    """Return the .docx of a template filled with `context`.

    Values are escaped ("A & B <x>" is printed as it stands). The template is edited by staff, so it runs in a
    sandbox. Raises `PaperError` for a missing value or a broken template.
    """
    written = io.BytesIO()
    try:
        form = _Form(io.BytesIO(template.data))
        form.render(dict(context), jinja_env=_environment())
        form.save(written)
    except TemplateError as error:
        raise PaperError(f"Mẫu văn bản {template.name} không điền được: {error.message}.") from error
    except (BadZipFile, KeyError, SyntaxError) as error:
        raise PaperError(f"Mẫu văn bản {template.name} không còn là tệp Word đọc được.") from error
    return repack(written.getvalue())


def fill_text(template: Template, context: Mapping[str, Any]) -> bytes:
    """Return the UTF-8 text of a template filled with `context`: what is read aloud needs no layout.

    Raises `PaperError` as `fill_docx` does.
    """
    environment = SandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    try:
        text = environment.from_string(template.data.decode()).render(dict(context))
    except UnicodeDecodeError as error:
        raise PaperError(f"Mẫu văn bản {template.name} không phải chữ UTF-8.") from error
    except TemplateError as error:
        raise PaperError(f"Mẫu văn bản {template.name} không điền được: {error.message}.") from error
    return text.encode()


def docx_text(data: bytes) -> str:
    """Return all text of a .docx, headers and footers first, one paragraph a line, cells of a row divided by " | "."""
    return "\n".join(part for part in docx_parts(data) if part)


def docx_parts(data: bytes) -> tuple[str, str]:
    """Return what stands in the edges of every page, and the text between, both as `docx_text` gives them."""
    document = Document(io.BytesIO(data))
    return _joined(_edge_lines(document)), _joined(_lines(document))


def _joined(lines: Iterator[str]) -> str:
    return "\n".join(line for line in lines if line.strip())


def _edge_lines(document: DocumentType) -> Iterator[str]:
    for section in document.sections:
        for edge in (section.first_page_header, section.header, section.first_page_footer, section.footer):
            if not edge.is_linked_to_previous:
                yield from (paragraph.text for paragraph in edge.paragraphs)


def _lines(part: DocumentType | _Cell) -> Iterator[str]:
    for block in part.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                # a cell is named once for each column that it spans
                merged = {cell._tc: cell for cell in row.cells}
                yield " | ".join("\n".join(_lines(cell)) for cell in merged.values())
        else:
            yield block.text
