"""`python -m cli.child PROGRAM …`: become that program, and end when the parent ends, however it ended.

The kernel then sends SIGTERM (Linux only), so a supervisor killed by force leaves no service behind.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(command: list[str], parent: str) -> None:
    """Replace this process by ``command``. ``parent``: the number of the process that must be alive."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        if os.getppid() != int(parent):
            sys.exit(1)
    os.execv(command[0], command)  # noqa: S606 - the product's own programs, named by the supervisor


if __name__ == "__main__":
    main(sys.argv[2:], sys.argv[1])
