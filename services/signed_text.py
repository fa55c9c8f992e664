"""What our paper says, looked for in the text of a file that came back: spaces, line breaks and capitals count not."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_BLANKS = (("số:/", r"số:\d*/"), ("số/", r"số\d*/"), ("ngàythángnăm", r"ngày\d*tháng\d*năm\d*"))
"""Where a draft leaves room, the signed paper may say more."""


@dataclass(frozen=True)
class Difference:
    """Something our paper says and the file does not: ``what`` in words, ``ours`` as we print it."""

    what: str
    ours: str


@dataclass(frozen=True)
class Text:
    """The file's text, its letters without any space, and where each of those stands in the text."""

    text: str
    letters: str
    places: tuple[int, ...]

    def part(self, start: int, end: int) -> str:
        """The text from one letter up to another, spaces kept: figures of two cells must not grow together."""
        last = self.places[end] if end < len(self.places) else len(self.text)
        return self.text[self.places[start] : last]


def read(text: str) -> Text:
    """The text as it is searched."""
    plain = unicodedata.normalize("NFC", text)
    kept = [(place, letter) for place, letter in enumerate(plain) if not letter.isspace()]
    letters = "".join(letter.lower() for _, letter in kept)
    return Text(plain, letters, tuple(place for place, _ in kept))


def squeezed(text: str) -> str:
    """Letters and figures alone: one form of each Vietnamese letter, no spaces, no line breaks."""
    return "".join(unicodedata.normalize("NFC", text).lower().split())


def missing(edges: str, body: str, text: str) -> list[Difference]:
    """What a file's text lacks of our paper, in our order; number and day may stand where ours leaves room.

    ``edges``: the lines that stand on every page of ours; ``body``: a paragraph a line, cells of a row divided by
    " | "; a row must come back with its cells side by side. ``text``: its pages divided by form feeds.
    """
    at_edge = {squeezed(line) for line in edges.splitlines()}
    pages = enumerate(text.split("\f"), start=1)
    letters = "".join(_inner(page, at_edge | {str(number)}) for number, page in pages)
    found = (_line(line.split(" | "), letters) for line in body.splitlines() if line.strip())
    return [one for one in found if one is not None]


def _inner(page: str, at_edge: set[str]) -> str:
    """A page's letters without what stands in its edges: a sentence may run on to the next page."""
    lines = [found for line in page.splitlines() if (found := squeezed(line))]
    top, end = 0, len(lines)
    while top < end and lines[top] in at_edge:
        top += 1
    while end > top and lines[end - 1] in at_edge:
        end -= 1
    return "".join(lines[top:end])


def _line(cells: list[str], letters: str) -> Difference | None:
    said = [cell.strip() for cell in cells if cell.strip()]
    if _stands("".join(said), letters):
        return None
    if len(said) == 1:
        return Difference("Đoạn", said[0])
    name = f"Dòng “{' '.join(said[:2])}”"
    lost = [cell for cell in said if not _stands(cell, letters)]
    return Difference(name, "; ".join(lost)) if lost else Difference(f"{name}, các ô đi cùng nhau", "; ".join(said))


def _stands(said: str, letters: str) -> bool:
    """Whether the words stand in the letters; an amount is not found in the beginning of a longer one."""
    pattern = re.escape(squeezed(said))
    for blank, filled in _BLANKS:
        pattern = pattern.replace(re.escape(blank), filled)
    return re.search(pattern + r"(?!\.\d{3})", letters) is not None
