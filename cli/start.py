"""Start the embedded product: database up to date, then the watch takes this process over."""

from __future__ import annotations

import os
import sys

from rich.console import Console

from adapters import pdf
from adapters.settings import get_settings
from cli.alone import alone
from cli.watch import NEW
from migrations.upgrade import upgrade
from services import offices
from tasks import session

console = Console()


def migrate() -> None:
    """Bring the database to the newest form."""
    upgrade(session.engine())
    console.print("Cơ sở dữ liệu đã ở dạng mới nhất.")


def start() -> None:
    """Prepare the database, then become the watch: what the preparation loaded is not kept for weeks."""
    with alone(get_settings()):
        upgrade(session.engine())
        with session.transaction(write=False) as opened:
            is_new = offices.is_empty(opened)
    if problem := pdf.start_problem(get_settings()):
        console.print(f"Chưa làm được bản PDF. {problem}", style="yellow", soft_wrap=True)
    session.engine().dispose()
    os.execv(sys.executable, [sys.executable, "-m", "cli.watch", *([NEW] if is_new else [])])  # noqa: S606
