"""YAML in which nothing is said twice, and only true and false are truth values.

PyYAML alone would silently keep the last of two equal keys, and read the key ``on`` as true. Its C parser reads the law
files in a tenth of the time, which every process that starts would pay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import yaml

T = TypeVar("T")


class YamlFault(ValueError):
    """A text that is not YAML, or that says something twice; the message says in which line, in Vietnamese."""


class _StrictLoader(yaml.CSafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key: Hashable = self.construct_object(key_node, deep=True)
            if key in seen:
                raise YamlFault(f"dòng {key_node.start_mark.line + 1}: khóa {key} được ghi hai lần")
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def _day(loader: _StrictLoader, node: yaml.ScalarNode) -> Any:
    """A day that no calendar has stays text, so that whoever reads the field can name it."""
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        return node.value


_StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", _day)
_BOOL = "tag:yaml.org,2002:bool"
_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOL]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_StrictLoader.add_implicit_resolver(_BOOL, re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def load_strict(text: str) -> Any:
    """What a YAML text says (plain values only). Raises YamlFault."""
    return _told(lambda: yaml.load(text, Loader=_StrictLoader))  # noqa: S506 - a SafeLoader that is stricter


def load_all_strict(text: str) -> list[Any]:
    """Every document of a YAML text, empty ones left out. Raises YamlFault."""
    return _told(lambda: [found for found in yaml.load_all(text, Loader=_StrictLoader) if found is not None])


def _told(load: Callable[[], T]) -> T:
    try:
        return load()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"dòng {mark.line + 1}, cột {mark.column + 1}: " if mark else ""
        raise YamlFault(f"{place}viết không đúng dạng YAML (thụt dòng, dấu hai chấm, dấu ngoặc)") from error
