"""A paper as written, and how a kind of paper finds its record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from adapters.papers import Template
from models.documents import Document


@dataclass(frozen=True)
class Paper:
    """A file as written, what it was made from, and the template, if it has one."""

    data: bytes
    source: Any
    template: Template | None = None


Writer = Callable[[Session, Document], Paper]


def subject_number(document: Document) -> int:
    """12 of "submission:12"."""
    return int(document.subject.split(":")[1])
