"""Run every benchmark of this folder, or those named: ``python -m bench pages``."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import bench


def main() -> None:
    """Each module with a ``main()`` is one benchmark."""
    names = [found.name for found in pkgutil.iter_modules(bench.__path__) if not found.name.startswith("_")]
    for name in sys.argv[1:] or names:
        module = importlib.import_module(f"bench.{name}")
        if hasattr(module, "main"):
            print(f"== {name}: {(module.__doc__ or '').splitlines()[0]}")
            module.main()


if __name__ == "__main__":
    main()
