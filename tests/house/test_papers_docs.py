"""The pages that show the papers, in the product and in docs/, know every kind that the product writes."""

import re

from deploy.render_papers import DOCS, SHOWN
from tasks.papers import WRITERS
from tests.house import source
from web.pages.documents import KINDS, READERS

FOR_MACHINES = {"pain001"}
"""Written for a bank's program: nobody reads it on paper."""


def test_every_kind_of_paper_is_shown() -> None:
    assert {shown.kind for shown in SHOWN} == set(WRITERS) - FOR_MACHINES


def test_every_kind_of_paper_has_its_name_and_its_readers_on_the_page_of_papers() -> None:
    assert set(KINDS) == set(READERS) == set(WRITERS)


def test_the_page_has_a_picture_or_the_words_of_each_and_each_picture_is_there() -> None:
    parts = source.read("docs/papers.md").split("\n## ")[1:]
    assert [part.splitlines()[0] for part in parts] == [shown.name for shown in SHOWN]
    assert not [part.splitlines()[0] for part in parts if "![" not in part and "```text" not in part]
    named = {picture for part in parts for picture in re.findall(r"\]\((papers/[^)]+)\)", part)}
    assert named == {f"papers/{file.name}" for file in (DOCS / "papers").iterdir()}
