"""The records as a command meets them: one transaction, a commune by its code, a day as typed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from sqlmodel import Session


@contextmanager
def records(*, write: bool = False) -> Iterator[Session]:
    """One transaction; whatever stands against it ends the command in words (`cli.faults`)."""
    from tasks import session

    with session.transaction(write=write) as opened:
        yield opened


def commune_named(opened: Session, code: str) -> int:
    """The number of the commune of that code, or of the only one. Raises Problem NOT_FOUND naming the codes."""
    from sqlmodel import col, select

    from models.places import Commune
    from services.errors import not_found

    every = opened.exec(select(Commune).order_by(col(Commune.code))).all()
    communes = [row for row in every if code in {"", row.code}]
    if len(communes) == 1:
        return communes[0].key
    if not every:
        raise not_found("commune", "Cơ sở dữ liệu chưa có đơn vị nào.")
    known = ", ".join(f"{row.code} ({row.full_name})" for row in every[:10])
    said = f"Không có đơn vị mã {code}" if code else "Có nhiều đơn vị"
    raise not_found("commune", f"{said}: ghi --commune và một trong các mã: {known}.")


def file_fault(error: Exception) -> str:
    """Why a file cannot be read or written, in Vietnamese."""
    words = {
        FileNotFoundError: "không có tệp hoặc thư mục này",
        FileExistsError: "đã có một tệp cùng tên",
        PermissionError: "không được phép mở",
        IsADirectoryError: "đây là một thư mục",
        NotADirectoryError: "đây không phải thư mục",
        UnicodeDecodeError: "không phải tệp chữ UTF-8",
    }
    return next((said for kind, said in words.items() if isinstance(error, kind)), str(error))


def day_of(text: str) -> date:
    """A day as typed, 2026-07-31 or 31/07/2026; anything else ends the command."""
    found = None
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        with suppress(ValueError):
            found = datetime.strptime(text, form).replace(tzinfo=UTC).date()
    if found is None:
        stop(f"“{text}” không phải ngày: ghi dạng 2026-07-31 hoặc 31/07/2026.")
    return found


def stop(sentence: str) -> NoReturn:
    """Say why the command cannot go on, and end with status 1."""
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
