"""What a page may not be: HTML that a browser has to repair."""

from __future__ import annotations

import pytest
import turbohtml

from tests import markup

PAGE = '<!DOCTYPE html>\n<html lang="vi">\n<head><title>Thử</title></head>\n<body>\n{}\n</body>\n</html>\n'
SOUND = {
    "a table": "<table><caption>Bảng</caption><tbody><tr><td>Một &amp; hai</td></tr></tbody></table>",
    "a void tag": 'Tên<br><input name="a"><hr> hết',
    "a drawing": '<svg viewBox="0 0 9 9"><g><path d="M0 0"/></g><text>Tháng</text></svg>',
    "a comment between words": "<p>Một <!-- hai --> ba</p>",
    "a script that compares": "<script>if (1 < 2 && 3 > 2) { }</script>",
    "a field with lines": "<textarea>\nMột\n\nHai</textarea>",
}
REPAIRED = {
    "an end too many": "<p>Một</p></p>",
    "an end too few": "<div>Một",
    "a list that ends twice": "<ul><li>Một</li></ul></ul>",
    "ends that cross": "<b><i>Một</b></i>",
    "an end of an outer tag": "<div><span>Một</div>",
    "an end left out": "<ul><li>Một<li>Hai</ul>",
    "words that a table throws out": "<table>Một<tbody><tr><td>Hai</td></tr></tbody></table>",
    "a paragraph that a table throws out": "<table><p>Một</p></table>",
    "rows without their body": "<table><tr><td>Một</td></tr></table>",
    "a row outside a table": "<tr><td>Một</td></tr>",
    "a form in a form": "<form><form></form></form>",
    "a link in a link": '<a href="/1"><a href="/2">Hai</a></a>',
    "a button in a button": "<button><button>Một</button></button>",
    "a heading in a heading": "<h1><h2>Một</h2></h1>",
    "a list in a paragraph": "<p><ul></ul></p>",
    "a break that is ended": "Một</br>",
    "a second body": "<body>",
}
WRONG = {
    "one attribute twice": '<p id="a" id="b">Một</p>',
    "attributes without a space": '<p id="a"class="b">Một</p>',
    "a tag in an attribute": "<p b<c>Một</p>",
    "a sign that there is not": "<p>&nope;</p>",
    "a sign without its end": "<p>&lt Một</p>",
    "a tag that closes itself": "<div/>",
    "a sign that is none": "<p>\x00</p>",
}


@pytest.mark.parametrize("body", SOUND.values(), ids=SOUND)
def test_sound_html_is_taken_as_it_stands(body: str) -> None:
    root = markup.parse(PAGE.format(body))
    assert [child.tag for child in root] == ["head", "body"]
    assert root.findtext("head/title") == "Thử"


@pytest.mark.parametrize("body", REPAIRED.values(), ids=REPAIRED)
def test_html_that_a_browser_repairs_is_refused(body: str) -> None:
    with pytest.raises(AssertionError, match="a browser makes"):
        markup.parse(PAGE.format(body))


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
def test_what_is_no_html_is_refused(body: str) -> None:
    with pytest.raises(turbohtml.HTMLParseError):
        markup.parse(PAGE.format(body))


def test_a_page_without_its_doctype_is_refused() -> None:
    with pytest.raises(AssertionError, match="no doctype"):
        markup.parse(PAGE.format("<p>Một</p>").removeprefix("<!DOCTYPE html>"))


def test_words_and_attributes_are_found_where_they_stand() -> None:
    root = markup.parse(PAGE.format('<p class="a b" hidden>Một <b>hai</b> ba &amp; bốn</p>'))
    said = root.find(".//p")
    assert said is not None
    assert said.attrib == {"class": "a b", "hidden": ""}
    assert "".join(said.itertext()) == "Một hai ba & bốn"
