"""`ansinh backup` and `ansinh restore`: one archive, and the key that is kept apart from it."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from sqlalchemy.engine import make_url

from adapters import backup as archives
from adapters.secrets import keep_field_key, make_cipher
from adapters.settings import Settings, get_settings
from cli.alone import alone
from cli.records import stop
from migrations.upgrade import upgrade
from tasks import session

console = Console()


def backup(file: Path) -> None:
    """Write the archive while the product works, and say where the key lies that it does not hold."""
    settings = _on_sqlite()
    with console.status("Đang sao lưu…"):
        count = archives.write(file, settings.data_dir)
    size = file.stat().st_size / 1e6
    console.print(f"Đã sao lưu {count} tệp ({size:.1f} MB) vào {file}.", soft_wrap=True)
    key = settings.data_dir / "secrets" / "field.key"
    where = f"tệp {key}" if key.exists() else "thiết đặt ANSINH_FIELD_KEY"
    console.print(
        f"Khóa mã hóa ({where}) không nằm trong bản sao lưu: chép riêng một lần, cất ở nơi khác. "
        "Mất khóa thì không ai đọc lại được số tài khoản và chẩn đoán.",
        soft_wrap=True,
    )


def restore(file: Path, key: Path | None) -> None:
    """Lay the archive out in an empty folder, with its key, and prove that both belong together."""
    settings = _on_sqlite()
    if key is None and settings.field_key is None and not (settings.data_dir / "secrets" / "field.key").exists():
        stop("Cần khóa mã hóa đã cất riêng: ghi --key TỆP, hoặc đặt ANSINH_FIELD_KEY.")
    if key is not None:
        keep_field_key(settings, key.read_text(encoding="utf-8"))
    with alone(settings), console.status("Đang khôi phục…"):
        count = archives.read(file, settings.data_dir, check=lambda: make_cipher(settings))
        upgrade(session.engine())
    console.print(f"Đã khôi phục {count} tệp vào {settings.data_dir}. Kiểm tra sổ nhật ký:", soft_wrap=True)
    from cli.audit import verify

    verify()


def _on_sqlite() -> Settings:
    settings = get_settings()
    if make_url(settings.database_url).get_backend_name() != "sqlite":
        stop("Cơ sở dữ liệu là PostgreSQL: sao lưu nó bằng pg_dump trước, rồi chép thư mục dữ liệu.")
    if settings.database_url != f"sqlite:///{settings.data_dir / archives.DATABASE}":
        stop("ANSINH_DATABASE_URL trỏ ra ngoài thư mục dữ liệu: dừng An Sinh rồi chép cả tệp ấy và thư mục.")
    return settings
