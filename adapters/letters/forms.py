"""One form: the plain values it takes, how they read, and the template (Word, or text to be read aloud)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from adapters.papers import DOCUMENTS, PaperError, Template, fill_docx, fill_text, read_template


@dataclass(frozen=True)
class Form:
    """`says`: a dataclass of `rules.papers`; `name`: file below `templates/documents/`, .docx unless it has an ending.

    `context`: those values as printed, every one text, a number of people or a list of such.
    """

    says: type
    name: str
    context: Callable[[Any], dict[str, Any]]

    @cached_property
    def path(self) -> Path:
        """Where the template lies."""
        return DOCUMENTS / (self.name if "." in self.name else f"{self.name}.docx")

    @cached_property
    def reader(self) -> TypeAdapter[Any]:
        """Makes the dataclass of what was frozen, or says which values do not fit."""
        return TypeAdapter(self.says)


def write_letter(form: Form, said: Mapping[str, Any], template: Template | None = None) -> bytes:
    """Return the paper's bytes: .docx, or UTF-8 text for a text template.

    `said`: the values as they were frozen, dates as ISO text. `template`: another than the one that lies there now,
    for a paper that must read as an earlier one did. Raises `PaperError` when the values are not those of the form, do
    not hold together, or the template cannot be filled.
    """
    try:
        paper: Any = form.reader.validate_python(said)
    except ValidationError as error:
        fields = sorted({".".join(map(str, problem["loc"])) for problem in error.errors()})
        raise PaperError(f"Dữ liệu của văn bản không đúng mẫu {form.name}: {', '.join(fields)}.") from error
    context = form.context(paper)
    used = template or read_template(form.path)
    return (fill_text if form.path.suffix == ".txt" else fill_docx)(used, context)
