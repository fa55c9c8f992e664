"""Every word an official meets has one English word in the code, and the glossary tells which."""

from enum import StrEnum

import pytest

from deploy import write_glossary, write_workflow
from rules import workflow
from tests.house import source


def test_the_table_of_states_is_the_vocabulary_of_today() -> None:
    page = source.read("docs/glossary.md")
    assert write_glossary.page_with_states(page) == page, "run `make docs`"


def test_the_page_of_the_workflow_is_the_table_of_today() -> None:
    assert write_workflow.written() == source.read("docs/workflow.md"), "run `make docs`"


def test_every_vocabulary_of_the_workflow_has_a_vietnamese_label_for_each_word() -> None:
    labelled = write_glossary.vocabularies()
    vocabularies = {
        name: kind
        for name, kind in vars(workflow).items()
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
    }
    assert set(vocabularies) == set(labelled)
    assert not [word for name, kind in vocabularies.items() for word in kind if not labelled[name].get(word)]


def test_no_two_words_of_one_vocabulary_read_the_same() -> None:
    same = [name for name, labels in write_glossary.vocabularies().items() if len(set(labels.values())) != len(labels)]
    assert not same


def test_a_glossary_without_its_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="markers"):
        write_glossary.page_with_states("# words\n")
