"""One installation runs once: its folder is held while it runs, and its ports are free before anything starts.

Without this a second start found the first one's pages answering, called them its own and voided the set-up link.
"""

from __future__ import annotations

import errno
import fcntl
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.settings import Settings

LOCK_FILE = "running.lock"
PATIENCE_SECONDS = 15.0
"""Services of a start that was killed still answer whom they were talking to."""


class CannotStart(Exception):
    """Something else holds what the product needs; the message is one Vietnamese sentence."""


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold the installation's folder for the length of the block. Raises CannotStart when another start holds it."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (settings.data_dir / LOCK_FILE).open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"An Sinh đang chạy với thư mục {settings.data_dir}: dừng lượt ấy trước (Ctrl+C ở cửa sổ của nó)."
            ) from None
        yield


def need_ports(settings: Settings, patience: float = PATIENCE_SECONDS) -> None:
    """Raise CannotStart unless the ports of pages and engine can be used within ``patience`` seconds."""
    until = time.monotonic() + patience
    _need("ANSINH_WEB_PORT", settings.web_host, settings.web_port, until)
    _need("ANSINH_PREFECT_PORT", "127.0.0.1", settings.prefect_port, until)


def _need(setting: str, host: str, port: int, until: float) -> None:
    while (fault := _fault(host, port)) == errno.EADDRINUSE and time.monotonic() < until:
        time.sleep(0.2)
    if fault == errno.EADDRINUSE:
        raise CannotStart(f"Cổng {port} đang có chương trình khác dùng: dừng nó, hoặc đặt {setting} sang cổng khác.")
    if fault == errno.EACCES:
        raise CannotStart(f"Không được phép dùng cổng {port}: đặt {setting} từ 1024 trở lên.")
    if fault:
        raise CannotStart(f"Không dùng được địa chỉ {host}: kiểm tra ANSINH_WEB_HOST.")


def _fault(host: str, port: int) -> int:
    """Why nobody could listen there now, as an error number; 0 when one could."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error.errno or errno.EADDRNOTAVAIL
    return 0
