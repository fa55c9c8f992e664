"""Writes the table of states in docs/glossary.md from the vocabulary that pages and papers use."""

import sys
from enum import StrEnum
from pathlib import Path

from rules import workflow

PAGE = Path(__file__).parents[1] / "docs" / "glossary.md"
BEGIN, END = "<!-- written from the vocabulary: begin (make docs) -->", "<!-- written from the vocabulary: end -->"


def vocabularies() -> dict[str, dict[StrEnum, str]]:
    """Every vocabulary of the workflow with its Vietnamese labels, under the name of its class, in order."""
    found: dict[str, dict[StrEnum, str]] = {}
    for name, labels in vars(workflow).items():
        if name.endswith("_LABELS") and isinstance(labels, dict) and labels:
            found[type(next(iter(labels))).__name__] = labels
    return found


def page_with_states(page: str) -> str:
    """``page`` with its table of states written anew. Raises ValueError when the markers are missing."""
    before, found, rest = page.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not (found and closed):
        raise ValueError(f"{PAGE.name} lacks its markers")
    lines = ["| English in the code | Tiếng Việt |", "|---|---|"]
    for name, labels in vocabularies().items():
        lines += [f"| `{name}.{word.value}` | {label} |" for word, label in labels.items()]
    return f"{before}{BEGIN}\n\n" + "\n".join(lines) + f"\n\n{END}{after}"


def main() -> int:
    """Write the page; return the exit status."""
    PAGE.write_text(page_with_states(PAGE.read_text("utf-8")), "utf-8")
    print(f"written: docs/{PAGE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
