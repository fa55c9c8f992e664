"""`python -m flows`: serve every deployment from one process, as soon as the engine answers."""

from __future__ import annotations

import sys
import time

from prefect import serve

from adapters import orchestrator
from adapters.clock import machine_now
from flows.deployments import all_deployments

WAIT_SECONDS = 120
AT_ONCE = 4
"""Runs side by side; on SQLite more would only wait for each other."""

LOOKED_FOR_ANEW = (
    orchestrator.CYCLE,
    orchestrator.DUE_CYCLES,
    orchestrator.TICK,
    orchestrator.PAYMENT,
    orchestrator.MAIL,
)


def main() -> int:
    """Serve until told to stop. Ends with status 1 when the engine does not answer; whoever started it tries again."""
    deployments = all_deployments()
    end = time.monotonic() + WAIT_SECONDS
    while not orchestrator.is_up():
        if time.monotonic() > end:
            return 1
        time.sleep(0.3)
    orchestrator.forget_missed(LOOKED_FOR_ANEW)
    orchestrator.ask_run(orchestrator.TICK, {"asked_by": "start"}, f"start:{machine_now():%Y%m%d%H%M%S}")
    # a schedule that is paused at each stop would silently skip what fell into the pause
    serve(*deployments, pause_on_shutdown=False, print_starting_message=False, limit=AT_ONCE, query_seconds=2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
