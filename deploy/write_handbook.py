"""Writes docs/handbook.md from the sentences that the pages themselves show."""

import sys
from pathlib import Path

from web import help
from web.pages import load_all

PAGE = Path(__file__).parents[1] / "docs" / "handbook.md"


def main() -> int:
    """Write the page; return the exit status."""
    load_all()
    PAGE.write_text(help.handbook(), "utf-8")
    print(f"written: docs/{PAGE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
