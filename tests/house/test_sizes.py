"""A room has room for one subject, a function for one thought."""

import ast

import pytest

from tests.house import source

# lines of a module, lines of a function: the limit; aim at 250 and 30
LIMITS = {"product": (300, 50), "tests": (600, 80)}  # a test may carry its table of cases and tell a story to its end
ROOMS = {
    "product": [
        name for name in source.modules() if not name.startswith(("tests/", "migrations/versions/"))
    ],  # a revision is as long as its tables
    "tests": source.modules("tests"),
}


@pytest.mark.parametrize("part", LIMITS)
def test_no_module_is_longer_than_can_be_read_at_once(part: str) -> None:
    limit, _ = LIMITS[part]
    lines = {name: len(source.read(name).splitlines()) for name in ROOMS[part]}
    long = {name: count for name, count in lines.items() if count > limit}
    assert not long, f"longer than {limit} lines, split by subject (aim at 250): {long}"


@pytest.mark.parametrize("part", LIMITS)
def test_no_function_is_longer_than_one_thought(part: str) -> None:
    _, limit = LIMITS[part]
    long = [
        f"{name}:{node.lineno} {node.name}: {length} lines"
        for name in ROOMS[part]
        for node in ast.walk(source.tree(name))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > limit
    ]
    assert not long, f"longer than {limit} lines (aim at 30): {long}"
