"""Start the embedded product: database up to date, services running and watched, the addresses said."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from adapters import orchestrator
from adapters.secrets import SecretError, new_token, prefect_auth
from adapters.settings import Settings, get_settings
from cli.supervisor import Supervisor
from migrations.upgrade import upgrade
from services import offices
from tasks import session

READY_SECONDS = 180
TOKEN_FILE = "setup-token"  # noqa: S105 - the name of the file, not the token
console = Console()


def migrate() -> None:
    """Bring the database to the newest form."""
    upgrade(session.engine())
    console.print("Cơ sở dữ liệu đã ở dạng mới nhất.")


def start() -> None:
    """Run the embedded product until told to stop; on an empty database the one-time set-up link is printed."""
    settings = get_settings()
    try:
        upgrade(session.engine())
        with Supervisor(settings) as services:
            wait_until_ready(services)
            _welcome(settings)
            services.watch()
    except SecretError as error:
        console.print(str(error), style="red")
        raise typer.Exit(1) from None
    console.print("Đã dừng.")


def wait_until_ready(services: Supervisor, seconds: float = READY_SECONDS) -> None:
    """Show a bar until every service is ready. Ends the program with a sentence when one is not in time."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("Đang khởi động", total=len(services.children))

        def told(label: str) -> None:
            progress.update(bar, advance=1, description=f"{label}: sẵn sàng")

        is_ready = services.wait_until_ready(seconds, lambda service: told(service.label))
    if not is_ready:
        folder = get_settings().data_dir / "logs"
        console.print(f"Không khởi động được trong {seconds:.0f} giây; xem nhật ký trong {folder}.", style="red")
        raise typer.Exit(1)


def _welcome(settings: Settings) -> None:
    console.print(f"Trang làm việc: {settings.base_url}", soft_wrap=True)
    name, _, _ = prefect_auth(settings).partition(":")
    console.print(
        f"Bộ điều phối (cho người vận hành): {orchestrator.ui_home()} · tài khoản {name}, "
        f"mật khẩu trong {settings.data_dir / 'secrets' / 'prefect.auth'}",
        soft_wrap=True,
    )
    with session.transaction(write=False) as opened:
        is_empty = offices.is_empty(opened)
    if is_empty:
        console.print(f"Thiết lập lần đầu (mở một lần): {setup_link(settings)}", soft_wrap=True)


def setup_link(settings: Settings) -> str:
    """The one-time address where the first admin founds the installation; a new token each time it is asked for."""
    path = settings.data_dir / TOKEN_FILE
    path.touch(mode=0o600)
    path.write_text(new_token(), encoding="ascii")
    return f"{settings.base_url}/setup?token={path.read_text(encoding='ascii')}"
