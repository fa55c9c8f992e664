"""What our paper says, held against the text of a file that came back: spaces, line breaks and capitals count not."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

_BLANKS = (("số:/", r"số:\d*/"), ("số/", r"số\d*/"), ("ngàythángnăm", r"ngày\d*tháng\d*năm\d*"))
"""Where a draft leaves room, the signed paper may say more."""
_STAMP = re.compile("ngườiký|kýbởi|kýsố|thờigianký|ngàyký|signedby")
"""What the picture of a digital signature says of itself."""
_STAMP_LETTERS = 300
_FIGURE_BEFORE, _FIGURE_AFTER = re.compile(r"\d\.?\Z"), re.compile(r"\d|\.\d{3}")
_SHORT = 3
"""Letters below which nothing is read into what a file says more: a tick, a dash, a page number."""


@dataclass(frozen=True)
class Difference:
    """Something our paper says and the file does not: ``what`` in words, ``ours`` as we print it."""

    what: str
    ours: str


@dataclass(frozen=True)
class Comparison:
    """Our paper beside a file: what the file lacks, in our order, and what it says that ours does not, in its own."""

    missing: tuple[Difference, ...]
    added: tuple[str, ...]


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

    def runs_on(self, at: int) -> bool:
        """Whether the letter there and the one before it belong to one word or figure."""
        if not 0 < at < len(self.letters):
            return False
        place = self.places[at]
        before, after = self.text[max(0, place - 4) : place], self.text[place : place + 4]
        if before[-1:].isalpha() and after[:1].isalpha():
            return True
        return bool(_FIGURE_BEFORE.search(before) and _FIGURE_AFTER.match(after))


def read(text: str) -> Text:
    """The text as it is searched."""
    plain = _plain(text)
    kept = [(place, low) for place, letter in enumerate(plain) if not letter.isspace() for low in letter.lower()]
    return Text(plain, "".join(low for _, low in kept), tuple(place for place, _ in kept))


def squeezed(text: str) -> str:
    """Letters and figures alone: one form of each Vietnamese letter, no spaces, no line breaks."""
    return "".join(_plain(text).lower().split())


def _plain(text: str) -> str:
    """One form of each letter, a ligature taken apart; without marks that print nothing, as a soft hyphen."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")


def compare(edges: str, body: str, text: str) -> Comparison:
    """What a file's text lacks of our paper and what it adds; number and day may stand where ours leaves room.

    ``edges``: the lines that stand on every page of ours; ``body``: a paragraph a line, cells of a row divided by
    " | "; a row must come back with its cells side by side, and as often as we say it. ``text``: its pages divided by
    form feeds.
    """
    at_edge = {squeezed(line) for line in edges.splitlines()}
    pages = (_inner(page, at_edge, number) for number, page in enumerate(text.split("\f"), start=1))
    theirs = read("\n".join(pages))
    lines = [cells for line in body.splitlines() if (cells := _cells(line))]
    covered, found = bytearray(len(theirs.letters)), list[Difference]()
    wanted = Counter(squeezed("".join(cells)) for cells in lines)
    there = {said: list(_stands(said, theirs)) for said in wanted}
    for places in there.values():
        for start, end in places:
            covered[start:end] = b"\1" * (end - start)
    for cells in lines:
        said = squeezed("".join(cells))
        if len(there[said]) < wanted[said]:
            wanted[said] -= 1
            found.append(_difference(cells, theirs))
    return Comparison(tuple(found), tuple(_added(theirs, covered)))


def missing(edges: str, body: str, text: str) -> list[Difference]:
    """What a file's text lacks of our paper, as `compare` finds it."""
    return list(compare(edges, body, text).missing)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split(" | ") if cell.strip()]


def _inner(page: str, at_edge: set[str], number: int) -> str:
    """A page's lines without what stands in its edges: a sentence may run on to the next page."""
    lines = [line for line in page.splitlines() if squeezed(line)]
    top, end, numbered = 0, len(lines), number == 1
    while top < end:
        line = squeezed(lines[top])
        if line not in at_edge and (numbered or not _is_page_number(line, number)):
            break
        numbered, top = numbered or line not in at_edge, top + 1
    while end > top and squeezed(lines[end - 1]) in at_edge:
        end -= 1
    return "\n".join(lines[top:end])


def _is_page_number(line: str, most: int) -> bool:
    """Whether a line is a page's number; each annex counts its own pages."""
    return line.isdecimal() and 1 < int(line) <= most


def _difference(cells: list[str], theirs: Text) -> Difference:
    if len(cells) == 1:
        return Difference("Đoạn", cells[0])
    name = f"Dòng “{' '.join(cells[:2])}”"
    lost = [cell for cell in cells if next(_stands(squeezed(cell), theirs), None) is None]
    return Difference(name, "; ".join(lost)) if lost else Difference(f"{name}, các ô đi cùng nhau", "; ".join(cells))


def _stands(said: str, theirs: Text) -> Iterator[tuple[int, int]]:
    """Where the words stand among the letters, whole: "An" is not found in "Anh", nor 500.000 in 1.500.000."""
    pattern = re.escape(said)
    for blank, filled in _BLANKS:
        pattern = pattern.replace(re.escape(blank), filled)
    for one in re.finditer(pattern, theirs.letters):
        if not theirs.runs_on(one.start()) and not theirs.runs_on(one.end()):
            yield one.span()


def _added(theirs: Text, covered: bytearray) -> Iterator[str]:
    """Lines of the file that no line of ours accounts for, but for what a digital signature prints of itself."""
    left = Counter[int]()
    ends = [one.end() for one in re.finditer(r"\n|\Z", theirs.text)]
    for place, letter, ours in zip(theirs.places, theirs.letters, covered, strict=True):
        left[bisect(ends, place)] += letter.isalnum() and not ours
    block: list[str] = []
    for number, line in enumerate([*theirs.text.split("\n"), ""]):
        if left[number] >= _SHORT:
            block.append(line)
        elif block:
            words, block = " ".join(" ".join(block).split()), []
            if len(words) > _STAMP_LETTERS or not _STAMP.search(squeezed(words)):
                yield words
