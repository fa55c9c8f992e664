"""A page as its reader meets it: valid HTML, one heading, a title, Vietnamese, every field labelled, every id once."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Container
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from tests import markup

FIELDS = ("input", "select", "textarea")


@dataclass
class Page:
    """What came back: status, address, text, and the tree of an HTML page."""

    status: int
    url: str
    text: str
    content: bytes
    headers: Any
    tree: ElementTree.Element | None

    @property
    def root(self) -> ElementTree.Element:
        assert self.tree is not None, "not an HTML page"
        return self.tree

    @property
    def words(self) -> str:
        """All text of the page's main part with single spaces."""
        return " ".join(" ".join(self.root.find(".//main").itertext()).split())  # type: ignore[union-attr]

    @property
    def heading(self) -> str:
        return "".join(next(self.root.iter("h1")).itertext()).strip()

    @property
    def errors(self) -> list[str]:
        """The sentences of the error summary on top."""
        found = self.root.find(".//div[@role='alert']")
        return [] if found is None else ["".join(item.itertext()).strip() for item in found.iter("li")]

    @property
    def links(self) -> list[str]:
        return [link.attrib["href"] for link in self.root.iter("a") if "href" in link.attrib]

    @property
    def csrf(self) -> str:
        found = self.root.find(".//input[@name='csrf']")
        return found.attrib["value"] if found is not None else ""

    @property
    def hidden(self) -> dict[str, str]:
        """What the page's forms send unseen, the token left out."""
        found = self.root.iter("input")
        unseen = {one.attrib["name"]: one.attrib["value"] for one in found if one.attrib.get("type") == "hidden"}
        return {name: value for name, value in unseen.items() if name != "csrf"}

    def actions(self) -> list[str]:
        """Where the page's forms go."""
        return [form.attrib.get("action", "") for form in self.root.iter("form") if form.attrib.get("method") == "post"]


def read(response: Any) -> Page:
    """The answer as a page; an HTML page is checked on the way."""
    kind = response.headers.get("content-type", "")
    tree = None
    if kind.startswith("text/html"):
        tree = markup.parse(response.text)
        check(tree, str(response.url))
    return Page(response.status_code, str(response.url), response.text, response.content, response.headers, tree)


def check(root: ElementTree.Element, url: str) -> None:
    """Everything that holds for every page of the product."""
    assert root.attrib.get("lang") == "vi", url
    title = root.find(".//title")
    assert title is not None, url
    assert (title.text or "").strip(), url
    assert len(list(root.iter("h1"))) == 1, url
    ids = Tally(element.attrib["id"] for element in root.iter() if "id" in element.attrib)
    assert not [name for name, times in ids.items() if times > 1], f"{url}: {ids.most_common(3)}"
    labelled = {label.attrib.get("for") for label in root.iter("label")}
    for element in root.iter():
        if element.tag in FIELDS and element.attrib.get("type") not in {"hidden", "submit"}:
            assert element.attrib.get("id") in labelled, f"{url}: {element.attrib.get('name')} has no label"
        assert "style" not in element.attrib, f"{url}: a style in the page is blocked by the policy"
        assert not [name for name in element.attrib if name.startswith("on")], url
    for form in root.iter("form"):
        if form.attrib.get("method") == "post":
            assert form.find(".//input[@name='csrf']") is not None, f"{url}: {form.attrib.get('action')}"
    for script in root.iter("script"):
        assert script.attrib.get("src", "").startswith("/static/"), url
    _check_references(root, url, ids)


def _check_references(root: ElementTree.Element, url: str, ids: Container[str]) -> None:
    """What is pointed at is there: such as the field to which a sentence of the error summary leads."""
    for element in root.iter():
        for name in element.attrib.get("aria-describedby", "").split():
            assert name in ids, f"{url}: aria-describedby {name}"
        place = element.attrib.get("href", "")
        assert not place.startswith("#") or place[1:] in ids, f"{url}: nothing at {place}"
