"""Promises that no type can hold: who may commit, who may move a case, which words may name a flow."""

import ast
import re
import sys

from adapters.papers import docx_text
from tests.house import source

EDGES = {
    "adapters/database.py": "session_scope: the one way to a transaction",
    "migrations/upgrade.py": "a change of the schema is a transaction of its own",
}
MOVER = "services/cases.py"


def _calls(name: str) -> list[ast.Call]:
    return [node for node in ast.walk(source.tree(name)) if isinstance(node, ast.Call)]


def test_only_the_edge_ends_a_transaction() -> None:
    """A service that commits tears in two what belongs together: the decision, its audit entry and its mails."""
    ended = [
        f"{name}:{call.lineno} .{call.func.attr}()"
        for name in source.modules(*source.PRODUCT)
        if name not in EDGES
        for call in _calls(name)
        if isinstance(call.func, ast.Attribute) and _ends_or_begins(call.func)
    ]
    assert not ended


def _ends_or_begins(method: ast.Attribute) -> bool:
    owner = ast.unparse(method.value)
    of_database = owner.endswith(("engine", "connection", "session"))
    return method.attr in {"commit", "rollback"} or (method.attr == "begin" and of_database)


def test_only_one_function_moves_a_case() -> None:
    """A status set elsewhere would pass by the table of moves and leave no audit entry."""
    moved = [
        f"{name}:{line}"
        for name in source.modules(*source.FLOORS)
        if name != MOVER
        for line in (*_assigned(name), *_updated(name))
    ]
    assert not moved


def _assigned(name: str) -> list[int]:
    targets = [
        target
        for node in ast.walk(source.tree(name))
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return [
        target.lineno
        for target in targets
        if isinstance(target, ast.Attribute)
        and target.attr == "status"
        and not (isinstance(target.value, ast.Name) and target.value.id == "self")
    ]


def _updated(name: str) -> list[int]:
    return [
        call.lineno
        for call in _calls(name)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "values"
        if any(word.arg == "status" for word in call.keywords)
    ]


def test_no_flow_is_named_like_a_floor_or_a_module_of_python() -> None:
    """The engine may put flows/ first on the path; a flows/calendar.py would then hide Python's own."""
    taken = sys.stdlib_module_names | set(source.PRODUCT)
    names = {name.removeprefix("flows/").split("/")[0].removesuffix(".py") for name in source.modules("flows")}
    assert not (names - {"__init__"}) & taken


def test_the_two_locks_agree_and_every_part_has_its_hash() -> None:
    locks = [_pins(source.read(name)) for name in ("requirements.lock", "requirements-dev.lock")]
    run, test = locks
    assert len(run) > 100
    assert not {name: pin for name, pin in run.items() if test.get(name) != pin}
    for name in ("requirements.lock", "requirements-dev.lock"):
        blocks = source.read(name).replace(" \\\n    ", " ").splitlines()
        assert not [block[:60] for block in blocks if "==" in block and "--hash=sha256:" not in block]


def _pins(lock: str) -> dict[str, str]:
    return dict(line.split(" ")[0].split("==", 1) for line in lock.splitlines() if "==" in line.split(" ")[0])


PLACE = re.compile("Cát Hải|Hải Phòng|0?4/2026")


def test_no_page_paper_or_act_is_written_for_one_commune_or_one_resolution() -> None:
    """Another city puts its own resolution and its own names into the records; a word fixed in code would stay ours."""
    written = [
        f"{name}:{line}"
        for name in source.modules(*source.FLOORS)
        if not name.startswith("cli/demo/")
        for line, text in source.texts(name)
        if PLACE.search(text)
    ]
    templates = [name for name in source.files() if name.startswith("templates/")]
    written += [name for name in templates if PLACE.search(_words(name))]
    assert len(templates) > 100
    assert not written


def _words(name: str) -> str:
    return docx_text((source.ROOT / name).read_bytes()) if name.endswith(".docx") else source.read(name)
