"""`python -m cli.watch`: start the services and watch them. It stays as long as they do, so it loads little."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from adapters import orchestrator, setup_token
from adapters.secrets import SecretError, prefect_auth
from adapters.settings import Settings, get_settings
from cli.alone import CannotStart, alone, need_ports
from cli.services import WEB, Service
from cli.supervisor import Supervisor

READY_SECONDS = 180
NEW = "--new"
console = Console()


def main(*, is_new: bool) -> int:
    """Run the embedded product until told to stop; on a new database the one-time set-up link is printed."""
    settings = get_settings()
    try:
        with alone(settings):
            need_ports(settings)
            with Supervisor(settings) as services:
                if not wait_until_ready(services, settings):
                    return 1
                _welcome(settings, is_new=is_new)
                services.watch()
    except (CannotStart, SecretError) as error:
        console.print(str(error), style="red")
        return 1
    console.print("Đã dừng.")
    return 0


def wait_until_ready(services: Supervisor, settings: Settings, seconds: float = READY_SECONDS) -> bool:
    """Show a bar until every service is ready, the pages' address as soon as they answer; False when not in time."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("Đang khởi động", total=len(services.children))

        def told(service: Service) -> None:
            progress.update(bar, advance=1, description=f"{service.label}: sẵn sàng")
            if service.name == WEB:
                progress.console.print(f"Trang làm việc: {settings.base_url}", soft_wrap=True)

        is_ready = services.wait_until_ready(seconds, told)
    if not is_ready:
        folder = settings.data_dir / "logs"
        console.print(f"Không khởi động được trong {seconds:.0f} giây; xem nhật ký trong {folder}.", style="red")
    return is_ready


def _welcome(settings: Settings, *, is_new: bool) -> None:
    name, _, _ = prefect_auth(settings).partition(":")
    console.print(
        f"Bộ điều phối (cho người vận hành): {orchestrator.ui_home()} · tài khoản {name}, "
        f"mật khẩu trong {settings.data_dir / 'secrets' / 'prefect.auth'}",
        soft_wrap=True,
    )
    if is_new:
        console.print(f"Thiết lập lần đầu (mở một lần): {setup_link(settings)}", soft_wrap=True)


def setup_link(settings: Settings) -> str:
    """The one-time address where the first admin founds the installation; a new token each time it is asked for."""
    return f"{settings.base_url}/setup?token={setup_token.renew(settings)}"


if __name__ == "__main__":
    sys.exit(main(is_new=NEW in sys.argv))
