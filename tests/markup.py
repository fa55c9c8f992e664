"""HTML as a browser takes it: the tree of a page or letter whose tags stand just as the standard says they are read.

A browser repairs what is wrong and says nothing, so a page with a tag too many still shows, only otherwise than it was
meant. Here what is written and what the parser made of it are held against each other, tag by tag and word by word.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

import turbohtml
from turbohtml import Element, Namespace, Text, TokenType

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
SPACES = {Namespace.HTML: "", Namespace.SVG: "{http://www.w3.org/2000/svg}"}


def parse(text: str) -> ElementTree.Element:
    """The tree of a whole document, tags of HTML without a namespace.

    Raises turbohtml.HTMLParseError for what is no HTML at all, AssertionError where the parser had to repair something
    or to add a tag that is not written.
    """
    assert text.lstrip()[:15].lower() == "<!doctype html>", "no doctype: a browser falls back to its old ways"
    document = turbohtml.parse(text, strict=True, positions=False)
    assert document.root is not None
    root = _tree(document.root)
    for written, built in zip([*_written(text), ""], [*_built(root), ""], strict=False):
        assert written == built, f"written is {written!r}, a browser makes {built!r} of it"
    return root


def _tree(element: Element) -> ElementTree.Element:
    attributes = {name: _value(said) for name, said in element.attrs.items()}
    made, last = ElementTree.Element(SPACES[element.namespace] + element.tag, attributes), None
    for child in element.children:
        if isinstance(child, Element):
            last = _tree(child)
            made.append(last)
        elif isinstance(child, Text):
            if last is None:
                made.text = (made.text or "") + child.data
            else:
                last.tail = (last.tail or "") + child.data
    return made


def _value(said: str | list[str] | None) -> str:
    return said if isinstance(said, str) else " ".join(said or ())


def _written(text: str) -> Iterator[str]:
    """Tags and words of the text, in its order; the doctype and comments left out."""
    words = ""
    for token in turbohtml.tokenize(text):
        if not token.tag:
            words += token.data or "" if token.type in {TokenType.TEXT, TokenType.CHARACTER_REFERENCE} else ""
            continue
        yield from _words(words)
        words = ""
        if token.type is TokenType.START_TAG:
            yield f"<{token.tag}>"
        if token.type is TokenType.END_TAG or (token.self_closing and token.tag not in VOID):
            yield f"</{token.tag}>"
    yield from _words(words)


def _built(element: ElementTree.Element) -> Iterator[str]:
    tag = element.tag.rpartition("}")[2].lower()
    yield f"<{tag}>"
    yield from _words(element.text)
    for child in element:
        yield from _built(child)
        yield from _words(child.tail)
    if tag not in VOID:
        yield f"</{tag}>"


def _words(said: str | None) -> Iterator[str]:
    if said and (words := said.strip()):
        yield words
