"""The only place that asks what time it is; every service gets the moment as an argument."""

from __future__ import annotations

import os
import tempfile
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.settings import get_settings

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class ClockError(Exception):
    """The demonstration clock cannot be read; the product waits rather than guess a moment."""


def now() -> datetime:
    """Return the present moment, aware, in Asia/Ho_Chi_Minh; with a demonstration clock, what its file says.

    Raises `ClockError` when a demonstration clock is set but its file is absent or not an aware ISO moment.
    """
    clock_file = get_settings().demo_clock
    if clock_file is None:
        return datetime.now(VIETNAM)
    return _read_demo_clock(clock_file)


def machine_now() -> datetime:
    """Return what the machine's own clock says, whatever a demonstration clock does: for leases and run times only."""
    return datetime.now(VIETNAM)


def today() -> date:
    """Return the calendar day in Viet Nam."""
    return now().date()


def is_demo_clock() -> bool:
    """Say whether time is being told by a demonstration clock; pages must show it."""
    return get_settings().demo_clock is not None


def set_demo_clock(path: Path, moment: datetime) -> None:
    """Write the moment into the clock file, whole or not at all; raise `ValueError` for one without zone."""
    if moment.tzinfo is None:
        raise ValueError("Thời điểm của đồng hồ trình diễn phải có múi giờ.")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".clock-")
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(moment.astimezone(VIETNAM).isoformat())
    Path(temporary).replace(path)


def _read_demo_clock(path: Path) -> datetime:
    try:
        moment = datetime.fromisoformat(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise ClockError(f"Không đọc được đồng hồ trình diễn {path.name}.") from error
    if moment.tzinfo is None:
        raise ClockError(f"Đồng hồ trình diễn {path.name} thiếu múi giờ.")
    return moment.astimezone(VIETNAM)
