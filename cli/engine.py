"""Run a program in the engine's surroundings: how a server with several workers is set up and kept going."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from adapters.settings import get_settings
from cli.services import HOUSE, environment


def run(words: Sequence[str]) -> None:
    """Become that program, in the house's folder, where prefect.yaml lies. Raises OSError when there is none.

    Programs of this installation are found first, so ``prefect`` is the version that the house was tested with.
    """
    surroundings = environment(get_settings())
    ours = str(Path(sys.executable).parent)
    surroundings["PATH"] = os.pathsep.join(filter(None, (ours, surroundings.get("PATH", ""))))
    os.chdir(HOUSE)
    os.execvpe(words[0], list(words), surroundings)  # noqa: S606 - what the operator typed
