"""The page that tells the law is the law files of today, whole."""

import re

from cli.law import book_of
from deploy import write_law
from rules.case_facts import CaseFacts
from rules.law_cases import Expected, book_for_case, check_case, read_cases
from rules.law_files import PARAMETER_FILES, shipped_parameters
from rules.strict_yaml import load_strict
from services import what_if
from tests.house import source


def test_the_page_of_the_law_is_of_today() -> None:
    assert write_law.page() == source.read("docs/law.md"), "run `make docs`"


def test_every_key_and_every_source_is_on_the_page() -> None:
    page = source.read("docs/law.md")
    assert not [one.key for one in shipped_parameters() if f"### `{one.key}`" not in page]
    addresses = {value.reference.source for one in shipped_parameters() for value in one.values} - {""}
    assert len(addresses) > 25
    assert not [address for address in addresses if f"]({address})" not in page]


def test_every_law_file_has_its_title() -> None:
    assert set(write_law.TITLES) == set(PARAMETER_FILES)


def test_the_words_of_a_law_case_are_all_described() -> None:
    guide = source.read("docs/law-cases.md")
    words = {*CaseFacts.model_fields, *Expected.model_fields, "name", "on", "law", "parameters", "facts", "expect"}
    assert not [word for word in words - {"birth_precision"} if f"`{word}`" not in guide]


def test_the_examples_of_the_guide_are_true() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", source.read("docs/law-cases.md"), re.DOTALL)
    case, scenario = blocks[0], blocks[-1]
    (read,) = read_cases(case, "docs/law-cases.md")
    assert not check_case(read, book_for_case(read, book_of))
    assert set(what_if.read_scenario(load_strict(scenario)).categories) == {"TGXH", "CAO_TUOI"}
