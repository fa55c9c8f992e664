"""Nothing that ships obliges the office to more than Apache-2.0 does."""

import re
from importlib.metadata import distribution

from tests.house import source

SHIPPED: list[tuple[str, str]] = re.findall(
    r"^([a-z0-9._-]+)==[^;\n]*?(;[^\\\n]*)?\\?$", source.read("requirements.lock"), re.MULTILINE
)
# a part with a condition is for other systems and need not be installed here
ALWAYS = [name for name, condition in SHIPPED if not condition]
STRICT = re.compile(r"\bA?GPL|GNU (Affero )?General Public", re.IGNORECASE)
LESSER = re.compile(r"LGPL|Lesser General Public", re.IGNORECASE)
# a strict licence is named, and yet it does not bind us
REASONS = {
    "text-unidecode": "offered under the Artistic License too, and taken under that",
}


def _licences(name: str) -> list[str]:
    facts = distribution(name).metadata
    stated = facts.get_all("License-Expression", []) + facts.get_all("License", [])
    return [text[:200] for text in stated] + [
        line for line in facts.get_all("Classifier", []) if line.startswith("License")
    ]


def _strict(name: str) -> list[str]:
    return [text for text in _licences(name) if STRICT.search(LESSER.sub("", text))]


def test_no_shipped_part_is_under_a_strict_copyleft() -> None:
    strict = {name: found for name in ALWAYS if name not in REASONS and (found := _strict(name))}
    assert not strict


def test_no_reason_outlives_its_part() -> None:
    assert all(_strict(name) for name in REASONS)


def test_every_shipped_part_states_its_licence() -> None:
    silent = [name for name in ALWAYS if not any(_licences(name))]
    assert len(ALWAYS) > 100
    assert not silent


def test_the_product_is_apache() -> None:
    text = source.read("LICENSE")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert 'license = "Apache-2.0"' in source.read("pyproject.toml")
