"""Writes docs/handbook.md and docs/handbook/ from the sentences that the pages themselves show."""

import sys
from pathlib import Path

from web import handbook
from web.pages import load_all

DOCS = Path(__file__).parents[1] / "docs"


def main() -> int:
    """Write the pages; return the exit status."""
    load_all()
    (DOCS / "handbook.md").write_text(handbook.index(), "utf-8")
    (DOCS / "handbook").mkdir(exist_ok=True)
    for role in handbook.ROLES:
        (DOCS / "handbook" / f"{role}.md").write_text(handbook.markdown(role), "utf-8")
    print(f"written: docs/handbook.md and {len(handbook.ROLES)} roles")
    return 0


if __name__ == "__main__":
    sys.exit(main())
