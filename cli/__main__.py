"""The command line: `ansinh --help`. A command loads only what it needs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from cli import law_files  # noqa: F401 - its commands join `ansinh law`
from cli.communes import commune_app
from cli.explain import explain
from cli.law import law_app

app = typer.Typer(
    add_completion=False,
    help="An Sinh: từ danh sách thôn đến tiền vào tài khoản và thẻ bảo hiểm y tế.",
    no_args_is_help=True,
)
audit = typer.Typer(help="Sổ nhật ký của các đơn vị.", no_args_is_help=True)
app.add_typer(audit, name="audit")
app.add_typer(law_app, name="law")
app.add_typer(commune_app, name="commune")
app.command("explain")(explain)


@app.command()
def start() -> None:
    """Chạy An Sinh trên máy này: trang làm việc, các bước tự động, bộ điều phối. Dừng bằng Ctrl+C."""
    from cli.start import start as run

    run()


@app.command()
def demo(
    leave: Annotated[bool, typer.Option("--exit", help="Dừng khi xong, không để trang web chạy tiếp.")] = False,
    by_hand: Annotated[bool, typer.Option("--by-hand", help="Không dùng bộ điều phối, làm từng bước tại chỗ.")] = False,
    folder: Annotated[Path, typer.Option(help="Thư mục dữ liệu trình diễn.")] = Path("var/demo"),
) -> None:
    """Trình diễn trọn một quý bằng dữ liệu hư cấu: từ tệp của thôn đến tiền và thẻ BHYT."""
    from cli.demo.command import demo as run

    run(leave=leave, by_hand=by_hand, folder=folder)


@app.command()
def advance(
    cycle: Annotated[int | None, typer.Option(help="Chỉ một kỳ xét; bỏ trống: mọi kỳ đang mở.")] = None,
) -> None:
    """Làm ngay phần việc của máy mà không cần bộ điều phối: các bước đến hạn, văn bản, thư."""
    from cli.advance import advance as run

    run(cycle)


@app.command(context_settings={"ignore_unknown_options": True})
def engine(
    words: Annotated[list[str], typer.Argument(metavar="LỆNH…", help="Ví dụ: prefect worker start --pool ansinh")],
) -> None:
    """Chạy một lệnh với thiết đặt của bộ điều phối này: nhiều máy cùng làm việc, xem docs/operations.md."""
    from cli.engine import run

    run(words)


@app.command()
def migrate() -> None:
    """Đưa cơ sở dữ liệu về dạng mới nhất."""
    from cli.start import migrate as run

    run()


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="Tệp bản sao lưu (.tar.gz), ở ổ đĩa khác thì tốt hơn.")]) -> None:
    """Sao lưu hồ sơ và tệp, cả khi An Sinh đang chạy; khóa mã hóa cất riêng."""
    from cli.backup import backup as run

    run(file)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="Tệp bản sao lưu.")],
    key: Annotated[Path | None, typer.Option(help="Tệp khóa mã hóa đã cất riêng (field.key).")] = None,
) -> None:
    """Khôi phục bản sao lưu vào thư mục dữ liệu còn trống, rồi kiểm tra sổ nhật ký."""
    from cli.backup import restore as run

    run(file, key)


@app.command()
def status() -> None:
    """Các kỳ xét: đang ở bước nào, ai giữ, từ khi nào, hạn nào."""
    from cli.status import status as run

    run()


@app.command()
def runs(limit: Annotated[int, typer.Option(min=1, help="Bao nhiêu lượt gần nhất.")] = 20) -> None:
    """Các lượt chạy gần nhất: bắt đầu, kéo dài, kết thúc ra sao."""
    from cli.status import runs as run

    run(limit)


@audit.callback()
def about_audit() -> None:
    """Sổ nhật ký của các đơn vị."""


@audit.command()
def verify() -> None:
    """Kiểm tra rằng không dòng nhật ký nào bị sửa, xóa hay chèn; nêu dòng sai đầu tiên."""
    from cli.audit import verify as run

    run()


def main(words: Sequence[str] | None = None) -> int:
    """Run the command typed; returns its status. Whatever stands against it is said in one sentence."""
    from cli import faults

    try:
        return int(app(args=words, prog_name="ansinh", standalone_mode=False) or 0)
    except TyperException as error:
        if type(error).__name__ != "NoArgsIsHelpError":  # that one has just shown the help
            typer.echo(faults.usage(error), err=True)
        return faults.USAGE_STATUS
    except Exception as error:  # noqa: BLE001 - the edge: an operator gets a sentence, not a stack trace
        typer.echo(faults.sentence(error), err=True)
        return faults.EXPECTED_STATUS


if __name__ == "__main__":
    sys.exit(main())
