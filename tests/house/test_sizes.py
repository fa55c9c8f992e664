"""A room has room for one subject, a function for one thought."""

import ast

from tests.house import source

MODULE_LINES, MODULE_AIM = 300, 250
FUNCTION_LINES, FUNCTION_AIM = 50, 30
ROOMS = [name for name in source.modules() if not name.startswith("migrations/versions/")]


def test_no_module_is_longer_than_can_be_read_at_once() -> None:
    lines = {name: len(source.read(name).splitlines()) for name in ROOMS}
    long = {name: count for name, count in lines.items() if count > MODULE_LINES}
    assert not long, f"longer than {MODULE_LINES} lines, split by subject (aim at {MODULE_AIM}): {long}"


def test_no_function_is_longer_than_one_thought() -> None:
    long = [
        f"{name}:{node.lineno} {node.name}: {length} lines"
        for name in ROOMS
        for node in ast.walk(source.tree(name))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert not long, f"longer than {FUNCTION_LINES} lines (aim at {FUNCTION_AIM}): {long}"
