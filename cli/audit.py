"""Prove the record: every commune's chain of audit entries from its first to its last."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.progress import track
from sqlmodel import col, select

from models.places import Commune
from services import ledger
from tasks import session

console = Console()


def verify() -> None:
    """Say of each chain whether it is whole, or the first entry that no longer fits; exit status 1 then."""
    with session.transaction(write=False) as opened:
        communes = opened.exec(select(Commune.id, Commune.name).order_by(col(Commune.id))).all()
    broken = 0
    for number, name in track([(0, "Toàn hệ thống"), *communes], "Đang kiểm tra", console=console, transient=True):
        with session.transaction(write=False) as opened:
            wrong, head = ledger.verify(opened, number or 0), ledger.head(opened, number or 0)
        broken += wrong is not None
        said = f"[red]sai từ dòng số {wrong}[/red]" if wrong is not None else f"nguyên vẹn · {head[:16]}…"
        console.print(f"{name}: {said}")
    if broken:
        raise typer.Exit(1)
