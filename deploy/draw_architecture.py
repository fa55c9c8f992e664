"""Draws the house from the imports that are really there, so that the picture in docs/architecture.md cannot lie.

``python deploy/draw_architecture.py`` writes the picture; ``--check`` only says whether the written one is true.
"""

import sys
from collections import Counter
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- drawn from the imports: begin (make docs) -->", "<!-- drawn from the imports: end -->"
FLOORS = {
    "web": "ENTRANCE · a clerk asks",
    "flows": "ENTRANCE · the clock asks",
    "cli": "ENTRANCE · an operator asks",
    "tasks": "STEPS · retry, log, one transaction each",
    "services": "OFFICE · applies the law to the records",
    "adapters": "DOORS · touch the outside",
    "models": "RECORDS · what is written down",
    "rules": "THE LAW · depends on nothing",
}
STEPS = ("lists", "health", "eligibility", "approval", "payment", "insurance")
GRID = {
    "flows/": "flows/{}.py",
    "tasks/": "tasks/{}.py",
    "services/": "services/{}.py",
    "models/": "models/{}.py",
    "web/pages/": "web/pages/{}.py",
    "templates/web/": "templates/web/{}/",
}


def stairs() -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """Rooms (modules) on each floor, and imports from floor to floor: how many rooms use how many rooms."""
    graph = grimp.build_graph(*FLOORS, cache_dir=None)
    rooms = Counter(module.split(".")[0] for module in graph.modules)
    ways = Counter(
        (floor, below)
        for module in graph.modules
        for used in graph.find_modules_directly_imported_by(module)
        if (floor := module.split(".")[0]) != (below := used.split(".")[0])
    )
    return rooms, ways


def drawn(root: Path = ROOT) -> str:
    """The generated part of the page, as Markdown."""
    return "\n\n".join((_picture(*stairs()), _grid(root)))


def _picture(rooms: Counter[str], ways: Counter[tuple[str, str]]) -> str:
    lines = ["```mermaid", "flowchart TD"]
    for floor, meaning in FLOORS.items():
        lines.append(f'  {floor}["<b>{floor}/</b><br/>{meaning}<br/>{rooms[floor]} rooms"]')
    order = list(FLOORS)
    for floor, below in sorted(ways, key=lambda way: (order.index(way[0]), order.index(way[1]))):
        lines.append(f"  {floor} -->|{ways[floor, below]}| {below}")
    return "\n".join([*lines, "```"])


def _grid(root: Path) -> str:
    lines = ["| floor | " + " | ".join(STEPS) + " |", "|---" * (len(STEPS) + 1) + "|"]
    for floor, pattern in GRID.items():
        cells = ("●" if _stands(root, pattern.format(step)) else "·" for step in STEPS)
        lines.append(f"| `{floor}` | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _stands(root: Path, pattern: str) -> bool:
    """A step has a file on a floor, or a package of the same name when it outgrew its file."""
    as_package = pattern.removesuffix(".py") + "/__init__.py"
    return any(next(root.glob(candidate.rstrip("/")), None) for candidate in (pattern, as_package))


def page_with(picture: str, page: str) -> str:
    """``page`` with the generated part replaced by ``picture``. Raises ValueError when the markers are missing."""
    before, found, rest = page.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not (found and closed):
        raise ValueError(f"{PAGE.name} lacks its markers")
    return f"{before}{BEGIN}\n\n{picture}\n\n{END}{after}"


def main() -> int:
    """Write the picture, or with ``--check`` return 1 when the written one is out of date."""
    page = PAGE.read_text("utf-8")
    true = page_with(drawn(), page)
    if "--check" in sys.argv:
        return int(page != true)
    PAGE.write_text(true, "utf-8")
    print(f"drawn: {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
