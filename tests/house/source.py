"""The house as its tests see it: files, their text, their syntax trees."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = ("rules", "models", "services", "adapters", "tasks", "flows", "web", "cli")
PRODUCT = (*FLOORS, "migrations")
STEPS = ("lists", "health", "eligibility", "approval", "payment", "insurance")


@cache
def files() -> tuple[str, ...]:
    """Every file of the repository that is not ignored, as a path from its root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return tuple(sorted(name for name in listed.stdout.splitlines() if (ROOT / name).is_file()))


def modules(*folders: str) -> list[str]:
    """Python files below any of ``folders`` (all of them when none is named)."""
    python = [name for name in files() if name.endswith(".py")]
    return [name for name in python if not folders or name.split("/")[0] in folders]


def read(name: str) -> str:
    """The text of a file; empty for one that is not text."""
    try:
        return (ROOT / name).read_text("utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def tree(name: str) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(read(name), filename=name)


def names_used(name: str) -> dict[str, int]:
    """Dotted names that a module mentions, imports resolved one step, with the line of their first use.

    ``from datetime import datetime; datetime.now()`` is found as ``datetime.datetime.now``.
    """
    aliases = _aliases(tree(name))
    found = dict(aliases.values())
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Attribute | ast.Name):
            found.setdefault(_dotted(node, aliases), node.lineno)
    return found


def imports(name: str) -> dict[str, tuple[str, int]]:
    """What each imported name of a module stands for, and the line that imports it."""
    return _aliases(tree(name))


def texts(name: str) -> list[tuple[int, str]]:
    """Every text that a module holds, with its line; what only explains the module to its reader is left out."""
    explaining = {id(node.value) for node in ast.walk(tree(name)) if isinstance(node, ast.Expr)}
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explaining
    ]


def imported_at_once(name: str) -> set[str]:
    """Dotted names that importing the module imports, before any of its functions is called."""
    found: set[str] = set()
    for node in tree(name).body:
        if isinstance(node, ast.Import):
            found |= {item.name for item in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {str(node.module)} | {f"{node.module}.{item.name}" for item in node.names}
    return found


def _aliases(module: ast.Module) -> dict[str, tuple[str, int]]:
    known: dict[str, tuple[str, int]] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            for item in node.names:
                bound = item.asname or item.name.split(".")[0]
                known[bound] = (item.name if item.asname else bound, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            for item in node.names:
                known[item.asname or item.name] = (f"{node.module}.{item.name}", node.lineno)
    return known


def _dotted(node: ast.expr, aliases: dict[str, tuple[str, int]]) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value, aliases)}.{node.attr}"
    if isinstance(node, ast.Name):
        return aliases.get(node.id, (node.id, 0))[0]
    return "?"
